/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Heartbeats. Nothing in this loop touches a file outside of RAM or waits for anything but
 * the clock: its silence must mean that the kernel no longer runs programs.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "harness/client/agent.h"
#include "watchdog/heartbeat.h"

#define PERIOD_MS  1000
#define STARTUP_MS 25 /* how often to look for the ssh server until it is there */
#define SSH_PORT   22
#define PRIORITY   10 /* of 1 to 99: before all ordinary work, behind the kernel's own */

static ssize_t read_small(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, buf, size - 1);
	close(fd);
	if (n < 0)
		return -EIO;
	buf[n] = '\0';
	return n;
}

static bool ssh_listens(void)
{
	/* /proc/net/tcp starts with the listeners, so one read holds them. */
	char table[4096];

	return (read_small("/proc/net/tcp", table, sizeof(table)) > 0 &&
		agent_listens(table, SSH_PORT)) ||
	       (read_small("/proc/net/tcp6", table, sizeof(table)) > 0 &&
		agent_listens(table, SSH_PORT));
}

/* "0b1f1e62-…" without its dashes. */
static int read_boot_id(char id[HEARTBEAT_BOOT_ID + 1])
{
	char text[64];
	size_t n = 0;

	if (read_small("/proc/sys/kernel/random/boot_id", text, sizeof(text)) < 0)
		return -EIO;
	for (const char *p = text; *p && *p != '\n'; p++) {
		if (*p == '-')
			continue;
		if (n == HEARTBEAT_BOOT_ID)
			return -EIO;
		id[n++] = *p;
	}
	id[n] = '\0';
	return n == HEARTBEAT_BOOT_ID ? 0 : -EIO;
}

static int connect_to(const char *server)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(HEARTBEAT_PORT)};
	int fd;

	if (inet_pton(AF_INET, server, &to.sin_addr) != 1)
		return -EINVAL;
	fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&to, sizeof(to))) {
		close(fd);
		return -errno;
	}
	return fd;
}

/* Run before everything else, from memory that stays, and die last. */
static void become_unstoppable(void)
{
	struct sched_param sp = {.sched_priority = PRIORITY};
	int fd;

	if (mlockall(MCL_CURRENT | MCL_FUTURE))
		agent_fail("mlockall: %s", strerror(errno));
	if (sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &sp))
		agent_fail("SCHED_RR: %s", strerror(errno));
	fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "-1000", 5) != 5)
		agent_fail("oom_score_adj: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
}

static void send_beat(int fd, struct heartbeat *hb)
{
	char buf[HEARTBEAT_MAX];
	int n = heartbeat_format(hb, buf, sizeof(buf));

	/* A failed send is a lost beat, which the receiver counts. */
	if (n > 0 && send(fd, buf, (size_t)n, 0) < 0 && errno == EBADF)
		agent_fail("heartbeat: %s", strerror(errno));
	hb->seq++;
}

static void sleep_until(uint64_t ms)
{
	struct timespec ts = {.tv_sec = (time_t)(ms / 1000),
			      .tv_nsec = (long)(ms % 1000) * 1000000L};

	clock_nanosleep(CLOCK_BOOTTIME, TIMER_ABSTIME, &ts, NULL);
}

static void beat_for_ever(int fd, struct heartbeat *hb, struct nfs_probe *probe)
{
	uint64_t next = agent_now_ms();

	for (;;) {
		uint64_t now = agent_now_ms();
		bool was_ready = hb->ready;

		hb->ready = ssh_listens();
		/* Becoming ready is told at once: somebody waits for it. */
		if (now >= next || (hb->ready && !was_ready)) {
			hb->uptime_ms = now;
			hb->nfs_ms = nfs_probe_age(probe, now);
			send_beat(fd, hb);
			nfs_probe_keep(probe);
			next = now + PERIOD_MS;
		}
		sleep_until(hb->ready ? next : now + STARTUP_MS);
	}
}

int agent_beat(int argc, char **argv)
{
	struct heartbeat hb = {0};
	struct nfs_probe *probe;
	int fd;

	if (argc != 3)
		return 2;
	if (read_boot_id(hb.boot_id))
		return agent_fail("cannot read the boot id");
	fd = connect_to(argv[1]);
	if (fd < 0)
		return agent_fail("heartbeat to %s: %s", argv[1], strerror(-fd));
	/* Before the locking and the priority: the probe needs neither. */
	probe = nfs_probe_start(argv[2]);
	if (!probe) {
		close(fd);
		return agent_fail("NFS probe: %s", strerror(errno));
	}
	become_unstoppable();
	beat_for_ever(fd, &hb, probe);
	return 0;
}
