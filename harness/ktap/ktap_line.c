/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What one line of KTAP is. */
#include <string.h>

#include "harness/ktap/ktap.h"

#define NUMBER_MAX UINT64_C(1000000000)

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool starts(const char *s, size_t len, const char *word)
{
	size_t n = strlen(word);

	return len >= n && !memcmp(s, word, n);
}

/* "[   12.345678]" or "[    C0]", "[   T123]": what it takes, 0 if it is neither. */
static size_t bracket(const char *s, size_t len, bool time)
{
	size_t i = 1, digits, fraction = 0;

	if (!len || *s != '[')
		return 0;
	while (i < len && s[i] == ' ')
		i++;
	if (!time && i < len && (s[i] == 'C' || s[i] == 'T'))
		i++;
	else if (!time)
		return 0;
	for (digits = i; i < len && is_digit(s[i]); i++)
		;
	if (i == digits)
		return 0;
	if (time) {
		if (i == len || s[i++] != '.')
			return 0;
		for (; i < len && is_digit(s[i]); i++)
			fraction++;
		if (fraction != 6)
			return 0;
	}
	return i < len && s[i] == ']' ? i + 1 : 0;
}

size_t ktap_log_prefix(const char *line, size_t len)
{
	size_t at = 0, n;

	if (len >= 3 && line[0] == '<' && is_digit(line[1])) {
		for (n = 1; n < len && n < 4 && is_digit(line[n]); n++)
			;
		if (n < len && line[n] == '>')
			at = n + 1;
	}
	n = bracket(line + at, len - at, true);
	if (!n)
		return at;
	at += n;
	at += bracket(line + at, len - at, false);
	/* The blank behind it is the log's too; those after it are the line's own. */
	return at < len && line[at] == ' ' ? at + 1 : at;
}

size_t ktap_torn_at(const char *line, size_t len)
{
	const char *at = line + 1, *end = line + len;

	while (len && at < end && (at = memchr(at, '[', (size_t)(end - at)))) {
		if (bracket(at, (size_t)(end - at), true))
			return (size_t)(at - line);
		at++;
	}
	return len;
}

static size_t number(const char *s, size_t len, uint64_t *out)
{
	size_t i;

	*out = 0;
	for (i = 0; i < len && is_digit(s[i]); i++) {
		*out = *out * 10 + (uint64_t)(s[i] - '0');
		if (*out > NUMBER_MAX)
			return 0;
	}
	return i;
}

static void trim(const char **s, size_t *len)
{
	while (*len && is_blank(**s)) {
		(*s)++;
		(*len)--;
	}
	while (*len && (is_blank((*s)[*len - 1]) || (*s)[*len - 1] == '\r'))
		(*len)--;
}

/* A '#' that no backslash takes its meaning, with a blank before it: where, or len. */
static size_t find_directive(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (s[i] == '\\')
			i++;
		else if (s[i] == '#' && (i == 0 || is_blank(s[i - 1])))
			return i;
	}
	return len;
}

static void split_directive(struct ktap_line *out)
{
	size_t at = find_directive(out->text, out->len);

	if (at < out->len) {
		out->directive = out->text + at + 1;
		out->directive_len = out->len - at - 1;
		trim(&out->directive, &out->directive_len);
		out->len = at;
	}
	trim(&out->text, &out->len);
}

/* "ok", "ok 1", "ok 1 - name", "not ok 2 name # TODO why" */
static bool parse_result(const char *s, size_t len, struct ktap_line *out)
{
	size_t n = starts(s, len, "not ok") ? 6 : 2;

	out->ok = n == 2;
	if (out->ok && !starts(s, len, "ok"))
		return false;
	s += n;
	len -= n;
	if (len && !is_blank(*s))
		return false;
	out->kind = KTAP_RESULT;
	trim(&s, &len);
	n = number(s, len, &out->number);
	if (n && (n == len || is_blank(s[n]))) {
		s += n;
		len -= n;
	} else {
		out->number = 0;
	}
	trim(&s, &len);
	if (len && *s == '-' && (len == 1 || is_blank(s[1]))) {
		s++;
		len--;
	}
	out->text = s;
	out->len = len;
	split_directive(out);
	return true;
}

static bool parse_plan(const char *s, size_t len, struct ktap_line *out)
{
	size_t n;

	if (!starts(s, len, "1..") && !starts(s, len, "0.."))
		return false;
	n = number(s + 3, len - 3, &out->number);
	if (!n || (n + 3 < len && !is_blank(s[n + 3])))
		return false;
	out->kind = KTAP_PLAN;
	out->text = s + 3 + n;
	out->len = len - 3 - n;
	split_directive(out);
	return true;
}

static bool parse_version(const char *s, size_t len, struct ktap_line *out)
{
	const char *word = starts(s, len, "KTAP version ") ? "KTAP version " : "TAP version ";
	size_t n = strlen(word);

	if (!starts(s, len, word) || !number(s + n, len - n, &out->number))
		return false;
	out->kind = KTAP_VERSION;
	return true;
}

static bool parse_bare(const char *s, size_t len, struct ktap_line *out)
{
	return parse_version(s, len, out) || parse_plan(s, len, out) || parse_result(s, len, out);
}

static void parse_text(const char *s, size_t len, struct ktap_line *out)
{
	out->kind = KTAP_TEXT;
	out->text = s;
	out->len = len;
	if (starts(s, len, "Bail out!")) {
		out->kind = KTAP_BAIL_OUT;
		out->text += 9;
		out->len -= 9;
	} else if (len == 3 && !memcmp(s, "---", 3)) {
		out->kind = KTAP_YAML;
	} else if (len == 3 && !memcmp(s, "...", 3)) {
		out->kind = KTAP_YAML_END;
	}
	trim(&out->text, &out->len);
}

void ktap_line_parse(const char *line, size_t len, struct ktap_line *out)
{
	size_t indent = 0;

	*out = (struct ktap_line){0};
	while (len && (line[len - 1] == '\r' || is_blank(line[len - 1])))
		len--;
	for (;;) {
		struct ktap_line inner = {0};
		const char *s;
		size_t n;

		for (; len && is_blank(*line); line++, len--)
			indent++;
		out->indent = indent;
		if (!len || *line != '#')
			break;
		s = line + 1;
		n = len - 1;
		trim(&s, &n);
		if (starts(s, n, "Subtest:")) {
			out->kind = KTAP_SUBTEST;
			out->text = s + 8;
			out->len = n - 8;
			trim(&out->text, &out->len);
			return;
		}
		/* kselftest puts "# " before what a test says. A sentence may begin with "ok" too:
		 * so there it must have its number. */
		if (len < 2 || line[1] != ' ' ||
		    (*s != '#' &&
		     !(parse_bare(s, n, &inner) && (inner.number || inner.kind == KTAP_PLAN)))) {
			out->kind = KTAP_COMMENT;
			out->text = s;
			out->len = n;
			return;
		}
		line += 2;
		len -= 2;
		indent += 2;
	}
	if (!parse_bare(line, len, out))
		parse_text(line, len, out);
}
