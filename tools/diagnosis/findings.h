/* SPDX-License-Identifier: GPL-2.0 */
/* What "doctor" found: a list of findings, and how they are put together. */
#ifndef TCPFIN_FINDINGS_H
#define TCPFIN_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TCPFIN_FINDINGS_MAX	64
#define TCPFIN_MEMBERS_MAX	20
#define TCPFIN_SENTENCES_MAX	6
#define TCPFIN_WORDS_MAX		400

/**
 * enum tcpfin_trouble - what a finding is about
 * @TCPFIN_CLOSE_WAIT: a process does not close what its peers have closed
 * @TCPFIN_FIN_WAIT2: a process waits for peers to close
 * @TCPFIN_FIN_WAIT2_ORPHANS: many sockets without a process do
 * @TCPFIN_TW_REFUSED: connections got no TIME_WAIT
 * @TCPFIN_TW_BUCKETS: the places for mini-sockets run out
 * @TCPFIN_PORTS: local ports to a destination run out
 * @TCPFIN_DATA_LOST: RSTs threw data away
 * @TCPFIN_LAST_ACK_LOST: peers' FINs came again in TIME_WAIT
 * @TCPFIN_ORPHAN_TIMEOUTS: orphans were given up
 * @TCPFIN_ORPHAN_LIMIT: too many orphans, or no memory for them
 */
enum tcpfin_trouble {
	TCPFIN_CLOSE_WAIT,
	TCPFIN_FIN_WAIT2,
	TCPFIN_FIN_WAIT2_ORPHANS,
	TCPFIN_TW_REFUSED,
	TCPFIN_TW_BUCKETS,
	TCPFIN_PORTS,
	TCPFIN_DATA_LOST,
	TCPFIN_LAST_ACK_LOST,
	TCPFIN_ORPHAN_TIMEOUTS,
	TCPFIN_ORPHAN_LIMIT,
};

/* How bad it is; the worst comes last. */
enum tcpfin_severity {
	TCPFIN_NOTE,
	TCPFIN_WARNING,
	TCPFIN_CRITICAL,
};

enum tcpfin_member_type {
	TCPFIN_MEMBER_NUMBER,
	TCPFIN_MEMBER_MS,
	TCPFIN_MEMBER_TEXT,
	TCPFIN_MEMBER_BOOL,
};

/**
 * struct tcpfin_member - one value for scripts
 * @key: its name, a constant
 * @type: enum tcpfin_member_type
 * @known: otherwise it is null
 * @number: NUMBER, BOOL; MS: nanoseconds
 * @text: TEXT: printable ASCII
 */
struct tcpfin_member {
	const char *key;
	enum tcpfin_member_type type;
	bool known;
	uint64_t number;
	char text[80];
};

/**
 * struct tcpfin_finding - one finding
 * @trouble: what it is about
 * @severity: how bad it is
 * @weight: of two of the same severity and trouble the larger one is worse
 * @what: the finding in a sentence
 * @evidence: what it rests on
 * @advice: what to do
 * @member: the same for scripts
 * @nevidence: how many of them there are
 * @nadvice: likewise
 * @nmembers: likewise
 */
struct tcpfin_finding {
	enum tcpfin_trouble trouble;
	enum tcpfin_severity severity;
	uint64_t weight;
	char what[TCPFIN_WORDS_MAX];
	char evidence[TCPFIN_SENTENCES_MAX][TCPFIN_WORDS_MAX];
	char advice[TCPFIN_SENTENCES_MAX][TCPFIN_WORDS_MAX];
	struct tcpfin_member member[TCPFIN_MEMBERS_MAX];
	unsigned int nevidence;
	unsigned int nadvice;
	unsigned int nmembers;
};

/**
 * struct tcpfin_findings - all of them
 * @list: see tcpfin_findings_sort()
 * @count: how many
 */
struct tcpfin_findings {
	struct tcpfin_finding list[TCPFIN_FINDINGS_MAX];
	unsigned int count;
};

/**
 * tcpfin_findings_add() - begin a finding
 * @all: the list; when it is full, the last one is begun again
 * @trouble: what it is about
 * @severity: how bad it is
 * @weight: see struct tcpfin_finding
 *
 * Return: the finding, without text.
 */
struct tcpfin_finding *tcpfin_findings_add(struct tcpfin_findings *all,
					   enum tcpfin_trouble trouble,
					   enum tcpfin_severity severity,
					   uint64_t weight);

/**
 * tcpfin_findings_sort() - put the worst first
 * @all: the list
 */
void tcpfin_findings_sort(struct tcpfin_findings *all);

/* Write the sentence, a line of evidence, a piece of advice. */
void tcpfin_find_what(struct tcpfin_finding *f, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void tcpfin_find_evidence(struct tcpfin_finding *f, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void tcpfin_find_advice(struct tcpfin_finding *f, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Add a value for scripts; @key has to be a constant. */
void tcpfin_find_number(struct tcpfin_finding *f, const char *key, bool known,
			uint64_t number);
void tcpfin_find_ms(struct tcpfin_finding *f, const char *key, bool known,
		    uint64_t ns);
void tcpfin_find_text(struct tcpfin_finding *f, const char *key,
		      const char *text);
void tcpfin_find_bool(struct tcpfin_finding *f, const char *key, bool value);

/**
 * tcpfin_trouble_name() - the word for what a finding is about
 * @trouble: it
 *
 * Return: the word.
 */
const char *tcpfin_trouble_name(enum tcpfin_trouble trouble);

/**
 * tcpfin_severity_name() - the word for how bad it is
 * @severity: it
 *
 * Return: the word.
 */
const char *tcpfin_severity_name(enum tcpfin_severity severity);

#endif /* TCPFIN_FINDINGS_H */
