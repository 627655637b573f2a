/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The heartbeat's datagram, written and read. Also part of the static agent: libc only. */
#include "watchdog/heartbeat.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MAGIC "kdev1"

enum field {
	FIELD_BOOT = 1 << 0,
	FIELD_SEQ = 1 << 1,
	FIELD_UPTIME = 1 << 2,
	FIELD_READY = 1 << 3,
	FIELD_NFS = 1 << 4,
	FIELD_ALL = (1 << 5) - 1, /* that must be there */
	FIELD_CRASH = 1 << 5,
	FIELD_STALE = 1 << 6,
};

struct text {
	const char *s;
	size_t n;
};

static bool text_is(struct text t, const char *word)
{
	return t.n == strlen(word) && !memcmp(t.s, word, t.n);
}

static bool is_boot_id(struct text t)
{
	if (t.n != HEARTBEAT_BOOT_ID)
		return false;
	for (size_t i = 0; i < t.n; i++) {
		if (!(t.s[i] >= '0' && t.s[i] <= '9') && !(t.s[i] >= 'a' && t.s[i] <= 'f'))
			return false;
	}
	return true;
}

int heartbeat_format(const struct heartbeat *hb, char *buf, size_t size)
{
	int n;

	if (!is_boot_id((struct text){hb->boot_id, strnlen(hb->boot_id, sizeof(hb->boot_id))}))
		return -EINVAL;
	n = snprintf(buf, size,
		     MAGIC " boot=%s seq=%" PRIu64 " uptime_ms=%" PRIu64 " ready=%d nfs_ms=%" PRIu64
			   "%s%s",
		     hb->boot_id, hb->seq, hb->uptime_ms, hb->ready, hb->nfs_ms,
		     hb->crash ? " crash=1" : "", hb->stale ? " stale=1" : "");
	if (n < 0 || (size_t)n >= size)
		return -ENOSPC;
	return n;
}

/* strtoull() would take signs, blanks and what follows; and the text has no NUL. */
static bool get_u64(struct text t, uint64_t *out)
{
	uint64_t v = 0;

	if (!t.n)
		return false;
	for (size_t i = 0; i < t.n; i++) {
		if (t.s[i] < '0' || t.s[i] > '9' || __builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(t.s[i] - '0'), &v))
			return false;
	}
	*out = v;
	return true;
}

static bool get_flag(struct text t, bool *out)
{
	uint64_t v;

	if (!get_u64(t, &v) || v > 1)
		return false;
	*out = v;
	return true;
}

/* Store one field. Returns its bit, 0 for an unknown key, -EINVAL for a bad value. */
static int set_field(struct heartbeat *hb, struct text key, struct text value)
{
	if (text_is(key, "boot")) {
		if (!is_boot_id(value))
			return -EINVAL;
		memcpy(hb->boot_id, value.s, value.n);
		return FIELD_BOOT;
	}
	if (text_is(key, "seq"))
		return get_u64(value, &hb->seq) ? FIELD_SEQ : -EINVAL;
	if (text_is(key, "uptime_ms"))
		return get_u64(value, &hb->uptime_ms) ? FIELD_UPTIME : -EINVAL;
	if (text_is(key, "nfs_ms"))
		return get_u64(value, &hb->nfs_ms) ? FIELD_NFS : -EINVAL;
	if (text_is(key, "ready"))
		return get_flag(value, &hb->ready) ? FIELD_READY : -EINVAL;
	if (text_is(key, "crash"))
		return get_flag(value, &hb->crash) ? FIELD_CRASH : -EINVAL;
	if (text_is(key, "stale"))
		return get_flag(value, &hb->stale) ? FIELD_STALE : -EINVAL;
	return 0;
}

/* Cut the next word off `rest`; an empty one at its end. */
static struct text next_word(struct text *rest)
{
	struct text word;

	while (rest->n && *rest->s == ' ') {
		rest->s++;
		rest->n--;
	}
	word = (struct text){rest->s, 0};
	while (word.n < rest->n && word.s[word.n] != ' ')
		word.n++;
	rest->s += word.n;
	rest->n -= word.n;
	return word;
}

static bool is_printable(struct text t)
{
	for (size_t i = 0; i < t.n; i++) {
		if (t.s[i] < 0x20 || t.s[i] > 0x7e)
			return false;
	}
	return true;
}

int heartbeat_parse(const void *datagram, size_t n, struct heartbeat *hb)
{
	struct heartbeat got = {0};
	struct text rest = {datagram, n}, word;
	int seen = 0;

	if (n > HEARTBEAT_MAX)
		return -EINVAL;
	if (n && rest.s[n - 1] == '\n')
		rest.n--;
	if (!is_printable(rest) || !text_is(next_word(&rest), MAGIC))
		return -EINVAL;

	while ((word = next_word(&rest)).n) {
		const char *eq = memchr(word.s, '=', word.n);
		size_t key_len = eq ? (size_t)(eq - word.s) : 0;
		int field;

		if (!key_len)
			return -EINVAL;
		field = set_field(&got, (struct text){word.s, key_len},
				  (struct text){eq + 1, word.n - key_len - 1});
		if (field < 0 || (seen & field)) /* bad, or said twice */
			return -EINVAL;
		seen |= field;
	}
	if ((seen & FIELD_ALL) != FIELD_ALL)
		return -EINVAL;
	*hb = got;
	return 0;
}
