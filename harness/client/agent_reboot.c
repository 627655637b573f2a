/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Restart or power off the board when it is asked for. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/reboot.h>
#include <unistd.h>

#include "harness/client/agent.h"
#include "harness/client/init.h"
#include "harness/client/sync_for.h"

#define SYNC_S 2

/* An init that is not ours takes its time to end services which nobody needs any more. */
static int at_once(int command)
{
	sync_for(SYNC_S);
	return reboot(command);
}

int agent_reboot(int argc, char **argv)
{
	bool off = strcmp(argv[0], "poweroff") == 0;
	int r;

	if (argc != 1)
		return 2;
	if (access(RUN_OWN_INIT, F_OK) == 0)
		r = at_once(off ? RB_POWER_OFF : RB_AUTOBOOT);
	else /* kdev-init's signals, the same as busybox init's */
		r = kill(1, off ? SIGUSR2 : SIGTERM);
	return r ? agent_fail("%s: %s", argv[0], strerror(errno)) : 0;
}
