/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/loop/journal_line.c console/strbuf.c */
/* LIBS: jansson */
/*
 * A journal of any bytes is read to a whole line and no further, in one go as in two; what was
 * written as an object comes back as that object.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "console/strbuf.h"
#include "harness/loop/journal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct reading {
	uint64_t seen, stop; /* stop after so many; 0: never */
	const json_t *expected;
};

static int on_line(void *arg, const json_t *object)
{
	struct reading *r = arg;

	if (r->expected) {
		json_t *bare = json_deep_copy(object);

		json_object_del(bare, "n");
		json_object_del(bare, "crc");
		if (!json_equal(bare, (json_t *)r->expected))
			abort();
		json_decref(bare);
	}
	return ++r->seen == r->stop ? -ECANCELED : 0;
}

static void read_anything(const char *text, size_t len)
{
	struct reading all = {0}, again = {0};
	size_t whole, whole_again;
	uint64_t lines, lines_again;
	int rc = journal_read_text(text, len, on_line, &all, &whole, &lines);

	if (rc && rc != -EBADMSG)
		abort();
	if (whole > len || lines != all.seen || (whole && text[whole - 1] != '\n'))
		abort();
	/* What is believed once is believed again, and all of it. */
	if (journal_read_text(text, whole, on_line, &again, &whole_again, &lines_again) ||
	    whole_again != whole || lines_again != lines)
		abort();
}

/* After the first half of the lines the rest is read by itself. */
static void read_in_two(const char *text, size_t len, uint64_t lines)
{
	struct reading first = {.stop = (lines + 1) / 2}, rest = {0};
	size_t at, whole;
	uint64_t n;

	if (journal_read_text(text, len, on_line, &first, &at, &n) != -ECANCELED)
		abort();
	/* The line at which it was ended is not counted: it comes once more. */
	if (n + 1 != first.seen ||
	    journal_read_more(text + at, len - at, on_line, &rest, &whole, &n) || n != lines ||
	    first.seen - 1 + rest.seen != lines || at + whole != len)
		abort();
}

/* Each line of the input that is an object is journalled; a tail is torn off at `cut`. */
static void write_and_read(const char *text, size_t len, size_t cut)
{
	struct strbuf b = {0};
	struct reading all = {0};
	uint64_t lines = 0, n;
	size_t whole, last = 0;

	for (size_t i = 0; i < len;) {
		const char *nl = memchr(text + i, '\n', len - i);
		size_t end = nl ? (size_t)(nl - text) : len;
		json_t *o = json_loadb(text + i, end - i, JSON_REJECT_DUPLICATES, NULL);
		struct reading one = {.expected = o};
		char *line;

		i = end + 1;
		/* Number and checksum are the journal's own. */
		if (!json_is_object(o) || json_object_get(o, "n") || json_object_get(o, "crc")) {
			json_decref(o);
			continue;
		}
		line = journal_line(o, 0);
		if (!line || journal_read_text(line, strlen(line), on_line, &one, &whole, &n) ||
		    n != 1)
			abort();
		free(line);
		line = journal_line(o, lines++);
		last = b.len;
		if (!line || strbuf_adds(&b, line))
			abort();
		free(line);
		json_decref(o);
	}
	if (!lines) {
		strbuf_free(&b);
		return;
	}
	read_in_two(strbuf_str(&b), b.len, lines);
	/* Torn anywhere in its last line, it is whole up to there. */
	cut = last + cut % (b.len - last);
	if (journal_read_text(strbuf_str(&b), cut, on_line, &all, &whole, &n) || whole != last ||
	    n != lines - 1)
		abort();
	strbuf_free(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;

	read_anything(text, size);
	if (size)
		write_and_read(text + 1, size - 1, data[0]);
	return 0;
}
