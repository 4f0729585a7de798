/* SPDX-License-Identifier: GPL-2.0 */
/* The files that go into the page of a report; see commands/report/assets.h. */
	.section .rodata, "a"

	.globl tcpfin_report_css, tcpfin_report_css_end
tcpfin_report_css:
	.incbin "commands/report/report.css"
tcpfin_report_css_end:

	.globl tcpfin_report_js, tcpfin_report_js_end
tcpfin_report_js:
	.incbin "commands/report/report.js"
tcpfin_report_js_end:

	.globl tcpfin_report_css_hash
tcpfin_report_css_hash:
	.incbin "build/commands/report/report.css.hash"
	.byte 0

	.globl tcpfin_report_js_hash
tcpfin_report_js_hash:
	.incbin "build/commands/report/report.js.hash"
	.byte 0

	.section .note.GNU-stack, "", %progbits
