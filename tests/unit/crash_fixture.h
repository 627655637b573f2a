/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A crash report with every field set, for tests of what keeps and shows reports. */
#ifndef KDEV_TESTS_CRASH_FIXTURE_H
#define KDEV_TESTS_CRASH_FIXTURE_H

#include "console/detector/crash.h"

/* The caller frees it with crash_report_free(). */
struct crash_report *crash_fixture_full(void);

/* One of which the detector knew nothing but its title. */
struct crash_report *crash_fixture_bare(void);

#endif
