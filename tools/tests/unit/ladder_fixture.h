/* SPDX-License-Identifier: GPL-2.0 */
/* Makes the events of connections, and the ladders drawn of them. */
#ifndef TESTS_UNIT_LADDER_FIXTURE_H
#define TESTS_UNIT_LADDER_FIXTURE_H

#include "commands/commands.h"
#include "fixtures.h"
#include "short_names.h"
#include "track/pairing.h"

/* Sequence numbers of the FINs of the client, end 0, and the server, end 1. */
#define X	3454665023U
#define Y	3118697900U

#define US	1000ULL

/* The objects that draw, and what was drawn. */
struct drawing {
	struct script script;
	struct pairing *pairing;
	struct retransmits *retransmits;
	struct ladder_style style;
	unsigned int words;	/* in place of pictures, sentences of this width */
	FILE *out;
	char *text;
	size_t size;
};

extern struct drawing drawing;

void drawing_draw(void *data, const struct verdict *v);
int drawing_setup(void **state);
int drawing_teardown(void **state);
void drawing_put(struct tcpfin_event ev);
struct tcpfin_event drawing_of(unsigned int end, uint8_t kind, uint8_t old,
			       uint8_t new, uint64_t time_ns);
void drawing_step(unsigned int end, uint8_t kind, uint8_t old, uint8_t new,
		  uint64_t time_ns);
struct tcpfin_event drawing_by(struct tcpfin_event ev);
struct tcpfin_event drawing_because(struct tcpfin_event ev, uint8_t reason,
				    uint32_t detail);
void drawing_expect(const char *want);
void drawing_closer_until_time_wait(void);
void drawing_ordinary_close(void);
void drawing_crossing(void);
void drawing_lost_last_ack(void);
void drawing_reset(void);

#endif /* TESTS_UNIT_LADDER_FIXTURE_H */
