/* SPDX-License-Identifier: GPL-2.0 */
/* The findings of "doctor": a list, and functions to build its entries. */
#ifndef DIAGNOSIS_FINDINGS_H
#define DIAGNOSIS_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FINDINGS_MAX	64
#define FINDING_MEMBERS_MAX	20
#define FINDING_SENTENCES_MAX	6
#define FINDING_WORDS_MAX		400

/**
 * enum finding_kind - what a finding is about
 * @FINDING_CLOSE_WAIT: a process does not close connections that its peers
 *	closed
 * @FINDING_FIN_WAIT2: a process waits for its peers to close
 * @FINDING_FIN_WAIT2_ORPHANS: many orphans wait for their peers to close
 * @FINDING_TW_REFUSED: connections got no TIME_WAIT
 * @FINDING_TW_BUCKETS: the limit of mini-sockets is near
 * @FINDING_PORTS: local ports to a destination run out
 * @FINDING_DATA_LOST: RSTs discarded data
 * @FINDING_LAST_ACK_LOST: peers' FINs came again in TIME_WAIT
 * @FINDING_ORPHAN_TIMEOUTS: orphans were given up
 * @FINDING_ORPHAN_LIMIT: too many orphans, or no memory for them
 */
enum finding_kind {
	FINDING_CLOSE_WAIT,
	FINDING_FIN_WAIT2,
	FINDING_FIN_WAIT2_ORPHANS,
	FINDING_TW_REFUSED,
	FINDING_TW_BUCKETS,
	FINDING_PORTS,
	FINDING_DATA_LOST,
	FINDING_LAST_ACK_LOST,
	FINDING_ORPHAN_TIMEOUTS,
	FINDING_ORPHAN_LIMIT,
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

/**
 * struct finding_member - one value for scripts
 * @key: its name, a constant
 * @type: enum finding_member_type
 * @known: the value is known, otherwise null
 * @number: NUMBER, BOOL; MS: in nanoseconds
 * @text: TEXT: printable ASCII
 */
struct finding_member {
	const char *key;
	enum finding_member_type type;
	bool known;
	uint64_t number;
	char text[80];
};

/**
 * struct finding - one finding
 * @kind: what it is about
 * @severity: how bad it is
 * @weight: of two findings of the same severity and kind the larger is worse
 * @what: the finding in one sentence
 * @evidence: what it is based on
 * @advice: what to do
 * @member: the same for scripts
 * @nevidence: number of @evidence
 * @nadvice: number of @advice
 * @nmembers: number of @member
 */
struct finding {
	enum finding_kind kind;
	enum severity severity;
	uint64_t weight;
	char what[FINDING_WORDS_MAX];
	char evidence[FINDING_SENTENCES_MAX][FINDING_WORDS_MAX];
	char advice[FINDING_SENTENCES_MAX][FINDING_WORDS_MAX];
	struct finding_member member[FINDING_MEMBERS_MAX];
	unsigned int nevidence;
	unsigned int nadvice;
	unsigned int nmembers;
};

/**
 * struct findings - a list of findings
 * @list: see findings_sort()
 * @count: number of findings
 */
struct findings {
	struct finding list[FINDINGS_MAX];
	unsigned int count;
};

/**
 * findings_add() - begin a finding
 * @all: the list; if it is full, the last finding is overwritten
 * @kind: what the finding is about
 * @severity: how bad it is
 * @weight: see struct finding
 *
 * Return: the finding, without text.
 */
struct finding *findings_add(struct findings *all, enum finding_kind kind,
			     enum severity severity, uint64_t weight);

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
void finding_number(struct finding *f, const char *key, bool known,
		    uint64_t number);
void finding_ms(struct finding *f, const char *key, bool known, uint64_t ns);
void finding_text(struct finding *f, const char *key, const char *text);
void finding_bool(struct finding *f, const char *key, bool value);

/* Return the word for what a finding is about. */
const char *finding_kind_name(enum finding_kind kind);

/* Return the word for a severity. */
const char *severity_name(enum severity severity);

#endif /* DIAGNOSIS_FINDINGS_H */
