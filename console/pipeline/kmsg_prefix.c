/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The prefixes that printk itself and dmesg put before a message. */
#include "console/pipeline/kmsg_prefix.h"

#include <string.h>

#include "console/pipeline/kmsg_vendor.h"
#include "console/pipeline/netconsole_header.h"
#include "console/span.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* "%5lu.%06lu" at s: its length. Seconds have at most 12 digits: 30,000 years. */
static size_t seconds(const char *s, size_t n, bool strict, int64_t *us)
{
	size_t i = 0, blanks, digits, limit;
	unsigned micro = 0;
	bool other = false; /* than digits */
	int64_t v = 0;

	while (i < n && s[i] == ' ')
		i++;
	blanks = i;
	limit = n < blanks + 13 ? n : blanks + 13;
	for (; i < limit && is_digit(s[i]); i++)
		v = v * 10 + (s[i] - '0');
	digits = i - blanks;
	if (!digits || digits > 12 || n - i < 7 || s[i] != '.')
		return 0;
	if (strict && (i < 5 || (blanks && i > 5)))
		return 0;
	for (size_t k = i + 1; k < i + 7; k++) {
		unsigned digit = (unsigned char)s[k] - (unsigned)'0';

		micro = micro * 10 + digit;
		other |= digit > 9;
	}
	if (other)
		return 0;
	*us = v * 1000000 + micro;
	return i + 7;
}

size_t kmsg_timestamp(const char *s, size_t n, bool strict, int64_t *us)
{
	int64_t v;
	size_t i;

	if (n < 10 || s[0] != '[')
		return 0;
	i = seconds(s + 1, n - 1, strict, &v);
	if (i)
		i += kmsg_vendor_unit(s + 1 + i, n - 1 - i);
	if (!i || i + 1 >= n || s[i + 1] != ']')
		return 0;
	*us = v;
	return i + 2;
}

/* "[    T1]", "[   C12]". *cut: the line ends inside it. */
static size_t caller_at(struct span s, struct kmsg_prefix *out)
{
	size_t i = 1, begin;

	if (!s.n || s.s[0] != '[')
		return 0;
	while (i < s.n && s.s[i] == ' ')
		i++;
	begin = i;
	if (i < s.n && (s.s[i] == 'T' || s.s[i] == 'C')) {
		for (i++; i < s.n && is_digit(s.s[i]);)
			i++;
	}
	if (i == s.n) {
		out->cut = true;
		return i;
	}
	if (s.s[i] != ']' || i - begin < 2 || i - begin >= sizeof(out->caller))
		return 0;
	memcpy(out->caller, s.s + begin, i - begin);
	out->caller[i - begin] = 0;
	return i + 1;
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

/* Does it look like this? '9' is a digit, '_' a digit or blank, 'a' a letter, '~' a sign. */
static bool looks_like(struct span s, const char *form)
{
	if (s.n < strlen(form))
		return false;
	for (size_t i = 0; form[i]; i++) {
		char c = s.s[i], l = (char)(c | 0x20);

		if (form[i] == '9'   ? !is_digit(c)
		    : form[i] == '_' ? !is_digit(c) && c != ' '
		    : form[i] == 'a' ? l < 'a' || l > 'z'
				     : c != form[i])
			return false;
	}
	return true;
}

/* The other things that dmesg has in the brackets: -T, -e (two forms), -d. */
static size_t dmesg_time_at(struct span s, int64_t *us)
{
	static const char *const forms[] = {"[aaa aaa _9 99:99:99 9999]", "[aaa99 99:99]",
					    "[  +9.999999]", "[ +99.999999]", "[+999.999999]",
					    /* crash's "log -T" tells the time zone */
					    "[aaa aaa _9 99:99:99 aaa 9999]",
					    "[aaa aaa _9 99:99:99 aaaa 9999]"};
	size_t i;

	for (size_t f = 0; f < sizeof(forms) / sizeof(*forms); f++)
		if (looks_like(s, forms[f]))
			return strlen(forms[f]);
	i = s.n > 1 ? seconds(s.s + 1, s.n - 1, true, us) : 0;
	if (i && span_starts(span_skip(s, i + 1), " <")) {
		int64_t delta;
		size_t d = seconds(s.s + i + 3, s.n - i - 3, true, &delta);

		if (d && span_starts(span_skip(s, i + 3 + d), ">]"))
			return i + 3 + d + 2;
	}
	if (i)
		*us = -1;
	return 0;
}

/* `journalctl -o short-monotonic` has "host kernel: " behind the timestamp. */
static size_t monotonic_host(struct span s)
{
	const char *blank = s.n ? memchr(s.s, ' ', s.n < 65 ? s.n : 65) : NULL;
	size_t host = blank ? (size_t)(blank - s.s) : 0;

	if (!host || !span_starts(span_skip(s, host), " kernel: "))
		return 0;
	for (size_t i = 0; i < host; i++)
		if (!is_digit(s.s[i]) && !strchr("-._", s.s[i]) &&
		    ((s.s[i] | 0x20) < 'a' || (s.s[i] | 0x20) > 'z'))
			return 0;
	return host + 9;
}

static size_t skip_blank(struct span s)
{
	return s.n && s.s[0] == ' ';
}

/* [timestamp][caller] and the blank behind. */
static size_t stamp(struct span s, struct kmsg_prefix *out)
{
	size_t i = kmsg_timestamp(s.s, s.n, false, &out->us), c;

	if (!i) {
		i = s.n && s.s[0] == '[' ? dmesg_time_at(s, &out->us) : 0;
		return i ? i + skip_blank(span_skip(s, i)) : 0;
	}
	/* dmesg puts a blank between the two, the console does not. */
	c = caller_at(span_skip(s, i), out);
	if (!c && skip_blank(span_skip(s, i))) {
		c = caller_at(span_skip(s, i + 1), out);
		if (out->cut)
			c = out->cut = false;
		c += c > 0;
	}
	if (!c)
		c = kmsg_vendor_task(s.s + i, s.n - i, out->caller);
	i += c;
	i += skip_blank(span_skip(s, i));
	return i + monotonic_host(span_skip(s, i));
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
	if (n && text[0] == '[' && (i = stamp(s, out)))
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
	return i + stamp(span_skip(s, i), out);
}
