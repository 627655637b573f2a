/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A ring of messages with two hash chains through it, and a ring of their texts. */
#include "console/pipeline/merge_table.h"

#include <string.h>

#define GOLDEN 0x9e3779b97f4a7c15ull /* Fibonacci hashing */

/* FNV-1a, but eight bytes a step and with a mix at the end. */
static uint64_t hash_text(const char *s, size_t n)
{
	uint64_t h = 0xcbf29ce484222325ull ^ n, v;
	size_t i = 0;

	for (; i + 8 <= n; i += 8) {
		memcpy(&v, s + i, 8);
		h = (h ^ v) * 0x100000001b3ull;
		h ^= h >> 29;
	}
	for (; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * 0x100000001b3ull;
	h ^= h >> 32;
	return h * GOLDEN;
}

struct merge_key merge_key_of(const struct log_record *rec)
{
	size_t len = rec->len < UINT16_MAX ? rec->len : UINT16_MAX;

	while (len && rec->text[len - 1] == ' ')
		len--;
	return (struct merge_key){hash_text(rec->text, len), len};
}

const struct merge_message *merge_table_peek(const struct merge_table *t, uint64_t number)
{
	if (!number || number > t->count || t->count - number >= MERGE_MESSAGES)
		return NULL;
	return &t->message[number % MERGE_MESSAGES];
}

struct merge_message *merge_table_get(struct merge_table *t, uint64_t number)
{
	return merge_table_peek(t, number) ? &t->message[number % MERGE_MESSAGES] : NULL;
}

static size_t text_slot(uint64_t hash)
{
	return (hash >> 40) & (MERGE_HEADS - 1);
}

static size_t us_slot(int64_t us)
{
	return ((uint64_t)us * GOLDEN >> 40) & (MERGE_HEADS - 1);
}

uint64_t merge_table_text(const struct merge_table *t, struct merge_key key)
{
	return t->by_text[text_slot(key.hash)];
}

uint64_t merge_table_us(const struct merge_table *t, int64_t us)
{
	return t->by_us[us_slot(us)];
}

static size_t kept_len(const struct merge_message *msg)
{
	return msg->len < MERGE_TEXT_KEPT ? msg->len : MERGE_TEXT_KEPT;
}

const char *merge_table_kept(const struct merge_table *t, const struct merge_message *msg,
			     size_t *len)
{
	*len = kept_len(msg);
	if (t->text_end - msg->text_at > MERGE_TEXT)
		return NULL;
	return t->text + msg->text_at % MERGE_TEXT;
}

/* Each text is in one piece: what does not fit before the ring's end goes to its beginning. */
static void keep_text(struct merge_table *t, struct merge_message *msg, const char *text)
{
	size_t len = kept_len(msg), at = t->text_end % MERGE_TEXT;

	if (at + len > MERGE_TEXT) {
		t->text_end += MERGE_TEXT - at;
		at = 0;
	}
	memcpy(t->text + at, text, len);
	msg->text_at = t->text_end;
	t->text_end += len;
}

uint64_t merge_table_insert(struct merge_table *t, const struct log_record *rec,
			    struct merge_key key, uint32_t boot, enum console_source src)
{
	uint64_t number = ++t->count, *head = &t->by_text[text_slot(key.hash)];
	struct merge_message *msg = &t->message[number % MERGE_MESSAGES];

	*msg = (struct merge_message){
		.hash = key.hash,
		.us = rec->kernel_us,
		.at = rec->at,
		.boot = boot,
		.len = (uint16_t)key.len,
		.torn = rec->torn,
	};
	msg->said[src] = true;
	keep_text(t, msg, rec->text);
	msg->next_text = *head;
	*head = number;
	if (rec->kernel_us >= 0) {
		head = &t->by_us[us_slot(rec->kernel_us)];
		msg->next_us = *head;
		*head = number;
	}
	return number;
}
