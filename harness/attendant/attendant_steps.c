/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Programs and files for the board: channels of the one ssh session. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/attendant/attendant.h"
#include "harness/paths.h"

#define FILE_MAX (256u << 20) /* the largest module that is pushed */

struct step_job {
	struct step_job *next;
	struct client *client; /* NULL: it is gone */
	json_int_t id;
	struct ssh_exec *exec;
};

static void on_output(void *arg, int stream, const void *bytes, size_t n)
{
	struct step_job *job = arg;

	if (job->client)
		client_send(job->client,
			    json_pack("{s:s, s:I, s:i, s:o}", "ev", "output", "id", job->id,
				      "stream", stream, "data", wire_bytes(bytes, n)));
}

static void unlink_job(struct step_job *job)
{
	struct step_job **p;

	if (!job->client)
		return;
	for (p = client_jobs(job->client); *p; p = &(*p)->next) {
		if (*p == job) {
			*p = job->next;
			return;
		}
	}
}

static void on_ended(void *arg, int status, int err)
{
	struct step_job *job = arg;

	if (job->client) {
		unlink_job(job);
		client_send(job->client, json_pack("{s:I, s:b, s:i, s:s}", "id", job->id, "ok",
						   status >= 0, "status", status, "error",
						   status >= 0 ? "" : strerror(-err)));
	}
	free(job);
}

static const struct ssh_exec_ops exec_ops = {.output = on_output, .exit = on_ended};

static void start(struct client *c, struct attendant *a, json_int_t id, const char *command,
		  const void *input, size_t input_len)
{
	struct step_job *job = calloc(1, sizeof(*job));
	int err;

	if (!job) {
		client_reply(c, id, "out of memory");
		return;
	}
	job->client = c;
	job->id = id;
	err = ssh_exec(a->ssh, command, input, input_len, &exec_ops, job, &job->exec);
	if (err) {
		/* The same answer as for a session that breaks a moment later. */
		client_send(c, json_pack("{s:I, s:b, s:i, s:s}", "id", id, "ok", 0, "status", -1,
					 "error", strerror(-err)));
		free(job);
		return;
	}
	job->next = *client_jobs(c);
	*client_jobs(c) = job;
}

/* {"op":"exec","id":N,"command":"…"}: give it to the shell on the board. */
void attendant_exec(struct client *c, struct attendant *a, json_int_t id, const json_t *req)
{
	const char *command = json_string_value(json_object_get(req, "command"));

	if (!command) {
		client_reply(c, id, "exec: \"command\" is missing");
		return;
	}
	start(c, a, id, command, NULL, 0);
}

/* {"op":"push","id":N,"file":"/on/the/host","to":"/on/the/board","facts":true} */
void attendant_push(struct client *c, struct attendant *a, json_int_t id, const json_t *req)
{
	const char *file = json_string_value(json_object_get(req, "file"));
	const char *to = json_string_value(json_object_get(req, "to"));
	const char *facts = json_is_true(json_object_get(req, "facts")) ? " facts" : "";
	char *data = NULL, *quoted = NULL, *command = NULL;
	size_t len = 0;

	if (!file || !to) {
		client_reply(c, id, "push: \"file\" or \"to\" is missing");
		return;
	}
	data = path_read(file, FILE_MAX, &len);
	if (!data) {
		client_reply(c, id, strerror(errno));
		return;
	}
	quoted = ssh_quote(to);
	command = quoted ? path_format("exec /run/kdev/agent push %s %zu%s", quoted, len, facts)
			 : NULL;
	if (command)
		start(c, a, id, command, data, len);
	else
		client_reply(c, id, "out of memory");
	free(command);
	free(quoted);
	free(data);
}

void attendant_cancel(struct client *c, json_int_t id)
{
	struct step_job *job;

	for (job = *client_jobs(c); job; job = job->next) {
		if (job->id == id) {
			ssh_exec_cancel(job->exec);
			return;
		}
	}
}

void attendant_jobs_drop(struct client *c)
{
	struct step_job *job = *client_jobs(c);

	*client_jobs(c) = NULL;
	while (job) {
		struct step_job *next = job->next;

		job->client = NULL;
		ssh_exec_cancel(job->exec);
		job = next;
	}
}
