/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines, sections and keys of an INI file. */
#include "harness/config/ini_file.h"

#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BOM "\xef\xbb\xbf"

int ini_file_fail(struct ini_file *f, const char *fmt, ...)
{
	int n = snprintf(f->err, f->err_len, "%s:%u: ", f->name, f->line);
	va_list ap;

	f->status = -EINVAL;
	va_start(ap, fmt);
	if (n >= 0 && (size_t)n < f->err_len)
		vsnprintf(f->err + n, f->err_len - (size_t)n, fmt, ap);
	va_end(ap);
	return f->status;
}

int ini_file_no_memory(struct ini_file *f)
{
	ini_file_fail(f, "out of memory");
	return f->status = -ENOMEM;
}

/* The next of the words before `end`, cut off; NULL: there is none. */
static char *cut_word(char **at, char *end)
{
	char *word = *at + strspn(*at, " \t");

	if (word >= end)
		return NULL;
	*at = word + strcspn(word, " \t]");
	if (*at < end)
		*(*at)++ = '\0';
	return word;
}

/* "[kind name]", perhaps with a comment after it. */
static void open_section(struct ini_file *f, const char *line, size_t len)
{
	char *copy = strndup(line, len), *words = strndup(line, len);
	char *close = words ? strchr(words, ']') : NULL, *at = words ? words + 1 : NULL;
	char *kind = NULL, *name = NULL;

	if (!copy || !words) {
		ini_file_no_memory(f);
		goto out;
	}
	if (close && strchr(";#", close[1 + strspn(close + 1, " \t")])) {
		*close = '\0';
		kind = cut_word(&at, close);
		name = cut_word(&at, close);
		if (cut_word(&at, close))
			kind = NULL;
	}
	f->ops->section(f->arg, f, copy, kind, name ? name : "");
out:
	free(words);
	free(copy);
}

static bool has_controls(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (((unsigned char)s[i] < ' ' && s[i] != '\t') || s[i] == 0x7f)
			return true;
	}
	return false;
}

/* Cut the next line off the text: without its end and the blanks around it. Leading blanks must
 * go: to inih an indented line continues the one before. */
static const char *cut_line(struct ini_file *f, size_t *len)
{
	const char *line = f->at, *nl = memchr(line, '\n', (size_t)(f->end - line));
	const char *end = nl ? nl : f->end;

	f->at = nl ? nl + 1 : f->end;
	if (f->line++ == 0 && end - line >= 3 && !memcmp(line, BOM, 3))
		line += 3;
	while (line < end && (*line == ' ' || *line == '\t'))
		line++;
	while (end > line && isspace((unsigned char)end[-1]))
		end--;
	*len = (size_t)(end - line);
	return line;
}

/* inih's reader, called once a line. NULL ends the file, or stops at an error. */
static char *next_line(char *buf, int size, void *arg)
{
	struct ini_file *f = arg;
	const char *line;
	size_t len;

	if (f->unhandled && !f->status)
		ini_file_fail(f, "%.*s: expected KEY = VALUE", (int)f->unhandled_len, f->unhandled);
	f->unhandled = NULL;
	if (f->status || f->at == f->end)
		return NULL;

	line = cut_line(f, &len);
	if (len + 3 > (size_t)size)
		ini_file_fail(f, "line too long, expected at most %d bytes", size - 3);
	else if (has_controls(line, len))
		ini_file_fail(f, "control character, expected text");
	else if (len && *line == '[')
		open_section(f, line, len);
	else if (len && !strchr(";#", *line)) {
		f->unhandled = line;
		f->unhandled_len = len;
	}
	if (f->status)
		return NULL;
	memcpy(buf, line, len);
	memcpy(buf + len, "\n", 2);
	return buf;
}

/* inih's handler, called for each key and value. Nonzero is success. */
static int on_key(void *arg, const char *section, const char *name, const char *value)
{
	struct ini_file *f = arg;
	const char *end = f->unhandled ? f->unhandled + f->unhandled_len : NULL;

	if (f->status || !*name || !end)
		return 0;
	f->value = f->unhandled;
	while (f->value < end && *f->value != '=' && *f->value != ':')
		f->value++;
	do
		f->value++;
	while (f->value < end && (*f->value == ' ' || *f->value == '\t'));
	f->value_len = f->value < end ? (size_t)(end - f->value) : 0;
	f->unhandled = NULL;
	f->ops->key(f->arg, f, name, value);
	return !f->status;
}

int ini_file_parse(const char *name, const char *text, size_t len, const struct ini_file_ops *ops,
		   void *arg, char *err, size_t err_len)
{
	struct ini_file f = {.name = name,
			     .at = text,
			     .end = text + len,
			     .ops = ops,
			     .arg = arg,
			     .err = err,
			     .err_len = err_len};

	if (ini_parse_stream(next_line, &f, on_key, &f) == -2 && !f.status)
		return ini_file_no_memory(&f);
	if (!f.status && ops->end)
		ops->end(arg, &f);
	return f.status;
}
