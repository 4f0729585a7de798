// SPDX-License-Identifier: GPL-2.0
/* Roads on which both ends close. */
#include <stdio.h>
#include <unistd.h>

#include "trial.h"

/* close(), acknowledged; then the other end's close(). */
void drive_orphan_close(struct trial *t)
{
	trial_close_both(t, 0);
	trial_wait_ends(t);
}

void drive_server_first(struct trial *t)
{
	trial_close_both(t, 1);
	trial_wait_ends(t);
}

/* The end that may still send does, for as long as it is open. */
static void send_in_half_close(struct trial *t, size_t count)
{
	send_bytes(t->pair.fd[1], count);
	receive_bytes(t->pair.fd[0], count);
	t->half_close_bytes += count;
}

/*
 * Data both ways; shutdown(); the other end goes on sending for a second, in
 * two portions.
 */
void drive_half_close(struct trial *t)
{
	send_bytes(t->pair.fd[0], 3000);
	receive_bytes(t->pair.fd[1], 3000);
	send_bytes(t->pair.fd[1], 5000);
	receive_bytes(t->pair.fd[0], 5000);
	must(shutdown(t->pair.fd[0], SHUT_WR));
	expect_fin(t->pair.fd[1]);
	wait_state(t->pair.fd[0], TCP_FIN_WAIT2);
	send_in_half_close(t, 100000);
	pause_ms(1000);
	send_in_half_close(t, 777);
	close(t->pair.fd[1]);
	expect_eof(t->pair.fd[0]);
	trial_wait_ends(t);
	close(t->pair.fd[0]);
}

/*
 * What the other end wrote while the FIN was on its way does not count, though
 * it comes after the FIN was sent.
 */
void drive_half_close_in_flight(struct trial *t)
{
	trial_tc(t, 0, "add delay 100ms");
	must(shutdown(t->pair.fd[0], SHUT_WR));
	pause_ms(50);
	send_bytes(t->pair.fd[1], 3000);
	receive_bytes(t->pair.fd[0], 3000);
	expect_fin(t->pair.fd[1]);
	wait_state(t->pair.fd[0], TCP_FIN_WAIT2);
	send_in_half_close(t, 7000);
	/* The ACK of that is still on its way. */
	close(t->pair.fd[1]);
	expect_eof(t->pair.fd[0]);
	trial_wait_ends(t);
	close(t->pair.fd[0]);
}

/*
 * The second FIN is queued before the first is acknowledged: one segment. The ACK is
 * put off for 40 ms where data has come before (TCP_ATO_MIN), but only until the
 * next jiffy otherwise, which is too short on a slow kernel.
 */
void drive_both_close(struct trial *t)
{
	send_bytes(t->pair.fd[0], 1);
	receive_bytes(t->pair.fd[1], 1);
	set_quickack(t->pair.fd[1], 0);
	close(t->pair.fd[0]);
	/* Before the ACK goes alone. */
	wait_state(t->pair.fd[1], TCP_CLOSE_WAIT);
	close(t->pair.fd[1]);
	trial_wait_ends(t);
}

/* Both FINs are on their way at once: a delay makes it sure. */
void drive_simultaneous(struct trial *t)
{
	trial_tc(t, 0, "add delay 100ms");
	close(t->pair.fd[0]);
	close(t->pair.fd[1]);
	trial_wait_ends(t);
}

/*
 * The client's FIN waits behind data, and the server's FIN comes first though
 * the client closed earlier. The kernel paces from the 11th segment on: after
 * 13 the next one has to wait.
 */
void drive_unsent_fin(struct trial *t)
{
	unsigned int i, rate = 10000, one = 1;

	must(setsockopt(t->pair.fd[0], SOL_SOCKET, SO_MAX_PACING_RATE, &rate,
			sizeof(rate)));
	must(setsockopt(t->pair.fd[0], IPPROTO_TCP, TCP_NODELAY, &one,
			sizeof(one)));
	for (i = 0; i < 13; i++)
		send_bytes(t->pair.fd[0], 1000);
	receive_bytes(t->pair.fd[1], 13000);
	send_bytes(t->pair.fd[0], 2000);
	t->half_close_bytes = 2000;
	close(t->pair.fd[0]);
	must(shutdown(t->pair.fd[1], SHUT_WR));
	receive_bytes(t->pair.fd[1], 2000);
	expect_eof(t->pair.fd[1]);
	close(t->pair.fd[1]);
	trial_wait_ends(t);
}

/* The client is held in FIN_WAIT2 by its process for long, then let go. */
void drive_attached(struct trial *t)
{
	must(shutdown(t->pair.fd[0], SHUT_WR));
	expect_fin(t->pair.fd[1]);
	wait_state(t->pair.fd[0], TCP_FIN_WAIT2);
	pause_ms(100000);
	close(t->pair.fd[0]);
	events_wait_kind(&t->events, t->pair.cookie[0], "tw-birth");
	pause_ms(10000);
	close(t->pair.fd[1]);
	trial_wait_ends(t);
}

/* The first FIN is lost, and so is the second. */
void drive_lost_fin(struct trial *t)
{
	trial_tc(t, 0, "add loss 100%%");
	close(t->pair.fd[0]);
	events_wait_kind(&t->events, t->pair.cookie[0], "fin-retrans");
	trial_tc(t, 0, "del");
	expect_fin(t->pair.fd[1]);
	events_wait_kind(&t->events, t->pair.cookie[0], "tw-birth");
	close(t->pair.fd[1]);
	trial_wait_ends(t);
}

/*
 * The last ACK is lost, so that the server's FIN comes again. It comes later each
 * time: after the second one there is time enough to run tc(8).
 */
void drive_lost_ack(struct trial *t)
{
	trial_close_first(t, 0);
	trial_tc(t, 0, "add loss 100%%");
	close(t->pair.fd[1]);
	events_wait_count(&t->events, t->pair.cookie[0], "tw-extend", 2);
	trial_tc(t, 0, "del");
	trial_wait_ends(t);
}

/* Many connections that are refused do not get in the way of a teardown. */
void drive_after_refused_connects(struct trial *t)
{
	struct path nobody = t->path;
	int i, fd;

	((struct sockaddr_in *)&nobody.addr)->sin_port = htons(9);
	for (i = 0; i < 2000; i++) {
		fd = client_socket(&nobody, 0);
		assert_int_equal(client_connect(fd, &nobody), -1);
		close(fd);
	}
	drive_orphan_close(t);
}
