/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * SysRq without a BREAK: the kernel does the key's work before the write returns, so a line of ours
 * after it is the exact end of what it said (drivers/tty/sysrq.c, write_sysrq_trigger()).
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "harness/client/agent.h"
#include "watchdog/harvest.h"

/* Those that only tell. */
static const char keys[] = "lwdm";

static int put(const char *path, const char *text, size_t len)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), err = 0;

	if (fd < 0 || write(fd, text, len) < 0)
		err = -errno;
	if (fd >= 0)
		close(fd);
	return err;
}

int agent_sysrq(int argc, char **argv)
{
	char line[80];
	int err;

	if (argc != 2 || strlen(argv[1]) != 1 || !strchr(keys, argv[1][0]))
		return 2;
	err = put("/proc/sysrq-trigger", argv[1], 1);
	if (err)
		return agent_fail("sysrq: /proc/sysrq-trigger: %s", strerror(-err));
	snprintf(line, sizeof(line), "<6>" HARVEST_END "%s\n", argv[1]);
	err = put("/dev/kmsg", line, strlen(line));
	return err ? agent_fail("sysrq: /dev/kmsg: %s", strerror(-err)) : 0;
}
