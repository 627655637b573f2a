/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What crashed in a loop, and how often. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/loop/loop.h"

struct loop_bug *loop_bug(struct loop *l, const char *signature, const char *title, uint64_t i)
{
	struct loop_bug *more;

	for (size_t b = 0; b < l->n_bugs; b++) {
		struct loop_bug *bug = &l->bugs[b];
		bool same = *signature ? !strcmp(bug->signature, signature)
				       : !*bug->signature && !strncmp(bug->title, title,
								      sizeof(bug->title) - 1);

		if (same) {
			bug->count++;
			return bug;
		}
	}
	more = reallocarray(l->bugs, l->n_bugs + 1, sizeof(*more));
	if (!more)
		return NULL;
	l->bugs = more;
	more += l->n_bugs++;
	*more = (struct loop_bug){.count = 1, .first = i};
	snprintf(more->signature, sizeof(more->signature), "%s", signature);
	snprintf(more->title, sizeof(more->title), "%s", title);
	return more;
}
