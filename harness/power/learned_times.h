/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was learned of a board's times: what there is to learn, as lines of a configuration file,
 * and as the attendant takes it. */
#ifndef KDEV_HARNESS_LEARNED_TIMES_H
#define KDEV_HARNESS_LEARNED_TIMES_H

#include <jansson.h>

#include "harness/commands/command.h"
#include "harness/config/config.h"
#include "watchdog/learn.h"

/* What the board has of which the times are ours to choose. */
struct learn_config learned_times_wanted(const struct board_config *c);

/* The fields of a request `times`: one to be tried, and all, to be kept. */
json_t *learned_times_json(enum learn_time t, int64_t us);
json_t *learned_times_all(const struct board_config *c);

/* Into the board's directory of the state, where config_load() reads it. 0 or a negative errno
 * with a line in err. */
int learned_times_write(const struct learn *l, const struct board_config *c, char *err,
			size_t err_len);

/* To stdout. `c`: the configuration as it is now, which may say otherwise. */
void learned_times_print(const struct learn *l, const struct board_config *c,
			 const struct common_flags *flags);

#endif
