/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The attendant's start, loop and end. */
#include "harness/attendant/attendant.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "harness/exit_code.h"
#include "harness/log.h"
#include "harness/paths.h"

static void say_ready(int fd, const char *text)
{
	if (fd < 0)
		return;
	/* A starter that is gone does not matter. */
	if (write(fd, text, strlen(text)) < 0)
		log_debug("nobody waits for our start");
	close(fd);
}

/* One attendant a board: the lock lives as long as we do, whatever ends us. */
static int take_lock(struct attendant *a)
{
	char *path = path_format("%s/attendant.lock", a->dir);

	if (!path)
		return -ENOMEM;
	a->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	free(path);
	if (a->lock_fd < 0)
		return -errno;
	if (flock(a->lock_fd, LOCK_EX | LOCK_NB))
		return -errno;
	return 0;
}

static void on_signal(uv_signal_t *h, int signum)
{
	struct attendant *a = h->data;

	/* The board and its services stay; the next attendant adopts them. */
	log_info("signal %d: the attendant ends, the board goes on", signum);
	attendant_end(a);
}

static void on_sync(uv_timer_t *t)
{
	struct attendant *a = t->data;
	int err = a->capture ? capture_sync(a->capture) : 0;

	if (err)
		log_error("a capture could not be written: %s", strerror(-err));
}

static void init_handles(struct attendant *a)
{
	uv_timer_init(&a->loop, &a->timer);
	uv_timer_init(&a->loop, &a->sync_timer);
	uv_timer_init(&a->loop, &a->ssh_timer);
	uv_timer_init(&a->loop, &a->recovery.timer);
	uv_signal_init(&a->loop, &a->sigterm);
	uv_signal_init(&a->loop, &a->sigint);
	a->timer.data = a->sync_timer.data = a->ssh_timer.data = a->recovery.timer.data = a;
	a->sigterm.data = a->sigint.data = a;
	uv_signal_start(&a->sigterm, on_signal, SIGTERM);
	uv_signal_start(&a->sigint, on_signal, SIGINT);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
}

static void close_handle(uv_handle_t *h, void *arg)
{
	if (!uv_is_closing(h))
		uv_close(h, NULL);
}

void attendant_end(struct attendant *a)
{
	a->ending = true;
	uv_stop(&a->loop);
}

/* Was a board left running by an attendant that died? Its services' records say so. */
static bool left_running(const struct attendant *a)
{
	char *path = path_format("%s/services/qemu.json", a->dir);
	bool found = path && access(path, F_OK) == 0;

	free(path);
	return found;
}

static int start(struct attendant *a, char *err, size_t err_len)
{
	int rc;

	a->dir = path_board(a->cfg.name, NULL);
	if (!a->dir)
		return -ENOMEM;
	rc = path_mkdirs(a->dir, 0755);
	if (rc) {
		snprintf(err, err_len, "%s: %s", a->dir, strerror(-rc));
		return rc;
	}
	rc = take_lock(a);
	if (rc) {
		snprintf(err, err_len, "%s/attendant.lock: %s", a->dir,
			 rc == -EWOULDBLOCK ? "another attendant holds it" : strerror(-rc));
		return rc;
	}
	init_handles(a);
	attendant_recall(a);
	if (left_running(a)) {
		rc = attendant_board_up(a, err, err_len);
		/* Not fatal: `up` says the same to somebody who can act on it. */
		if (rc)
			log_warn("what was left running can't be adopted: %s", err);
	}
	rc = attendant_listen(a);
	if (rc)
		snprintf(err, err_len, "%s/attendant.sock: %s", a->dir, strerror(-rc));
	return rc;
}

static void finish(struct attendant *a)
{
	attendant_clients_close(a);
	attendant_board_down(a, false);
	uv_walk(&a->loop, close_handle, NULL);
	uv_run(&a->loop, UV_RUN_DEFAULT);
	if (a->listen_fd >= 0)
		close(a->listen_fd);
	if (a->lock_fd >= 0)
		close(a->lock_fd);
	free(a->run_dir);
	free(a->dir);
	uv_loop_close(&a->loop);
}

int attendant_run(const struct board_config *cfg, int ready_fd)
{
	struct attendant *a = calloc(1, sizeof(*a));
	char err[512] = "out of memory";
	int rc = -ENOMEM;

	if (a) {
		a->cfg = *cfg;
		a->lock_fd = a->listen_fd = -1;
		uv_loop_init(&a->loop);
		rc = start(a, err, sizeof(err));
	}
	if (rc) {
		say_ready(ready_fd, err);
	} else {
		say_ready(ready_fd, "ok\n");
		log_info("attendant of board %s started", a->cfg.name);
		uv_timer_start(&a->sync_timer, on_sync, 2000, 2000);
		uv_run(&a->loop, UV_RUN_DEFAULT);
		log_info("attendant of board %s ended", a->cfg.name);
	}
	if (a)
		finish(a);
	free(a);
	return rc ? EXIT_INFRA : EXIT_PASS;
}
