/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Did an iteration come out as its case expects? Pure. */
#ifndef KDEV_HARNESS_EXPECT_H
#define KDEV_HARNESS_EXPECT_H

#include <stdbool.h>
#include <stddef.h>

#include "console/detector/crash.h"
#include "harness/loop/scenario.h"
#include "harness/run/run_machine.h"

struct expect_outcome {
	enum run_verdict verdict;
	const char *reason;               /* of the verdict */
	const char *unmet;                /* of the log, taint, tests: what did not come; or NULL */
	const struct crash_report *crash; /* the first, or NULL */
};

/* False: `why` has a sentence. */
bool expect_met(const struct scenario_expect *e, const struct expect_outcome *o, char *why,
		size_t size);

#endif
