/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One connection: who asks, what, and the answer. */
#ifndef KDEV_HARNESS_PRIVILEGED_ANSWER_H
#define KDEV_HARNESS_PRIVILEGED_ANSWER_H

#include <sys/types.h>

#include "harness/privileged/policy.h"

struct answering {
	const struct policy *policy;
	const char *state; /* PRIV_STATE */
	gid_t group;       /* whose users may ask */
};

/* Read a request from the connection, do it and reply. */
void answer(const struct answering *a, int connection);

#endif
