/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Crash reports to JSON and back. */
#include "harness/output/crash_json.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/output/text_json.h"

static json_t *number_or_null(long long n, bool known)
{
	return known ? json_integer(n) : json_null();
}

/* JSON's integers are signed: what is larger is nothing that a kernel printed in earnest. */
static json_int_t count(uint64_t n)
{
	return n > INT64_MAX ? INT64_MAX : (json_int_t)n;
}

static json_t *place_json(const char *file, unsigned line)
{
	if (!file)
		return json_null();
	return json_pack("{s:o, s:o}", "file", text_json(file), "line",
			 number_or_null(line, line != 0));
}

static json_t *frame_json(const struct crash_frame *f)
{
	return json_pack("{s:o, s:I, s:I, s:o, s:b, s:b, s:o, s:o}", "function",
			 text_json(f->function), "offset", count(f->offset), "size", count(f->size),
			 "module", text_json(f->module), "inline", f->inlined, "exact", f->exact,
			 "build_id", text_json(f->build_id), "source",
			 place_json(f->file, f->line));
}

/* A list that lacks an item for want of memory is worse than none. */
static json_t *whole(json_t *list, size_t n)
{
	if (json_array_size(list) == n)
		return list;
	json_decref(list);
	return NULL;
}

static json_t *alt_json(const struct crash_report *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->n_alt; i++)
		json_array_append_new(list, text_json(r->alt[i]));
	return whole(list, r->n_alt);
}

static json_t *frames_json(const struct crash_report *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->n_frames; i++)
		json_array_append_new(list, frame_json(&r->frames[i]));
	return whole(list, r->n_frames);
}

json_t *crash_to_json(const struct crash_report *r)
{
	char address[24];
	json_t *o = json_object();

	snprintf(address, sizeof(address), "0x%llx", (unsigned long long)r->address);
	/* The documented order, for people who read it raw. Each set fails by itself when
	 * memory is short; the size at the end tells. */
	json_object_set_new(o, "title", text_json(r->title ? r->title : ""));
	json_object_set_new(o, "type", text_json(r->type ? r->type : ""));
	json_object_set_new(o, "alt", alt_json(r));
	json_object_set_new(o, "corrupted", json_boolean(r->corrupted));
	json_object_set_new(o, "panicked", json_boolean(r->panicked));
	json_object_set_new(o, "first_line", json_integer(count(r->first_line)));
	json_object_set_new(o, "last_line", json_integer(count(r->last_line)));
	json_object_set_new(o, "function", text_json(r->function));
	json_object_set_new(o, "module", text_json(r->module));
	json_object_set_new(o, "source", place_json(r->file, r->line));
	json_object_set_new(o, "frames", frames_json(r));
	json_object_set_new(o, "taint", text_json(r->taint));
	json_object_set_new(o, "cpu", number_or_null(r->cpu, r->cpu >= 0));
	json_object_set_new(o, "pid", number_or_null(r->pid, r->pid >= 0));
	json_object_set_new(o, "comm", text_json(r->comm));
	json_object_set_new(o, "signature", text_json(r->signature));
	json_object_set_new(o, "variant", text_json(r->variant));
	json_object_set_new(o, "secondary", json_boolean(r->secondary));
	json_object_set_new(o, "class", json_string(crash_class_name(r->klass)));
	json_object_set_new(o, "corrupted_reason", text_json(r->corrupted_reason));
	json_object_set_new(o, "die_counter", json_integer(r->die_counter));
	json_object_set_new(o, "code", text_json(r->code));
	json_object_set_new(o, "address", r->has_address ? json_string(address) : json_null());
	json_object_set_new(o, "text", text_json_n(r->text ? r->text : "", r->text_len));
	if (json_object_size(o) != 24) {
		json_decref(o);
		return NULL;
	}
	return o;
}

/* ---- and back ---- */

static bool get_string(const json_t *o, const char *key, char **out)
{
	const char *s = json_string_value(json_object_get(o, key));

	*out = s ? strdup(s) : NULL;
	return !s || *out;
}

static int get_int(const json_t *o, const char *key, int missing)
{
	const json_t *n = json_object_get(o, key);
	json_int_t i = json_integer_value(n);

	return json_is_integer(n) && i >= INT_MIN && i <= INT_MAX ? (int)i : missing;
}

