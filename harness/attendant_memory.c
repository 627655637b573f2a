/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What must survive the attendant: why the board may not be used as it is. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/attendant.h"
#include "harness/log.h"
#include "harness/paths.h"
#include "harness/text_json.h"

void attendant_remember(struct attendant *a, const char *dirty)
{
	char *path, *text;
	json_t *doc;

	if (!strcmp(a->dirty, dirty))
		return;
	snprintf(a->dirty, sizeof(a->dirty), "%s", dirty);
	path = path_format("%s/memory.json", a->dir);
	doc = json_pack("{s:o}", "dirty", text_json(a->dirty));
	text = doc ? json_dumps(doc, JSON_COMPACT) : NULL;
	if (!path || !text || path_write_atomic(path, text, strlen(text), 0644))
		log_error("memory.json can't be written: a restarted attendant won't know that "
			  "the board is not clean");
	free(text);
	json_decref(doc);
	free(path);
}

void attendant_recall(struct attendant *a)
{
	char *path = path_format("%s/memory.json", a->dir);
	size_t len;
	char *text = path ? path_read(path, 65536, &len) : NULL;
	json_t *doc = text ? json_loadb(text, len, 0, NULL) : NULL;
	const char *dirty = json_string_value(json_object_get(doc, "dirty"));

	snprintf(a->dirty, sizeof(a->dirty), "%s", dirty ? dirty : "");
	json_decref(doc);
	free(text);
	free(path);
}
