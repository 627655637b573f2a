/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The newest console messages, found by text or by timestamp. Of fixed size. */
#ifndef KDEV_CONSOLE_MERGE_TABLE_H
#define KDEV_CONSOLE_MERGE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console/detector/detector.h"
#include "console/pipeline/merge.h"

/* Of a text only so much is kept. */
#define MERGE_TEXT_KEPT 512

#define MERGE_HEADS 4096 /* of each hash table; a power of two */

/* Messages are numbered from 1. Number n is in place n % MERGE_MESSAGES while it is among the
 * newest; chains go from newer to older and end where one is not, or at 0. */
struct merge_message {
	uint64_t hash;
	int64_t us; /* printk timestamp, -1: none */
	struct monotime at;
	uint64_t next_text, next_us; /* in the chains of its text and its timestamp */
	uint64_t text_at;            /* place in the text ring, counted from the first byte ever */
	uint32_t boot;
	uint16_t len;
	bool said[2]; /* by source */
	bool torn;
};

struct merge_table {
	uint64_t count; /* the newest message's number */
	uint64_t by_text[MERGE_HEADS], by_us[MERGE_HEADS];
	struct merge_message message[MERGE_MESSAGES];
	uint64_t text_end;
	char text[MERGE_TEXT];
};

/* What a message is looked up by. */
struct merge_key {
	uint64_t hash;
	size_t len; /* without blanks at the end, which some serial paths add or drop */
};

struct merge_key merge_key_of(const struct log_record *rec);

/* NULL if the number is 0 or too old. */
struct merge_message *merge_table_get(struct merge_table *t, uint64_t number);
const struct merge_message *merge_table_peek(const struct merge_table *t, uint64_t number);

/* Starts of the chains that hold all messages of this text or timestamp, among others. */
uint64_t merge_table_text(const struct merge_table *t, struct merge_key key);
uint64_t merge_table_us(const struct merge_table *t, int64_t us);

/* The first MERGE_TEXT_KEPT bytes; NULL when newer texts have taken their place. */
const char *merge_table_kept(const struct merge_table *t, const struct merge_message *msg,
			     size_t *len);

uint64_t merge_table_insert(struct merge_table *t, const struct log_record *rec,
			    struct merge_key key, uint32_t boot, enum console_source src);

#endif
