/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of `kdev setup`: what is wished becomes part of the board's configuration, is judged,
 * and is kept for later commands.
 */
#ifndef KDEV_HARNESS_COMMANDS_SETUP_WISH_H
#define KDEV_HARNESS_COMMANDS_SETUP_WISH_H

#include <stdbool.h>

#include "harness/commands/command.h"
#include "harness/config/config.h"

/* What the arguments say; strings are argv's, NULL where nothing is said. */
struct setup_wish {
	bool force, check, writable;
	const char *kernel, *modules, *flavour, *nic;
	const char *root, *packages;
	const char *group; /* who may have boards with what was made; NULL: as before */
	char **command;    /* of --writable; NULL-terminated, may be empty */
};

/* setup_choose.c: put what is wished, or what was kept, into the board's configuration. 0 or
 * -EINVAL, which was told. */
int setup_choose(struct board_config *b, const struct setup_wish *w);

/* Keep what is not in the configuration's file; only what works is the board's from now on.
 * An exit code. */
int setup_keep(const struct board_config *configured, const struct board_config *b,
	       const struct setup_wish *w);

/* setup_judge.c: `--check`, said on stdout. nic: a driver, VENDOR:DEVICE in hex, or NULL for the
 * board's. An exit code. */
int setup_judge(const struct common_flags *flags, const struct board_config *b, const char *nic);

#endif
