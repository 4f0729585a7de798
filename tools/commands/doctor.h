/* SPDX-License-Identifier: GPL-2.0 */
/* Print the findings of "doctor", as text of 80 columns or a JSON object a line. */
#ifndef COMMANDS_DOCTOR_H
#define COMMANDS_DOCTOR_H

#include <stdio.h>

#include "diagnosis/examination.h"

void doctor_text(const struct examination *e, FILE *out);
void doctor_json(const struct examination *e, FILE *out);

#endif /* COMMANDS_DOCTOR_H */
