// SPDX-License-Identifier: GPL-2.0
/* What the module leaves out, as a member of a JSON object. */
#include "format/json.h"
#include "output/choice_json.h"
#include "source/choice.h"

void choice_json_add(struct json_object *obj, const struct source *src)
{
	struct json_object *choice = json_object_new_object();
	const struct tcpfin_header *h = &src->header;
	bool known = !src->choices_differ;
	char ports[CHOICE_PORTS_MAX];

	json_add_bool(choice, "differs", src->choices_differ);
	json_add_str(choice, "ports",
		     known && h->nports ? choice_ports(h, ports) : NULL);
	json_add_u64_if(choice, "netns", known && h->netns, h->netns);
	json_add_u64(choice, "changes", h->chosen / 2);
	json_add_u64(choice, "left_out", src->left_out);
	json_object_object_add(obj, "choice", choice);
}
