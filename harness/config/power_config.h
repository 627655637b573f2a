/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a board's configuration says of its power, for the power drivers. */
#ifndef KDEV_HARNESS_POWER_CONFIG_H
#define KDEV_HARNESS_POWER_CONFIG_H

#include "harness/config/config.h"
#include "watchdog/power/power.h"

/*
 * Strings are borrowed from b and qmp_socket, which is the device of a board whose power is "qmp";
 * a relative path is as the user wrote it. board_on is left to the caller.
 */
struct power_settings power_settings_of(const struct board_config *b, const char *qmp_socket);

#endif
