/* SPDX-License-Identifier: GPL-2.0 */
/* Print the findings of "doctor", as text of 80 columns or a JSON object a line. */
#ifndef COMMANDS_DOCTOR_H
#define COMMANDS_DOCTOR_H

#include <stdio.h>

#include "diagnosis/examination.h"

<<<<<<< HEAD
void doctor_text(const struct examination *e, FILE *out);
void doctor_json(const struct examination *e, FILE *out);
=======
void doctor_text(const struct facts *facts, const struct findings *all,
		 struct source *src, FILE *out);
void doctor_json(const struct facts *facts, const struct findings *all,
		 struct source *src, FILE *out);
>>>>>>> 5d8016a07ea5c76e5b1faf1635e520039c9733a8

#endif /* COMMANDS_DOCTOR_H */
