/* SPDX-License-Identifier: GPL-2.0 */
/* The findings of "doctor": a list, and functions to build its entries. */
#ifndef DIAGNOSIS_FINDINGS_H
#define DIAGNOSIS_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "diagnosis/processes.h"
#include "system/netns.h"

#define FINDINGS_MAX	64
#define FINDING_MEMBERS_MAX	24
#define FINDING_SENTENCES_MAX	14
#define FINDING_WORDS_MAX		720
/* Programs, and processes of each, that are listed for scripts */
#define FINDING_PROGRAMS_MAX	4
#define FINDING_PIDS_MAX	16

/* Kind of a finding */
enum finding_kind {
	/* a process does not close connections that its peers closed */
	FINDING_CLOSE_WAIT,
	FINDING_FIN_WAIT2,	/* a process waits for its peers to close */
	/* a process does not close sockets whose connections are over */
	FINDING_NEVER_CLOSED,
	FINDING_CLOSED_WINDOW,	/* closed connections wait for peers that do not read */
	FINDING_NO_ANSWER,	/* closed connections wait for peers that do not answer */
	/* many orphans wait for their peers to close */
	FINDING_FIN_WAIT2_ORPHANS,
	FINDING_TW_REFUSED,	/* connections got no TIME_WAIT */
	FINDING_TW_BUCKETS,	/* the limit of mini-sockets is near */
	FINDING_BOUND_PORTS,	/* local ports run out, since bind() chose them */
	FINDING_PORTS,		/* local ports to a destination run out */
	FINDING_PORT,		/* who holds the local port that was asked for */
	FINDING_NOT_ACCEPTED,	/* listeners were closed with connections waiting */
	FINDING_INJECTED,	/* RSTs that neither end sent */
	FINDING_DATA_LOST,	/* RSTs discarded data */
	FINDING_RESETS,		/* RSTs that are not known to have lost data */
	FINDING_LAST_ACK_LOST,	/* peers' FINs came again in TIME_WAIT */
	FINDING_TIMEOUTS,	/* connections were given up */
	FINDING_ORPHAN_LIMIT,	/* too many orphans, or no memory for them */
};

/* Severities, from the least to the worst */
enum severity {
	SEVERITY_NOTE,
	SEVERITY_WARNING,
	SEVERITY_CRITICAL,
};

enum finding_member_type {
	FINDING_MEMBER_NUMBER,
	FINDING_MEMBER_MS,
	FINDING_MEMBER_TEXT,
	FINDING_MEMBER_BOOL,
};

/* One value for scripts */
struct finding_member {
	const char *key;		/* its name, a constant */
	enum finding_member_type type;	/* enum finding_member_type */
	bool known;			/* the value is known, otherwise null */
	uint64_t number;		/* NUMBER, BOOL; MS: in nanoseconds */
	char text[80];			/* TEXT: printable ASCII */
};

/* Processes of one program that hold sockets */
struct finding_program {
	char comm[80];			/* its name: printable ASCII */
	uint32_t pid[FINDING_PIDS_MAX];
	size_t processes;	/* number of processes, also of those not in @pid */
};

/* One finding */
struct finding {
	enum finding_kind kind;		/* its kind */
	enum severity severity;		/* how bad it is */
	const struct netns *where;	/* the network namespace, NULL: of a recording */
	/* of two findings of the same severity and kind the larger is worse */
	uint64_t weight;
	char what[FINDING_WORDS_MAX];	/* the finding in one sentence */
	/* the grounds for it */
	char evidence[FINDING_SENTENCES_MAX][FINDING_WORDS_MAX];
	char advice[FINDING_SENTENCES_MAX][FINDING_WORDS_MAX];	/* what to do */
	/* the same for scripts */
	struct finding_member member[FINDING_MEMBERS_MAX];
	/* the processes that hold the sockets */
	struct finding_program holder[FINDING_PROGRAMS_MAX];
	unsigned int nholders;		/* number of @holder */
	bool held;			/* about sockets that processes hold: see @holder */
	unsigned int nevidence;		/* number of @evidence */
	unsigned int nadvice;		/* number of @advice */
	unsigned int nmembers;		/* number of @member */
};

/* A list of findings */
struct findings {
	struct finding list[FINDINGS_MAX];	/* see findings_sort() */
	unsigned int count;			/* number of findings */
	uint64_t left_out;	/* further findings, less severe than these */
	struct finding rest;	/* takes a finding that is left out */
	bool failed;	/* without memory: something is missing in a finding */
};

/* Begin a finding. If the list is full, the least severe one is left out. */
struct finding *findings_add(struct findings *all, enum finding_kind kind,
			     enum severity severity, uint64_t weight);

/* Is there more than notes? */
bool findings_are_serious(const struct findings *all);

/* Sort the findings, the worst first. */
void findings_sort(struct findings *all);

/* Set the sentence; add a line of evidence; add a piece of advice. */
void finding_what(struct finding *f, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void finding_evidence(struct finding *f, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void finding_advice(struct finding *f, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Add a value for scripts; @key must be a constant. */
void finding_number(struct finding *f, const char *key, bool known, uint64_t number);
void finding_ms(struct finding *f, const char *key, bool known, uint64_t ns);
void finding_text(struct finding *f, const char *key, const char *text);
void finding_bool(struct finding *f, const char *key, bool known, bool value);

/* List the processes that hold the sockets, for scripts. */
void finding_holders(struct finding *f, const struct processes *p);

/* Return the name of a kind. */
const char *finding_kind_name(enum finding_kind kind);

/* Return the name of a severity. */
const char *severity_name(enum severity severity);

#endif /* DIAGNOSIS_FINDINGS_H */
