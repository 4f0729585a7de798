/* SPDX-License-Identifier: GPL-2.0 */
/* The files that go into the page of a report; declared in commands/report/page.h. */
	.section .rodata, "a"

	.globl report_css, report_css_end
report_css:
	.incbin "commands/report/report.css"
report_css_end:

	.globl report_js, report_js_end
report_js:
	.incbin "commands/report/report.js"
report_js_end:

	.globl report_css_hash
report_css_hash:
	.incbin "build/commands/report/report.css.hash"
	.byte 0

	.globl report_js_hash
report_js_hash:
	.incbin "build/commands/report/report.js.hash"
	.byte 0

	.section .note.GNU-stack, "", %progbits
