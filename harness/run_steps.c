/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a run does on the board, step by step. Every word that comes from outside is quoted. */
#include <stdlib.h>
#include <string.h>

#include "harness/paths.h"
#include "harness/run.h"
#include "harness/ssh.h"
#include "harness/wire.h"

#define BOARD_DIR "/run/kdev" /* tmpfs: in RAM, new at each boot */

static void new_step(struct run *r)
{
	for (int i = 0; i < 2; i++)
		strbuf_free(&r->output[i]);
	r->job = 0;
}

void run_step_output(struct run *r, const json_t *ev)
{
	int stream = (int)json_integer_value(json_object_get(ev, "stream"));
	size_t n;
	char *bytes;

	if (json_integer_value(json_object_get(ev, "id")) != r->job || stream < 1 || stream > 2)
		return;
	bytes = wire_bytes_get(json_object_get(ev, "data"), &n);
	if (!bytes)
		return;
	strbuf_add(&r->output[stream - 1], bytes, n);
	if (r->machine.phase == RUN_TESTING)
		run_screen_output(r, bytes, n);
	free(bytes);
}

/* The last line of what the step said, stderr first: what a person wants to read. */
static const char *last_line(struct run *r, char *buf, size_t size)
{
	for (int i = 1; i >= 0; i--) {
		const char *s = strbuf_str(&r->output[i]), *end = s + strlen(s), *p;

		while (end > s && end[-1] == '\n')
			end--;
		for (p = end; p > s && p[-1] != '\n'; p--)
			;
		if (end > p) {
			snprintf(buf, size, "%.*s", (int)(end - p), p);
			return buf;
		}
	}
	return "";
}

/* The agent's line "kdev-KEY VALUE" is for us: take it out of what the step said. False if there is
 * none. */
static bool take_word(struct run *r, const char *key, char *value, size_t size)
{
	struct strbuf rest = {0};
	const char *s = strbuf_str(&r->output[0]), *at = strstr(s, key), *nl;

	if (!at)
		return false;
	snprintf(value, size, "%.*s", (int)strcspn(at + strlen(key), "\n"), at + strlen(key));
	nl = strchr(at, '\n');
	strbuf_add(&rest, s, (size_t)(at - s));
	strbuf_adds(&rest, nl ? nl + 1 : "");
	strbuf_free(&r->output[0]);
	r->output[0] = rest;
	return true;
}

static void take_taint(struct run *r, long *taint)
{
	char value[24];

	if (take_word(r, "kdev-tainted ", value, sizeof(value)))
		*taint = strtol(value, NULL, 10);
}

static void take_kernel(struct run *r)
{
	char id[80];

	if (take_word(r, "kdev-kernel ", id, sizeof(id)) && r->record)
		record_kernel_build_id(r->record, id);
}

static void on_done(void *arg, json_t *reply)
{
	struct run *r = arg;
	int status = (int)json_integer_value(json_object_get(reply, "status"));
	char line[200], text[256];

	if (json_integer_value(json_object_get(reply, "id")) != r->job)
		return; /* of a step that was cancelled */
	r->job = 0;
	if (!json_is_true(json_object_get(reply, "ok"))) {
		/* No status: the session broke under it. Anything else was refused. */
		if (json_object_get(reply, "status") || json_object_get(reply, "lost"))
			run_step_broken(r, json_string_value(json_object_get(reply, "error")));
		else
			run_step_done(r, json_string_value(json_object_get(reply, "error")));
		return;
	}
	if (r->machine.phase == RUN_PUSHING)
		take_kernel(r);
	if (r->machine.phase == RUN_PUSHING || r->machine.phase == RUN_LOADING)
		take_taint(r, &r->taint_before);
	if (r->machine.phase == RUN_UNLOADING)
		take_taint(r, &r->taint_after);
	if (status == 0) {
		run_step_done(r, NULL);
		return;
	}
	if (r->machine.phase == RUN_TESTING && status == 124)
		snprintf(text, sizeof(text), "the test did not end in time");
	else if (r->machine.phase == RUN_TESTING)
		snprintf(text, sizeof(text), "the test failed with exit status %d", status);
	else if (*last_line(r, line, sizeof(line)))
		snprintf(text, sizeof(text), "%s", line); /* the agent says what and why */
	else
		snprintf(text, sizeof(text), "%s failed with exit status %d",
			 run_phase_name(r->machine.phase), status);
	run_step_done(r, text);
}

/* Send the request; a link that is gone is heard of by its own event. */
static void request(struct run *r, const char *op, json_t *fields)
{
	r->job = link_request(r->link, op, fields, on_done, r);
}

