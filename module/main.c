// SPDX-License-Identifier: GPL-2.0
/* Load, unload and parameters of tcpfin.ko. */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/module.h>
#include <linux/string.h>

#include "choice.h"
#include "probes.h"
#include "procfile.h"
#include "ring.h"
#include "text.h"

#define RING_SIZES	"a power of two from " __stringify(TCPFIN_RECORDS_MIN)	\
			" to " __stringify(TCPFIN_RECORDS_MAX)

/*
 * Parameters are strings, so that any bad value gets one line in the log,
 * and the line is ours; for a bad number the kernel would print its own.
 */
static char *ring_size = "auto";
module_param(ring_size, charp, 0400);
MODULE_PARM_DESC(ring_size, "records per ring, " RING_SIZES " (default auto: from "
		 __stringify(TCPFIN_RECORDS_DEFAULT_MIN) " to "
		 __stringify(TCPFIN_RECORDS_DEFAULT_MAX)
		 ", so that all rings take 64 MiB if possible)");

static char *scope = "teardown";
module_param(scope, charp, 0400);
MODULE_PARM_DESC(scope, "which state changes to record: teardown (default) or all");

static const char * const scopes[] = {
	[TCPFIN_SCOPE_TEARDOWN] = "teardown",
	[TCPFIN_SCOPE_ALL] = "all",
};

/* A value may hold any bytes: escape it, so that it stays one line. */
static void refuse_parameter(const char *name, const char *value,
			     const char *wanted)
{
	char text[64];

	tcpfin_text_escape(text, sizeof(text), value, strlen(value));
	pr_err("%s=%s: want %s\n", name, text, wanted);
}

/* Put the number of records in @records, 0 for the default. */
static bool read_ring_size(unsigned int *records)
{
	*records = 0;
	if (!strcmp(ring_size, "auto"))
		return true;
	return !kstrtouint(ring_size, 0, records) && is_power_of_2(*records) &&
	       *records >= TCPFIN_RECORDS_MIN && *records <= TCPFIN_RECORDS_MAX;
}

/*
 * What is chosen can be changed later, too. While the module is being loaded a
 * bad value fails in tcpfin_init(): the kernel would print a line of its own.
 */
static bool loading = true;
static bool refused;

static int refuse_choice(const char *name, const char *value,
			 const char *wanted)
{
	refuse_parameter(name, value, wanted);
	refused = loading;
	return loading ? 0 : -EINVAL;
}

static int set_ports(const char *value, const struct kernel_param *param)
{
	if (!tcpfin_choice_set_ports(value))
		return 0;
	return refuse_choice("ports", value,
			     "up to 16 ports or ranges, as 80,443,8000-8999");
}

static int get_ports(char *buf, const struct kernel_param *param)
{
	return tcpfin_choice_get_ports(buf, PAGE_SIZE);
}

static const struct kernel_param_ops ports_ops = {
	.set = set_ports, .get = get_ports,
};

module_param_cb(ports, &ports_ops, NULL, 0600);
MODULE_PARM_DESC(ports, "record only connections with one of up to 16 local or remote ports or ranges: 80,443,8000-8999 (default all)");

static int set_netns(const char *value, const struct kernel_param *param)
{
	if (!tcpfin_choice_set_netns(value))
		return 0;
	return refuse_choice("netns", value,
			     "the inode number of a network namespace");
}

static int get_netns(char *buf, const struct kernel_param *param)
{
	return tcpfin_choice_get_netns(buf, PAGE_SIZE);
}

static const struct kernel_param_ops netns_ops = {
	.set = set_netns, .get = get_netns,
};

module_param_cb(netns, &netns_ops, NULL, 0600);
MODULE_PARM_DESC(netns, "record only connections in the network namespace with this inode number (default all)");

/* From now on a bad value fails in its write. Was there one before? */
static bool end_loading(void)
{
	bool bad;

	kernel_param_lock(THIS_MODULE);
	loading = false;
	bad = refused;
	kernel_param_unlock(THIS_MODULE);
	return bad;
}

static int check_parameters(unsigned int *records, unsigned int *scope_index)
{
	int index;

	if (end_loading())
		return -EINVAL;
	if (!read_ring_size(records)) {
		refuse_parameter("ring_size", ring_size, RING_SIZES ", or auto");
		return -EINVAL;
	}
	index = match_string(scopes, ARRAY_SIZE(scopes), scope);
	if (index < 0) {
		refuse_parameter("scope", scope, "teardown or all");
		return -EINVAL;
	}
	*scope_index = index;
	return 0;
}

static u64 count_recorded(void)
{
	unsigned int ring;
	u64 sum = 0;

	for (ring = 0; ring < tcpfin_rings.count; ring++)
		sum += tcpfin_ring_head(ring);
	return sum;
}

static u64 count_missed(void)
{
	const struct tcpfin_header *header = tcpfin_ring_header();
	unsigned int i;
	u64 sum = 0;

	tcpfin_probes_refresh();
	for (i = 0; i < TCPFIN_PROBES; i++)
		sum += header->probe[i].missed;
	return sum;
}

static int __init make_rings(unsigned int records)
{
	int err = tcpfin_ring_init(records);

	if (err == -ENOMEM)
		pr_err("no memory for %u rings of %llu records: choose a smaller ring_size\n",
		       tcpfin_rings.count, tcpfin_rings.records);
	else if (err)
		pr_err("cannot watch CPUs come and go: error %d\n", err);
	return err;
}

static int __init tcpfin_init(void)
{
	unsigned int records, scope_index;
	char rings[128];
	int err;

	err = check_parameters(&records, &scope_index);
	if (err)
		return err;

	err = make_rings(records);
	if (err)
		return err;
	tcpfin_choice_init(tcpfin_ring_header());
	err = tcpfin_probes_init(scope_index);
	if (err)
		goto err_ring;
	err = tcpfin_procfile_init();
	if (err) {
		pr_err("cannot make /proc/%s: error %d\n", TCPFIN_PROC_NAME,
		       err);
		goto err_probes;
	}
	tcpfin_text_rings(rings, sizeof(rings));
	pr_info("%s loaded: %s, scope %s\n", TCPFIN_VERSION, rings,
		scopes[scope_index]);
	return 0;

err_probes:
	tcpfin_probes_exit();
err_ring:
	tcpfin_choice_exit();
	tcpfin_ring_exit();
	return err;
}

static void __exit tcpfin_exit(void)
{
	tcpfin_probes_exit();
	tcpfin_procfile_exit();
	pr_info("unloaded: %llu recorded, %llu missed, %llu without a ring\n",
		count_recorded(), count_missed(), tcpfin_ring_count_lost());
	tcpfin_choice_exit();
	tcpfin_ring_exit();
}

module_init(tcpfin_init);
module_exit(tcpfin_exit);

MODULE_DESCRIPTION("Records every step of every TCP teardown, TIME_WAIT included");
MODULE_LICENSE("GPL");
MODULE_VERSION(TCPFIN_VERSION);
