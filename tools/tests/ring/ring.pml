/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A model of module/ring.[ch] for spin: a writing CPU, interrupts that write in the
 * middle of its records, and a reader on another CPU. Readers never write, so that one
 * stands for any number, and each ring has one writing CPU, so that one ring stands for
 * all.
 *
 * Memory is as weak as the barriers allow. Stores of the writing CPU leave its store
 * buffer in any order, except stores to the same place, stores on different sides of
 * smp_wmb(), and a release, which follows all earlier stores. An interrupt is no
 * barrier. The reader's loads happen in any order, except loads of the same place, loads
 * after an acquire, and loads on different sides of smp_rmb().
 *
 * Checked in every reachable state:
 * - a record that the reader accepts has all of its words;
 * - the records read and those reported lost are all written records, each once and in
 *   order, and a record reported lost was overwritten;
 * - the writer never waits: before its end it can always take its next step, whatever
 *   the others do (the claim at the end), and writes a record in a fixed number of
 *   steps, without a loop.
 *
 * TOTAL records go into a ring of RECORDS slots; the store buffer has BUFFER places.
 * With READER_MODULE the reader is that of module/ring.c and procfile.c, otherwise that
 * of tools/source/ring_cursor.c. NESTING is the depth of nested interrupts, 1 or 2.
 *
 * Each of these macros drops something, and must make the check fail: NO_A, NO_B, NO_C,
 * NO_D (barriers), NO_MARK (seq = 0), NO_LOOK (reading seq again), EARLY (publish, then
 * fill), TORN_HEAD (an increment that is not atomic), UNCOUNTED (a reader that reports
 * no loss), WAITS (a writer that waits for readers). MANY_NESTED drops an assumption:
 * that interrupts write fewer records than the ring has while one record is written.
 */
#ifndef RECORDS
#define RECORDS	2
#endif
#ifndef TOTAL
#define TOTAL	4
#endif
#ifndef BUFFER
#define BUFFER	4
#endif
#ifndef NESTING
#define NESTING	1
#endif

/* Places in memory: the head; then seq and two words for each slot. */
#define HEAD		0
#define SEQ(n)		(1 + ((n) % RECORDS) * 3)
#define WORD0(n)	(SEQ(n) + 1)
#define WORD1(n)	(SEQ(n) + 2)
#define PLACES		(1 + RECORDS * 3)

byte memory[PLACES];

/*
 * The store buffer, oldest first. A fence before a store is an smp_wmb(): all older
 * stores leave before this one and all younger ones.
 */
byte place[BUFFER];
byte value[BUFFER];
bool fence[BUFFER];
bool release[BUFFER];
byte stored;		/* stores in the buffer */
bool fence_next;

byte head;		/* as the writing CPU sees it */
byte writer_pid;
bool started, done;
byte next;		/* the record that the reader reads next */

hidden byte i;

inline leave_buffer(which)
{
	memory[place[which]] = value[which];
	for (i : which .. BUFFER - 2) {
		place[i] = place[i + 1];
		value[i] = value[i + 1];
		fence[i] = fence[i + 1];
		release[i] = release[i + 1];
	}
	stored--;
	place[stored] = 0;
	value[stored] = 0;
	fence[stored] = false;
	release[stored] = false;
	i = 0;
}

/* The oldest store may always leave, so that a full buffer blocks nobody. */
inline store(where, what, is_release)
{
	d_step {
		if
		:: stored == BUFFER -> leave_buffer(0)
		:: else
		fi;
		place[stored] = where;
		value[stored] = what;
		fence[stored] = fence_next;
		release[stored] = is_release;
		fence_next = false;
		stored++
	}
}

/* An empty buffer needs no fence. */
inline write_barrier()
{
	fence_next = (stored > 0)
}

#ifdef NO_A
#define BARRIER_A	skip
#else
#define BARRIER_A	write_barrier()
#endif

#ifdef NO_B
#define RELEASE		false
#else
#define RELEASE		true
#endif

#ifdef NO_MARK
#define MARK(n)		skip
#else
#define MARK(n)		store(SEQ(n), 0, false)
#endif

#ifdef EARLY
#define PUBLISH_EARLY(n)	store(SEQ(n), (n) + 1, RELEASE)
#define PUBLISH(n)		skip
#else
#define PUBLISH_EARLY(n)	skip
#define PUBLISH(n)		store(SEQ(n), (n) + 1, RELEASE)
#endif

/* Incrementing and storing head is one step, which no interrupt divides. */
#ifdef TORN_HEAD
#define RESERVE(n, between)						\
	n = head; between;						\
	atomic { head = n + 1; store(HEAD, head, false) }
#else
#define RESERVE(n, between)						\
	atomic { n = head; head++; store(HEAD, head, false) }
#endif

#ifdef WAITS
#define SPARE(n)	(n < RECORDS || next + RECORDS > n)
#else
#define SPARE(n)	skip
#endif

/* Write a record: reserve, mark, fill, publish, with "between" after each step. */
#define WRITE(n, between)						\
	RESERVE(n, between); between;					\
	SPARE(n);							\
	MARK(n); between;						\
	BARRIER_A;							\
	PUBLISH_EARLY(n);						\
	store(WORD0(n), n + 1, false); between;				\
	store(WORD1(n), n + 1, false); between;				\
	PUBLISH(n)

