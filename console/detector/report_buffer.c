/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lines of one report while it grows. */
#include "console/detector/report_buffer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int reserve_text(struct report_buffer *b, size_t more)
{
	size_t cap = b->cap ? b->cap : 4096;
	char *text;

	while (cap < b->len + more)
		cap *= 2;
	text = realloc(b->text, cap);
	if (!text)
		return -ENOMEM;
	b->text = text;
	b->cap = cap;
	return 0;
}

static int reserve_line(struct report_buffer *b)
{
	size_t cap = b->lines_cap ? b->lines_cap * 2 : 64;
	struct report_line *lines;

	lines = realloc(b->lines, cap * sizeof(*lines));
	if (!lines)
		return -ENOMEM;
	b->lines = lines;
	b->lines_cap = cap;
	return 0;
}

int report_buffer_add(struct report_buffer *b, const struct log_record *rec)
{
	size_t len = rec->len > REPORT_MAX_LINE ? REPORT_MAX_LINE : rec->len;

	if (b->n >= REPORT_MAX_LINES || b->len + len + 1 > REPORT_MAX_BYTES)
		return 0;
	if ((b->len + len >= b->cap && reserve_text(b, len + 1)) ||
	    (b->n == b->lines_cap && reserve_line(b)))
		return -ENOMEM;
	memcpy(b->text + b->len, rec->text, len);
	b->text[b->len + len] = '\n';
	b->lines[b->n++] = (struct report_line){
		.at = (uint32_t)b->len,
		.len = (uint32_t)len,
		.line = rec->line,
		.torn = rec->torn,
		.timed = rec->kernel_us >= 0,
	};
	b->len += len + 1;
	return 0;
}

char *report_buffer_copy(const struct report_buffer *b, size_t *len)
{
	char *text;

	*len = b->len ? b->len - 1 : 0;
	text = malloc(*len + 1);
	if (!text)
		return NULL;
	if (*len)
		memcpy(text, b->text, *len);
	text[*len] = '\0';
	return text;
}

void report_buffer_clear(struct report_buffer *b)
{
	b->len = 0;
	b->n = 0;
}

void report_buffer_free(struct report_buffer *b)
{
	free(b->text);
	free(b->lines);
	*b = (struct report_buffer){0};
}
