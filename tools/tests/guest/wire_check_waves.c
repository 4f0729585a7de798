// SPDX-License-Identifier: GPL-2.0
/* Compares the four waves of verdicts with captured packets. */
#include <string.h>

#include "verdict_match.h"
#include "program.h"

/* A time in the verdict must be soon after the packet passed the tap. */
static void expect_after(struct verdict_match *m, struct json_object *obj,
			 const char *path, uint64_t wall_ns)
{
	int64_t packet = mono(m, wall_ns);
	uint64_t step;

	if (!get_number(obj, path, &step))
		return;
	if ((int64_t)step < packet - CLOCKS_NS ||
	    (int64_t)step > packet + NEAR_NS)
		differ(m, "%s: soon after %lld expected, %llu seen", path,
		       (long long)packet, (unsigned long long)step);
}

/* A relative number counts from the FIN of @base. */
static void check_relative(struct verdict_match *m, struct json_object *wave,
			   const char *absolute, const char *relative,
			   const struct wire_end *base)
{
	uint64_t value;

	if (!member(wave, relative))
		return;
	if (!base->fin || !get_number(wave, absolute, &value))
		differ(m, "%s: null expected", relative);
	else if (json_object_get_int64(member(wave, relative)) !=
		 (int32_t)((uint32_t)value - base->fin_seq))
		differ(m, "%s: %d expected, %s seen", relative,
		       (int32_t)((uint32_t)value - base->fin_seq),
		       json_object_to_json_string(member(wave, relative)));
}

/* Wave 1 or 3: the FIN of end @from. */
static void check_fin(struct verdict_match *m, struct json_object *wave, int from)
{
	const struct wire_end *sender = &m->conn->end[from];
	const struct wire_end *receiver = &m->conn->end[!from];
	uint64_t value;

	if (!sender->fin) {
		differ(m, "no FIN of the %s expected, seen: %s",
		       from ? "server" : "client",
		       json_object_to_json_string(wave));
		return;
	}
	expect_number(m, wave, "seq", sender->fin_seq);
	if (member(wave, "ack"))
		expect_number(m, wave, "ack", sender->fin_ack);
	if (get_number(wave, "sent_ns", &value) &&
	    (int64_t)value > mono(m, sender->fin_ns) + CLOCKS_NS)
		differ(m, "sent_ns: not after %lld expected, %llu seen",
		       (long long)mono(m, sender->fin_ns),
		       (unsigned long long)value);
	if (member(wave, "received_ns") && !receiver->peer_fin)
		differ(m, "received_ns: null expected, the FIN did not come");
	else
		expect_after(m, wave, "received_ns", receiver->peer_fin_ns);
}

/* Did end @from send a segment with this ACK and, unless NULL, this SEQ? */
static bool was_sent(const struct wire_conn *conn, int from, uint32_t ack,
		     const uint64_t *seq)
{
	size_t i;

	for (i = 0; i < conn->packets; i++) {
		const struct packet *p = &conn->packet[i];

		if (p->from == from && p->tap == from &&
		    p->flags & PACKET_ACK && p->ack == ack &&
		    (!seq || p->seq == *seq))
			return true;
	}
	return false;
}

/* Wave 2 or 4: the acknowledgment that end @from sent for the peer's FIN. */
static void check_ack(struct verdict_match *m, struct json_object *wave, int from)
{
	const struct wire_end *receiver = &m->conn->end[!from];
	uint64_t ack, seq;
	bool known = get_number(wave, "seq", &seq);

	if (!receiver->fin)
		differ(m, "an ACK of a FIN that was not sent");
	if (!get_number(wave, "ack", &ack))
		return;
	if (ack != (uint32_t)(receiver->fin_seq + 1))
		differ(m, "ack: %u expected, %llu seen", receiver->fin_seq + 1,
		       (unsigned long long)ack);
	if (!was_sent(m->conn, from, ack, known ? &seq : NULL))
		differ(m, "no segment like wave %llu: %s",
		       (unsigned long long)number(wave, "wave"),
		       json_object_to_json_string(wave));
	if (member(wave, "received_ns") && !receiver->acked)
		differ(m, "received_ns: null expected, no ACK came");
	else
		expect_after(m, wave, "received_ns", receiver->acked_ns);
}

/* Has the verdict the end that sent the FIN, or a peer that received it? */
static bool was_fin_seen(const struct verdict_match *m, int from)
{
	return end_part(m, from) ||
	       (end_part(m, !from) && m->conn->end[!from].peer_fin);
}

/* A FIN on the wire and its ACK must be waves of the verdict. */
static void check_complete_waves(struct verdict_match *m, int from, bool fin,
				 bool ack)
{
	const struct wire_end *sender = &m->conn->end[from];
	const char *name = from ? "server" : "client";

	if (sender->fin && !fin && was_fin_seen(m, from))
		differ(m, "the %s's FIN seq=%u expected as a wave", name,
		       sender->fin_seq);
	if (sender->acked && !ack && existed(m, from, sender->acked_ns))
		differ(m, "the ACK of the %s's FIN expected as a wave", name);
}

void check_waves(struct verdict_match *m)
{
	struct json_object *waves = member(m->verdict, "waves"), *wave;
	bool fin[2] = { false, false }, ack[2] = { false, false };
	int i, from;

	assert_int_equal(json_object_array_length(waves), 4);
	for (i = 0; i < 4; i++) {
		wave = json_object_array_get_idx(waves, i);
		assert_int_equal(number(wave, "wave"), i + 1);
		if (!member(wave, "seen"))
			continue;
		if (!member(wave, "from") && m->partial)
			continue;
		if (!member(wave, "from")) {
			differ(m, "wave %d: where it is from expected", i + 1);
			continue;
		}
		from = end_of(m, string(wave, "from"));
		if (i == 0 || i == 2) {
			fin[from] = true;
			check_fin(m, wave, from);
		} else {
			ack[!from] = true;
			check_ack(m, wave, from);
		}
		check_relative(m, wave, "seq", "rel_seq", &m->conn->end[from]);
		check_relative(m, wave, "ack", "rel_ack",
			       &m->conn->end[!from]);
	}
	for (i = 0; i < 2 && !m->partial; i++)
		check_complete_waves(m, i, fin[i], ack[i]);
}
