/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One run of another program, see program_run.h. */
#include "watchdog/power/program_run.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define KILL_MS 2000
#define LAST_MS 100 /* for output of a program that has ended */
#define LOOKS                                                                                      \
	64 /* at what of it is still in the pipe: 64 KB, of which libuv reads some 8 at once */

/* Outlives its owner until it has ended. */
struct program_run {
	uv_process_t process;
	uv_pipe_t pipe;
	uv_timer_t timer;
	unsigned handles;
	program_done_fn done; /* NULL: let go */
	void *arg;
	bool timed_out, exited, ended_output;
	bool heard; /* since the last look */
	unsigned looks;
	int64_t status;
	int sig;
	size_t n;
	char output[PROGRAM_OUTPUT_MAX];
};

static void on_handle_closed(uv_handle_t *h)
{
	struct program_run *r = h->data;

	if (--r->handles == 0)
		free(r);
}

static void close_handles(struct program_run *r)
{
	uv_close((uv_handle_t *)&r->timer, on_handle_closed);
	uv_close((uv_handle_t *)&r->pipe, on_handle_closed);
	uv_close((uv_handle_t *)&r->process, on_handle_closed);
}

/* It has ended, and all that it wrote was read. */
static void end_if_over(struct program_run *r)
{
	if (!r->exited || !r->ended_output)
		return;
	r->output[r->n] = 0;
	if (r->done)
		r->done(r->arg, &(struct program_end){r->timed_out, r->status, r->sig, r->output});
	close_handles(r);
}

static void on_exit_seen(uv_process_t *process, int64_t status, int sig)
{
	struct program_run *r = process->data;

	r->exited = r->heard = true;
	r->status = status;
	r->sig = sig;
	/* A child that it left behind may keep the pipe open: what there is now must do. */
	if (!r->ended_output) {
		uv_update_time(r->timer.loop);
		uv_timer_start(&r->timer, r->timer.timer_cb, LAST_MS, 0);
	}
	end_if_over(r);
}

static void on_deadline(uv_timer_t *t)
{
	struct program_run *r = t->data;

	/* On a busy machine this may come late, and before the pipe was read. */
	if (r->exited && r->heard && r->looks++ < LOOKS) {
		r->heard = false;
		uv_timer_start(t, on_deadline, 1, 0);
		return;
	}
	if (r->exited) {
		r->ended_output = true;
		end_if_over(r);
		return;
	}
	uv_process_kill(&r->process, r->timed_out ? SIGKILL : SIGTERM);
	r->timed_out = true;
	uv_timer_start(t, on_deadline, KILL_MS, 0);
}

static void on_alloc(uv_handle_t *h, size_t hint, uv_buf_t *buf)
{
	struct program_run *r = h->data;
	static const size_t keep = PROGRAM_OUTPUT_MAX / 2;

	/* The end says why it failed; the beginning is dropped. */
	if (r->n > keep) {
		memmove(r->output, r->output + r->n - keep, keep);
		r->n = keep;
	}
	*buf = uv_buf_init(r->output + r->n, (unsigned)(sizeof(r->output) - 1 - r->n));
}

static void on_output(uv_stream_t *s, ssize_t n, const uv_buf_t *buf)
{
	struct program_run *r = s->data;

	if (n > 0) {
		r->n += (size_t)n;
		r->heard = true;
	}
	if (n >= 0)
		return;
	uv_read_stop(s);
	r->ended_output = true;
	end_if_over(r);
}

int program_run_start(uv_loop_t *loop, char *const *argv, program_done_fn done, void *arg,
		      struct program_run **out)
{
	struct program_run *r = calloc(1, sizeof(*r));
	uv_stdio_container_t stdio[3] = {
		{.flags = UV_IGNORE},
		{.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE},
		{.flags = UV_INHERIT_FD, .data.fd = 2},
	};
	uv_process_options_t options = {
		.exit_cb = on_exit_seen,
		.file = argv[0],
		.args = (char **)argv,
		.flags = UV_PROCESS_DETACHED,
		.stdio = stdio,
		.stdio_count = 3,
	};
	int err;

	if (!r)
		return -ENOMEM;
	r->process.data = r->pipe.data = r->timer.data = r;
	r->handles = 3;
	uv_pipe_init(loop, &r->pipe, 0);
	uv_timer_init(loop, &r->timer);
	stdio[1].data.stream = (uv_stream_t *)&r->pipe;
	err = uv_spawn(loop, &r->process, &options);
	r->process.data = r;
	if (!err)
		err = uv_read_start((uv_stream_t *)&r->pipe, on_alloc, on_output);
	if (err) {
		close_handles(r);
		return err;
	}
	uv_update_time(loop);
	uv_timer_start(&r->timer, on_deadline, PROGRAM_DEADLINE_MS, 0);
	r->done = done;
	r->arg = arg;
	*out = r;
	return 0;
}

void program_run_let_go(struct program_run *r)
{
	if (r)
		r->done = NULL;
}
