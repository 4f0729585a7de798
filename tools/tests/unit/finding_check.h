/* SPDX-License-Identifier: GPL-2.0 */
/* Looks at the findings of "doctor". */
#ifndef TESTS_UNIT_FINDING_CHECK_H
#define TESTS_UNIT_FINDING_CHECK_H

#include <string.h>

#include "check.h"
#include "diagnosis/findings.h"

/* Return the value of this name; fail if the finding has none. */
static inline const struct finding_member *member(const struct finding *f,
						  const char *key)
{
	unsigned int i;

	for (i = 0; i < f->nmembers; i++)
		if (!strcmp(f->member[i].key, key))
			return &f->member[i];
	fail_msg("no member '%s'", key);
	return NULL;
}

#endif /* TESTS_UNIT_FINDING_CHECK_H */
