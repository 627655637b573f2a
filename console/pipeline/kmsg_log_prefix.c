/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The prefixes of programs that keep kernel logs: syslog daemons, journalctl, LAVA, ABRT. */
#include "console/pipeline/kmsg_prefix.h"

#include <string.h>

#include "console/span.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Three letters and a blank: one of the names, which stand without a gap. */
static bool is_name(struct span s, const char *names)
{
	if (s.n < 4 || s.s[3] != ' ')
		return false;
	for (; *names; names += 3)
		if (!memcmp(s.s, names, 3))
			return true;
	return false;
}

static size_t digits(struct span s)
{
	size_t i = 0;

	while (i < s.n && is_digit(s.s[i]))
		i++;
	return i;
}

/* "06:02:11", with a fraction if there is one. */
static size_t clock_at(struct span s, bool *comma)
{
	size_t i = 8, f;

	if (s.n < 8 || s.s[2] != ':' || s.s[5] != ':')
		return 0;
	for (size_t k = 0; k < 8; k++)
		if (k % 3 != 2 && !is_digit(s.s[k]))
			return 0;
	if (s.n > i && (s.s[i] == '.' || s.s[i] == ',')) {
		f = digits(span_skip(s, i + 1));
		if (f) {
			*comma = s.s[i] == ',';
			i += 1 + f;
		}
	}
	return i;
}

/* "Z", "+01:00", "-0500", or nothing. */
static size_t zone_at(struct span s)
{
	size_t i = 1;

	if (!s.n || s.s[0] == 'Z')
		return s.n ? 1 : 0;
	if (s.s[0] != '+' && s.s[0] != '-')
		return 0;
	while (i < s.n && i < 6 && (is_digit(s.s[i]) || s.s[i] == ':'))
		i++;
	return i;
}

/* "2023-11-23T06:02:11.123456+01:00", or with a blank for the T. */
static size_t iso_date(struct span s, bool *comma)
{
	size_t t;

	if (s.n < 19 || s.s[4] != '-' || s.s[7] != '-' || (s.s[10] != 'T' && s.s[10] != ' '))
		return 0;
	if (digits(s) != 4 || digits(span_skip(s, 5)) != 2 || digits(span_skip(s, 8)) != 2)
		return 0;
	t = clock_at(span_skip(s, 11), comma);
	return t ? 11 + t + zone_at(span_skip(s, 11 + t)) : 0;
}

/* "Nov 23 06:02:11" (RFC 3164). */
static size_t bsd_date(struct span s, bool *comma)
{
	size_t t;

	if (!is_name(s, "JanFebMarAprMayJunJulAugSepOctNovDec") || s.n < 15 || s.s[6] != ' ')
		return 0;
	if (!is_digit(s.s[5]) || (!is_digit(s.s[4]) && s.s[4] != ' '))
		return 0;
	t = clock_at(span_skip(s, 7), comma);
	return t ? 7 + t : 0;
}

/* A date in any form, up to the blank behind it. *alone: it is no syslog form, so that it may
 * stand without host and program. */
static size_t date_at(struct span s, bool *alone)
{
	size_t day = is_name(s, "MonTueWedThuFriSatSun") ? 4 : 0, i, frac;
	struct span d = span_skip(s, day);

	*alone = false;
	i = iso_date(d, alone);
	if (!i)
		i = bsd_date(d, alone);
	if (!i) {
		/* journalctl -o short-unix: "1700719331.123456". */
		i = digits(s);
		frac = i >= 9 && i <= 11 && i < s.n && s.s[i] == '.' ? digits(span_skip(s, i + 1))
								     : 0;
		return frac == 6 ? i + 7 : 0;
	}
	return i + day;
}

/* "kernel: " behind at most three words (time zone or year, host, facility). Length, 0: this is
 * another program's line. */
static size_t program_at(struct span s)
{
	size_t i = 0;

	for (int word = 0; word < 4; word++) {
		const char *blank;

		if (span_starts(span_skip(s, i), "kernel: "))
			return i + 8;
		blank = i < s.n ? memchr(s.s + i, ' ', s.n - i) : NULL;
		if (!blank || blank[-1] == ':' || blank == s.s + i)
			return 0;
		i = (size_t)(blank - s.s) + 1;
	}
	return 0;
}

/* `- {"dt": "…", "lvl": "target", "msg": "`, LAVA's job log. */
static size_t lava_at(struct span s)
{
	static const char msg[] = "\"lvl\": \"target\", \"msg\": \"";
	struct span head = {s.s, s.n < 128 ? s.n : 128};
	const char *found = span_starts(s, "- {\"dt\": ") ? span_find(head, msg) : NULL;

	return found ? (size_t)(found - s.s) + sizeof(msg) - 1 : 0;
}

