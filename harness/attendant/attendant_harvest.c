/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a hung board is asked before it is reset: the harvest at work, and its files. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/attendant/attendant.h"
#include "harness/log.h"
#include "harness/paths.h"
#include "watchdog/harvest.h"

struct harvest_job {
	struct attendant *a;
	struct client *client; /* NULL: it is gone */
	json_int_t id;
	struct harvest harvest;
	enum harvest_part part;     /* that was asked for, */
	enum harvest_way way;       /* and how */
	enum console_source source; /* which of the two is read: one, so that nothing comes twice */
	struct ssh_exec *exec;      /* of the agent; NULL: none is under way */
	bool late;                  /* it is to be asked once more when that one has ended */
	uv_timer_t timer;
};

static void follow(struct harvest_job *job, struct harvest_action next);

/* ---- the evidence ---- */

static int write_part(const struct attendant *a, const char *file, const struct strbuf *text)
{
	char *dir = path_format("%s/hang", a->run_dir),
	     *path = path_format("%s/%s", a->run_dir, file);
	int err = dir && path ? path_mkdirs(dir, 0755) : -ENOMEM;

	if (!err)
		err = text->err ? text->err : path_write_atomic(path, text->s, text->len, 0644);
	free(path);
	free(dir);
	return err;
}

/* One part as it is told to whoever asked; `file` is there only where something was kept. */
static json_t *keep_part(const struct attendant *a, const struct harvest *h, enum harvest_part p)
{
	const struct strbuf *text = &h->parts[p].text;
	json_t *part = json_pack("{s:s, s:s, s:s}", "what", harvest_what(p), "by",
				 harvest_way_name(h->parts[p].way), "result",
				 harvest_result_name(h->parts[p].result));
	int err;

	if (!text->len || !a->run_dir)
		return part;
	err = write_part(a, harvest_file(p), text);
	if (err)
		log_error("%s/%s: %s", a->run_dir, harvest_file(p), strerror(-err));
	else
		json_object_set_new(part, "file", json_string(harvest_file(p)));
	return part;
}

static void on_timer_closed(uv_handle_t *h)
{
	free(h->data);
}

/* Frees the job when nothing refers to it any more. */
static void end(struct harvest_job *job)
{
	harvest_end(&job->harvest);
	job->a->harvest = NULL;
	job->client = NULL;
	if (!job->exec)
		uv_close((uv_handle_t *)&job->timer, on_timer_closed);
	else
		uv_timer_stop(&job->timer); /* its exit closes it */
}

static void finish(struct harvest_job *job)
{
	struct attendant *a = job->a;
	json_t *parts = json_array();

	for (int p = 0; p < HARVEST_PARTS; p++) {
		if (job->harvest.parts[p].result == HARVEST_NOT_ASKED)
			continue;
		json_array_append_new(parts, keep_part(a, &job->harvest, (enum harvest_part)p));
		log_info("harvest: %s: %s, %zu bytes", harvest_what((enum harvest_part)p),
			 harvest_result_name(job->harvest.parts[p].result),
			 job->harvest.parts[p].text.len);
	}
	if (job->client)
		client_send(job->client, json_pack("{s:I, s:b, s:o}", "id", job->id, "ok", 1,
						   "evidence", parts));
	else
		json_decref(parts);
	end(job);
}

/* ---- the questions ---- */

static void asked(struct attendant *a, int err, const char *why)
{
	if (a->harvest)
		follow(a->harvest, harvest_asked(&a->harvest->harvest, err, mono_now()));
}

static void ignore_output(void *arg, int stream, const void *bytes, size_t n)
{
}

static int ask_agent(struct harvest_job *job);

static void agent_ended(void *arg, int status, int err)
{
	struct harvest_job *job = arg;
	bool late = job->late;

	job->exec = NULL;
	job->late = false;
	if (job->a->harvest != job) {
		uv_close((uv_handle_t *)&job->timer, on_timer_closed);
		return;
	}
	if (late)
		err = ask_agent(job);
	if (late ? err : job->harvest.way == HARVEST_BY_AGENT)
		asked(job->a, err ? err : status ? -EIO : 0, "");
}

