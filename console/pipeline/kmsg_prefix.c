/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The prefixes that printk itself and dmesg put before a message. */
#include "console/pipeline/kmsg_prefix.h"

#include <string.h>

#include "console/pipeline/netconsole_header.h"
#include "console/span.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "<6>", "<30>": facility * 8 + level. */
static size_t level_at(struct span s, struct kmsg_prefix *out)
{
	int v = 0;
	size_t i = 1;

	if (s.n < 3 || s.s[0] != '<')
		return 0;
	for (; i < s.n && i < 5 && is_digit(s.s[i]); i++)
		v = v * 10 + (s.s[i] - '0');
	if (i == 1 || i == s.n || s.s[i] != '>')
		return 0;
	out->level = v & 7;
	return i + 1;
}

/* A word padded to six columns, and a ':'. */
static size_t padded_word(struct span s, const char *const *words, size_t n_words, size_t *which)
{
	for (size_t w = 0; w < n_words; w++) {
		size_t len = strlen(words[w]), i = len;

		if (!span_starts(s, words[w]))
			continue;
		while (i < 6 && i < s.n && s.s[i] == ' ')
			i++;
		if (i >= 6 && i < s.n && s.s[i] == ':') {
			*which = w;
			return i + 1;
		}
	}
	return 0;
}

/* dmesg --decode: "kern  :warn  : ". */
static size_t decoded_at(struct span s, struct kmsg_prefix *out)
{
	static const char *const facilities[] = {"kern",   "user",   "mail",   "daemon", "authpriv",
						 "auth",   "syslog", "lpr",    "news",   "uucp",
						 "cron",   "ftp",    "local0", "local1", "local2",
						 "local3", "local4", "local5", "local6", "local7"};
	static const char *const levels[] = {"emerg", "alert",  "crit", "err",
					     "warn",  "notice", "info", "debug"};
	size_t which, level, f, l;

	/* "authpriv" is the only one that is longer than its column. */
	if (s.n < 15 || (s.s[6] != ':' && s.s[8] != ':'))
		return 0;
	f = padded_word(s, facilities, sizeof(facilities) / sizeof(*facilities), &which);
	if (!f)
		return 0;
	l = padded_word(span_skip(s, f), levels, sizeof(levels) / sizeof(*levels), &level);
	if (!l || f + l >= s.n || s.s[f + l] != ' ')
		return 0;
	out->level = (int)level;
	return f + l + 1;
}

/* "> ", as mails quote a log that somebody sent. */
static size_t quote_at(struct span s)
{
	size_t i = 0;

	while (i + 1 < s.n && s.s[i] == '>' && (s.s[i + 1] == ' ' || (i && s.s[i + 1] == '>')))
		i += 1 + (s.s[i + 1] == ' ');
	return i;
}

size_t kmsg_prefixes(const char *text, size_t n, struct kmsg_prefix *out)
{
	struct span s = {text, n};
	struct netconsole_header h;
	size_t i, step;

	out->us = -1;
	out->level = -1;
	out->caller[0] = 0;
	out->cut = false;
	if (n && text[0] == '[' && (i = kmsg_stamp(text, n, out)))
		return i;
	if (n && is_digit(text[0]) && netconsole_header_parse(text, n, &h) && !h.fragment) {
		out->us = h.us;
		out->level = h.level;
		memcpy(out->caller, h.caller, sizeof(out->caller));
		return h.length;
	}
	/* Programs' prefixes may stand before and behind the level. */
	i = quote_at(s);
	i += level_at(span_skip(s, i), out);
	i += kmsg_log_prefix(text + i, n - i);
	while ((step = level_at(span_skip(s, i), out)) || (step = decoded_at(span_skip(s, i), out)))
		i += step;
	return i + kmsg_stamp(text + i, n - i, out);
}