/* `journalctl -o json`: an object a line, whose fields have no fixed order. */
static const char *journal_message(struct span s)
{
	static const char key[] = "\"MESSAGE\":\"";
	const char *found = span_starts(s, "{\"") ? span_find(s, key) : NULL;

	return found ? found + sizeof(key) - 1 : NULL;
}

bool kmsg_journal(const char **text, size_t *n)
{
	struct span s = {*text, *n};
	const char *message = journal_message(s), *end = *text + *n, *p = message;

	if (!message || !span_find(s, "\"_TRANSPORT\":\"kernel\""))
		return false;
	while (p < end && *p != '"')
		p += *p == '\\' && end - p > 1 ? 2 : 1;
	*text = message;
	*n = (size_t)(p - message);
	return true;
}

/* A word that ends with ':': its length with the blank behind, 0 if it does not. *pid: "name[12]:".
 */
static size_t tag_at(struct span s, bool *pid)
{
	const char *blank = s.n ? memchr(s.s, ' ', s.n < 65 ? s.n : 65) : NULL;
	size_t len = blank ? (size_t)(blank - s.s) : 0, i;

	if (len < 2 || s.s[len - 1] != ':' || memchr(s.s, ':', len - 1))
		return 0;
	*pid = false;
	if (len > 4 && s.s[len - 2] == ']') {
		for (i = len - 2; i && is_digit(s.s[i - 1]); i--)
			;
		*pid = i > 1 && i < len - 2 && s.s[i - 1] == '[';
	}
	return len + 1;
}

/* "[   57.840023195,5] ": skiboot's core/console-log.c, the firmware of POWER. */
static bool is_skiboot(struct span s)
{
	size_t blanks = 1, seconds, fraction;

	while (blanks < s.n && s.s[blanks] == ' ')
		blanks++;
	s = span_skip(s, blanks);
	seconds = digits(s);
	if (!seconds || !span_starts(span_skip(s, seconds), "."))
		return false;
	s = span_skip(s, seconds + 1);
	fraction = digits(s);
	return fraction == 9 && span_starts(span_skip(s, fraction), ",") &&
	       digits(span_skip(s, fraction + 1)) == 1 &&
	       span_starts(span_skip(s, fraction + 2), "] ");
}

bool kmsg_of_program(const char *text, size_t n)
{
	struct span s = {text, n};
	bool alone, pid;
	size_t date = n ? date_at(s, &alone) : 0;

	if (n && text[0] == '{')
		return journal_message(s) != NULL;
	if (n && text[0] == '[' && is_skiboot(s))
		return true;
	if (date && (date >= n || text[date] != ' '))
		return false;
	s = span_skip(s, date ? date + 1 : 0);
	/* host and tag; with a pid in it perhaps a time zone before them, or no host */
	for (int word = 0; word < 3; word++) {
		const char *blank;

		if (span_starts(s, "kernel: "))
			return false;
		if (tag_at(s, &pid))
			return pid || (date && word == 1);
		blank = s.n ? memchr(s.s, ' ', s.n < 65 ? s.n : 65) : NULL;
		/* "NMI watchdog: BUG: soft lockup" has no host */
		if (!blank || blank == s.s || memchr(s.s, ':', (size_t)(blank - s.s)) ||
		    span_starts(s, "NMI "))
			return false;
		s = span_skip(s, (size_t)(blank - s.s) + 1);
	}
	return false;
}

size_t kmsg_log_prefix(const char *text, size_t n)
{
	struct span s = {text, n}, rest;
	size_t i, program;
	bool alone;

	if (!n)
		return 0;
	if (text[0] == '-')
		return lava_at(s);
	/* The texts of a problem that ABRT writes for people: ":Call Trace:". */
	if (text[0] == ':')
		return 1;
	if (span_starts(s, "kernel:"))
		return 7 + (n > 7 && text[7] == ' ');
	i = date_at(s, &alone);
	if (!i || i >= n || text[i] != ' ')
		return 0;
	while (i < n && text[i] == ' ')
		i++;
	rest = span_skip(s, i);
	program = program_at(rest);
	if (program)
		return i + program;
	/* A console logger's date, directly before what the kernel printed. */
	if (alone ||
	    (rest.n && (rest.s[0] == '[' || rest.s[0] == '<' || span_starts(rest, "kern  :"))))
		return i;
	return 0;
}
