/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Heartbeats. Nothing in this loop touches a file outside of RAM or waits for anything but
 * the clock: its silence must mean that the kernel no longer runs programs.
 *
 * One thread a CPU, bound to it: a CPU that is locked up takes its own thread along, and another
 * beats in its place. Silence then means that no CPU is left.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "harness/client/agent.h"
#include "watchdog/heartbeat.h"

#define PERIOD_MS  1000
#define CLAIM_MS   900 /* a beat is due when the last one is this old */
#define CPUS_MAX   64
#define STACK_SIZE 65536
#define STARTUP_MS 25 /* how often to look for the ssh server until it is there */
#define SSH_PORT   22
#define ALONE_MS   2500 /* nothing was heard of the host for this long: be heard on its console */
#define PRIORITY   10   /* of 1 to 99: before all ordinary work, behind the kernel's own */

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

static bool crash_kernel_loaded(void)
{
	char flag[4] = "";

	return read_small("/sys/kernel/kexec_crash_loaded", flag, sizeof(flag)) > 0 &&
	       flag[0] == '1';
}

/* "0b1f1e62-…" without its dashes. */
static int read_boot_id(char id[HEARTBEAT_BOOT_ID + 1])
{
	char text[64] = "";
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

/* What the threads share: written with atomics alone, so that none can hold up another. */
struct pulse {
	char boot_id[HEARTBEAT_BOOT_ID + 1];
	int fd, kmsg;
	struct nfs_probe *probe;
	_Atomic uint64_t last_ms;
	_Atomic uint64_t seq;
	_Atomic bool ready;
};

struct beater {
	struct pulse *pulse;
	int cpu;
};

/* Run from memory that stays, and die last. */
static void become_unstoppable(void)
{
	int fd;

	if (mlockall(MCL_CURRENT | MCL_FUTURE))
		agent_fail("mlockall: %s", strerror(errno));
	fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "-1000", 5) != 5)
		agent_fail("oom_score_adj: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
}

/* This thread: before all ordinary work, on this CPU. */
static void become_urgent(int cpu)
{
	struct sched_param sp = {.sched_priority = PRIORITY};
	cpu_set_t set;

	if (sched_setscheduler(0, SCHED_RR | SCHED_RESET_ON_FORK, &sp))
		agent_fail("SCHED_RR: %s", strerror(errno));
	CPU_ZERO(&set);
	CPU_SET((size_t)cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		agent_fail("CPU %d: %s", cpu, strerror(errno));
}

/* The host, whose NFS server is silent, may hear no datagram either. The console is another way. */
static void print_beat(const struct pulse *p, const char *beat, int n)
{
	char line[HEARTBEAT_MAX + 32];
	int len = snprintf(line, sizeof(line), "<6>kdev-agent: %.*s\n", n, beat);

	/* Not written: a beat is lost, as it was without a console. */
	if (p->kmsg >= 0 && write(p->kmsg, line, (size_t)len) < 0 && errno == EBADF)
		agent_fail("/dev/kmsg: %s", strerror(errno));
}

static void send_beat(struct pulse *p, uint64_t now)
{
	struct heartbeat hb = {
		.seq = atomic_fetch_add(&p->seq, 1),
		.uptime_ms = now,
		.ready = p->ready,
		.nfs_ms = nfs_probe_age(p->probe, now),
		.stale = nfs_probe_stale(p->probe),
		.crash = crash_kernel_loaded(),
	};
	char buf[HEARTBEAT_MAX];
	int n;

	memcpy(hb.boot_id, p->boot_id, sizeof(hb.boot_id));
	n = heartbeat_format(&hb, buf, sizeof(buf));
	/* A failed send is a lost beat, which the receiver counts. */
	if (n > 0 && send(p->fd, buf, (size_t)n, 0) < 0 && errno == EBADF)
		agent_fail("heartbeat: %s", strerror(errno));
	if (n > 0 && hb.nfs_ms >= ALONE_MS)
		print_beat(p, buf, n);
}

/* Only one of the threads that wake up in the same second gets true. */
static bool claim_beat(struct pulse *p, uint64_t now)
{
	uint64_t last = p->last_ms;

	return now - last >= CLAIM_MS && atomic_compare_exchange_strong(&p->last_ms, &last, now);
}

static void sleep_until(uint64_t ms)
{
	struct timespec ts = {.tv_sec = (time_t)(ms / 1000),
			      .tv_nsec = (long)(ms % 1000) * 1000000L};

	clock_nanosleep(CLOCK_BOOTTIME, TIMER_ABSTIME, &ts, NULL);
}

/* The first thread also looks for the ssh server, and after the probe. */
static void beat_first(struct pulse *p)
{
	uint64_t next = agent_now_ms();

	for (;;) {
		uint64_t now = agent_now_ms();
		bool was_ready = p->ready;

		p->ready = ssh_listens();
		/* Becoming ready is told at once: somebody waits for it. */
		if (p->ready && !was_ready)
			p->last_ms = 0;
		if (claim_beat(p, now))
			send_beat(p, now);
		if (now >= next) {
			nfs_probe_keep(p->probe);
			next = now + PERIOD_MS;
		}
		sleep_until(p->ready ? next : now + STARTUP_MS);
	}
}

static void *beat_too(void *arg)
{
	struct beater *b = arg;

	become_urgent(b->cpu);
	for (;;) {
		uint64_t now = agent_now_ms();

		if (claim_beat(b->pulse, now))
			send_beat(b->pulse, now);
		sleep_until(now + PERIOD_MS);
	}
	return NULL;
}

static void start_others(struct pulse *p)
{
	static struct beater beaters[CPUS_MAX];
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	pthread_attr_t attr;
	pthread_t thread;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK_SIZE);
	for (int cpu = 1; cpu < cpus && cpu < CPUS_MAX; cpu++) {
		beaters[cpu] = (struct beater){p, cpu};
		if (pthread_create(&thread, &attr, beat_too, &beaters[cpu]))
			agent_fail("no thread for CPU %d", cpu);
	}
	pthread_attr_destroy(&attr);
}

int agent_beat(int argc, char **argv)
{
	static struct pulse pulse;

	if (argc != 3)
		return 2;
	if (read_boot_id(pulse.boot_id))
		return agent_fail("cannot read the boot id");
	pulse.fd = connect_to(argv[1]);
	if (pulse.fd < 0)
		return agent_fail("heartbeat to %s: %s", argv[1], strerror(-pulse.fd));
	pulse.kmsg = open("/dev/kmsg", O_WRONLY | O_CLOEXEC | O_NONBLOCK);
	/* Before the locking and the priority: the probe needs neither. */
	pulse.probe = nfs_probe_start(argv[2]);
	if (!pulse.probe) {
		close(pulse.fd);
		return agent_fail("NFS probe: %s", strerror(errno));
	}
	become_unstoppable();
	start_others(&pulse);
	become_urgent(0);
	beat_first(&pulse);
	return 0;
}
