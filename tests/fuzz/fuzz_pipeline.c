/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/pipeline*.c console/boot_marks.c console/lines.c console/sanitize.c */
/* LINK: console/kmsg*.c console/netconsole*.c console/merge*.c console/damage.c console/hold.c */
/* LINK: console/detector*.c console/crash.c console/facts.c console/frames.c console/guilt.c */
/* LINK: console/pattern.c console/plumbing*.c console/prefilter*.c console/rules*.c */
/* LINK: console/report_buffer.c console/signature.c console/strbuf.c console/title*.c */
/* LINK: console/torn*.c console/trace*.c */
/* The input is what two sources send: a byte says which, and by how much the clock moves; then come
 * bytes up to a zero byte. All that comes out is safe to show, reports end, and time is kept. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "console/pipeline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct count {
	unsigned begun, ended;
};

static void check_text(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		if ((c < ' ' && c != '\t') || c == 0x7f)
			abort();
	}
}

static void on_line(void *arg, const struct console_line *line)
{
	check_text(line->text, line->len);
}

static void on_begin(void *arg, const struct crash_report *r)
{
	struct count *c = arg;

	c->begun++;
	check_text(r->title, strlen(r->title));
}

static void on_end(void *arg, struct crash_report *r)
{
	struct count *c = arg;

	c->ended++;
	if (c->ended > c->begun || !r->title)
		abort();
	crash_report_free(r);
}

static void on_mark(void *arg, enum boot_mark mark, const char *text, size_t len)
{
	check_text(text, len);
}

static void on_lost(void *arg, enum console_source source, uint64_t records, const char *why)
{
	if (!why[0])
		abort();
}

static void feed(struct pipeline *p, int source, const uint8_t *data, size_t n, struct monotime now)
{
	char *copy = malloc(n ? n : 1);

	if (!copy)
		abort();
	memcpy(copy, data, n);
	if (source)
		pipeline_netconsole(p, copy, n, now);
	else
		pipeline_serial(p, copy, n, now);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct pipeline_ops ops = {.line = on_line,
						.crash_begin = on_begin,
						.crash_end = on_end,
						.mark = on_mark,
						.lost = on_lost};
	struct count count = {0};
	struct pipeline *p = pipeline_new(&ops, &count);
	struct monotime now = {0};
	size_t i = 0;

	if (!p)
		abort();
	while (i < size) {
		const uint8_t *end;
		int head = data[i++];

		now = mono_add(now, (int64_t)1 << (head >> 3)); /* up to half an hour */
		for (int ticks = 0; mono_due(pipeline_wakeup(p), now); ticks++) {
			pipeline_tick(p, now);
			if (ticks > 3)
				abort();
		}
		if ((head & 7) == 7)
			pipeline_new_boot(p, now);
		end = i < size ? memchr(data + i, 0, size - i) : NULL;
		feed(p, head & 1, data + i, end ? (size_t)(end - data) - i : size - i, now);
		i = end ? (size_t)(end - data) + 1 : size;
	}
	pipeline_flush(p, now);
	if (pipeline_in_report(p) || count.begun != count.ended)
		abort();
	pipeline_free(p);
	return 0;
}
