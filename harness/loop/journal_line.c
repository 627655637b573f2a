/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A journal's lines and their checksums. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/strbuf.h"
#include "harness/loop/journal.h"

#define TAIL     ",\"crc\":\"01234567\"}"
#define TAIL_LEN (sizeof(TAIL) - 1)

/* CRC-32 as Ethernet has it (IEEE 802.3), bit by bit: lines are short. */
static uint32_t crc32(const char *s, size_t len)
{
	uint32_t crc = ~UINT32_C(0);

	for (size_t i = 0; i < len; i++) {
		crc ^= (unsigned char)s[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? UINT32_C(0xedb88320) : 0);
	}
	return ~crc;
}

static void add_tail(struct strbuf *b)
{
	uint32_t crc = crc32(strbuf_str(b), b->len);

	strbuf_addf(b, ",\"crc\":\"%08x\"}", crc);
}

char *journal_line(const json_t *object, uint64_t number)
{
	char *text = json_dumps(object, JSON_COMPACT);
	struct strbuf b = {0};

	if (!text)
		return NULL;
	/* Without its '}': number and checksum come before it. */
	strbuf_add(&b, text, strlen(text) - 1);
	strbuf_addf(&b, "%s\"n\":%llu", b.len > 1 ? "," : "", (unsigned long long)number);
	add_tail(&b);
	strbuf_addc(&b, '\n');
	free(text);
	return strbuf_take(&b);
}

/* The object of a line without its '\n', NULL if it is damaged. */
static json_t *parse_line(const char *line, size_t len, uint64_t number, bool *no_memory)
{
	struct strbuf b = {0};
	json_t *object = NULL;
	bool good;

	if (len <= TAIL_LEN)
		return NULL;
	strbuf_add(&b, line, len - TAIL_LEN);
	add_tail(&b);
	*no_memory = b.err != 0;
	good = !b.err && b.len == len && !memcmp(strbuf_str(&b), line, len);
	strbuf_free(&b);
	if (good)
		object = json_loadb(line, len, JSON_REJECT_DUPLICATES, NULL);
	if (object && (uint64_t)json_integer_value(json_object_get(object, "n")) != number) {
		json_decref(object);
		object = NULL;
	}
	return object;
}

int journal_read_text(const char *text, size_t len, journal_fn fn, void *arg, size_t *whole,
		      uint64_t *lines)
{
	*lines = 0;
	return journal_read_more(text, len, fn, arg, whole, lines);
}

int journal_read_more(const char *text, size_t len, journal_fn fn, void *arg, size_t *whole,
		      uint64_t *lines)
{
	*whole = 0;
	while (*whole < len) {
		const char *line = text + *whole, *nl = memchr(line, '\n', len - *whole);
		bool no_memory = false;
		json_t *object;
		int rc;

		if (!nl)
			return 0; /* torn */
		object = parse_line(line, (size_t)(nl - line), *lines, &no_memory);
		if (no_memory)
			return -ENOMEM;
		/* What was not synced may have come to the disk with holes in it: zeroes. */
		if (!object)
			return memchr(line, '\0', len - *whole) ? 0 : -EBADMSG;
		rc = fn(arg, object);
		json_decref(object);
		if (rc)
			return rc;
		*whole += (size_t)(nl + 1 - line);
		(*lines)++;
	}
	return 0;
}
