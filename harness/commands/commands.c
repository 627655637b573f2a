/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of commands: a line here and a file cmd_NAME.c make one. */
#include "harness/commands/command.h"

extern const struct command command_setup, command_up, command_down, command_status, command_run,
	command_console, command_power, command_decode, command_attendant, command_boot_server,
	command_relay_holder, command_crashes, command_report, command_watch, command_bisect,
	command_loop, command_doctor, command_completion, command_init, command_nfs_server;

/* A line each. */
/* clang-format off */
const struct command *const commands[] = {
	&command_init,
	&command_setup,
	&command_doctor,
	&command_up,
	&command_run,
	&command_loop,
	&command_watch,
	&command_bisect,
	&command_decode,
	&command_report,
	&command_crashes,
	&command_console,
	&command_status,
	&command_power,
	&command_down,
	&command_completion,
	&command_attendant,
	&command_boot_server,
	&command_nfs_server,
	&command_relay_holder,
	NULL,
};
/* clang-format on */
