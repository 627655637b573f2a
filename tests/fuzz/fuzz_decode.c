/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/detector/decode.c console/detector/detector*.c console/detector/finding.c */
/* LINK: console/detector/crash.c console/detector/facts.c console/detector/frames.c */
/* LINK: console/detector/guilt.c console/detector/pattern.c console/detector/plumbing*.c */
/* LINK: console/detector/prefilter*.c console/detector/report_buffer.c console/detector/rules*.c */
/* LINK: console/detector/signature.c console/strbuf.c console/detector/title*.c */
/* LINK: console/detector/torn.c console/detector/trace*.c console/pipeline/kmsg*.c */
/* LINK: console/pipeline/sanitize.c console/pipeline/boot_marks.c */
/* LINK: console/pipeline/netconsole_header.c console/demangle*.c */
/* Any bytes as a log: reports are well-formed, and how the bytes are cut does not matter. */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "console/detector/decode.h"
#include "console/strbuf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool has_control(const char *s)
{
	for (; s && *s; s++)
		if (((unsigned char)*s < 0x20 && *s != '\t') || *s == 0x7f)
			return true;
	return false;
}

static void check(const struct crash_report *r)
{
	if (!r->title || !*r->title || !r->type || !r->text || !r->signature || !r->variant)
		abort();
	if (strlen(r->signature) != 16 || strlen(r->variant) != 16)
		abort();
	if (has_control(r->title) || has_control(r->function) || has_control(r->module))
		abort();
	if (!r->first_line || r->first_line > r->last_line)
		abort();
	for (size_t i = 0; i < r->n_frames; i++)
		if (!r->frames[i].function || has_control(r->frames[i].function))
			abort();
}

static void note(void *arg, struct crash_report *r)
{
	struct strbuf *said = arg;

	check(r);
	/* Not the text: it has lines from before the report if they happened to be looked at. */
	strbuf_addf(said, "%s|%s|%llu|%llu\n", r->title, r->variant,
		    (unsigned long long)r->first_line, (unsigned long long)r->last_line);
	crash_report_free(r);
}

static char *decode_in_pieces(const char *log, size_t n, size_t piece)
{
	struct strbuf said = {0};
	struct decode *d = decode_new(note, &said);

	if (!d)
		abort();
	for (size_t i = 0; i < n; i += piece)
		if (decode_feed(d, log + i, n - i < piece ? n - i : piece))
			abort();
	if (decode_finish(d))
		abort();
	decode_free(d);
	return strbuf_take(&said);
}

/* A trigger that control characters tear is seen only where a line is cleaned for other reasons. */
static bool is_plain(const uint8_t *data, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if ((data[i] < 0x20 && data[i] != '\n' && data[i] != '\t') || data[i] >= 0x7f)
			return false;
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* In memory of its own size, for the address sanitizer. */
	char *log = malloc(size ? size : 1), *whole, *cut;

	if (!log)
		abort();
	memcpy(log, data, size);
	whole = decode_in_pieces(log, size, size ? size : 1);
	cut = decode_in_pieces(log, size, size ? data[0] % 61 + 1u : 1);
	if (!whole || !cut || (is_plain(data, size) && strcmp(whole, cut) != 0))
		abort();
	free(whole);
	free(cut);
	free(log);
	return 0;
}
