/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/pipeline/pipeline*.c console/pipeline/boot_marks.c console/pipeline/lines.c */
/* LINK: console/pipeline/sanitize.c console/pipeline/kmsg*.c console/pipeline/netconsole*.c */
/* LINK: console/pipeline/merge*.c console/explain/damage.c console/pipeline/hold.c */
/* The input is what two sources send: a byte says which, and by how much the clock moves; then come
 * bytes up to a zero byte. All that comes out is safe to show, and time is kept. The detector is a
 * fake, which is quick to make, and checks what it is given. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "console/detector/detector.h"
#include "console/pipeline/pipeline.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_text(const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)text[i];

		if ((c < ' ' && c != '\t') || c == 0x7f)
			abort();
	}
}

/* ---- the fake detector ---- */

struct detector {
	bool in_report;
	struct monotime last;
};

struct detector *detector_new(const struct detector_ops *ops, void *arg)
{
	return calloc(1, sizeof(struct detector));
}

void detector_free(struct detector *d)
{
	free(d);
}

int detector_record(struct detector *d, const struct log_record *rec)
{
	check_text(rec->text, rec->len);
	if (rec->level < -1 || rec->level > 7 || rec->kernel_us < -1 || !rec->line)
		abort();
	if (memchr(rec->caller, 0, sizeof(rec->caller)) == NULL)
		abort();
	d->in_report = true;
	d->last = rec->at;
	return 0;
}

void detector_gap(struct detector *d)
{
}

struct monotime detector_wakeup(const struct detector *d)
{
	return d->in_report ? mono_add(d->last, MONO_SEC(3)) : MONO_NEVER;
}

void detector_tick(struct detector *d, struct monotime now)
{
	if (mono_due(detector_wakeup(d), now))
		d->in_report = false;
}

void detector_flush(struct detector *d)
{
	d->in_report = false;
}

void detector_firmware(struct detector *d, bool runs)
{
}

void detector_new_boot(struct detector *d)
{
	d->in_report = false;
}

bool detector_in_report(const struct detector *d)
{
	return d->in_report;
}

/* ---- what the pipeline says ---- */

static void on_line(void *arg, const struct console_line *line)
{
	check_text(line->text, line->len);
}

static void on_end(void *arg, struct crash_report *r)
{
	abort(); /* the fake makes none */
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
	static const struct pipeline_ops ops = {
		.line = on_line, .crash_end = on_end, .mark = on_mark, .lost = on_lost};
	struct pipeline *p = pipeline_new(&ops, NULL);
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
	if (pipeline_in_report(p))
		abort();
	pipeline_free(p);
	return 0;
}
