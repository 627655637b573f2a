/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One run of another program to its end, on the loop: what it wrote last, and how it ended. It is
 * in a session of its own: if we die it goes on, since it may just be holding a button. After
 * PROGRAM_DEADLINE_MS it gets SIGTERM, after 2 s more SIGKILL.
 */
#ifndef KDEV_WATCHDOG_POWER_PROGRAM_RUN_H
#define KDEV_WATCHDOG_POWER_PROGRAM_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#define PROGRAM_DEADLINE_MS 60000
#define PROGRAM_OUTPUT_MAX  512

struct program_end {
	bool timed_out;
	int64_t status; /* exit status */
	int sig;        /* that killed it, or 0 */
	/* The end of what it wrote to stdout, NUL-terminated; any bytes. To be changed at will,
	 * valid for the call. */
	char *output;
};

typedef void (*program_done_fn)(void *arg, const struct program_end *end);

struct program_run;

/* argv as execvp() takes it, needed for the call alone. 0 and done follows once, never from
 * inside; or a negative errno. */
int program_run_start(uv_loop_t *loop, char *const *argv, program_done_fn done, void *arg,
		      struct program_run **out);

/* It goes on to its end and nobody is told. Accepts NULL. */
void program_run_let_go(struct program_run *r);

#endif