/* Any number of interrupts, but not so many that they overwrite record "outer". */
#ifdef MANY_NESTED
#define ROOM		(head < TOTAL)
#else
#define ROOM		(head < TOTAL && head < outer + RECORDS)
#endif
#define INTERRUPT(n, between)						\
	do								\
	:: ROOM -> WRITE(n, between); n = 0				\
	:: break							\
	od

#if NESTING == 2
#define INTERRUPTS	INTERRUPT(inner, INTERRUPT(innermost, skip))
#else
#define INTERRUPTS	INTERRUPT(inner, skip)
#endif

active proctype writer()
{
	byte outer, inner, innermost;

	atomic {
		writer_pid = _pid;
		started = true
	}
	do
	:: head < TOTAL -> WRITE(outer, INTERRUPTS)
	:: else -> break
	od;
	done = true
}

/* May a store leave: is it no release, and does no fence or older store forbid it? */
inline may_leave(which)
{
	ok = (which < stored && !(which > 0 && release[which]));
	if
	:: ok ->
		for (j : 0 .. which - 1) {
			ok = ok && place[j] != place[which] && !fence[j + 1]
		};
		j = 0
	:: else
	fi
}

active proctype buffer()
{
	byte which, j;
	bool ok;

end:
	do
	:: atomic {
		stored > 0 ->
		select (which : 0 .. BUFFER - 1);
		may_leave(which);
		if
		:: ok -> leave_buffer(which)
		:: else
		fi;
		which = 0;
		ok = false
	   }
	od
}

#define LOADED(what)	(loaded & (1 << what))
#define SEQ_FIRST	0
#define WORD_0		1
#define WORD_1		2
#define SEQ_AGAIN	3
#define HEAD_TOO	4
#define ALL		31

#ifdef NO_C
#define AFTER_C		true
#else
#define AFTER_C		LOADED(SEQ_FIRST)
#endif

#ifdef NO_D
#define AFTER_D		true
#else
#define AFTER_D		(LOADED(WORD_0) && LOADED(WORD_1))
#endif

#ifdef NO_LOOK
#define HELD_STILL	true
#else
#define HELD_STILL	(seq_again == next + 1)
#endif

#ifdef UNCOUNTED
#define COUNT(n)	skip
#else
#define COUNT(n)	lost = lost + (n)
#endif

/* Load everything of a record, in any allowed order. */
inline look()
{
	do
	:: !LOADED(SEQ_FIRST) -> atomic {
		seq = memory[SEQ(next)]; loaded = loaded | 1 << SEQ_FIRST }
	:: !LOADED(WORD_0) && AFTER_C -> atomic {
		word0 = memory[WORD0(next)]; loaded = loaded | 1 << WORD_0 }
	:: !LOADED(WORD_1) && AFTER_C -> atomic {
		word1 = memory[WORD1(next)]; loaded = loaded | 1 << WORD_1 }
	:: !LOADED(SEQ_AGAIN) && LOADED(SEQ_FIRST) && AFTER_D -> atomic {
		seq_again = memory[SEQ(next)]; loaded = loaded | 1 << SEQ_AGAIN }
	:: !LOADED(HEAD_TOO) && AFTER_C -> atomic {
		head_seen = memory[HEAD]; loaded = loaded | 1 << HEAD_TOO }
	:: loaded == ALL -> break
	od
}

/* Go on with record "oldest", and count the skipped records as lost. */
inline skip_to(oldest)
{
	assert(oldest > next && head >= oldest + RECORDS);
	COUNT(oldest - next);
	next = oldest
}

#define OLDEST		(head_seen > RECORDS -> head_seen - RECORDS : 0)
#define OVERWRITTEN	(head_seen > next + RECORDS)

/* The reader may wait only while stores are missing in memory. */
#define COME_AGAIN	assert(!quiet)

inline judge()
{
	if
	:: seq == next + 1 && HELD_STILL ->
		assert(word0 == next + 1 && word1 == next + 1);
		seen++;
		next++
#ifdef READER_MODULE
	:: else ->
		if
		:: seq >= next + 1 || OVERWRITTEN ->
			oldest = (OLDEST > next + 1 -> OLDEST : next + 1);
			skip_to(oldest);
			oldest = 0
		:: else -> COME_AGAIN
		fi
#else
	:: else ->
		if
		:: OVERWRITTEN -> oldest = OLDEST; skip_to(oldest); oldest = 0
		:: else -> COME_AGAIN
		fi
#endif
	fi
}

active proctype reader()
{
	byte seq, seq_again, word0, word1, head_seen, oldest;
	byte seen, lost, loaded;
	bool quiet;

	do
	:: next < TOTAL ->
		quiet = done && stored == 0;
		look();
		atomic {
			judge();
			loaded = 0;
			seq = 0; seq_again = 0;
			word0 = 0; word1 = 0;
			head_seen = 0;
			quiet = false
		}
	:: else -> break
	od;
	assert(seen + lost == TOTAL)
}

/* This claim ends, which spin reports, if the writer has to wait. */
never {
	do
	:: started && !done && !enabled(writer_pid) -> break
	:: else
	od
}
