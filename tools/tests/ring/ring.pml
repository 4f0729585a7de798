/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A model of module/ring.[ch] for spin: one CPU that writes, interrupts that
 * write in the middle of its writing, and a reader on another CPU. Readers
 * never write, so that one stands for any number of them, and each ring has one
 * writing CPU, so that one ring stands for all.
 *
 * Memory is as weak as the barriers allow. What the writing CPU stores goes
 * through a buffer that is emptied in any order, but for stores to one place,
 * those on two sides of smp_wmb(), and a release, which comes after all before
 * it. An interrupt is no barrier. The reader's loads are done in any order, but
 * for two of one place, those after an acquire, and those on two sides of
 * smp_rmb().
 *
 * What is checked, in every state that can be reached:
 * - a record that the reader believes has all of its words;
 * - records seen and records told lost are together all that were written, each
 *   once and in order, and what is told lost was really overwritten;
 * - the writer is never kept waiting: at any moment before its end it can take
 *   its next step, whatever the others do or leave (the claim at the end), and
 *   a record takes it a fixed number of steps: there is no loop within.
 *
 * TOTAL records go into a ring of RECORDS slots; the store buffer has BUFFER
 * places. READER_MODULE makes the reader that of module/ring.c and procfile.c,
 * otherwise it is that of tools/source/ring_cursor.c. NESTING is how many interrupts may
 * be under way at once, 1 or 2.
 *
 * Each of these macros drops something, and must make the check fail: NO_A,
 * NO_B, NO_C, NO_D (the barriers), NO_MARK (seq = 0), NO_LOOK (the second
 * look), EARLY (publish, then fill), TORN_HEAD (an increment that is not
 * atomic), UNCOUNTED (a reader that tells no loss), WAITS (a writer that spares
 * what was not read yet). MANY_NESTED drops an assumption: that interrupts write
 * fewer records than the ring has while one record is being written.
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
 * The store buffer, oldest first. A fence in front of a store is that of an
 * smp_wmb(): all older ones come before it and all younger ones.
 */
byte place[BUFFER];
byte value[BUFFER];
bool fence[BUFFER];
bool release[BUFFER];
byte stored;		/* how many there are */
bool fence_next;

byte head;		/* as the writing CPU itself sees it */
byte writer_pid;
bool started, done;
byte next;		/* the record that the reader wants */

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

/* The oldest store may always leave: a full buffer makes nobody wait. */
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

/* Nothing to keep apart if nothing is under way. */
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

/* Head and its store are one step: an interrupt comes before it or after. */
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

/* One record: reserve, mark, fill, publish, and "between" in between. */
#define WRITE(n, between)						\
	RESERVE(n, between); between;					\
	SPARE(n);							\
	MARK(n); between;						\
	BARRIER_A;							\
	PUBLISH_EARLY(n);						\
	store(WORD0(n), n + 1, false); between;				\
	store(WORD1(n), n + 1, false); between;				\
	PUBLISH(n)

/* Interrupts, as many as come, but for those that come round to "outer". */
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

/* Only the oldest store may leave if a fence or a release says so. */
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

/* All that a look at one record loads, in any order that is allowed. */
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

/* Go on with record "oldest", and tell what that skips. */
inline skip_to(oldest)
{
	assert(oldest > next && head >= oldest + RECORDS);
	COUNT(oldest - next);
	next = oldest
}

#define OLDEST		(head_seen > RECORDS -> head_seen - RECORDS : 0)
#define OVERWRITTEN	(head_seen > next + RECORDS)

/* When all is written and in memory, nothing may be waited for any more. */
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

/* Found true if it ever ends: the writer is kept waiting. */
never {
	do
	:: started && !done && !enabled(writer_pid) -> break
	:: else
	od
}
