/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A night as a report struct, for tests of the writers. */
#ifndef KDEV_TESTS_REPORT_FIXTURE_H
#define KDEV_TESTS_REPORT_FIXTURE_H

#include "harness/report/report.h"

/* Six runs on two boards: a pass, a crash with an explanation, a hang, a failure, trouble of the
 * infrastructure, an interrupted one; a new bug, a known one, one that has gone. What foreign
 * text there is tries to be markup, to move a cursor and to turn the writing direction. */
void report_fixture(struct report *r);

/* `n` runs, most of them crashed, all texts as long as hostile ones get. */
void report_fixture_huge(struct report *r, size_t n);

/* The text of `path` below tests/golden/report must be `text`. With KDEV_GOLDEN=write in the
 * environment, it is written instead. */
void report_fixture_expect(const char *path, const char *text);

#endif
