/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel functions that module/ring.[ch], ring_alloc.c and ring_cpus.c need, for a
 * program. The kernel headers that they include are links to this file, except
 * linux/errno.h.
 */
#ifndef TESTS_UNIT_MODULE_KERNEL_KERNEL_H
#define TESTS_UNIT_MODULE_KERNEL_KERNEL_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

typedef uint64_t u64;

/**
 * struct cpus - the machine's CPUs, set by the test
 * @possible: number of CPUs that the kernel has room for
 * @present: the first so many are present
 * @online: the first so many are online when the rings are made
 * @prepare: the module's callback before a CPU comes online, NULL if there is none
 */
struct cpus {
	unsigned int possible;
	unsigned int present;
	unsigned int online;
	int (*prepare)(unsigned int cpu);
};

extern struct cpus cpus;
extern _Thread_local unsigned int this_cpu;	/* set by the test */

/* Per-CPU variables are arrays. */
#define CPUS_MAX		1024
#define DECLARE_PER_CPU(type, name)	extern type name[CPUS_MAX]
#define DEFINE_PER_CPU(type, name)	type name[CPUS_MAX]
#define per_cpu_ptr(p, cpu)	(&(*(p))[cpu])
#define this_cpu_ptr(p)		per_cpu_ptr(p, this_cpu)
#define for_each_possible_cpu(cpu)	\
	for ((cpu) = 0; (cpu) < cpus.possible; (cpu)++)
#define for_each_online_cpu(cpu)	\
	for ((cpu) = 0; (cpu) < cpus.online; (cpu)++)
#define num_possible_cpus()	(cpus.possible)
#define num_present_cpus()	(cpus.present)

#define cpus_read_lock()	do { } while (0)
#define cpus_read_unlock()	do { } while (0)
#define cpuhp_setup_state_nocalls_cpuslocked(state, name, startup, teardown)	\
	(cpus.prepare = (startup), 1)
#define cpuhp_remove_state_nocalls(state)	\
	((void)(state), cpus.prepare = NULL)

#define min(a, b)		((a) < (b) ? (a) : (b))
#define rounddown_pow_of_two(n)	(1UL << (63 - __builtin_clzl(n)))
#define PAGE_SHIFT		12
#define ALIGN(x, a)		(((x) + (a) - 1) & ~((u64)(a) - 1))
#define PAGE_ALIGN(x)		ALIGN(x, 1 << PAGE_SHIFT)
#define BUILD_BUG_ON(what)	_Static_assert(!(what), #what)
/* NOLINTNEXTLINE(bugprone-reserved-identifier,cert-*): the name is the kernel's */
#define __ro_after_init

#define READ_ONCE(x)		__atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, v)	__atomic_store_n(&(x), v, __ATOMIC_RELAXED)
#define smp_load_acquire(p)	__atomic_load_n(p, __ATOMIC_ACQUIRE)
#define smp_store_release(p, v)	__atomic_store_n(p, v, __ATOMIC_RELEASE)
#define smp_wmb()		__atomic_thread_fence(__ATOMIC_RELEASE)
#define smp_rmb()		__atomic_thread_fence(__ATOMIC_ACQUIRE)

/* Atomic against signals, which stand for interrupts. */
typedef struct {
	u64 v;
} local64_t;
typedef local64_t atomic64_t;

#define local64_inc_return(l)	__atomic_add_fetch(&(l)->v, 1, __ATOMIC_RELAXED)
#define atomic64_inc(a)		(void)local64_inc_return(a)

static inline void *vmalloc_user(size_t size)
{
	return calloc(1, size);
}

#define vfree(area)		free(area)

static inline u64 si_mem_available(void)
{
	return 1 << 20;
}

static inline void strscpy(char *to, const char *from, size_t size)
{
	if (!memccpy(to, from, '\0', size))
		to[size - 1] = '\0';
}

static inline const struct utsname *init_utsname(void)
{
	static struct utsname name = { .release = "6.1.0-test" };

	return &name;
}

#endif /* TESTS_UNIT_MODULE_KERNEL_KERNEL_H */
