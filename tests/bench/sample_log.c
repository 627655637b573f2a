/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Big logs for benchmarks. */
#include "sample_log.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "console/monotime.h"

#define SIZE   ((size_t)64 << 20)
#define ROUNDS 11

static int is_crash(const struct dirent *e)
{
	size_t n = strlen(e->d_name);

	return n > 4 && strcmp(e->d_name + n - 4, ".log") == 0 &&
	       strncmp(e->d_name, "quiet-", 6) != 0;
}

static void append_file(struct sample_log *log, const char *directory, const char *name)
{
	char path[4096];
	ssize_t n = -1;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, log->s + log->n, SIZE - log->n);
		close(fd);
	}
	if (n < 0)
		perror(path);
	else
		log->n += (size_t)n;
}

/* What is there, again and again. */
static struct sample_log repeat(struct sample_log log)
{
	size_t once = log.n;

	if (!once) {
		free(log.s);
		return (struct sample_log){0};
	}
	for (; log.n + once <= SIZE; log.n += once)
		memcpy(log.s + log.n, log.s, once);
	return log;
}

struct sample_log sample_log_clean(const char *path)
{
	struct sample_log log = {malloc(SIZE), 0};

	if (log.s)
		append_file(&log, path, "live/good.log");
	return repeat(log);
}

struct sample_log sample_log_dense(const char *path)
{
	struct sample_log log = {malloc(SIZE), 0};
	struct dirent **logs;
	int n = scandir(path, &logs, is_crash, alphasort);

	if (n < 0)
		perror(path);
	for (int i = 0; i < n; i++) {
		if (log.s)
			append_file(&log, path, logs[i]->d_name);
		free(logs[i]);
	}
	if (n >= 0)
		free(logs);
	return repeat(log);
}

void sample_log_race(const struct sample_log *log, struct sample_work *works, size_t n)
{
	for (size_t i = 0; i < n * ROUNDS; i++) {
		struct sample_work *w = &works[i % n];
		struct monotime from = mono_now();
		double speed;

		w->work(log, w->arg);
		speed = (double)log->n / (double)mono_diff(mono_now(), from);
		w->speed = speed > w->speed ? speed : w->speed;
	}
}
