/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/explain/explain.c console/explain/explain_place.c */
/* LINK: console/explain/explain_calls.c console/explain/page.c console/explain/explain_words.c */
/* LINK: console/explain/call_chain.c console/detector/guilty_frame.c console/explain/fault.c */
/* LINK: console/symbolizer/disasm.c console/explain/address.c console/explain/source_excerpt.c */
/* LINK: console/pipeline/printable.c console/pipeline/sanitize.c console/strbuf.c */
/* LINK: console/detector/plumbing.c console/detector/plumbing_lists.c console/detector/trace*.c */
/* LINK: console/detector/pattern.c console/explain/object_story.c */
/* LIBS: capstone */
/* Any log as the text and the words of a report: what comes out is fit for a terminal. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "console/explain/explain.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The next line of the input, as a string. */
static char *take_line(const char **s, size_t *left)
{
	const char *end = memchr(*s, '\n', *left);
	size_t n = end ? (size_t)(end - *s) : *left;
	char *line = strndup(*s, n);

	if (!line)
		abort();
	*s += n + (end != NULL);
	*left -= n + (end != NULL);
	return line;
}

/* A hex number somewhere in the input. */
static uint64_t take_number(const char *s)
{
	return strtoull(s, NULL, 16);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *s = (const char *)data;
	char *title = take_line(&s, &size), *function = take_line(&s, &size);
	char *code = take_line(&s, &size), *number = take_line(&s, &size);
	struct crash_frame frames[2] = {{.function = title, .module = function, .inlined = true},
					{.function = function, .file = code, .line = 1, .size = 9}};
	struct explain_options o = {.width = (unsigned)(take_number(number) % 200), .step = code};
	struct crash_report r = {
		.klass = (enum crash_class)(take_number(number) % (CRASH_OTHER + 1)),
		.title = title,
		.function = function,
		.frames = frames,
		.n_frames = 2,
		.taint = code,
		.comm = function,
		.code = code,
		.address = take_number(number),
		.has_address = *number != 0,
		.text = (char *)s,
		.text_len = size,
	};
	struct strbuf out = {0};

	if (explain(&out, &r, &o))
		abort();
	for (size_t i = 0; i < out.len; i++)
		if (((unsigned char)out.s[i] < 0x20 && out.s[i] != '\n') || out.s[i] == 0x7f)
			abort();
	strbuf_free(&out);
	free(title);
	free(function);
	free(code);
	free(number);
	return 0;
}
