/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Services: started, adopted, watched and stopped. */
#include "harness/netboot/service.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "harness/log.h"
#include "harness/paths.h"

#define TERM_MS      2000
#define KILL_MS      2000
#define SHORT_MS     5000 /* a life shorter than this counts as a failure to live */
#define DEATHS_MAX   5
#define LOG_TAIL_MAX 300

void service_arg(struct service_args *a, const char *fmt, ...)
{
	va_list ap;

	if (a->err)
		return;
	if (a->n == SERVICE_ARGS_MAX) {
		a->err = -E2BIG;
		return;
	}
	va_start(ap, fmt);
	if (vasprintf(&a->argv[a->n], fmt, ap) < 0) {
		a->argv[a->n] = NULL;
		a->err = -ENOMEM;
	} else {
		a->argv[++a->n] = NULL;
	}
	va_end(ap);
}

void service_args_free(struct service_args *a)
{
	for (size_t i = 0; i < a->n; i++)
		free(a->argv[i]);
	*a = (struct service_args){0};
}

unsigned long long service_parse_start_time(const char *stat)
{
	const char *p = strrchr(stat, ')');

	/* Field 3 follows the name; field 22 is 19 further. */
	for (int field = 2; p && field < 22; field++) {
		p = strchr(p + 1, ' ');
	}
	return p ? strtoull(p + 1, NULL, 10) : 0;
}

/* 0: there is no such process, or it is dead and not yet reaped. */
static unsigned long long start_time_of(pid_t pid)
{
	char path[64], buf[1024], *close_paren;
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	f = fopen(path, "re");
	if (!f)
		return 0;
	n = fread(buf, 1, sizeof(buf) - 1, f);
	fclose(f);
	buf[n] = '\0';
	close_paren = strrchr(buf, ')');
	if (close_paren && (!strncmp(close_paren, ") Z", 3) || !strncmp(close_paren, ") X", 3)))
		return 0;
	return service_parse_start_time(buf);
}

static char *record_path(const struct service *s)
{
	return path_format("%s/services/%s.json", s->dir, s->name);
}

static json_t *args_json(const struct service_args *args)
{
	json_t *list = json_array();

	for (size_t i = 0; i < args->n; i++)
		json_array_append_new(list, json_string(args->argv[i]));
	return list;
}

static int write_record(const struct service *s, const struct service_args *args)
{
	char *dir = path_format("%s/services", s->dir), *path = record_path(s), *text = NULL;
	json_t *doc = json_pack("{s:i, s:I, s:o}", "pid", (int)s->pid, "start_time",
				(json_int_t)s->start_time, "argv", args_json(args));
	int rc = -ENOMEM;

	if (dir && path && doc)
		text = json_dumps(doc, JSON_COMPACT);
	if (text)
		rc = path_mkdirs(dir, 0755);
	if (!rc)
		rc = path_write_atomic(path, text, strlen(text), 0644);
	json_decref(doc);
	free(text);
	free(path);
	free(dir);
	return rc;
}

static void remove_record(const struct service *s)
{
	char *path = record_path(s);

	if (path)
		unlink(path);
	free(path);
}

static json_t *read_record(const struct service *s)
{
	char *path = record_path(s);
	size_t len;
	char *text = path ? path_read(path, 1 << 20, &len) : NULL;
	json_t *doc = text ? json_loadb(text, len, 0, NULL) : NULL;

	free(text);
	free(path);
	return doc;
}

static void poll_closed(uv_handle_t *h)
{
	int fd = (int)(intptr_t)h->data;

	close(fd);
	free(h);
}

static void unwatch(struct service *s)
{
	if (!s->poll)
		return;
	s->poll->data = (void *)(intptr_t)s->pidfd;
	uv_close((uv_handle_t *)s->poll, poll_closed);
	s->poll = NULL;
	s->pidfd = -1;
}

/* The last line of its log: the nearest to a reason that there is. */
static void last_words(const struct service *s, char *buf, size_t size)
{
	char *path = path_format("%s/%s.log", s->dir, s->name), *text = NULL, *end;
	size_t len;

	buf[0] = '\0';
	if (path)
		text = path_read(path, 4 << 20, &len);
	if (text && len) {
		end = text + len;
		while (end > text && end[-1] == '\n')
			*--end = '\0';
		end = strrchr(text, '\n');
		snprintf(buf, size, "%.200s", end ? end + 1 : text);
	}
	free(text);
	free(path);
}

static void on_pidfd(uv_poll_t *h, int status, int events)
{
	struct service *s = h->data;
	char why[LOG_TAIL_MAX];

	unwatch(s);
	s->pid = 0;
	last_words(s, why, sizeof(why));
	s->died(s->arg, s, why);
}

