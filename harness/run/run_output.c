/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the board says in a step of a run: kept, shown, and its words for us taken out. */
#include <stdlib.h>
#include <string.h>

#include "harness/attendant/wire.h"
#include "harness/run/run.h"

#define OUTPUT_MAX (4u << 20) /* bytes kept of what a step says */

void run_step_output(struct run *r, const json_t *ev)
{
	int stream = (int)json_integer_value(json_object_get(ev, "stream"));
	size_t n;
	char *bytes;

	if (json_integer_value(json_object_get(ev, "id")) != r->queues[QUEUE_BOARD].request ||
	    stream < 1 || stream > 2)
		return;
	bytes = wire_bytes_get(json_object_get(ev, "data"), &n);
	if (!bytes)
		return;
	if (r->output[stream - 1].len < OUTPUT_MAX)
		strbuf_add(&r->output[stream - 1], bytes, n);
	if (r->machine.phase == RUN_TESTING) {
		run_screen_output(r, bytes, n);
		if (stream == 1 && r->ktap)
			ktap_feed(r->ktap, bytes, n);
	}
	free(bytes);
}

const char *run_output_last_line(const struct run *r, char *buf, size_t size)
{
	for (int i = 1; i >= 0; i--) {
		const char *text = strbuf_str(&r->output[i]), *end = text + strlen(text), *p;

		while (end > text && end[-1] == '\n')
			end--;
		for (p = end; p > text && p[-1] != '\n'; p--)
			;
		if (end > p) {
			snprintf(buf, size, "%.*s", (int)(end - p), p);
			return buf;
		}
	}
	return "";
}

bool run_output_take(struct run *r, const char *key, char *value, size_t size)
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

void run_output_taint(struct run *r, long *taint)
{
	char value[24];

	if (run_output_take(r, "kdev-tainted ", value, sizeof(value)))
		*taint = strtol(value, NULL, 10);
	if (run_output_take(r, "kdev-locks ", value, sizeof(value)))
		r->locks_off = true;
}

static void take_kernel(struct run *r)
{
	char id[80];

	if (run_output_take(r, "kdev-kernel ", id, sizeof(id)) && r->record)
		record_kernel_build_id(r->record, id);
}

void run_output_words(struct run *r)
{
	switch (r->machine.phase) {
	case RUN_PUSHING:
		take_kernel(r);
		run_output_taint(r, &r->taint_before);
		break;
	case RUN_LOADING:
		if (r->opt->batch)
			run_batch_output(r);
		else
			run_output_taint(r, &r->taint_before);
		break;
	case RUN_UNLOADING: run_output_taint(r, &r->taint_after); break;
	default: break;
	}
}
