/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One configuration value: checked and stored, printed, explained. */
#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/config/config_keys.h"

static int find_word(const char *const *words, const char *text)
{
	for (int i = 0; words[i]; i++) {
		if (!strcmp(words[i], text))
			return i;
	}
	return -EINVAL;
}

static int set_number(const struct config_key *key, unsigned *field, const char *text)
{
	unsigned long v;
	char *end;

	/* strtoul() alone would take blanks and signs. */
	if (!isdigit((unsigned char)*text))
		return -EINVAL;
	errno = 0;
	v = strtoul(text, &end, 10);
	if (*end || errno || v < (unsigned long)key->min || v > (unsigned long)key->max)
		return -EINVAL;
	*field = (unsigned)v;
	return 0;
}

static int set_duration(const struct config_key *key, int64_t *field, const char *text)
{
	int64_t us;

	if (duration_parse(text, &us) || us < key->min || us > key->max)
		return -EINVAL;
	*field = us;
	return 0;
}

/* Six pairs of hex digits; of one card (not multicast) and not all zero. */
static int set_mac(char *field, const char *text)
{
	static const char zero[] = "00:00:00:00:00:00";
	char mac[sizeof(zero)];
	size_t i;

	for (i = 0; i < sizeof(zero) - 1; i++) {
		if (i % 3 == 2 ? text[i] != ':' : !isxdigit((unsigned char)text[i]))
			return -EINVAL;
		mac[i] = (char)tolower((unsigned char)text[i]);
	}
	mac[i] = 0;
	if (text[i] || !strcmp(mac, zero) || !strchr("02468ace", mac[1]))
		return -EINVAL;
	memcpy(field, mac, sizeof(mac));
	return 0;
}

/* An address that one host can have: not "this network", loop-back, multicast or above. */
static int set_address(char *field, size_t size, const char *text)
{
	struct in_addr a;
	unsigned first;

	if (inet_pton(AF_INET, text, &a) != 1)
		return -EINVAL;
	first = ntohl(a.s_addr) >> 24;
	if (first == 0 || first == 127 || first >= 224)
		return -EINVAL;
	return inet_ntop(AF_INET, &a, field, (socklen_t)size) ? 0 : -EINVAL;
}

static int set_word(char *field, size_t size, const char *text)
{
	size_t len = strlen(text);

	/* A '-' first would be an option, a ',' begins a property of a QEMU device. */
	if (!len || len >= size || !isalnum((unsigned char)*text))
		return -EINVAL;
	for (const char *p = text; *p; p++) {
		if (!isalnum((unsigned char)*p) && !strchr("._-", *p))
			return -EINVAL;
	}
	memcpy(field, text, len + 1);
	return 0;
}

/* Words of the list, each at most once, by commas or blanks. Stored in the order of the list. */
static int set_list(const struct config_key *key, char *field, const char *text)
{
	char out[256] = "", word[32];
	unsigned found = 0;
	size_t n = 0;

	while (*(text += strspn(text, ", "))) {
		size_t len = strcspn(text, ", ");
		int i;

		snprintf(word, sizeof(word), "%.*s", (int)(len < sizeof(word) ? len : 0), text);
		i = find_word(key->words, word);
		if (i < 0 || found & 1U << i)
			return -EINVAL;
		found |= 1U << i;
		text += len;
	}
	for (int i = 0; key->words[i]; i++)
		if (found & 1U << i)
			n += (size_t)snprintf(out + n, sizeof(out) - n, "%s%s", n ? ", " : "",
					      key->words[i]);
	if (!found || n >= key->size)
		return -EINVAL;
	memcpy(field, out, n + 1);
	return 0;
}

static int set_text(char *field, size_t size, const char *text, bool append)
{
	size_t old = append ? strlen(field) : 0, len = strlen(text);
	size_t blank = old && len;

	if (old + blank + len >= size)
		return -EINVAL;
	for (const char *p = text; *p; p++) {
		if (*p < ' ' || *p > '~')
			return -EINVAL;
	}
	if (blank)
		field[old] = ' ';
	memcpy(field + old + blank, text, len + 1);
	return 0;
}

int config_key_set(const struct config_key *key, struct board_config *b, const char *text,
		   bool append)
{
	void *field = (char *)b + key->offset;
	int word;

	switch (key->kind) {
	case KEY_ENUM:
		word = find_word(key->words, text);
		if (word >= 0)
			*(enum board_type *)field = (enum board_type)word;
		return word < 0 ? word : 0;
	case KEY_CHOICE:
		word = find_word(key->words, text);
		return word < 0 ? word : set_word(field, key->size, text);
	case KEY_LIST: return set_list(key, field, text);
	case KEY_MAC: return set_mac(field, text);
	case KEY_ADDRESS: return set_address(field, key->size, text);
	case KEY_NUMBER: return set_number(key, field, text);
	case KEY_DURATION: return set_duration(key, field, text);
	case KEY_WORD: return set_word(field, key->size, text);
	case KEY_TEXT: return set_text(field, key->size, text, append);
	}
	return -EINVAL;
}

int config_key_get(const struct config_key *key, const struct board_config *b, char *buf,
		   size_t size)
{
	const void *field = (const char *)b + key->offset;
	int n = 0;

	switch (key->kind) {
	case KEY_ENUM:
		n = snprintf(buf, size, "%s", key->words[*(const enum board_type *)field]);
		break;
	case KEY_NUMBER: n = snprintf(buf, size, "%u", *(const unsigned *)field); break;
	case KEY_DURATION: return duration_format(*(const int64_t *)field, buf, size);
	default: n = snprintf(buf, size, "%s", (const char *)field); break;
	}
	return n < 0 || (size_t)n >= size ? -ENOSPC : 0;
}

static void expected_words(const char *const *words, const char *how_many, char *buf, size_t size)
{
	int used = snprintf(buf, size, "%s", words[1] ? how_many : "");

	for (size_t i = 0; words[i] && used >= 0 && (size_t)used < size; i++)
		used += snprintf(buf + used, size - (size_t)used, "%s%s", i ? ", " : "", words[i]);
}

void config_key_expected(const struct config_key *key, char *buf, size_t size)
{
	char low[24] = "", high[24] = "";

	switch (key->kind) {
	case KEY_ENUM:
	case KEY_CHOICE: expected_words(key->words, "one of ", buf, size); break;
	case KEY_LIST: expected_words(key->words, "some of ", buf, size); break;
	case KEY_MAC:
		snprintf(buf, size, "the address of one card, such as 52:54:00:6b:64:01");
		break;
	case KEY_ADDRESS: snprintf(buf, size, "a host's IPv4 address, such as 10.77.0.2"); break;
	case KEY_NUMBER:
		snprintf(buf, size, "a number from %lld to %lld", (long long)key->min,
			 (long long)key->max);
		break;
	case KEY_DURATION:
		duration_format(key->min, low, sizeof(low));
		duration_format(key->max, high, sizeof(high));
		snprintf(buf, size, "a time with its unit from %s to %s, such as 10s", low, high);
		break;
	case KEY_WORD:
		snprintf(buf, size, "letters, digits, '.', '_' and '-', at most %zu",
			 key->size - 1);
		break;
	case KEY_TEXT:
		snprintf(buf, size, "at most %zu printable ASCII characters", key->size - 1);
		break;
	}
}
