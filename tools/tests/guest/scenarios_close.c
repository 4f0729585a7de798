// SPDX-License-Identifier: GPL-2.0
/* Scenarios in which both ends close. */
#include <stdio.h>
#include <unistd.h>

#include "test_conn.h"

/* The client closes, the server acknowledges and then closes. */
void scenario_orphan_close(struct test_conn *t)
{
	test_conn_close_both(t, 0);
	test_conn_wait_ends(t);
}

void scenario_server_first(struct test_conn *t)
{
	test_conn_close_both(t, 1);
	test_conn_wait_ends(t);
}

/* The server, which may still send, does so; the client reads everything. */
static void send_in_half_close(struct test_conn *t, size_t count)
{
	send_bytes(t->pair.fd[1], count);
	receive_bytes(t->pair.fd[0], count);
	t->half_close_bytes += count;
}

/*
 * Data both ways, then shutdown() at the client; the server goes on sending for a
 * second, in two portions.
 */
void scenario_half_close(struct test_conn *t)
{
	send_bytes(t->pair.fd[0], 3000);
	receive_bytes(t->pair.fd[1], 3000);
	send_bytes(t->pair.fd[1], 5000);
	receive_bytes(t->pair.fd[0], 5000);
	test_conn_half_close(t);
	send_in_half_close(t, 100000);
	pause_ms(1000);
	send_in_half_close(t, 777);
	close(t->pair.fd[1]);
	expect_eof(t->pair.fd[0]);
	test_conn_wait_ends(t);
	close(t->pair.fd[0]);
}

/*
 * Bytes that the server wrote before the FIN reached it are not bytes of the
 * half-close, although they arrive after the FIN was sent.
 */
void scenario_half_close_in_flight(struct test_conn *t)
{
	test_conn_netem(t, 0, "add delay 100ms");
	must(shutdown(t->pair.fd[0], SHUT_WR));
	pause_ms(50);
	send_bytes(t->pair.fd[1], 3000);
	receive_bytes(t->pair.fd[0], 3000);
	expect_fin(t->pair.fd[1]);
	wait_state(t->pair.fd[0], TCP_FIN_WAIT2);
	send_in_half_close(t, 7000);
	/* The ACK of these bytes is still on its way. */
	close(t->pair.fd[1]);
	expect_eof(t->pair.fd[0]);
	test_conn_wait_ends(t);
	close(t->pair.fd[0]);
}

/*
 * The server queues its FIN before it acknowledges the client's FIN, so that one
 * segment carries both. The kernel delays the ACK by 40 ms if data has arrived before
 * (TCP_ATO_MIN), otherwise only until the next jiffy: too short on a slow kernel.
 */
void scenario_both_close(struct test_conn *t)
{
	send_bytes(t->pair.fd[0], 1);
	receive_bytes(t->pair.fd[1], 1);
	set_quickack(t->pair.fd[1], 0);
	close(t->pair.fd[0]);
	/* Close before the kernel sends the ACK alone. */
	wait_state(t->pair.fd[1], TCP_CLOSE_WAIT);
	close(t->pair.fd[1]);
	test_conn_wait_ends(t);
}

/* Both ends close at once: a delay ensures that the FINs cross. */
void scenario_simultaneous(struct test_conn *t)
{
	test_conn_netem(t, 0, "add delay 100ms");
	close(t->pair.fd[0]);
	close(t->pair.fd[1]);
	test_conn_wait_ends(t);
}

/*
 * The client closes first, but its FIN waits behind data, and the server's FIN
 * arrives earlier. The kernel paces from the 11th segment on: after 13 segments the
 * next one has to wait.
 */
void scenario_unsent_fin(struct test_conn *t)
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
	test_conn_wait_ends(t);
}

/* The client's process keeps the socket in FIN_WAIT2 for 100 s, then closes it. */
void scenario_attached(struct test_conn *t)
{
	test_conn_half_close(t);
	pause_ms(100000);
	close(t->pair.fd[0]);
	events_wait_kind(&t->events, t->pair.cookie[0], "tw-birth");
	pause_ms(10000);
	close(t->pair.fd[1]);
	test_conn_wait_ends(t);
}

/* The client's first FIN and at least one retransmission are lost. */
void scenario_lost_fin(struct test_conn *t)
{
	test_conn_netem(t, 0, "add loss 100%%");
	close(t->pair.fd[0]);
	events_wait_kind(&t->events, t->pair.cookie[0], "fin-retrans");
	test_conn_netem(t, 0, "del");
	expect_fin(t->pair.fd[1]);
	events_wait_kind(&t->events, t->pair.cookie[0], "tw-birth");
	close(t->pair.fd[1]);
	test_conn_wait_ends(t);
}

/*
 * The last ACK is lost, so that the server retransmits its FIN. The intervals grow:
 * after the second retransmission there is enough time to run tc(8).
 */
void scenario_lost_ack(struct test_conn *t)
{
	test_conn_close_first(t, 0);
	test_conn_netem(t, 0, "add loss 100%%");
	close(t->pair.fd[1]);
	events_wait_count(&t->events, t->pair.cookie[0], "tw-extend", 2);
	test_conn_netem(t, 0, "del");
	test_conn_wait_ends(t);
}

/* 2,000 refused connects before the teardown leave no events. */
void scenario_after_refused_connects(struct test_conn *t)
{
	struct path nobody = t->path;
	int i, fd;

	((struct sockaddr_in *)&nobody.addr)->sin_port = htons(9);
	for (i = 0; i < 2000; i++) {
		fd = client_socket(&nobody, 0);
		assert_int_equal(client_connect(fd, &nobody), -1);
		close(fd);
	}
	scenario_orphan_close(t);
}
