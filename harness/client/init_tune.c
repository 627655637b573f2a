/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernel settings of a test board. The aim: everything that hangs is reported by the
 * kernel itself within about 10 s, with the evidence. What happens then
 * (panic=, oops=panic …) is the command line's business.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "harness/client/init.h"

struct setting {
	const char *path, *value;
};

static const struct setting settings[] = {
	/* Records written by init and by test scripts are never rate-limited. */
	{"/proc/sys/kernel/printk_devkmsg", "on\n"},
	/* All SysRq functions: the host asks for stacks and state before it resets. */
	{"/proc/sys/kernel/sysrq", "1"},
	/* A soft lockup is reported after twice this many seconds, checked each 2/5 of it:
	 * at 8 to 10 s. 3 would already catch a slow emulated board's innocent work. */
	{"/proc/sys/kernel/watchdog_thresh", "4"},
	{"/proc/sys/kernel/hung_task_timeout_secs", "10"},
	{"/proc/sys/kernel/hung_task_check_interval_secs", "2"},
	/* Every one of them, not the first 10. */
	{"/proc/sys/kernel/hung_task_warnings", "-1"},
	/* The address and layout of things is what a kernel developer wants to see. */
	{"/proc/sys/kernel/kptr_restrict", "0"},
	{"/proc/sys/kernel/dmesg_restrict", "0"},
};

void init_tune_console(void)
{
	init_write("/proc/sys/kernel/printk", "8");
}

void init_tune(const char *hostname)
{
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		int err = init_write(settings[i].path, settings[i].value);

		/* A kernel without the detector has no such file: the doctor tells. */
		if (err && err != -ENOENT)
			init_error("%s: %s", settings[i].path, strerror(-err));
	}
	if (sethostname(hostname, strlen(hostname)))
		init_error("host name '%s': %s", hostname, strerror(errno));
}
