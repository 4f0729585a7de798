/* SPDX-License-Identifier: GPL-2.0 */
/* What "doctor" found: a list of findings, and how they are put together. */
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
 * @FINDING_CLOSE_WAIT: a process does not close what its peers have closed
 * @FINDING_FIN_WAIT2: a process waits for peers to close
 * @FINDING_FIN_WAIT2_ORPHANS: many sockets without a process do
 * @FINDING_TW_REFUSED: connections got no TIME_WAIT
 * @FINDING_TW_BUCKETS: the places for mini-sockets run out
 * @FINDING_PORTS: local ports to a destination run out
 * @FINDING_DATA_LOST: RSTs threw data away
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

/* How bad it is; the worst comes last. */
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
 * @known: otherwise it is null
 * @number: NUMBER, BOOL; MS: nanoseconds
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
struct finding {
	enum finding_kind trouble;
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
 * struct findings - all of them
 * @list: see findings_sort()
 * @count: how many
 */
struct findings {
	struct finding list[FINDINGS_MAX];
	unsigned int count;
};

/**
 * findings_add() - begin a finding
 * @all: the list; when it is full, the last one is begun again
 * @trouble: what it is about
 * @severity: how bad it is
 * @weight: see struct finding
 *
 * Return: the finding, without text.
 */
struct finding *findings_add(struct findings *all, enum finding_kind trouble,
			     enum severity severity, uint64_t weight);

/**
 * findings_sort() - put the worst first
 * @all: the list
 */
void findings_sort(struct findings *all);

/* Write the sentence, a line of evidence, a piece of advice. */
void finding_what(struct finding *f, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void finding_evidence(struct finding *f, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void finding_advice(struct finding *f, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Add a value for scripts; @key has to be a constant. */
void finding_number(struct finding *f, const char *key, bool known,
		    uint64_t number);
void finding_ms(struct finding *f, const char *key, bool known, uint64_t ns);
void finding_text(struct finding *f, const char *key, const char *text);
void finding_bool(struct finding *f, const char *key, bool value);

/**
 * finding_kind_name() - the word for what a finding is about
 * @trouble: it
 *
 * Return: the word.
 */
const char *finding_kind_name(enum finding_kind trouble);

/**
 * severity_name() - the word for how bad it is
 * @severity: it
 *
 * Return: the word.
 */
const char *severity_name(enum severity severity);

#endif /* DIAGNOSIS_FINDINGS_H */
