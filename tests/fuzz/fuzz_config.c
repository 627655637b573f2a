/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/config/config_file.c harness/config/config_keys.c harness/config/config_value.c */
/* LINK: harness/config/config.c harness/config/ini_file.c harness/config/duration.c */
/* LINK: harness/commands/nearest.c harness/log.c harness/paths.c harness/paths_file.c */
/* LIBS: inih */
/* Whatever is accepted from a file can be printed and is accepted again with the same meaning. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "harness/config/config_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_board(const struct board_config *b)
{
	for (size_t i = 0; i < config_n_keys; i++) {
		struct board_config copy = *b;
		char text[sizeof(b->cmdline)], again[sizeof(b->cmdline)];

		if (config_key_get(&config_keys[i], b, text, sizeof(text)) ||
		    config_key_set(&config_keys[i], &copy, text, false) ||
		    config_key_get(&config_keys[i], &copy, again, sizeof(again)) ||
		    strcmp(text, again) != 0)
			abort();
	}
	if (!config_board_name_ok(b->name))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config_set set = {0};
	char err[256] = "";
	int status = config_file_parse(&set, "f", (const char *)data, size, err, sizeof(err));

	if (status ? !err[0] : !!err[0])
		abort(); /* a message if and only if it failed */
	for (size_t i = 0; i < set.n; i++)
		check_board(&set.boards[i].cfg);
	config_set_free(&set);
	return 0;
}
