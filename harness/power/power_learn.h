/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdev power learn: the times that a board needs, by trial on it. */
#ifndef KDEV_HARNESS_POWER_LEARN_H
#define KDEV_HARNESS_POWER_LEARN_H

#include "harness/commands/command.h"
#include "harness/config/config.h"

/* Brings the board up if it is not, tries, prints and keeps what was found. An exit code. */
int power_learn(const struct board_config *cfg, const struct common_flags *flags);

#endif