/* One at a time: a server older than dropbear 2024.86 may drop the session else (ssh.h). */
static int ask_agent(struct harvest_job *job)
{
	static const struct ssh_exec_ops ops = {.output = ignore_output, .exit = agent_ended};
	char command[64];

	if (job->exec) {
		job->late = true;
		return 0;
	}
	snprintf(command, sizeof(command), "exec /run/kdev/agent sysrq %c",
		 harvest_key(job->harvest.part));
	return ssh_exec(job->a->ssh, command, NULL, 0, &ops, job, &job->exec);
}

static void ask(struct harvest_job *job, struct harvest_action next)
{
	struct attendant *a = job->a;
	int err = -EINVAL;

	switch (next.way) {
	case HARVEST_BY_AGENT: err = ask_agent(job); break;
	case HARVEST_BY_BREAK:
		err = attendant_press(a, POWER_BREAK, harvest_key(next.part), asked);
		break;
	case HARVEST_BY_NMI: err = attendant_press(a, POWER_NMI, 0, asked); break;
	}
	if (err)
		asked(a, err, "");
}

static void on_timer(uv_timer_t *t)
{
	struct harvest_job *job = t->data;

	follow(job, harvest_time(&job->harvest, mono_now()));
}

static void follow(struct harvest_job *job, struct harvest_action next)
{
	int64_t us;

	if (next.what == HARVEST_DONE) {
		finish(job);
		return;
	}
	us = mono_diff(next.until, mono_now());
	uv_update_time(&job->a->loop);
	uv_timer_start(&job->timer, on_timer, us > 0 ? (uint64_t)(us + 999) / 1000 : 0, 0);
	if (next.what == HARVEST_ASK && (next.part != job->part || next.way != job->way)) {
		job->part = next.part;
		job->way = next.way;
		ask(job, next);
	}
}

/* ---- begin, what is heard, end ---- */

void attendant_harvest(struct attendant *a, struct client *c, json_int_t id)
{
	const struct harvest_config can = {
		.agent = a->watch.state == BOARD_READY && a->ssh_up,
		.brk = a->console.source != NULL,
		.nmi = a->watch.state == BOARD_HUNG,
	};
	struct harvest_job *job = a->harvest ? NULL : calloc(1, sizeof(*job));

	if (!job) {
		client_reply(c, id, strerror(a->harvest ? EBUSY : ENOMEM));
		return;
	}
	job->a = a;
	job->client = c;
	job->id = id;
	job->part = HARVEST_PARTS;
	job->source = mono_is_never(a->watch.last_console) ? SOURCE_NETCONSOLE : SOURCE_SERIAL;
	uv_timer_init(&a->loop, &job->timer);
	job->timer.data = job;
	a->harvest = job;
	follow(job, harvest_begin(&job->harvest, &can, mono_now()));
}

/* From inside the pipeline: what follows of it comes with the loop's next turn. */
static void soon(struct harvest_job *job, struct harvest_action next)
{
	int64_t us = mono_diff(next.until, mono_now());

	if (next.what != HARVEST_WAIT)
		us = 0;
	uv_update_time(&job->a->loop);
	uv_timer_start(&job->timer, on_timer, us > 0 ? (uint64_t)(us + 999) / 1000 : 0, 0);
}

void attendant_harvest_line(struct attendant *a, const struct console_line *line)
{
	struct harvest_job *job = a->harvest;

	if (job && line->source == job->source)
		soon(job, harvest_line(&job->harvest, line->text, line->len, mono_now()));
}

void attendant_harvest_report(struct attendant *a)
{
	if (a->harvest)
		soon(a->harvest, harvest_report(&a->harvest->harvest, mono_now()));
}

void attendant_harvest_end(struct attendant *a, const char *why)
{
	struct harvest_job *job = a->harvest;

	if (!job)
		return;
	if (job->client)
		client_reply(job->client, job->id, why);
	end(job);
}

void attendant_harvest_forget(struct attendant *a, struct client *c)
{
	if (a->harvest && a->harvest->client == c)
		a->harvest->client = NULL;
}
