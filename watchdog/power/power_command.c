/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Power driver for everything else: a program of the user's (ipmitool, a PDU's client, a script)
 * that is run with one more argument: on, off, reset, press, nmi or status. Exit status 0 is
 * success, 69 (EX_UNAVAILABLE of sysexits.h) says that it can't do that at all. Of status the first
 * word that it writes counts: "on" or "off". No shell is involved: argv.h splits the configured
 * text.
 *
 * It runs in a session of its own: if we die it goes on to its end, since it may just be holding a
 * button. After DEADLINE_MS it gets SIGTERM, after 2 s more SIGKILL.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/sources/argv.h"
#include "watchdog/power/power.h"

#define OUTPUT_MAX     512
#define DEADLINE_MS    60000
#define KILL_MS        2000
#define EX_UNAVAILABLE 69

/* One run of the program; outlives its owner until it has ended. */
struct run {
	uv_process_t process;
	uv_pipe_t pipe;
	uv_timer_t timer;
	unsigned handles;
	struct command_power *owner; /* NULL: let go */
	bool timed_out, exited, ended_output;
	int64_t status;
	int sig;
	size_t n;
	char output[OUTPUT_MAX];
};

struct command_power {
	struct power base;
	uv_timer_t pause;
	char **args; /* the configured ones, and room for the verb */
	size_t n_args;
	int64_t off_us;
	enum power_verb verb;
	bool second; /* of the two runs of a cycle */
	struct run *run;
	power_done_fn done; /* set while an operation is under way */
	void *arg;
};

static int start(struct command_power *p, const char *verb);

static void finish(struct command_power *p, int err, int on, const char *why)
{
	power_done_fn done = p->done;

	p->done = NULL;
	if (done)
		done(p->arg, err, on, why);
}

static void on_pause_over(uv_timer_t *t)
{
	struct command_power *p = t->data;
	int err = start(p, "on");

	if (err)
		finish(p, err, -1, strerror(-err));
}

/* What it wrote, on one line and without control characters. */
static const char *last_line(struct run *r)
{
	char *line = r->output;

	r->output[r->n] = 0;
	while (r->n && strchr(" \r\n", r->output[r->n - 1]))
		r->output[--r->n] = 0;
	if (strrchr(line, '\n'))
		line = strrchr(line, '\n') + 1;
	for (char *c = line; *c; c++) {
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
	}
	return line;
}

static int state_said(const struct run *r)
{
	size_t n = strcspn(r->output, " \r\n\t");

	if (n == 2 && !strncmp(r->output, "on", 2))
		return 1;
	return n == 3 && !strncmp(r->output, "off", 3) ? 0 : -1;
}

static void succeeded(struct command_power *p, struct run *r)
{
	switch (p->verb) {
	case POWER_STATUS:
		r->output[r->n] = 0;
		finish(p, 0, state_said(r), "");
		break;
	case POWER_OFF:
	case POWER_HOLD: finish(p, 0, 0, ""); break;
	case POWER_ON: finish(p, 0, 1, ""); break;
	case POWER_CYCLE:
		if (p->second) {
			finish(p, 0, 1, "");
			break;
		}
		p->second = true;
		uv_update_time(p->pause.loop);
		uv_timer_start(&p->pause, on_pause_over, (uint64_t)p->off_us / 1000, 0);
		break;
	default: finish(p, 0, -1, ""); break;
	}
}

static void report(struct command_power *p, struct run *r)
{
	const char *line;
	char why[OUTPUT_MAX + 128];

	p->run = NULL;
	if (!r->timed_out && !r->sig && !r->status) {
		succeeded(p, r);
		return;
	}
	line = last_line(r);
	if (r->timed_out)
		snprintf(why, sizeof(why), "%s: did not end within %d s", p->args[0],
			 DEADLINE_MS / 1000);
	else
		snprintf(why, sizeof(why), "%s: %s %d%s%s", p->args[0],
			 r->sig ? "killed by signal" : "exit status",
			 r->sig ? r->sig : (int)r->status, *line ? ": " : "", line);
	if (r->timed_out)
		finish(p, -ETIMEDOUT, -1, why);
	else
		finish(p, r->status == EX_UNAVAILABLE ? -EOPNOTSUPP : -EIO, -1, why);
}

static void on_handle_closed(uv_handle_t *h)
{
	struct run *r = h->data;

	if (--r->handles == 0)
		free(r);
}

/* It has ended, and all that it wrote was read. */
static void end_if_over(struct run *r)
{
	if (!r->exited || !r->ended_output)
		return;
	if (r->owner)
		report(r->owner, r);
	uv_close((uv_handle_t *)&r->timer, on_handle_closed);
	uv_close((uv_handle_t *)&r->pipe, on_handle_closed);
	uv_close((uv_handle_t *)&r->process, on_handle_closed);
}

static void on_exit_seen(uv_process_t *process, int64_t status, int sig)
{
	struct run *r = process->data;

	r->exited = true;
	r->status = status;
	r->sig = sig;
	/* A child that it left behind may keep the pipe open: what there is now must do. */
	if (!r->ended_output) {
		uv_update_time(r->timer.loop);
		uv_timer_start(&r->timer, r->timer.timer_cb, 100, 0);
	}
	end_if_over(r);
}

