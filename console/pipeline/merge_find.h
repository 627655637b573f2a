/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the first copy of a message among those that were said. */
#ifndef KDEV_CONSOLE_MERGE_FIND_H
#define KDEV_CONSOLE_MERGE_FIND_H

#include "console/pipeline/merge_table.h"

struct merge_query {
	const struct log_record *rec;
	struct merge_key key; /* of rec */
	enum console_source src;
	uint32_t boot;
	bool old_boots; /* messages of earlier boots count too */
};

/* Each returns the message's number, 0 if there is none. */

/* Said by the other source in the same words, and not yet by this one. */
uint64_t merge_find_same(const struct merge_table *t, const struct merge_query *q);

/* Said in the same words by this source itself. */
uint64_t merge_find_own(const struct merge_table *t, const struct merge_query *q);

/* Said by the other source at the same time, and one of both copies is damaged. */
uint64_t merge_find_similar(const struct merge_table *t, const struct merge_query *q);

#endif
