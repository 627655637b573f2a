/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pushes and commands of a step, one after the other: the board's by the attendant, the host's as
 * children of ours. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/attendant/wire.h"
#include "harness/output/text_json.h"
#include "harness/run/run.h"

static void job_free(struct run_job *job)
{
	free(job->command);
	free(job->file);
	free(job->to);
	*job = (struct run_job){0};
}

static void queue_clear(struct run_queue *q)
{
	for (size_t i = 0; i < q->n; i++)
		job_free(&q->jobs[i]);
	free(q->jobs);
	q->jobs = NULL;
	q->n = q->next = 0;
	q->request = 0;
}

static bool busy(const struct run_queue *q)
{
	return q->request || q->child;
}

bool run_jobs_over(const struct run *r)
{
	for (int i = 0; i < RUN_QUEUES; i++)
		if (busy(&r->queues[i]) || r->queues[i].next < r->queues[i].n)
			return false;
	return true;
}

void run_job_add(struct run *r, int queue, struct run_job job)
{
	struct run_queue *q = &r->queues[queue];
	struct run_job *more = reallocarray(q->jobs, q->n + 1, sizeof(*more));

	if (!more) {
		job_free(&job);
		return;
	}
	q->jobs = more;
	more[q->n++] = job;
}

static void start_next(struct run *r, struct run_queue *q);

/* The job under way has ended. */
static void job_done(struct run *r, struct run_queue *q, int status, const char *text)
{
	struct run_job job = q->jobs[q->next - 1];
	bool last;

	q->request = 0;
	q->jobs[q->next - 1] = (struct run_job){0};
	last = q->next == q->n;
	if (status == 0 && !last)
		start_next(r, q);
	else
		run_step_job_done(r, &job, status, text);
	job_free(&job);
}

/* ---- the board's ---- */

static void on_reply(void *arg, json_t *reply)
{
	struct run *r = arg;
	struct run_queue *q = &r->queues[QUEUE_BOARD];
	const char *error = json_text_of(reply, "error");

	if (!q->request || json_integer_value(json_object_get(reply, "id")) != q->request)
		return; /* of a step that was cancelled */
	if (json_is_true(json_object_get(reply, "ok"))) {
		json_t *status = json_object_get(reply, "status");

		job_done(r, q, (int)json_integer_value(status), NULL);
		return;
	}
	/* No status: the session broke under it. Anything else was refused. */
	if (json_object_get(reply, "status") || json_object_get(reply, "lost")) {
		queue_clear(q);
		run_step_broken(r, error);
	} else {
		job_done(r, q, -1, error);
	}
}

/* ---- the host's ---- */

static void on_child_closed(uv_handle_t *h)
{
	free(h);
}

static void on_child_exit(uv_process_t *p, int64_t status, int signum)
{
	struct run *r = p->data;

	for (int i = 0; i < RUN_QUEUES; i++) {
		if (r->queues[i].child != p)
			continue;
		r->queues[i].child = NULL;
		job_done(r, &r->queues[i], signum ? 128 + signum : (int)status, NULL);
	}
	uv_close((uv_handle_t *)p, on_child_closed);
}

static int spawn(struct run *r, struct run_queue *q, const char *command)
{
	int log = r->host_log ? open(r->host_log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644)
			      : -1;
	uv_stdio_container_t io[3] = {{.flags = UV_IGNORE}};
	const char *args[] = {"/bin/sh", "-c", command, NULL};
	uv_process_options_t o = {
		.exit_cb = on_child_exit,
		.file = args[0],
		.args = (char **)args,
		.flags = UV_PROCESS_DETACHED, /* a group of its own, to be ended as a whole */
		.stdio_count = 3,
		.stdio = io,
	};
	int err;

	setenv("KDEV_ADDRESS", r->cfg->address, 1);
	for (int i = 1; i < 3 && log >= 0; i++) {
		io[i].flags = UV_INHERIT_FD;
		io[i].data.fd = log;
	}
	q->child = calloc(1, sizeof(*q->child));
	err = q->child ? uv_spawn(&r->loop, q->child, &o) : UV_ENOMEM;
	if (err && q->child) {
		uv_close((uv_handle_t *)q->child, on_child_closed);
		q->child = NULL;
	}
	if (q->child)
		q->child->data = r;
	if (log >= 0)
		close(log);
	return err;
}

/* ---- both ---- */

static void start_next(struct run *r, struct run_queue *q)
{
	struct run_job *job = &q->jobs[q->next++];
	json_t *fields;
	int err;

	if (job->kind == JOB_PUSH ? !job->file || !job->to : !job->command) {
		job_done(r, q, -1, "out of memory");
		return;
	}
	switch (job->kind) {
	case JOB_EXEC:
		/* A link that is gone is heard of by its own event. */
		fields = json_pack("{s:o}", "command",
				   wire_bytes(job->command, strlen(job->command)));
		q->request = link_request(r->link, "exec", fields, on_reply, r);
		break;
	case JOB_PUSH:
		fields = json_pack("{s:s, s:s, s:b}", "file", job->file, "to", job->to, "facts",
				   job->facts);
		q->request = link_request(r->link, "push", fields, on_reply, r);
		break;
	case JOB_HOST:
		err = spawn(r, q, job->command);
		if (err)
			job_done(r, q, -1, uv_strerror(err));
		break;
	}
}

void run_jobs_start(struct run *r)
{
	for (int i = 0; i < RUN_QUEUES; i++)
		if (r->queues[i].n)
			start_next(r, &r->queues[i]);
}

void run_jobs_cancel(struct run *r)
{
	for (int i = 0; i < RUN_QUEUES; i++) {
		struct run_queue *q = &r->queues[i];

		if (q->request)
			link_request(r->link, "cancel", json_pack("{s:I}", "job", q->request), NULL,
				     NULL);
		/* Its end is waited for by the loop; whoever is interested is not any more. */
		if (q->child)
			kill(-q->child->pid, SIGKILL);
		q->child = NULL;
		queue_clear(q);
	}
}

void run_jobs_free(struct run *r)
{
	for (int i = 0; i < RUN_QUEUES; i++) {
		if (r->queues[i].child)
			kill(-r->queues[i].child->pid, SIGKILL);
		r->queues[i].child = NULL;
		queue_clear(&r->queues[i]);
	}
}
