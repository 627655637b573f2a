/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "harness/loop/iteration_line.h"

#include <string.h>

#define PREFIX_MAX 32 /* "[12345.678901][   T123] " */
#define DIGITS_MAX 18

/* A number and the text behind it. False: another text. */
static bool take(const char **at, const char *end, int64_t *n, const char *then)
{
	const char *p = *at;
	size_t len = strlen(then);

	for (*n = 0; p < end && *p >= '0' && *p <= '9' && p - *at < DIGITS_MAX; p++)
		*n = *n * 10 + (*p - '0');
	if (p == *at || (size_t)(end - p) < len || memcmp(p, then, len) != 0)
		return false;
	*at = p + len;
	return true;
}

bool iteration_line_parse(const char *text, size_t len, struct iteration_line *out)
{
	size_t word = sizeof(ITERATION_LINE) - 1;
	size_t look = len < PREFIX_MAX + word ? len : PREFIX_MAX + word;
	const char *at = memmem(text, look, ITERATION_LINE, word), *end = text + len;

	if (!at)
		return false;
	at += word;
	out->load_us = out->unload_us = -1;
	if (!take(&at, end, &out->iteration, ""))
		return false;
	if (at == end)
		return true;
	if (end - at < 2 || memcmp(at, " (", 2) != 0)
		return false;
	at += 2;
	return take(&at, end, &out->load_us, " + ") && take(&at, end, &out->unload_us, " us)") &&
	       at == end;
}
