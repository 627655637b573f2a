/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For tests: feed lines of text to a detector and keep what it gives. */
#ifndef KDEV_TESTS_DETECTOR_FEED_H
#define KDEV_TESTS_DETECTOR_FEED_H

#include <stdio.h>
#include <string.h>

#include "console/detector/detector.h"

struct feed {
	struct detector *d;
	struct monotime now;
	uint64_t line;
	unsigned begun;
	struct crash_report *got[32];
	unsigned n;
};

static void feed_begin(void *arg, const struct crash_report *r)
{
	struct feed *f = arg;

	assert_non_null(r->title);
	f->begun++;
}

static void feed_end(void *arg, struct crash_report *r)
{
	struct feed *f = arg;

	assert_in_range(f->n, 0, 31);
	f->got[f->n++] = r;
}

static int feed_setup(void **state)
{
	static const struct detector_ops ops = {.begin = feed_begin, .end = feed_end};
	struct feed *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	f->now.us = MONO_SEC(100);
	f->d = detector_new(&ops, f);
	assert_non_null(f->d);
	*state = f;
	return 0;
}

static int feed_teardown(void **state)
{
	struct feed *f = *state;

	detector_free(f->d);
	for (unsigned i = 0; i < f->n; i++)
		crash_report_free(f->got[i]);
	free(f);
	return 0;
}

static void feed_line_from(struct feed *f, const char *caller, const char *text)
{
	struct log_record rec = {.text = text, .len = strlen(text), .level = -1, .kernel_us = -1};

	rec.line = ++f->line;
	rec.at = f->now;
	snprintf(rec.caller, sizeof(rec.caller), "%s", caller);
	assert_int_equal(detector_record(f->d, &rec), 0);
}

/* Lines separated by '\n', from no caller. */
static inline void feed_text(struct feed *f, const char *text)
{
	char line[512];

	while (*text) {
		size_t n = strcspn(text, "\n");

		memcpy(line, text, n);
		line[n] = '\0';
		feed_line_from(f, "", line);
		text += n + (text[n] == '\n');
	}
}

static inline void feed_pass_time(struct feed *f, int64_t us)
{
	f->now = mono_add(f->now, us);
	detector_tick(f->d, f->now);
}

#endif
