/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Any bytes as a JSON string. */
#include "harness/text_json.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const char replacement[3] = {'\xef', '\xbf', '\xbd'}; /* U+FFFD */

/* The length of the valid UTF-8 sequence at p, or 0: no overlong forms, no surrogates. */
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

static bool unwanted(const unsigned char *p, size_t n)
{
	return n == 0 || p[0] == 0 || p[0] == 0x7f || (p[0] == 0xc2 && p[1] < 0xa0);
}

/* The text with its replacements, into out unless that is NULL. Returns its length. */
static size_t convert(const unsigned char *p, size_t len, char *out)
{
	size_t o = 0;

	for (size_t i = 0; i < len;) {
		size_t n = utf8_sequence(p + i, len - i);
		bool replace = unwanted(p + i, n);
		size_t written = replace ? sizeof(replacement) : n;

		if (out)
			memcpy(out + o, replace ? replacement : (const char *)p + i, written);
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
