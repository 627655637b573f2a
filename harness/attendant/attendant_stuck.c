/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A module's init or exit does not return, but the board lives: its agent tells where that task
 * sleeps, in the words of the kernel's hung-task detector, which would speak after two minutes, and
 * of an interruptible sleep never. The answer is read as any log is.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "console/detector/decode.h"
#include "console/strbuf.h"
#include "harness/attendant/attendant.h"
#include "harness/log.h"

#define ANSWER_MAX 65536

struct stuck_job {
	struct attendant *a;
	struct client *client; /* NULL: it is gone */
	json_int_t id;
	struct strbuf answer;
};

static void on_output(void *arg, int stream, const void *bytes, size_t n)
{
	struct stuck_job *job = arg;

	if (stream == 1 && job->answer.len + n <= ANSWER_MAX)
		strbuf_add(&job->answer, bytes, n);
}

static void on_report(void *arg, struct crash_report *r)
{
	attendant_crash(arg, r);
}

static int read_answer(struct attendant *a, const struct strbuf *answer)
{
	struct decode *d = decode_new(on_report, a);
	int err = d ? decode_feed(d, answer->s, answer->len) : -ENOMEM;

	if (!err)
		err = decode_finish(d);
	decode_free(d);
	return err;
}

static void on_exit_(void *arg, int status, int err)
{
	struct stuck_job *job = arg;
	struct attendant *a = job->a;

	a->stuck = NULL;
	if (!err && status)
		err = -EIO;
	if (!err && a->up && job->answer.len)
		err = read_answer(a, &job->answer);
	if (job->client)
		client_reply(job->client, job->id, err ? strerror(-err) : NULL);
	strbuf_free(&job->answer);
	free(job);
}

void attendant_stuck(struct attendant *a, struct client *c, json_int_t id)
{
	static const struct ssh_exec_ops ops = {.output = on_output, .exit = on_exit_};
	struct stuck_job *job = a->stuck ? NULL : calloc(1, sizeof(*job));
	struct ssh_exec *exec;
	int err = job ? 0 : a->stuck ? -EBUSY : -ENOMEM;

	if (!err) {
		*job = (struct stuck_job){.a = a, .client = c, .id = id};
		err = ssh_exec(a->ssh, "exec /run/kdev/agent stuck", NULL, 0, &ops, job, &exec);
	}
	if (err) {
		free(job);
		client_reply(c, id, strerror(-err));
		return;
	}
	a->stuck = job;
}

void attendant_stuck_forget(struct attendant *a, struct client *c)
{
	if (a->stuck && a->stuck->client == c)
		a->stuck->client = NULL;
}
