/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The wait for the port mapper: for kdev as root, and for kdev-privileged. */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "harness/netboot/board_services.h"

#define TICK_MS    5
#define RPCBIND_MS 1000

void rpcbind_wait(pid_t pid)
{
	const struct timespec tick = {.tv_nsec = TICK_MS * 1000000L};
	char root[64], path[96];

	/* Its own /run, seen through its eyes, which close when it ends. */
	snprintf(root, sizeof(root), "/proc/%d/root", (int)pid);
	snprintf(path, sizeof(path), "%s/run/rpcbind.sock", root);
	for (int ms = 0; ms < RPCBIND_MS && access(path, F_OK) && !access(root, F_OK);
	     ms += TICK_MS)
		nanosleep(&tick, NULL);
}
