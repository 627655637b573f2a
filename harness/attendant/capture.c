/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Raw bytes and the timeline, appended to the board's and the run's files. */
#include "harness/attendant/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "harness/paths.h"

enum { CONSOLE, NETCONSOLE, TIMELINE, N_FILES };

static const char *const names[N_FILES] = {"console.raw", "netconsole.raw", "timeline.log"};

/* One directory's files; fd -1: not open. */
struct capture_set {
	int fd[N_FILES];
	bool dirty[N_FILES];
};

struct capture {
	struct capture_set board, run;
	uint64_t serial_bytes;
	char step[32];
	int error; /* the first since the last sync */
};

static void set_close(struct capture_set *set)
{
	for (int i = 0; i < N_FILES; i++) {
		if (set->fd[i] >= 0)
			close(set->fd[i]);
		set->fd[i] = -1;
		set->dirty[i] = false;
	}
}

static int set_open(struct capture_set *set, const char *dir, bool fresh)
{
	for (int i = 0; i < N_FILES; i++) {
		char *path = path_format("%s/%s", dir, names[i]);
		char *old = path_format("%s/%s.old", dir, names[i]);

		if (fresh && path && old && rename(path, old) && errno != ENOENT)
			fresh = false; /* then append: never throw a log away */
		set->fd[i] =
			path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644) : -1;
		free(path);
		free(old);
		if (set->fd[i] < 0) {
			int err = errno ? -errno : -ENOMEM;

			set_close(set);
			return err;
		}
	}
	return 0;
}

/* Append all of it; a failure is kept for capture_sync(), since nobody can act on it here. */
static void set_write(struct capture *c, struct capture_set *set, int file, struct iovec *iov,
		      int n_iov)
{
	struct iovec v[4];
	int i = 0;

	if (set->fd[file] < 0)
		return;
	memcpy(v, iov, (size_t)n_iov * sizeof(*v));
	while (i < n_iov) {
		ssize_t n = writev(set->fd[file], v + i, n_iov - i);

		if (n < 0) {
			if (errno == EINTR)
				continue;
			if (!c->error)
				c->error = -errno;
			return;
		}
		set->dirty[file] = true;
		if (set == &c->board && file == CONSOLE)
			c->serial_bytes += (uint64_t)n;
		while (i < n_iov && (size_t)n >= v[i].iov_len)
			n -= (ssize_t)v[i++].iov_len;
		if (i < n_iov) {
			v[i].iov_base = (char *)v[i].iov_base + n;
			v[i].iov_len -= (size_t)n;
		}
	}
}

static void write_both(struct capture *c, int file, struct iovec *iov, int n_iov)
{
	set_write(c, &c->board, file, iov, n_iov);
	set_write(c, &c->run, file, iov, n_iov);
}

int capture_open(const char *dir, bool fresh, struct capture **out)
{
	struct capture *c = malloc(sizeof(*c));
	struct stat st;
	int err;

	if (!c)
		return -ENOMEM;
	*c = (struct capture){.step = "-"};
	for (int i = 0; i < N_FILES; i++)
		c->board.fd[i] = c->run.fd[i] = -1;
	err = set_open(&c->board, dir, fresh);
	if (err) {
		free(c);
		return err;
	}
	if (!fstat(c->board.fd[CONSOLE], &st))
		c->serial_bytes = (uint64_t)st.st_size;
	*out = c;
	return 0;
}

static void set_sync(struct capture *c, struct capture_set *set)
{
	for (int i = 0; i < N_FILES; i++) {
		if (!set->dirty[i])
			continue;
		set->dirty[i] = false;
		if (fdatasync(set->fd[i]) && !c->error)
			c->error = -errno;
	}
}

void capture_close(struct capture *c)
{
	if (!c)
		return;
	capture_sync(c);
	set_close(&c->board);
	set_close(&c->run);
	free(c);
}

int capture_run_begin(struct capture *c, const char *run_dir)
{
	capture_run_end(c);
	return set_open(&c->run, run_dir, false);
}

void capture_run_end(struct capture *c)
{
	set_sync(c, &c->run); /* an error is for the next capture_sync() to tell */
	set_close(&c->run);
	capture_step(c, "-");
}

void capture_step(struct capture *c, const char *step)
{
	snprintf(c->step, sizeof(c->step), "%s", step && *step ? step : "-");
	for (char *p = c->step; *p; p++)
		if (*p <= ' ' || *p > '~')
			*p = '_';
}

void capture_raw(struct capture *c, enum console_source source, const void *bytes, size_t n)
{
	struct iovec iov[2] = {{(void *)bytes, n}, {"\n", 1}};
	int n_iov = 1;

	if (!n)
		return;
	if (source == SOURCE_SERIAL) {
		write_both(c, CONSOLE, iov, 1);
		return;
	}
	if (((const char *)bytes)[n - 1] != '\n')
		n_iov = 2;
	write_both(c, NETCONSOLE, iov, n_iov);
}

void capture_line(struct capture *c, const char *source, struct monotime at, const char *text,
		  size_t len)
{
	char head[128], wall[40];
	struct timespec ts;
	struct tm tm;
	struct iovec iov[3];
	int n;

	clock_gettime(CLOCK_REALTIME, &ts);
	gmtime_r(&ts.tv_sec, &tm);
	strftime(wall, sizeof(wall), "%Y-%m-%dT%H:%M:%S", &tm);
	n = snprintf(head, sizeof(head), "%lld.%06lld %s.%06ldZ %s %s ",
		     (long long)(at.us / 1000000), (long long)(at.us % 1000000), wall,
		     ts.tv_nsec / 1000, source, c->step);
	iov[0] = (struct iovec){head, (size_t)n};
	iov[1] = (struct iovec){(void *)text, len};
	iov[2] = (struct iovec){"\n", 1};
	write_both(c, TIMELINE, iov, 3);
}

uint64_t capture_serial_bytes(const struct capture *c)
{
	return c->serial_bytes;
}

int capture_sync(struct capture *c)
{
	int err;

	set_sync(c, &c->board);
	set_sync(c, &c->run);
	err = c->error;
	c->error = 0;
	return err;
}
