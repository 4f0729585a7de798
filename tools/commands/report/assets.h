/* SPDX-License-Identifier: GPL-2.0 */
/* The files that go into the page of a report, as they are. */
#ifndef TCPFIN_REPORT_ASSETS_H
#define TCPFIN_REPORT_ASSETS_H

/* Without a NUL: each ends where its end is. */
extern const char tcpfin_report_css[], tcpfin_report_css_end[];
extern const char tcpfin_report_js[], tcpfin_report_js_end[];

/* SHA-256 of each in base64, as a Content-Security-Policy wants it. */
extern const char tcpfin_report_css_hash[];
extern const char tcpfin_report_js_hash[];

#endif /* TCPFIN_REPORT_ASSETS_H */
