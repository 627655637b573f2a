/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The network goes away for a while, and comes back by itself: as when a switch is rebooted. */
#include <errno.h>
#include <net/if.h>
#include <net/route.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "harness/client/agent.h"

#define LINKS_MAX 16

/* All links that are up, but for the loop-back. */
static size_t find_links(int fd, struct ifreq *links)
{
	struct if_nameindex *all = if_nameindex();
	size_t n = 0;

	for (struct if_nameindex *i = all; i && i->if_index && n < LINKS_MAX; i++) {
		struct ifreq r = {0};

		snprintf(r.ifr_name, sizeof(r.ifr_name), "%s", i->if_name);
		if (!ioctl(fd, SIOCGIFFLAGS, &r) && r.ifr_flags & IFF_UP &&
		    !(r.ifr_flags & IFF_LOOPBACK))
			links[n++] = r;
	}
	if_freenameindex(all);
	return n;
}

static int set_up(int fd, struct ifreq *links, size_t n, bool up)
{
	int err = 0;

	for (size_t i = 0; i < n; i++) {
		if (up)
			links[i].ifr_flags |= IFF_UP;
		else
			links[i].ifr_flags &= (short)~IFF_UP;
		if (ioctl(fd, SIOCSIFFLAGS, &links[i]))
			err = -errno;
	}
	return err;
}

int agent_offline(int argc, char **argv)
{
	struct ifreq links[LINKS_MAX];
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), err;
	struct timespec ts;
	long ms;
	size_t n;

	if (argc != 2) {
		if (fd >= 0)
			close(fd);
		return 2;
	}
	if (fd < 0)
		return agent_fail("offline: %s", strerror(errno));
	ms = strtol(argv[1], NULL, 10);
	ts = (struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};
	/* Nothing of us may have to be paged in meanwhile. */
	mlockall(MCL_CURRENT | MCL_FUTURE);
	n = find_links(fd, links);
	err = set_up(fd, links, n, false);
	clock_nanosleep(CLOCK_BOOTTIME, 0, &ts, NULL);
	err |= set_up(fd, links, n, true);
	close(fd);
	return err ? agent_fail("offline: %s", strerror(-err)) : 0;
}
