/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All else: exhausted memory, TEEs and programs that say they crashed, unknown BUG: lines. */
#include "console/detector/rules.h"

/* clang-format off */
const struct rule rules_other[] = {
	/* mm/oom_kill.c, mm/page_alloc.c */
	{ "Out of memory: ", "Kill%* process %d", NULL, "Out of memory: Killed process", GUILT_NONE, NULL, NULL, CRASH_OTHER, RULE_NO_TRACE | RULE_CONTINUES },
	{ "Out of memory and no killable processes", NULL, NULL, "Out of memory and no killable processes", GUILT_NONE, NULL, NULL, CRASH_OTHER, RULE_NO_TRACE | RULE_CONTINUES },

	{ "BUG: ", "%$", NULL, "BUG: %R", GUILT_NONE, NULL, NULL, CRASH_OTHER, RULE_IGNORE },
	{ "BUG: ", NULL, NULL, "BUG: %R", GUILT_NONE, NULL, NULL, CRASH_OOPS, RULE_UNKNOWN },
	{ "trusty: ", "%*ASSERT FAILED at (%*): %q", NULL, "trusty: ASSERT FAILED: %1", GUILT_NONE, "DoS", NULL, CRASH_OTHER, RULE_NO_TRACE },
	{ "trusty: ", "%*ASSERT FAILED at ", NULL, "trusty: ASSERT FAILED:", GUILT_NONE, "DoS", NULL, CRASH_OTHER, RULE_NO_TRACE },
	{ "trusty: panic (caller ", "%x): %q", NULL, "trusty: panic: %1", GUILT_NONE, "DoS", NULL, CRASH_OTHER, RULE_NO_TRACE },

	/* syzkaller's own programs, and Go's */
	{ "SYZFAIL: ", NULL, NULL, "SYZFAIL: %R", GUILT_NONE, "SYZ_FAILURE", NULL, CRASH_OTHER, RULE_NO_TRACE },
	{ "runtime stack:", "%$", NULL, "go runtime error", GUILT_NONE, "DoS", NULL, CRASH_OTHER, RULE_NO_TRACE },
	{ "goroutine ", "%d [running]:", NULL, "go runtime error", GUILT_NONE, "DoS", NULL, CRASH_OTHER, RULE_NO_TRACE },
	{ 0 }
};

/* For detector_reboot(): no line begins it by its words. */
const struct rule rule_reboot = { "", NULL, NULL, "unexpected kernel reboot", GUILT_NONE, "REBOOT", NULL, CRASH_REBOOT, RULE_NO_TRACE };
/* clang-format on */
