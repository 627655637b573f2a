/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Crash reports to JSON and back. */
#include "harness/crash_json.h"

#include <stdlib.h>
#include <string.h>

/* The length of the valid UTF-8 sequence at p, or 0 (RFC 3629: no overlong forms, no surrogates).
 */
static size_t utf8_sequence(const unsigned char *p, size_t left)
{
	size_t n = p[0] < 0x80   ? 1
		   : p[0] < 0xc2 ? 0
		   : p[0] < 0xe0 ? 2
		   : p[0] < 0xf0 ? 3
		   : p[0] < 0xf5 ? 4
				 : 0;

	if (n == 0 || n > left)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return n;
}

/* What a log says, as a JSON string: a byte that is no UTF-8 becomes U+FFFD. */
static json_t *text_json(const char *text, size_t len)
{
	const unsigned char *p = (const unsigned char *)text;
	char *out = malloc(len * 3 + 1);
	size_t o = 0;
	json_t *s;

	if (!out)
		return NULL;
	for (size_t i = 0; i < len;) {
		size_t n = utf8_sequence(p + i, len - i);

		if (n) {
			memcpy(out + o, p + i, n);
			o += n;
			i += n;
		} else {
			memcpy(out + o, "\xef\xbf\xbd", 3);
			o += 3;
			i++;
		}
	}
	s = json_stringn(out, o);
	free(out);
	return s;
}

static json_t *string_or_null(const char *s)
{
	return s ? text_json(s, strlen(s)) : json_null();
}

static json_t *number_or_null(long long n, bool known)
{
	return known ? json_integer(n) : json_null();
}

static json_t *place_json(const char *file, unsigned line)
{
	if (!file)
		return json_null();
	return json_pack("{s:o, s:o}", "file", string_or_null(file), "line",
			 number_or_null(line, line != 0));
}

static json_t *frame_json(const struct crash_frame *f)
{
	return json_pack("{s:o, s:I, s:I, s:o, s:b, s:b, s:o, s:o}", "function",
			 string_or_null(f->function), "offset", (json_int_t)f->offset, "size",
			 (json_int_t)f->size, "module", string_or_null(f->module), "inline",
			 f->inlined, "exact", f->exact, "build_id", string_or_null(f->build_id),
			 "source", place_json(f->file, f->line));
}

static json_t *list_json(char *const *items, size_t n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list, string_or_null(items[i]));
	return list;
}

static json_t *frames_json(const struct crash_report *r)
{
	json_t *list = json_array();

	for (size_t i = 0; i < r->n_frames; i++)
		json_array_append_new(list, frame_json(&r->frames[i]));
	return list;
}

json_t *crash_to_json(const struct crash_report *r)
{
	char address[24];
	json_t *o = json_object();

	snprintf(address, sizeof(address), "0x%llx", (unsigned long long)r->address);
	/* The documented order, for people who read it raw. Each set fails by itself when
	 * memory is short; the size at the end tells. */
	json_object_set_new(o, "title", string_or_null(r->title ? r->title : ""));
	json_object_set_new(o, "type", string_or_null(r->type ? r->type : ""));
	json_object_set_new(o, "alt", list_json(r->alt, r->n_alt));
	json_object_set_new(o, "corrupted", json_boolean(r->corrupted));
	json_object_set_new(o, "panicked", json_boolean(r->panicked));
	json_object_set_new(o, "first_line", json_integer((json_int_t)r->first_line));
	json_object_set_new(o, "last_line", json_integer((json_int_t)r->last_line));
	json_object_set_new(o, "function", string_or_null(r->function));
	json_object_set_new(o, "module", string_or_null(r->module));
	json_object_set_new(o, "source", place_json(r->file, r->line));
	json_object_set_new(o, "frames", frames_json(r));
	json_object_set_new(o, "taint", string_or_null(r->taint));
	json_object_set_new(o, "cpu", number_or_null(r->cpu, r->cpu >= 0));
	json_object_set_new(o, "pid", number_or_null(r->pid, r->pid >= 0));
	json_object_set_new(o, "comm", string_or_null(r->comm));
	json_object_set_new(o, "signature", string_or_null(r->signature));
	json_object_set_new(o, "secondary", json_boolean(r->secondary));
	json_object_set_new(o, "class", json_string(crash_class_name(r->klass)));
	json_object_set_new(o, "corrupted_reason", string_or_null(r->corrupted_reason));
	json_object_set_new(o, "die_counter", json_integer(r->die_counter));
	json_object_set_new(o, "code", string_or_null(r->code));
	json_object_set_new(o, "address", r->has_address ? json_string(address) : json_null());
	json_object_set_new(o, "text", text_json(r->text ? r->text : "", r->text_len));
	if (json_object_size(o) != 23) {
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

	return json_is_integer(n) ? (int)json_integer_value(n) : missing;
}

static bool get_place(const json_t *o, char **file, unsigned *line)
{
	const json_t *place = json_object_get(o, "source");

	*line = (unsigned)get_int(place, "line", 0);
	return get_string(place, "file", file);
}

static bool get_frame(const json_t *o, struct crash_frame *f)
{
	f->offset = (uint64_t)json_integer_value(json_object_get(o, "offset"));
	f->size = (uint64_t)json_integer_value(json_object_get(o, "size"));
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
	r->die_counter = (unsigned)get_int(o, "die_counter", 0);
	r->first_line = (uint64_t)json_integer_value(json_object_get(o, "first_line"));
	r->last_line = (uint64_t)json_integer_value(json_object_get(o, "last_line"));
	get_address(o, r);
	if (get_string(o, "title", &r->title) && r->title && get_string(o, "type", &r->type) &&
	    get_string(o, "corrupted_reason", &r->corrupted_reason) &&
	    get_string(o, "function", &r->function) && get_string(o, "module", &r->module) &&
	    get_place(o, &r->file, &r->line) && get_string(o, "taint", &r->taint) &&
	    get_string(o, "comm", &r->comm) && get_string(o, "signature", &r->signature) &&
	    get_string(o, "code", &r->code) && get_frames(o, r) && get_alt(o, r) && get_text(o, r))
		return r;
	crash_report_free(r);
	return NULL;
}