static void on_deadline(uv_timer_t *t)
{
	struct run *r = t->data;

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
	struct run *r = h->data;
	static const size_t keep = OUTPUT_MAX / 2;

	/* The end says why it failed; the beginning is dropped. */
	if (r->n > keep) {
		memmove(r->output, r->output + r->n - keep, keep);
		r->n = keep;
	}
	*buf = uv_buf_init(r->output + r->n, (unsigned)(sizeof(r->output) - 1 - r->n));
}

static void on_output(uv_stream_t *s, ssize_t n, const uv_buf_t *buf)
{
	struct run *r = s->data;

	if (n > 0)
		r->n += (size_t)n;
	if (n >= 0)
		return;
	uv_read_stop(s);
	r->ended_output = true;
	end_if_over(r);
}

static int start(struct command_power *p, const char *verb)
{
	struct run *r = calloc(1, sizeof(*r));
	uv_stdio_container_t stdio[3] = {
		{.flags = UV_IGNORE},
		{.flags = UV_CREATE_PIPE | UV_WRITABLE_PIPE},
		{.flags = UV_INHERIT_FD, .data.fd = 2},
	};
	uv_process_options_t options = {
		.exit_cb = on_exit_seen,
		.file = p->args[0],
		.args = p->args,
		.flags = UV_PROCESS_DETACHED,
		.stdio = stdio,
		.stdio_count = 3,
	};
	int err;

	if (!r)
		return -ENOMEM;
	p->args[p->n_args] = (char *)verb;
	r->process.data = r->pipe.data = r->timer.data = r;
	r->handles = 3;
	uv_pipe_init(p->pause.loop, &r->pipe, 0);
	uv_timer_init(p->pause.loop, &r->timer);
	stdio[1].data.stream = (uv_stream_t *)&r->pipe;
	err = uv_spawn(p->pause.loop, &r->process, &options);
	r->process.data = r;
	if (!err)
		err = uv_read_start((uv_stream_t *)&r->pipe, on_alloc, on_output);
	if (err) {
		uv_close((uv_handle_t *)&r->timer, on_handle_closed);
		uv_close((uv_handle_t *)&r->pipe, on_handle_closed);
		uv_close((uv_handle_t *)&r->process, on_handle_closed);
		return err;
	}
	uv_update_time(p->pause.loop);
	uv_timer_start(&r->timer, on_deadline, DEADLINE_MS, 0);
	r->owner = p;
	p->run = r;
	return 0;
}

static const char *word(enum power_verb verb)
{
	switch (verb) {
	case POWER_HOLD:
	case POWER_CYCLE: return power_verb_name(POWER_OFF);
	case POWER_BREAK: return NULL;
	default: return power_verb_name(verb);
	}
}

/* From the loop, so that a program that is missing is told by done, with its name. */
static void on_begin(uv_timer_t *t)
{
	struct command_power *p = t->data;
	int err = start(p, word(p->verb));
	char why[256];

	if (!err)
		return;
	snprintf(why, sizeof(why), "%s: %s%s", p->args[0], strerror(-err),
		 err == -ENOENT ? ": is it installed?" : "");
	finish(p, err, -1, why);
}

static int command_act(struct power *base, enum power_verb verb, power_done_fn done, void *arg)
{
	struct command_power *p = (struct command_power *)base;

	if (p->done || p->run)
		return -EBUSY;
	if (!word(verb))
		return -EOPNOTSUPP;
	p->verb = verb;
	p->second = false;
	p->done = done;
	p->arg = arg;
	return uv_timer_start(&p->pause, on_begin, 0, 0);
}

static void on_closed(uv_handle_t *h)
{
	struct command_power *p = h->data;

	free(p->args);
	free(p);
}

static void command_close(struct power *base)
{
	struct command_power *p = (struct command_power *)base;

	if (!p)
		return;
	if (p->run)
		p->run->owner = NULL;
	finish(p, -ECANCELED, -1, "cancelled");
	uv_close((uv_handle_t *)&p->pause, on_closed);
}

static int split(struct command_power *p, const char *text, char *err, size_t err_len)
{
	int rc = argv_split(text, 1, &p->args);

	if (rc == -EINVAL)
		snprintf(err, err_len,
			 "power_device: `%s`: expected the program that switches the power, with "
			 "its quotes closed",
			 text);
	while (!rc && p->args[p->n_args])
		p->n_args++;
	return rc;
}

static int command_open(uv_loop_t *loop, const struct power_settings *s, struct power **out,
			char *err, size_t err_len)
{
	struct command_power *p = calloc(1, sizeof(*p));
	int rc = -ENOMEM;

	snprintf(err, err_len, "out of memory");
	if (p)
		rc = split(p, s->device, err, err_len);
	if (rc) {
		free(p);
		return rc;
	}
	p->base.driver = &power_driver_command;
	p->off_us = s->off_us;
	uv_timer_init(loop, &p->pause);
	p->pause.data = p;
	*out = &p->base;
	return 0;
}

const struct power_driver power_driver_command = {
	.name = "command",
	.open = command_open,
	.act = command_act,
	.close = command_close,
};
