/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/pipeline/lines.c console/pipeline/sanitize.c */
/* However bytes are cut into calls, the lines are the same, bounded, and safe when cleaned. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "console/pipeline/lines.h"
#include "console/pipeline/sanitize.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct sum {
	uint64_t hash, count, number;
};

static void check_clean(const char *text, size_t n)
{
	char out[LINES_MAX];
	size_t used = 0, len;

	while (used < n) {
		size_t step = text_clean(text + used, n - used, out, &len);

		if (!step || step > n - used || len > step)
			abort();
		used += step;
		for (size_t i = 0; i < len; i++)
			if (((unsigned char)out[i] < ' ' && out[i] != '\t') || out[i] == 0x7f)
				abort();
	}
	if (text_is_plain(text, n) && n && (len != n || memcmp(out, text, n) != 0))
		abort();
}

static void on_line(void *arg, const struct line *line)
{
	struct sum *s = arg;

	if (line->len > LINES_MAX || line->number < s->number)
		abort();
	check_clean(line->text, line->len);
	s->number = line->number;
	s->count++;
	for (size_t i = 0; i < line->len; i++)
		s->hash = (s->hash ^ (unsigned char)line->text[i]) * 0x100000001b3u;
	s->hash = s->hash * 31 + line->start * 2 + line->cut;
}

static struct sum run(const uint8_t *data, size_t size, size_t chunk)
{
	struct lines *l = malloc(sizeof(*l));
	struct sum s = {0};

	if (!l)
		abort();
	lines_init(l, on_line, &s);
	for (size_t i = 0; i < size; i += chunk)
		lines_feed(l, data + i, size - i < chunk ? size - i : chunk,
			   (struct monotime){(int64_t)i});
	lines_flush(l);
	free(l);
	return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sum whole = run(data, size, size ? size : 1), pieces;

	for (size_t chunk = 1; chunk < 8; chunk += 3) {
		pieces = run(data, size, chunk);
		if (whole.hash != pieces.hash || whole.count != pieces.count)
			abort();
	}
	return 0;
}
