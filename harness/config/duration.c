/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Times as people write them: "1.5s" is 1500000 microseconds. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "harness/config/config.h"

static const struct unit {
	const char *name;
	int64_t us;
} units[] = {
	{"h", INT64_C(3600000000)}, {"m", 60000000}, {"s", 1000000}, {"ms", 1000}, {"us", 1},
};

#define N_UNITS (sizeof(units) / sizeof(units[0]))

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const struct unit *find_unit(const char *name)
{
	for (size_t i = 0; i < N_UNITS; i++) {
		if (!strcmp(units[i].name, name))
			return &units[i];
	}
	return NULL;
}

int duration_parse(const char *text, int64_t *us)
{
	const char *p = text, *fraction = NULL;
	const struct unit *unit;
	int64_t total = 0, part;

	if (!is_digit(*p))
		return -EINVAL;
	for (; is_digit(*p); p++) {
		if (__builtin_mul_overflow(total, 10, &total) ||
		    __builtin_add_overflow(total, *p - '0', &total))
			return -EINVAL;
	}
	if (*p == '.') {
		fraction = ++p;
		while (is_digit(*p))
			p++;
		if (p == fraction)
			return -EINVAL;
	}
	unit = find_unit(p);
	if (!unit || __builtin_mul_overflow(total, unit->us, &total))
		return -EINVAL;
	/* Digits below a microsecond add nothing. */
	part = unit->us;
	for (; fraction && is_digit(*fraction); fraction++) {
		part /= 10;
		if (__builtin_add_overflow(total, part * (*fraction - '0'), &total))
			return -EINVAL;
	}
	*us = total;
	return 0;
}

int duration_format(int64_t us, char *buf, size_t size)
{
	const struct unit *unit = &units[2];
	int n;

	/* The largest unit that says it without a fraction; 0 is "0s". */
	for (size_t i = 0; us && i < N_UNITS; i++) {
		unit = &units[i];
		if (us % unit->us == 0)
			break;
	}
	if (us < 0)
		return -EINVAL;
	n = snprintf(buf, size, "%" PRId64 "%s", us / unit->us, unit->name);
	return n < 0 || (size_t)n >= size ? -ENOSPC : 0;
}
