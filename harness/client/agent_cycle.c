/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Many iterations of load and unload at the speed of the bare system calls. Before each a line goes
 * to the kernel's log (harness/loop/iteration_line.h), so that whatever happens is known to be of
 * that iteration, even if this is the last thing that the board says.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "harness/client/agent.h"

#define PARAMS_MAX 4096
#define PID_FILE   "/run/kdev/cycle.pid"

/* Taint that comes with loading any module of one's own: Documentation/admin-guide/
 * tainted-kernels.rst. Any other means that something happened. */
#define TAINT_OF_MODULES (1UL << 0 | 1UL << 1 | 1UL << 10 | 1UL << 12 | 1UL << 13 | 1UL << 15)

static volatile sig_atomic_t told_to_stop;

static void on_term(int signum)
{
	told_to_stop = 1;
}

struct cycle {
	const char *name;
	unsigned long long next, end;
	uint64_t until_ms;       /* of agent_now_ms() */
	char params[PARAMS_MAX]; /* with placeholders */
	const void *image;
	size_t size;
	int kmsg;
	unsigned long taint;
	long load_us, unload_us; /* of the last iteration; -1: there was none */
};

static unsigned long read_taint(void)
{
	char text[32] = "";
	int fd = open("/proc/sys/kernel/tainted", O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return 0;
	if (read(fd, text, sizeof(text) - 1) < 0)
		text[0] = '\0';
	close(fd);
	return strtoul(text, NULL, 10) & ~TAINT_OF_MODULES;
}

static long us_since(const struct timespec *from)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (now.tv_sec - from->tv_sec) * 1000000 + (now.tv_nsec - from->tv_nsec) / 1000;
}

/* Each write is one record. Without a log nobody would know what is being done: -errno. */
static int announce(const struct cycle *c)
{
	char line[96];
	int n = snprintf(line, sizeof(line), "<6>kdev: iteration %llu", c->next);

	if (c->load_us >= 0)
		n += snprintf(line + n, sizeof(line) - (size_t)n, " (%ld + %ld us)", c->load_us,
			      c->unload_us);
	line[n++] = '\n';
	return write(c->kmsg, line, (size_t)n) < 0 ? -errno : 0;
}

/* 0; 1: it was not loaded; 3: it could not be unloaded. The reason is on stderr. */
static int one(struct cycle *c)
{
	char params[PARAMS_MAX];
	struct timespec began;
	long load_us;
	int err;

	if (agent_fill_iteration(c->params, c->next, params, sizeof(params)))
		return agent_fail("load %s: a parameter list longer than 4095 bytes", c->name);
	err = announce(c);
	if (err)
		return agent_fail("/dev/kmsg: %s", strerror(-err));
	clock_gettime(CLOCK_MONOTONIC, &began);
	if (syscall(SYS_init_module, c->image, c->size, params)) {
		err = errno;
		return agent_fail("load %s: %s (%s): %s", c->name,
				  strerrorname_np(err) ? strerrorname_np(err) : "?", strerror(err),
				  agent_load_meaning(err));
	}
	load_us = us_since(&began);
	clock_gettime(CLOCK_MONOTONIC, &began);
	if (syscall(SYS_delete_module, c->name, O_NONBLOCK)) {
		const char *meaning = agent_unload_meaning(errno);

		agent_fail("unload %s: %s%s%s", c->name, strerror(errno), *meaning ? ": " : "",
			   meaning);
		return 3;
	}
	c->load_us = load_us;
	c->unload_us = us_since(&began);
	return 0;
}

static int run(struct cycle *c)
{
	c->taint = read_taint();
	while (c->next < c->end && !told_to_stop && agent_now_ms() < c->until_ms) {
		int status = one(c);

		if (status)
			return status;
		c->next++;
		if (read_taint() != c->taint)
			break;
	}
	return 0;
}

static int map_file(struct cycle *c, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) || st.st_size <= 0) {
		close(fd);
		return -EINVAL;
	}
	c->size = (size_t)st.st_size;
	c->image = mmap(NULL, c->size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	close(fd);
	return c->image == MAP_FAILED ? -ENOMEM : 0;
}

/* So that whoever started us can have us stopped between two iterations. */
static void be_stoppable(void)
{
	struct sigaction sa = {.sa_handler = on_term};
	FILE *f = fopen(PID_FILE, "we");

	sigaction(SIGTERM, &sa, NULL);
	signal(SIGPIPE, SIG_IGN);
	if (!f)
		return;
	fprintf(f, "%d\n", (int)getpid());
	fclose(f);
}

int agent_cycle(int argc, char **argv)
{
	static struct cycle c = {.load_us = -1, .unload_us = -1};
	int err;

	if (argc < 6)
		return 2;
	c.name = argv[1];
	c.next = strtoull(argv[2], NULL, 10);
	c.end = c.next + strtoull(argv[3], NULL, 10);
	c.until_ms = agent_now_ms() + strtoull(argv[4], NULL, 10);
	err = agent_join_params(argv + 6, argc - 6, c.params, sizeof(c.params));
	if (err)
		return agent_fail("load %s: a parameter %s", c.name,
				  err == -ENOSPC ? "list longer than 4095 bytes"
						 : "has both a space and a quote");
	err = map_file(&c, argv[5]);
	if (err)
		return agent_fail("load %s: %s", c.name, strerror(-err));
	c.kmsg = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	if (c.kmsg < 0)
		return agent_fail("/dev/kmsg: %s", strerror(errno));
	be_stoppable();
	agent_print_state();
	err = run(&c);
	/* The log has told of the others. */
	if (c.load_us >= 0)
		printf("kdev-cycled %llu %ld %ld\n", c.next - 1, c.load_us, c.unload_us);
	agent_print_state();
	unlink(PID_FILE);
	close(c.kmsg);
	return err;
}
