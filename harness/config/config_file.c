/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One configuration file. */
#include "harness/config/config_file.h"

#include <stdlib.h>
#include <string.h>

#include "harness/config/ini_file.h"

struct reader {
	struct config_set *set;
	struct config_board *board; /* of the section; NULL before the first */
};

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

static void open_board(struct reader *r, struct ini_file *f, const char *name)
{
	struct config_set *set = r->set;
	struct config_board *more;

	r->board = config_set_find(set, name);
	if (r->board)
		return;
	if (set->n == CONFIG_BOARDS_MAX) {
		ini_file_fail(f, "[board %s]: more than %d boards", name, CONFIG_BOARDS_MAX);
		return;
	}
	more = reallocarray(set->boards, set->n + 1, sizeof(*more));
	if (!more) {
		ini_file_no_memory(f);
		return;
	}
	set->boards = more;
	r->board = &more[set->n++];
	memset(r->board, 0, sizeof(*r->board));
	board_config_defaults(&r->board->cfg, name);
}

static void on_section(void *arg, struct ini_file *f, const char *line, const char *kind,
		       const char *name)
{
	struct reader *r = arg;

	if (!kind || strcmp(kind, "board") != 0 || !*name)
		ini_file_fail(f, "%s: unknown section, expected [board NAME]", line);
	else if (!config_board_name_ok(name))
		ini_file_fail(f,
			      "%s: bad name, expected lower-case letters, digits and '-', at most "
			      "%zu of them",
			      line, sizeof(r->board->cfg.name) - 1);
	else
		open_board(r, f, name);
}

static void on_key(void *arg, struct ini_file *f, const char *name, const char *value)
{
	struct reader *r = arg;
	const struct config_key *key;
	const char *near;
	char expected[192];
	unsigned *said;

	if (!r->board) {
		ini_file_fail(f, "%s: no section yet, expected [board NAME] before it", name);
		return;
	}
	key = config_key_find(name, &near);
	if (!key) {
		ini_file_fail(f, near ? "%s: unknown key, did you mean `%s`?" : "%s: unknown key",
			      name, near);
		return;
	}
	said = &r->board->said[key - config_keys];
	if (*said && key->kind != KEY_TEXT) {
		ini_file_fail(f, "%s: given twice, first in line %u", name, *said);
	} else if (config_key_set(key, &r->board->cfg, value, *said)) {
		config_key_expected(key, expected, sizeof(expected));
		ini_file_fail(f, "%s: `%s`: expected %s", name, value, expected);
	} else {
		*said = f->line;
	}
}

int config_file_parse(struct config_set *set, const char *name, const char *text, size_t len,
		      char *err, size_t err_len)
{
	static const struct ini_file_ops ops = {.section = on_section, .key = on_key};
	struct reader r = {.set = set};

	for (size_t i = 0; i < set->n; i++)
		memset(set->boards[i].said, 0, sizeof(set->boards[i].said));
	return ini_file_parse(name, text, len, &ops, &r, err, err_len);
}