static void exec(struct run *r, struct strbuf *command)
{
	new_step(r);
	if (command->err)
		run_step_done(r, "out of memory");
	else
		request(r, "exec",
			json_pack("{s:o}", "command",
				  wire_bytes(strbuf_str(command), command->len)));
	strbuf_free(command);
}

static void add_quoted(struct strbuf *b, const char *word)
{
	char *q = ssh_quote(word);

	if (q)
		strbuf_addf(b, " %s", q);
	else
		b->err = -1;
	free(q);
}

void run_step_push(struct run *r)
{
	char *to = path_format(BOARD_DIR "/%s.ko", r->opt->module->name);

	new_step(r);
	request(r, "push",
		json_pack("{s:s, s:s, s:b}", "file", r->module_copy, "to", to ? to : "", "facts",
			  1));
	free(to);
}

void run_step_load(struct run *r)
{
	const struct module_file *m = r->opt->module;
	struct strbuf b = {0};

	if (m->n_depends) {
		strbuf_adds(&b, "/sbin/modprobe -a --");
		for (size_t i = 0; i < m->n_depends; i++)
			add_quoted(&b, m->depends[i]);
		strbuf_adds(&b, " && ");
	}
	strbuf_addf(&b, "exec " BOARD_DIR "/agent load " BOARD_DIR "/%s.ko", m->name);
	for (size_t i = 0; i < r->opt->n_params; i++)
		add_quoted(&b, r->opt->params[i]);
	exec(r, &b);
}

/* It is we who end a test that takes too long: the board's clock goes on while its NFS server is
 * away. The board itself ends one that nobody waits for any more. */
static void exec_test(struct run *r)
{
	long seconds = (long)((r->machine.plan.test_us + r->machine.plan.stall_us) / 1000000) + 10;
	struct strbuf b = {0};

	strbuf_addf(&b,
		    "cd /tmp; KDEV_MODULE=%s; export KDEV_MODULE; echo $$ >" BOARD_DIR
		    "/test.pid; ",
		    r->opt->module->name);
	strbuf_addf(&b, "exec timeout -k 2 %ld ", seconds);
	if (r->opt->test_command) {
		strbuf_adds(&b, "/bin/sh -c");
		add_quoted(&b, r->opt->test_command);
	} else {
		strbuf_addf(&b, BOARD_DIR "/%s.test", r->opt->module->name);
	}
	exec(r, &b);
}

static void on_test_executable(void *arg, json_t *reply)
{
	struct run *r = arg;

	if (json_is_true(json_object_get(reply, "ok")) && r->machine.phase == RUN_TESTING)
		exec_test(r);
	else
		on_done(arg, reply);
}

static void on_test_pushed(void *arg, json_t *reply)
{
	struct run *r = arg;
	char *command;

	if (!json_is_true(json_object_get(reply, "ok")) ||
	    json_integer_value(json_object_get(reply, "status")) ||
	    r->machine.phase != RUN_TESTING) {
		on_done(arg, reply);
		return;
	}
	command = path_format("chmod 755 " BOARD_DIR "/%s.test", r->opt->module->name);
	r->job =
		link_request(r->link, "exec", json_pack("{s:s}", "command", command ? command : ""),
			     on_test_executable, r);
	free(command);
}

void run_step_test(struct run *r)
{
	char *to;

	if (r->opt->test_command) {
		exec_test(r);
		return;
	}
	new_step(r);
	to = path_format(BOARD_DIR "/%s.test", r->opt->module->name);
	r->job =
		link_request(r->link, "push",
			     json_pack("{s:s, s:s}", "file", r->opt->test_file, "to", to ? to : ""),
			     on_test_pushed, r);
	free(to);
}

void run_step_unload(struct run *r)
{
	struct strbuf b = {0};

	/* A test that was ended may still have the module open. */
	if (r->test_cancelled)
		strbuf_adds(&b,
			    "p=$(cat " BOARD_DIR "/test.pid); for i in 1 2 3 4 5 6 7 8 9 10; do "
			    "kill -0 $p 2>/dev/null || break; sleep 0.3; done; ");
	strbuf_addf(&b, "exec " BOARD_DIR "/agent unload %s", r->opt->module->name);
	exec(r, &b);
}

void run_step_cancel(struct run *r)
{
	if (r->job)
		link_request(r->link, "cancel", json_pack("{s:I}", "job", r->job), NULL, NULL);
	/* A closed channel does not end the program: timeout(1) passes a TERM on. */
	if (r->machine.phase == RUN_TESTING && r->machine.ssh) {
		r->test_cancelled = true;
		link_request(r->link, "exec",
			     json_pack("{s:s}", "command",
				       "kill $(cat " BOARD_DIR "/test.pid) 2>/dev/null"),
			     NULL, NULL);
	}
	r->job = 0;
}
