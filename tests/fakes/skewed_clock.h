/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A monotonic clock that a test can put forward, so that a deadline of many seconds costs none.
 * Linked into a test, its clock_gettime() comes before the C library's, for libuv too.
 */
#ifndef KDEV_TESTS_FAKES_SKEWED_CLOCK_H
#define KDEV_TESTS_FAKES_SKEWED_CLOCK_H

/* By ms; it can't go back. The clocks of wall time stay. */
void skew_clock(unsigned ms);

#endif