static unsigned get_unsigned(const json_t *o, const char *key)
{
	int i = get_int(o, key, 0);

	return i > 0 ? (unsigned)i : 0;
}

static uint64_t get_count(const json_t *o, const char *key)
{
	json_int_t i = json_integer_value(json_object_get(o, key));

	return i > 0 ? (uint64_t)i : 0;
}

static bool get_place(const json_t *o, char **file, unsigned *line)
{
	const json_t *place = json_object_get(o, "source");

	*line = get_unsigned(place, "line");
	return get_string(place, "file", file);
}

static bool get_frame(const json_t *o, struct crash_frame *f)
{
	f->offset = get_count(o, "offset");
	f->size = get_count(o, "size");
	f->inlined = json_is_true(json_object_get(o, "inline"));
	f->exact = json_is_true(json_object_get(o, "exact"));
	return get_string(o, "function", &f->function) && f->function &&
	       get_string(o, "module", &f->module) && get_string(o, "build_id", &f->build_id) &&
	       get_place(o, &f->file, &f->line);
}

static bool get_frames(const json_t *o, struct crash_report *r)
{
	const json_t *list = json_object_get(o, "frames");
	size_t n = json_array_size(list);

	r->frames = n ? calloc(n, sizeof(*r->frames)) : NULL;
	if (n && !r->frames)
		return false;
	for (; r->n_frames < n; r->n_frames++)
		if (!get_frame(json_array_get(list, r->n_frames), &r->frames[r->n_frames])) {
			r->n_frames++; /* half-built, freed all the same */
			return false;
		}
	return true;
}

static bool get_alt(const json_t *o, struct crash_report *r)
{
	const json_t *list = json_object_get(o, "alt");
	size_t n = json_array_size(list);

	r->alt = n ? calloc(n, sizeof(*r->alt)) : NULL;
	if (n && !r->alt)
		return false;
	for (; r->n_alt < n; r->n_alt++) {
		const char *s = json_string_value(json_array_get(list, r->n_alt));

		r->alt[r->n_alt] = s ? strdup(s) : NULL;
		if (!r->alt[r->n_alt])
			return false;
	}
	return true;
}

static bool get_text(const json_t *o, struct crash_report *r)
{
	const json_t *text = json_object_get(o, "text");

	if (!json_is_string(text))
		return false;
	r->text_len = json_string_length(text);
	r->text = malloc(r->text_len + 1);
	if (!r->text)
		return false;
	memcpy(r->text, json_string_value(text), r->text_len + 1);
	return true;
}

static enum crash_class get_class(const json_t *o)
{
	const char *name = json_string_value(json_object_get(o, "class"));

	for (int c = CRASH_OOPS; name && c <= CRASH_OTHER; c++)
		if (!strcmp(name, crash_class_name((enum crash_class)c)))
			return (enum crash_class)c;
	return CRASH_OTHER;
}

static void get_address(const json_t *o, struct crash_report *r)
{
	const char *s = json_string_value(json_object_get(o, "address"));

	r->has_address = s != NULL;
	r->address = s ? strtoull(s, NULL, 16) : 0;
}

struct crash_report *crash_from_json(const json_t *o)
{
	struct crash_report *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->klass = get_class(o);
	r->corrupted = json_is_true(json_object_get(o, "corrupted"));
	r->panicked = json_is_true(json_object_get(o, "panicked"));
	r->secondary = json_is_true(json_object_get(o, "secondary"));
	r->cpu = get_int(o, "cpu", -1);
	r->pid = get_int(o, "pid", -1);
	r->die_counter = get_unsigned(o, "die_counter");
	r->first_line = get_count(o, "first_line");
	r->last_line = get_count(o, "last_line");
	get_address(o, r);
	if (get_string(o, "title", &r->title) && r->title && get_string(o, "type", &r->type) &&
	    r->type && get_string(o, "corrupted_reason", &r->corrupted_reason) &&
	    get_string(o, "function", &r->function) && get_string(o, "module", &r->module) &&
	    get_place(o, &r->file, &r->line) && get_string(o, "taint", &r->taint) &&
	    get_string(o, "comm", &r->comm) && get_string(o, "signature", &r->signature) &&
	    get_string(o, "variant", &r->variant) && get_string(o, "code", &r->code) &&
	    get_frames(o, r) && get_alt(o, r) && get_text(o, r))
		return r;
	crash_report_free(r);
	return NULL;
}
