/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One configuration file. inih splits lines into keys and values, but tells its handler neither
 * the line's number nor that a section began, and cuts long lines silently: so
 * the reader that feeds it counts, checks and opens the sections.
 */
#include "harness/config_file.h"

#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BOM "\xef\xbb\xbf"

struct reader {
	struct config_set *set;
	struct config_board *board; /* of the section; NULL before the first */
	const char *name;
	const char *at, *end; /* what is left of the text */
	unsigned line;
	const char *unhandled; /* the line before, as long as the handler was not called for it */
	size_t unhandled_len;
	int status; /* of the first error */
	char *err;
	size_t err_len;
};

__attribute__((format(printf, 2, 3))) static int fail(struct reader *r, const char *fmt, ...)
{
	int n = snprintf(r->err, r->err_len, "%s:%u: ", r->name, r->line);
	va_list ap;

	r->status = -EINVAL;
	va_start(ap, fmt);
	if (n >= 0 && (size_t)n < r->err_len)
		vsnprintf(r->err + n, r->err_len - (size_t)n, fmt, ap);
	va_end(ap);
	return r->status;
}

bool config_board_name_ok(const char *name)
{
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");

	return n && !name[n] && name[0] != '-' && n < sizeof(((struct board_config *)0)->name);
}

struct config_board *config_set_find(const struct config_set *set, const char *name)
{
	for (size_t i = 0; i < set->n; i++) {
		if (!strcmp(set->boards[i].cfg.name, name))
			return &set->boards[i];
	}
	return NULL;
}

void config_set_free(struct config_set *set)
{
	free(set->boards);
	*set = (struct config_set){0};
}

static int open_board(struct reader *r, const char *name)
{
	struct config_set *set = r->set;
	struct config_board *more;

	r->board = config_set_find(set, name);
	if (r->board)
		return 0;
	if (set->n == CONFIG_BOARDS_MAX)
		return fail(r, "[board %s]: more than %d boards", name, CONFIG_BOARDS_MAX);
	more = reallocarray(set->boards, set->n + 1, sizeof(*more));
	if (!more) {
		fail(r, "out of memory");
		return r->status = -ENOMEM;
	}
	set->boards = more;
	r->board = &more[set->n++];
	memset(r->board, 0, sizeof(*r->board));
	board_config_defaults(&r->board->cfg, name);
	return 0;
}

/* "[board NAME]", perhaps with a comment after it. */
static int open_section(struct reader *r, const char *line, size_t len)
{
	char kind[16], name[64];
	int used = 0;
	char *copy = strndup(line, len);
	bool parsed;

	if (!copy) {
		fail(r, "out of memory");
		return r->status = -ENOMEM;
	}
	parsed = sscanf(copy, "[ %15[^] \t]%*[ \t]%63[^] \t]%n", kind, name, &used) == 2 && used;
	if (parsed) {
		const char *rest = copy + used + strspn(copy + used, " \t");

		parsed = *rest == ']' && strchr(";#", rest[1 + strspn(rest + 1, " \t")]);
	}
	if (!parsed || strcmp(kind, "board") != 0)
		fail(r, "%s: unknown section, expected [board NAME]", copy);
	else if (!config_board_name_ok(name))
		fail(r,
		     "%s: bad name, expected lower-case letters, digits and '-', at most %zu of "
		     "them",
		     copy, sizeof(r->board->cfg.name) - 1);
	else
		open_board(r, name);
	free(copy);
	return r->status;
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
static const char *cut_line(struct reader *r, size_t *len)
{
	const char *line = r->at, *nl = memchr(line, '\n', (size_t)(r->end - line));
	const char *end = nl ? nl : r->end;

	r->at = nl ? nl + 1 : r->end;
	if (r->line++ == 0 && end - line >= 3 && !memcmp(line, BOM, 3))
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
	struct reader *r = arg;
	const char *line;
	size_t len;

	if (r->unhandled && !r->status)
		fail(r, "%.*s: expected KEY = VALUE", (int)r->unhandled_len, r->unhandled);
	r->unhandled = NULL;
	if (r->status || r->at == r->end)
		return NULL;

	line = cut_line(r, &len);
	if (len + 3 > (size_t)size)
		fail(r, "line too long, expected at most %d bytes", size - 3);
	else if (has_controls(line, len))
		fail(r, "control character, expected text");
	else if (len && *line == '[')
		open_section(r, line, len);
	else if (len && !strchr(";#", *line)) {
		r->unhandled = line;
		r->unhandled_len = len;
	}
	if (r->status)
		return NULL;
	memcpy(buf, line, len);
	memcpy(buf + len, "\n", 2);
	return buf;
}

/* inih's handler, called for each key and value. Nonzero is success. */
static int on_key(void *arg, const char *section, const char *name, const char *value)
{
	struct reader *r = arg;
	const struct config_key *key;
	const char *near;
	char expected[192];
	unsigned *said;

	if (r->status || !*name)
		return 0;
	r->unhandled = NULL;
	if (!r->board)
		return !fail(r, "%s: no section yet, expected [board NAME] before it", name);
	key = config_key_find(name, &near);
	if (!key)
		return !fail(r, near ? "%s: unknown key, did you mean `%s`?" : "%s: unknown key",
			     name, near);

	said = &r->board->said[key - config_keys];
	if (*said && key->kind != KEY_TEXT)
		return !fail(r, "%s: given twice, first in line %u", name, *said);
	if (config_key_set(key, &r->board->cfg, value, *said)) {
		config_key_expected(key, expected, sizeof(expected));
		return !fail(r, "%s: `%s`: expected %s", name, value, expected);
	}
	*said = r->line;
	return 1;
}

int config_file_parse(struct config_set *set, const char *name, const char *text, size_t len,
		      char *err, size_t err_len)
{
	struct reader r = {.set = set,
			   .name = name,
			   .at = text,
			   .end = text + len,
			   .err = err,
			   .err_len = err_len};

	for (size_t i = 0; i < set->n; i++)
		memset(set->boards[i].said, 0, sizeof(set->boards[i].said));
	if (ini_parse_stream(next_line, &r, on_key, &r) == -2 && !r.status)
		return fail(&r, "out of memory"), -ENOMEM;
	return r.status;
}
