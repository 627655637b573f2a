/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Power driver for everything else: a program of the user's (ipmitool, a PDU's client, a script)
 * that is run with one more argument: on, off, reset, press, nmi or status. Exit status 0 is
 * success, 69 (EX_UNAVAILABLE of sysexits.h) says that it can't do that at all. Of status the first
 * word that it writes counts: "on" or "off". No shell is involved: argv.h splits the configured
 * text. If we die it goes on to its end: program_run.h.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/sources/argv.h"
#include "watchdog/power/power.h"
#include "watchdog/power/program_run.h"

#define EX_UNAVAILABLE 69

struct command_power {
	struct power base;
	uv_timer_t pause;
	char **args; /* the configured ones, and room for the verb */
	size_t n_args;
	int64_t off_us;
	enum power_verb verb;
	bool second;             /* of the two runs of a cycle */
	struct program_run *run; /* under way; NULL: none */
	power_done_fn done;      /* set while an operation is under way */
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
static const char *last_line(char *output)
{
	size_t n = strlen(output);
	char *line = output;

	while (n && strchr(" \r\n", output[n - 1]))
		output[--n] = 0;
	if (strrchr(line, '\n'))
		line = strrchr(line, '\n') + 1;
	for (char *c = line; *c; c++) {
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
	}
	return line;
}

static int state_said(const char *output)
{
	size_t n = strcspn(output, " \r\n\t");

	if (n == 2 && !strncmp(output, "on", 2))
		return 1;
	return n == 3 && !strncmp(output, "off", 3) ? 0 : -1;
}

static void succeeded(struct command_power *p, const char *output)
{
	switch (p->verb) {
	case POWER_STATUS: finish(p, 0, state_said(output), ""); break;
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

static void on_ended(void *arg, const struct program_end *e)
{
	struct command_power *p = arg;
	char why[PROGRAM_OUTPUT_MAX + 128];
	const char *line;

	p->run = NULL;
	if (!e->timed_out && !e->sig && !e->status) {
		succeeded(p, e->output);
		return;
	}
	line = last_line(e->output);
	if (e->timed_out)
		snprintf(why, sizeof(why), "%s: did not end within %d s", p->args[0],
			 PROGRAM_DEADLINE_MS / 1000);
	else
		snprintf(why, sizeof(why), "%s: %s %d%s%s", p->args[0],
			 e->sig ? "killed by signal" : "exit status",
			 e->sig ? e->sig : (int)e->status, *line ? ": " : "", line);
	if (e->timed_out)
		finish(p, -ETIMEDOUT, -1, why);
	else
		finish(p, e->status == EX_UNAVAILABLE ? -EOPNOTSUPP : -EIO, -1, why);
}

static int start(struct command_power *p, const char *verb)
{
	p->args[p->n_args] = (char *)verb;
	return program_run_start(p->pause.loop, p->args, on_ended, p, &p->run);
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
	program_run_let_go(p->run);
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
