/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A point in time as people type it. Pure but for the time zone. */
#ifndef KDEV_HARNESS_WHEN_H
#define KDEV_HARNESS_WHEN_H

#include <stdint.h>

/*
 * "90m", "16h", "2d" (so long before now), "22:00" (the last time that it was that late),
 * "yesterday" (its beginning), "2026-11-22", "2026-11-22 22:00" or with a T between. `now_us` and
 * *us are since the epoch. 0 or -EINVAL.
 */
int when_parse(const char *text, int64_t now_us, int64_t *us);

#define WHEN_EXPECTED "a time such as 16h, 22:00, yesterday or 2026-11-22"

#endif
