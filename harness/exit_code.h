/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The exit codes of every kdev command. They are a contract: scripts rely on them. */
#ifndef KDEV_HARNESS_EXIT_CODE_H
#define KDEV_HARNESS_EXIT_CODE_H

enum exit_code {
	EXIT_PASS = 0,
	EXIT_FAIL = 1,    /* load refused, test failed, an expectation unmet */
	EXIT_CRASH = 3,   /* oops, BUG, panic, sanitizer report, lockdep, WARN */
	EXIT_HANG = 4,    /* lockup, stall, hung task, or silence */
	EXIT_RESET = 5,   /* the board reset by itself */
	EXIT_INFRA = 125, /* board never came up, a service or the relay failed */
	EXIT_USAGE = 129, /* usage or configuration */
	EXIT_INTERRUPTED = 130,
};

#endif
