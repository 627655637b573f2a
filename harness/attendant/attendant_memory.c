/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What must survive the attendant: why the board may not be used as it is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/attendant/attendant.h"
#include "harness/log.h"
#include "harness/output/text_json.h"
#include "harness/paths.h"

static json_t *ladder_json(const struct ladder_memory *m)
{
	json_t *o = json_object();

	for (int r = 0; r < LADDER_RUNGS; r++)
		if (m->failed[r])
			json_object_set_new(o, ladder_rung_key((enum ladder_rung)r),
					    json_integer(m->failed[r]));
	return o;
}

void attendant_memory_write(struct attendant *a)
{
	char *path = path_format("%s/memory.json", a->dir);
	json_t *doc = json_pack("{s:o, s:o}", "dirty", text_json(a->dirty), "recovery_failed",
				ladder_json(&a->recovery.memory));
	char *text = doc ? json_dumps(doc, JSON_COMPACT) : NULL;

	if (!path || !text || path_write_atomic(path, text, strlen(text), 0644))
		log_error("memory.json can't be written: a restarted attendant won't know that "
			  "the board is not clean");
	free(text);
	json_decref(doc);
	free(path);
}

void attendant_remember(struct attendant *a, const char *dirty)
{
	if (!strcmp(a->dirty, dirty))
		return;
	snprintf(a->dirty, sizeof(a->dirty), "%s", dirty);
	attendant_memory_write(a);
}

void attendant_recall(struct attendant *a)
{
	char *path = path_format("%s/memory.json", a->dir);
	size_t len;
	char *text = path ? path_read(path, 65536, &len) : NULL;
	json_t *doc = text ? json_loadb(text, len, 0, NULL) : NULL;
	const json_t *failed = json_object_get(doc, "recovery_failed");

	snprintf(a->dirty, sizeof(a->dirty), "%s", json_text_of(doc, "dirty"));
	for (int r = 0; r < LADDER_RUNGS; r++) {
		const char *key = ladder_rung_key((enum ladder_rung)r);

		a->recovery.memory.failed[r] =
			(unsigned)json_integer_value(json_object_get(failed, key));
	}
	json_decref(doc);
	free(text);
	free(path);
}
