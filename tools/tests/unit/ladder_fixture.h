/* SPDX-License-Identifier: GPL-2.0 */
/* Plays the lives of connections that ladders are drawn of. */
#ifndef TCPFIN_STAGE_H
#define TCPFIN_STAGE_H

#include "commands/ladder.h"
#include "fixtures.h"
#include "short_names.h"
#include "track/pairing.h"

/* FIN sequence numbers: that of the client, end 0, and that of the server. */
#define X	3454665023U
#define Y	3118697900U

#define US	1000ULL

/* What a test draws with, and the picture. */
struct stage {
	struct script place;
	struct tcpfin_teardowns *teardowns;
	struct tcpfin_extras *extras;
	struct tcpfin_ladder_style style;
	FILE *out;
	char *text;
	size_t size;
};

extern struct stage stage;

void stage_draw(void *data, const struct tcpfin_verdict *v);
int stage_setup(void **state);
int stage_teardown(void **state);
void stage_put(struct tcpfin_event ev);
struct tcpfin_event stage_of(unsigned int end, uint8_t kind, uint8_t old,
			     uint8_t new, uint64_t time_ns);
void stage_step(unsigned int end, uint8_t kind, uint8_t old, uint8_t new,
		uint64_t time_ns);
struct tcpfin_event stage_by(struct tcpfin_event ev);
struct tcpfin_event stage_because(struct tcpfin_event ev, uint8_t reason,
				  uint32_t detail);
void stage_expect(const char *want);
void stage_closer_until_time_wait(void);
void stage_ordinary_close(void);
void stage_crossing(void);
void stage_lost_last_ack(void);
void stage_reset(void);

#endif /* TCPFIN_STAGE_H */