/* Without a pidfd the process is ours all the same; only its end is not heard of. */
static void watch(struct service *s)
{
	s->pidfd = (int)syscall(SYS_pidfd_open, s->pid, 0);
	if (s->pidfd < 0) {
		log_warn("%s: pidfd_open: %s", s->name, strerror(errno));
		return;
	}
	s->poll = calloc(1, sizeof(*s->poll));
	if (!s->poll || uv_poll_init(s->loop, s->poll, s->pidfd)) {
		free(s->poll);
		s->poll = NULL;
		close(s->pidfd);
		s->pidfd = -1;
		return;
	}
	s->poll->data = s;
	uv_poll_start(s->poll, UV_READABLE, on_pidfd);
}

void service_init(struct service *s, uv_loop_t *loop, const char *name,
		  const struct board_config *board, const char *dir, service_died_fn died,
		  void *arg)
{
	*s = (struct service){
		.name = name,
		.board = board,
		.dir = dir,
		.died = died,
		.arg = arg,
		.loop = loop,
		.pidfd = -1,
	};
}

/* What the record says, if that process still lives. */
static bool find_recorded(struct service *s, const json_t *doc)
{
	pid_t pid = (pid_t)json_integer_value(json_object_get(doc, "pid"));
	unsigned long long start =
		(unsigned long long)json_integer_value(json_object_get(doc, "start_time"));

	if (pid <= 1 || !start || start_time_of(pid) != start)
		return false;
	s->pid = pid;
	s->start_time = start;
	return true;
}

bool service_adopt(struct service *s, const struct service_args *args)
{
	json_t *doc, *wanted;
	bool same;

	if (s->pid)
		return true;
	doc = read_record(s);
	if (!doc || !find_recorded(s, doc)) {
		json_decref(doc);
		return false;
	}
	wanted = args_json(args);
	same = json_equal(wanted, json_object_get(doc, "argv"));
	json_decref(wanted);
	json_decref(doc);
	if (!same) {
		log_info("%s runs with other arguments than are wanted now: restarted", s->name);
		service_stop(s);
		return false;
	}
	s->started_ms = uv_now(s->loop);
	watch(s);
	return true;
}

int service_start(struct service *s, const struct service_args *args, struct priv_spawn *spawn,
		  char *err, size_t err_len)
{
	char *log = path_format("%s/%s.log", s->dir, s->name);
	pid_t pid;
	int rc;

	if (args->err || !log) {
		snprintf(err, err_len, "%s: out of memory", s->name);
		free(log);
		return args->err ? args->err : -ENOMEM;
	}
	if (!s->deaths)
		unlink(log);
	spawn->argv = (const char *const *)args->argv;
	spawn->log_path = log;
	pid = priv_spawn(s->board, spawn, err, err_len);
	free(log);
	if (pid < 0)
		return (int)pid;
	s->pid = pid;
	s->start_time = start_time_of(pid);
	s->started_ms = uv_now(s->loop);
	rc = write_record(s, args);
	if (rc) {
		snprintf(err, err_len, "%s/services/%s.json: %s", s->dir, s->name, strerror(-rc));
		service_stop(s);
		return rc;
	}
	watch(s);
	return 0;
}

/* Wait for its end, as a pid that may not be our child. */
static bool gone_within(pid_t pid, unsigned long long start, int ms)
{
	for (int waited = 0; waited <= ms; waited += 5) {
		if (start_time_of(pid) != start)
			return true;
		poll(NULL, 0, 5);
	}
	return false;
}

void service_stop(struct service *s)
{
	json_t *doc;

	unwatch(s);
	if (!s->pid) {
		doc = read_record(s);
		if (doc)
			find_recorded(s, doc);
		json_decref(doc);
	}
	if (s->pid && start_time_of(s->pid) == s->start_time) {
		priv_kill(s->pid, SIGTERM);
		if (!gone_within(s->pid, s->start_time, TERM_MS)) {
			priv_kill(s->pid, SIGKILL);
			gone_within(s->pid, s->start_time, KILL_MS);
		}
	}
	s->pid = 0;
	s->deaths = 0;
	remove_record(s);
}

void service_release(struct service *s)
{
	unwatch(s);
	s->pid = 0;
}

bool service_worth_restarting(struct service *s)
{
	uv_update_time(s->loop);
	if (uv_now(s->loop) - s->started_ms > SHORT_MS)
		s->deaths = 0;
	return ++s->deaths <= DEATHS_MAX;
}
