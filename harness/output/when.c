/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A point in time as people type it. */
#include "harness/output/when.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define SECOND INT64_C(1000000)
#define DAY    (24 * 3600)

/* "16h": a number that is short enough not to overflow, and a unit. */
static bool parse_ago(const char *text, int64_t *seconds)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', DAY}, {'w', (int64_t)7 * DAY}};
	size_t digits = strspn(text, "0123456789");
	int64_t n = 0;

	if (!digits || digits > 6 || !text[digits] || text[digits + 1])
		return false;
	for (size_t i = 0; i < digits; i++)
		n = n * 10 + (text[i] - '0');
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (units[i].unit == text[digits]) {
			*seconds = n * units[i].seconds;
			return true;
		}
	}
	return false;
}

/* Takes all of it or nothing. */
static bool parse_with(const char *text, const char *format, struct tm *tm)
{
	const char *end = strptime(text, format, tm);

	return end && !*end;
}

static int to_us(struct tm *tm, int64_t *us)
{
	time_t t;

	tm->tm_isdst = -1;
	t = mktime(tm);
	if (t < 0)
		return -EINVAL;
	*us = (int64_t)t * SECOND;
	return 0;
}

static int parse_date(const char *text, int64_t *us)
{
	static const char *const formats[] = {"%Y-%m-%d", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M",
					      "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S"};

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		struct tm tm = {0};

		if (parse_with(text, formats[i], &tm))
			return to_us(&tm, us);
	}
	return -EINVAL;
}

int when_parse(const char *text, int64_t now_us, int64_t *us)
{
	time_t now = (time_t)(now_us / SECOND);
	int64_t ago;
	struct tm tm;

	if (parse_ago(text, &ago)) {
		*us = now_us - ago * SECOND;
		return *us < 0 ? -EINVAL : 0;
	}
	if (!localtime_r(&now, &tm))
		return -EINVAL;
	tm.tm_sec = 0;
	if (!strcasecmp(text, "yesterday") || !strcasecmp(text, "today")) {
		tm.tm_hour = tm.tm_min = 0;
		tm.tm_mday -= strcasecmp(text, "today") != 0;
		return to_us(&tm, us);
	}
	if (parse_with(text, "%H:%M", &tm)) {
		struct tm before = tm;
		int err = to_us(&tm, us);

		if (err || *us <= now_us)
			return err;
		before.tm_mday--;
		return to_us(&before, us);
	}
	return parse_date(text, us);
}
