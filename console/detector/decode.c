/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The detector over a log of any size. */
#include "console/detector/decode.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "console/detector/detector.h"
#include "console/detector/prefilter.h"
#include "console/pipeline/boot_marks.h"
#include "console/pipeline/kmsg.h"
#include "console/pipeline/kmsg_journal_fields.h"
#include "console/pipeline/sanitize.h"
#include "console/span.h"

#define ALIVE_AFTER    1000000 /* us: from this timestamp on a kernel is no longer new */
#define LOOK_BACK      2048    /* bytes of what is skipped that are looked at for timestamps */
#define LINE_MAX_BYTES 4096    /* a longer line is looked at in pieces */

struct decode {
	struct detector *detector;
	struct prefilter *prefilter;
	bool alive; /* a kernel has run in this log, and not said that it would stop */
	struct journal_place journal;
	uint64_t line; /* lines that have ended so far */
	size_t held;   /* bytes of a line whose end has not come */
	char partial[LINE_MAX_BYTES];
	char clean[LINE_MAX_BYTES]; /* a line without control characters */
};

static struct decode *decode_with(const struct detector_ops *ops, void *arg)
{
	struct decode *d = calloc(1, sizeof(*d));

	if (!d)
		return NULL;
	d->detector = detector_new(ops, arg);
	d->prefilter = prefilter_new();
	if (!d->detector || !d->prefilter) {
		decode_free(d);
		return NULL;
	}
	return d;
}

struct decode *decode_new(void (*end)(void *arg, struct crash_report *r), void *arg)
{
	return decode_with(&(struct detector_ops){.end = end}, arg);
}

struct decode *decode_new_unnamed(void (*found)(void *arg, struct finding *f), void *arg)
{
	return decode_with(&(struct detector_ops){.found = found}, arg);
}

void decode_free(struct decode *d)
{
	if (!d)
		return;
	prefilter_free(d->prefilter);
	detector_free(d->detector);
	free(d);
}

/* A kernel was running when this was printed. syzkaller prints the programs that run on it. */
static bool shows_life(const struct log_record *rec)
{
	return rec->kernel_us >= ALIVE_AFTER ||
	       span_find((struct span){rec->text, rec->len}, "(&(0x7f");
}

/* The line of a kernel that boots; powerpc's xmon shows it too, in a crash, past printk. */
static bool begins_boot(const struct decode *d, const struct log_record *rec)
{
	if (rec->kernel_us < 0 && d->alive && detector_in_report(d->detector))
		return false;
	return rec->kernel_us < ALIVE_AFTER;
}

/*
 * A firmware's banner below messages of a kernel that did not say that it would
 * restart: it was reset. (The kernel's own banner alone may as well be a dmesg
 * that somebody typed.)
 */
static int watch_boot(struct decode *d, const struct log_record *rec, bool fresh)
{
	enum boot_mark mark;
	int err;

	d->alive |= rec->kernel_us >= ALIVE_AFTER;
	if (rec->no_trigger || !boot_mark_of(rec->text, rec->len, &mark))
		return 0;
	if (mark == BOOT_RESTART)
		d->alive = false;
	if (mark == BOOT_KERNEL && begins_boot(d, rec))
		detector_new_boot(d->detector);
	if (mark != BOOT_FIRMWARE || rec->kernel_us >= 0 || !fresh)
		return 0;
	err = d->alive ? detector_reboot(d->detector, rec) : 0;
	d->alive = false;
	detector_firmware(d->detector, true);
	return err;
}

static int feed_records(struct decode *d, const char *text, size_t n, bool no_trigger)
{
	struct log_record rec = {.line = d->line + 1};
	uint64_t dropped;
	struct kmsg k;
	int err = 0;

	kmsg_begin(&k, text, n);
	k.no_trigger = no_trigger;
	while (!err && kmsg_next(&k, &rec)) {
		err = watch_boot(d, &rec, rec.text == text);
		if (err)
			break;
		switch (kmsg_remark(rec.text, rec.len, &dropped)) {
		case KMSG_DROPPED: detector_gap(d->detector); break;
		case KMSG_REPLAY: break;
		case KMSG_NONE: err = detector_record(d->detector, &rec); break;
		}
	}
	return err;
}

static bool has_word(const struct decode *d, const char *p, const char *end)
{
	return prefilter_find(d->prefilter, p, end) != end;
}

/* One line, or a piece of one that is too long. What is found in the raw bytes says nothing of
 * those that have to be cleaned. */
