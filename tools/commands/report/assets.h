/* SPDX-License-Identifier: GPL-2.0 */
/* The files that go into the page of a report, as they are. */
#ifndef COMMANDS_REPORT_ASSETS_H
#define COMMANDS_REPORT_ASSETS_H

/* Without a NUL: each ends where its end is. */
extern const char report_css[], report_css_end[];
extern const char report_js[], report_js_end[];

/* SHA-256 of each in base64, as a Content-Security-Policy wants it. */
extern const char report_css_hash[];
extern const char report_js_hash[];

#endif /* COMMANDS_REPORT_ASSETS_H */
