/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the first copy of a message: by its words and time, or by its time and likeness. */
#include "console/pipeline/merge_find.h"

#include <string.h>

#include "console/explain/damage.h"

/* So many messages of the same time are looked at for a damaged one, and so many compared with
 * it. Before the clock is set up, a hundred and more have the time 0. */
#define CANDIDATES 512
#define COMPARED   32

static bool same_words(const struct merge_message *msg, const struct merge_query *q)
{
	return msg->hash == q->key.hash && msg->len == q->key.len;
}

uint64_t merge_find_same(const struct merge_table *t, const struct merge_query *q)
{
	uint64_t n = merge_table_text(t, q->key);
	int64_t us = q->rec->kernel_us;
	const struct merge_message *msg;

	for (; (msg = merge_table_peek(t, n)); n = msg->next_text) {
		if (!same_words(msg, q) || msg->said[q->src] || msg->torn)
			continue;
		if (msg->boot != q->boot && !q->old_boots)
			continue;
		if (msg->us == us && us >= 0)
			return n;
		if ((msg->us < 0 || us < 0) && mono_diff(q->rec->at, msg->at) <= MERGE_UNTIMED)
			return n;
	}
	return 0;
}

uint64_t merge_find_own(const struct merge_table *t, const struct merge_query *q)
{
	uint64_t n = merge_table_text(t, q->key);
	const struct merge_message *msg;

	for (; (msg = merge_table_peek(t, n)); n = msg->next_text)
		if (same_words(msg, q) && msg->us == q->rec->kernel_us && msg->boot == q->boot &&
		    msg->said[q->src])
			return n;
	return 0;
}

/* Damage seldom takes both ends of a line: a cheap look before the comparison. */
static bool have_an_end_in_common(const char *a, size_t na, const char *b, size_t nb)
{
	if (na < 4 || nb < 4)
		return true;
	return !memcmp(a, b, 4) || !memcmp(a + na - 4, b + nb - 4, 4);
}

/* How far the two are one damaged and one whole copy; -1: not worth a comparison. Netconsole's
 * packets have checksums: of the two, the serial line is damaged. */
static int compare(const struct merge_table *t, const struct merge_query *q,
		   const struct merge_message *msg)
{
	const struct log_record *rec = q->rec;
	size_t mine = rec->len < MERGE_TEXT_KEPT ? rec->len : MERGE_TEXT_KEPT, kept;
	const char *text = merge_table_kept(t, msg, &kept);

	if (!text || !have_an_end_in_common(rec->text, mine, text, kept))
		return -1;
	if (q->src == SOURCE_SERIAL || rec->torn)
		return (int)likeness(rec->text, mine, text, kept, rec->torn);
	return (int)likeness(text, kept, rec->text, mine, msg->torn);
}

/* The likeliest one: where the clock is coarse, all lines of an oops have the same time. */
uint64_t merge_find_similar(const struct merge_table *t, const struct merge_query *q)
{
	uint64_t n = merge_table_us(t, q->rec->kernel_us), best = 0;
	int tries = 0, compared = 0, best_like = LIKENESS_COPY - 1;
	const struct merge_message *msg;

	if (q->rec->kernel_us < 0)
		return 0;
	for (; (msg = merge_table_peek(t, n)) && tries < CANDIDATES; n = msg->next_us) {
		int like;

		if (msg->us != q->rec->kernel_us || msg->boot != q->boot || msg->said[q->src])
			continue;
		tries++;
		like = compare(t, q, msg);
		if (like > best_like) {
			best_like = like;
			best = n;
		}
		if (like >= 0 && ++compared == COMPARED)
			break;
	}
	return best;
}