static int feed_line(struct decode *d, const char *text, size_t n, bool no_trigger)
{
	int err = 0;

	while (n && text[n - 1] == '\r')
		n--;
	if (kmsg_journal_drops(&d->journal, &text, &n))
		return 0;
	if (text_is_plain(text, n))
		return feed_records(d, text, n, no_trigger);
	while (n && !err) {
		size_t len, used = text_clean(text, n > LINE_MAX_BYTES ? LINE_MAX_BYTES : n,
					      d->clean, &len);

		if (len)
			err = feed_records(d, d->clean, len,
					   !has_word(d, d->clean, d->clean + len));
		text += used;
		n -= used;
		if (!used)
			break;
	}
	return err;
}

/* The first byte of the line that `at` is in, not before `from`. */
static const char *line_start(const char *from, const char *at)
{
	const char *nl = memrchr(from, '\n', (size_t)(at - from));

	return nl ? nl + 1 : from;
}

/* A kernel's record may begin in the middle of a line, where another's was cut off. */
static void look_at_line(struct decode *d, struct span line)
{
	struct log_record rec = {.kernel_us = -1};
	struct kmsg k;

	kmsg_begin(&k, line.s, line.n);
	while (kmsg_next(&k, &rec)) {
		if (rec.kernel_us >= 0)
			detector_firmware(d->detector, false);
		d->alive |= rec.len && shows_life(&rec);
	}
}

/* Was a kernel running in what is skipped, and no firmware any more? The last lines tell. */
static void look_back(struct decode *d, const char *from, const char *to)
{
	const char *p = to - from > LOOK_BACK ? line_start(from, to - LOOK_BACK) : from;

	while (p < to) {
		const char *nl = memchr(p, '\n', (size_t)(to - p));
		const char *end = nl ? nl : to;
		struct span line = span_trim((struct span){p, (size_t)(end - p)});

		if (line.n < LINE_MAX_BYTES && text_is_plain(line.s, line.n))
			look_at_line(d, line);
		p = end + 1;
	}
}

/* Skip to the line of `hit`, which is the next place of interest. Returns where lines have to be
 * read, or `end` when there is none. */
static const char *skip(struct decode *d, const char *p, const char *hit)
{
	const char *to = line_start(p, hit);

	d->line += prefilter_count_lines(d->prefilter, p, to);
	kmsg_journal_skip(&d->journal, p, to);
	if (!d->alive && to > p)
		look_back(d, p, to);
	return to;
}

static int feed_whole_line(struct decode *d, const char *text, size_t n, bool no_trigger)
{
	int err = 0;

	for (size_t piece; !err && n > LINE_MAX_BYTES; text += piece, n -= piece) {
		piece = LINE_MAX_BYTES;
		err = feed_line(d, text, piece, no_trigger);
	}
	if (!err)
		err = feed_line(d, text, n, no_trigger);
	d->line++;
	return err;
}

/* Keep the beginning of a line for the next call. */
static int hold(struct decode *d, const char *p, size_t n)
{
	int err = 0;

	while (n && !err) {
		size_t room = sizeof(d->partial) - d->held, part = n < room ? n : room;

		memcpy(d->partial + d->held, p, part);
		d->held += part;
		p += part;
		n -= part;
		if (d->held == sizeof(d->partial)) {
			err = feed_line(d, d->partial, d->held, false);
			d->held = 0;
		}
	}
	return err;
}

/* Complete the line that the last call began. */
static int finish_held(struct decode *d, const char **p, const char *end)
{
	const char *nl = memchr(*p, '\n', (size_t)(end - *p));
	int err;

	if (!d->held)
		return 0;
	err = hold(d, *p, (size_t)((nl ? nl : end) - *p));
	*p = nl ? nl + 1 : end;
	if (err || !nl)
		return err;
	err = feed_line(d, d->partial, d->held, false);
	d->held = 0;
	d->line++;
	return err;
}

int decode_feed(struct decode *d, const char *bytes, size_t n)
{
	const char *p = bytes, *end = bytes + n;
	const char *hit = bytes; /* the next place of interest from p on, if it is not before p */
	int err = finish_held(d, &p, end);

	while (p < end && !err) {
		const char *nl;

		if (hit <= p)
			hit = prefilter_find(d->prefilter, p, end);
		if (!detector_wants_all(d->detector))
			p = skip(d, p, hit);
		nl = memchr(p, '\n', (size_t)(end - p));
		if (!nl)
			return hold(d, p, (size_t)(end - p));
		err = feed_whole_line(d, p, (size_t)(nl - p), hit >= nl);
		p = nl + 1;
	}
	return err;
}

int decode_finish(struct decode *d)
{
	int err = d->held ? feed_line(d, d->partial, d->held, false) : 0;

	detector_new_boot(d->detector);
	d->held = 0;
	d->line = 0;
	d->alive = false;
	d->journal = (struct journal_place){0};
	return err;
}
