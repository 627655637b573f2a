/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The content of configuration files, one after the other, into a set of boards. No I/O
 * here; inih splits the lines.
 */
#ifndef KDEV_HARNESS_CONFIG_FILE_H
#define KDEV_HARNESS_CONFIG_FILE_H

#include <stddef.h>

#include "harness/config/config.h"
#include "harness/config/config_keys.h"

/* More boards than this are a mistake. */
#define CONFIG_BOARDS_MAX 64

struct config_board {
	struct board_config cfg;
	unsigned said[CONFIG_KEYS_MAX]; /* line of each key in the file being read; 0: none */
};

/* Zero-initialise; release with config_set_free(). Boards in the order of their first mention. */
struct config_set {
	struct config_board *boards;
	size_t n;
};

/*
 * Read one file's text (`name` is for messages) into the set: later files win.
 * Stops at the first error: -EINVAL or -ENOMEM with one line in err,
 * which may quote control characters.
 */
int config_file_parse(struct config_set *set, const char *name, const char *text, size_t len,
		      char *err, size_t err_len);

/* NULL if there is none of that name. Borrowed from the set. */
struct config_board *config_set_find(const struct config_set *set, const char *name);

void config_set_free(struct config_set *set);

/* Is it [a-z0-9][a-z0-9-]*, at most 31 long? */
bool config_board_name_ok(const char *name);

#endif
