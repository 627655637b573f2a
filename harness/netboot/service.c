/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Services: started, adopted, watched and stopped. */
#include "harness/netboot/service.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/log.h"
#include "harness/netboot/service_file.h"
#include "harness/netboot/service_log.h"
#include "harness/paths.h"

#define TERM_MS  2000
#define KILL_MS  2000
#define SHORT_MS 5000 /* a life shorter than this counts as a failure to live */

/* ---- its end ---- */

/* Why did it end, as far as can be known? Its log is no witness to a signal. */
static void obituary(const struct service *s, char *why, size_t size)
{
	char line[200];
	int status;

	service_log_reason(s->dir, s->name, line, sizeof(line));
	if (priv_reap(s->pid, &status))
		snprintf(why, size, "its log says: %s", line[0] ? line : "nothing");
	else if (WIFSIGNALED(status))
		snprintf(why, size, "killed by signal %d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
	else
		snprintf(why, size, "exit status %d%s%s", WEXITSTATUS(status), line[0] ? ": " : "",
			 line);
}

/* Outlives its service by a turn of the loop: libuv may look at the fd until it has closed. */
struct service_watch {
	uv_poll_t poll;
	struct service *service;
	int pidfd;
};

static void watch_closed(uv_handle_t *h)
{
	struct service_watch *w = h->data;

	close(w->pidfd);
	free(w);
}

static void unwatch(struct service *s)
{
	if (s->watch)
		uv_close((uv_handle_t *)&s->watch->poll, watch_closed);
	else if (s->pidfd >= 0)
		close(s->pidfd);
	s->watch = NULL;
	s->pidfd = -1;
}

static void on_pidfd(uv_poll_t *h, int status, int events)
{
	struct service_watch *w = h->data;
	struct service *s = w->service;
	char why[SERVICE_WHY_MAX];

	obituary(s, why, sizeof(why));
	unwatch(s);
	s->pid = 0;
	s->died(s->arg, s, why);
}

bool service_has_ended(struct service *s, char *why, size_t size)
{
	struct pollfd fd = {.fd = s->pidfd, .events = POLLIN};

	if (s->pidfd < 0 || poll(&fd, 1, 0) != 1)
		return false;
	obituary(s, why, size);
	unwatch(s);
	s->pid = 0;
	return true;
}

/* ---- its life ---- */

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

struct recording {
	const struct service *s;
	const struct service_order *order;
};

static uint64_t digest_of(const struct service_order *order)
{
	return service_digest(order->args->argv, order->config);
}

static int write_record(void *arg, pid_t pid)
{
	const struct recording *rec = arg;
	struct service_record r = {
		.pid = pid,
		.start_time = service_file_start_time(pid),
		.digest = digest_of(rec->order),
	};

	service_file_boot_id(r.boot_id);
	return service_file_write(rec->s->dir, rec->s->name, &r, rec->order->args->argv);
}

static int watch(struct service *s)
{
	struct service_watch *w = calloc(1, sizeof(*w));
	int rc = w ? uv_poll_init(s->loop, &w->poll, s->pidfd) : -ENOMEM;

	if (rc) {
		free(w);
		return rc;
	}
	w->poll.data = w;
	w->service = s;
	w->pidfd = s->pidfd;
	s->watch = w;
	uv_update_time(s->loop);
	s->started_ms = uv_now(s->loop);
	return uv_poll_start(&w->poll, UV_READABLE, on_pidfd);
}

/* Find the recorded process and hold it by a pidfd. */
static enum service_fate find(struct service *s, uint64_t digest)
{
	struct service_record r;
	char boot_id[BOOT_ID_SIZE];
	struct service_now now = {.boot_id = boot_id, .digest = digest};
	enum service_fate fate;

	if (service_file_read(s->dir, s->name, &r))
		return SERVICE_GONE;
	s->pidfd = (int)syscall(SYS_pidfd_open, r.pid, 0);
	if (s->pidfd < 0)
		return SERVICE_GONE;
	/* From here on the pid can't change hands unseen: look after the pidfd is open. */
	service_file_boot_id(boot_id);
	now.start_time = service_file_start_time(r.pid);
	now.in_network = priv_in_network(s->board, r.pid);
	fate = service_judge(&r, &now);
	if (fate == SERVICE_GONE)
		unwatch(s);
	else
		s->pid = r.pid;
	return fate;
}

bool service_adopt(struct service *s, const struct service_order *order)
{
	if (s->pid)
		return true;
	switch (find(s, digest_of(order))) {
	case SERVICE_GONE: return false;
	case SERVICE_GOOD:
		if (!watch(s))
			return true;
		break;
	case SERVICE_STALE:
		log_info("%s runs with other settings than are wanted now: restarted", s->name);
		break;
	}
	service_stop(s, 1);
	return false;
}

int service_start(struct service *s, const struct service_order *order, char *err, size_t err_len)
{
	char *log = path_format("%s/%s.log", s->dir, s->name);
	struct recording rec = {s, order};
	struct priv_spawn spawn = {
		.name = s->name,
		.argv = (const char *const *)order->args->argv,
		.log_path = log,
		.dir = s->dir,
		.private_run = order->private_run,
		.share_run = order->share_run,
		.share_run_pidfd = order->share_run_pidfd,
		.rootfs = order->rootfs,
		.end = order->end,
		.record = write_record,
		.arg = &rec,
	};
	int rc = order->args->err;
	pid_t pid;

	if (rc || !log) {
		snprintf(err, err_len, "%s: its arguments: %s", s->name,
			 strerror(rc ? -rc : ENOMEM));
		free(log);
		return rc ? rc : -ENOMEM;
	}
	if (!s->deaths)
		unlink(log);
	pid = priv_spawn(s->board, &spawn, err, err_len);
	free(log);
	if (pid < 0) {
		service_file_remove(s->dir, s->name);
		return (int)pid;
	}
	s->pid = pid;
	s->pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	rc = s->pidfd < 0 ? -errno : watch(s);
	if (!rc)
		return 0;
	snprintf(err, err_len, "%s can't be watched: %s", s->name, strerror(-rc));
	if (s->pidfd < 0)
		kill(pid, SIGKILL); /* not reaped, so the pid is still its own */
	service_stop(s, 1);
	return rc;
}

static bool gone_within(const struct service *s, int ms)
{
	struct pollfd fd = {.fd = s->pidfd, .events = POLLIN};
	int rc;

	do
		rc = poll(&fd, 1, ms);
	while (rc < 0 && errno == EINTR);
	return rc == 1;
}

static void await_end(struct service *s)
{
	int status;

	if (!gone_within(s, TERM_MS)) {
		priv_kill(s->board, s->name, s->pidfd, SIGKILL);
		if (!gone_within(s, KILL_MS))
			log_error("%s (pid %d) does not die", s->name, (int)s->pid);
	}
	priv_reap(s->pid, &status);
	unwatch(s);
	s->pid = 0;
}

void service_stop(struct service *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (s[i].pid || find(&s[i], 0) != SERVICE_GONE)
			priv_kill(s[i].board, s[i].name, s[i].pidfd, SIGTERM);
	for (size_t i = 0; i < n; i++) {
		if (s[i].pid)
			await_end(&s[i]);
		s[i].deaths = 0;
		service_file_remove(s[i].dir, s[i].name);
	}
}

void service_release(struct service *s)
{
	unwatch(s);
	s->pid = 0;
}

int service_count_death(struct service *s)
{
	uv_update_time(s->loop);
	if (uv_now(s->loop) - s->started_ms > SHORT_MS)
		s->deaths = 0;
	return service_restart_delay(++s->deaths);
}
