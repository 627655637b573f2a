/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arbitrary bytes in JSON strings: byte N is code point U+00N, so nothing is lost. */
#include <stdlib.h>
#include <string.h>

#include "harness/attendant/wire.h"

json_t *wire_bytes(const void *bytes, size_t n)
{
	const unsigned char *p = bytes;
	char *utf8 = malloc(n * 2 + 1);
	size_t len = 0;
	json_t *s;

	if (!utf8)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		if (p[i] < 0x80) {
			utf8[len++] = (char)p[i];
		} else {
			utf8[len++] = (char)(0xc0 | p[i] >> 6);
			utf8[len++] = (char)(0x80 | (p[i] & 0x3f));
		}
	}
	s = json_stringn_nocheck(utf8, len);
	free(utf8);
	return s;
}

void *wire_bytes_get(const json_t *s, size_t *n)
{
	const unsigned char *p;
	unsigned char *out;
	size_t len, o = 0;

	if (!json_is_string(s))
		return NULL;
	p = (const unsigned char *)json_string_value(s);
	len = json_string_length(s);
	out = malloc(len + 1);
	if (!out)
		return NULL;
	for (size_t i = 0; i < len; i++) {
		if (p[i] < 0x80) {
			out[o++] = p[i];
		} else if ((p[i] & 0xfc) == 0xc0 && i + 1 < len) {
			out[o++] = (unsigned char)(p[i] << 6 | (p[i + 1] & 0x3f));
			i++;
		} else { /* beyond U+00FF: not ours */
			free(out);
			return NULL;
		}
	}
	out[o] = 0;
	*n = o;
	return out;
}
