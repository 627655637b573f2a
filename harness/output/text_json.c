/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a JSON string. */
#include "harness/output/text_json.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "harness/output/text_utf8.h"

/* The text with its replacements, into out unless that is NULL. Returns its length. */
static size_t convert(const unsigned char *p, size_t len, char *out)
{
	size_t o = 0;

	for (size_t i = 0; i < len;) {
		size_t n = utf8_length(p + i, len - i);
		bool replace = utf8_is_unwanted(p + i, n);
		size_t written = replace ? sizeof(UTF8_REPLACEMENT) - 1 : n;

		if (out)
			memcpy(out + o, replace ? UTF8_REPLACEMENT : (const char *)p + i, written);
		o += written;
		i += n ? n : 1;
	}
	return o;
}

json_t *text_json_n(const char *text, size_t len)
{
	const unsigned char *p = (const unsigned char *)text;
	size_t n = convert(p, len, NULL);
	char *out = malloc(n + 1);
	json_t *s;

	if (!out)
		return NULL;
	convert(p, len, out);
	s = json_stringn(out, n);
	free(out);
	return s;
}

json_t *text_json(const char *text)
{
	return text ? text_json_n(text, strlen(text)) : json_null();
}

const char *json_text_of(const json_t *o, const char *key)
{
	const char *s = json_string_value(json_object_get(o, key));

	return s ? s : "";
}
