/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sync(2) before a reboot. */
#include "harness/client/sync_for.h"

#include <sys/wait.h>
#include <unistd.h>

#define POLL_MS 50

void sync_for(int seconds)
{
	pid_t pid = fork();

	if (pid == 0) {
		sync();
		_exit(0);
	}
	for (int ms = 0; ms < seconds * 1000 && pid > 0 && waitpid(pid, NULL, WNOHANG) == 0;
	     ms += POLL_MS)
		usleep(POLL_MS * 1000);
}
