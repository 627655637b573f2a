/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A configuration for people to begin with, made of the table of keys. */
#include <errno.h>
#include <string.h>

#include "harness/config/config.h"
#include "harness/config/config_keys.h"

#define COLUMNS 78

/* Words, wrapped, each line behind "# ". */
static void print_comment(FILE *to, const char *text)
{
	size_t column = 0;

	while (*text) {
		size_t len = strcspn(text, " ");

		if (column && column + 1 + len > COLUMNS) {
			fputc('\n', to);
			column = 0;
		}
		fprintf(to, "%s%.*s", column ? " " : "# ", (int)len, text);
		column += len + (column ? 1 : 2);
		text += len;
		text += strspn(text, " ");
	}
	fputc('\n', to);
}

int config_print_commented(FILE *to)
{
	struct board_config defaults;
	char value[sizeof(defaults.cmdline)];

	board_config_defaults(&defaults, "virtual");
	print_comment(to, "Configuration of kdev, see kdev.conf(5). What is commented out is the "
			  "default. Each board has a section; the first one is used where none is "
			  "named.");
	fprintf(to, "\n[board %s]\n", defaults.name);
	for (size_t i = 0; i < config_n_keys; i++) {
		int err = config_key_get(&config_keys[i], &defaults, value, sizeof(value));

		if (err)
			return err;
		fputc('\n', to);
		print_comment(to, config_keys[i].doc);
		fprintf(to, "#%s =%s%s\n", config_keys[i].name, *value ? " " : "", value);
	}
	return fflush(to) || ferror(to) ? -EIO : 0;
}
