/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kdev doctor: is all there that a board needs, and does it work? One file a section,
 * doctor_SECTION.c, each ending in a table of checks: a line there and a function make one.
 * doctor_sections.c lists the sections.
 *
 * A check changes nothing that a user would miss, takes seconds at most, and says what it found in
 * words that hold without its name; what is not as it should be comes with one thing to do.
 */
#ifndef KDEV_HARNESS_DOCTOR_H
#define KDEV_HARNESS_DOCTOR_H

#include <stdbool.h>
#include <stdio.h>
#include <uv.h>

#include "console/strbuf.h"
#include "harness/attendant/link.h"
#include "harness/commands/command.h"
#include "harness/config/config.h"

enum doctor_grade {
	DOCTOR_SKIP, /* does not apply to this board, or can't be told now */
	DOCTOR_OK,
	DOCTOR_WARN, /* it works, but … */
	DOCTOR_FAIL,
	DOCTOR_GRADES,
};

/* What a check found. Zeroes are DOCTOR_SKIP without a word. */
struct doctor_finding {
	enum doctor_grade grade;
	char found[256];
	char fix[256]; /* "" for DOCTOR_OK and DOCTOR_SKIP */
};

/* What checks may use, and nothing more. */
struct doctor {
	const struct board_config *cfg;
	const struct common_flags *flags;
	uv_loop_t *loop;
	struct link *link; /* to the board's attendant; NULL: it is not up */
	bool press;        /* the user lets us press buttons */
};

struct doctor_check {
	const char *what; /* "relay opens"; NULL ends a table */
	void (*run)(struct doctor *d, const char *arg, struct doctor_finding *f);
	const char *arg; /* for one function that serves several checks */
};

struct doctor_section {
	const char *name;
	const struct doctor_check *checks;
};

/* All of them, NULL at the end, in the order in which they are to be made right. */
extern const struct doctor_section *const doctor_sections[];

/* What a check says, as printf. */
void doctor_ok(struct doctor_finding *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void doctor_skip(struct doctor_finding *f, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* `fix` is the thing to do, to follow "fix: ". */
void doctor_warn(struct doctor_finding *f, const char *fix, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void doctor_fail(struct doctor_finding *f, const char *fix, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* ---- doctor_text.c: what is printed; pure ---- */

/* "ok   power, relay opens: …", with "; fix: …" where there is one. What was skipped only if
 * `all`. Control characters are replaced. */
void doctor_line(struct strbuf *to, const char *section, const char *what,
		 const struct doctor_finding *f, bool all);
/* The same as an object of the list that --json prints. */
void doctor_json(struct strbuf *to, const char *section, const char *what,
		 const struct doctor_finding *f);
/* "12 ok, 1 warning, no failure". */
void doctor_sum(struct strbuf *to, const unsigned counts[DOCTOR_GRADES]);

/* ---- doctor_device.c ---- */

/* A serial port's path, or another device's: is it there, ours to use, and a name that lasts? */
void doctor_device(struct doctor_finding *f, const char *path, size_t len);
bool doctor_device_may_change(const char *path); /* what is plugged in first gets it */

/* ---- doctor_dhcp.c: a check of the section on the network ---- */

void doctor_other_dhcp(struct doctor *d, const char *arg, struct doctor_finding *f);

/* ---- doctor_ask.c: for sections that ask the attendant ---- */

/* The answer to a request as a new reference, or NULL when the board is not up. */
json_t *doctor_ask(struct doctor *d, const char *op, json_t *fields);
bool doctor_answered(const json_t *reply); /* "ok" */
/* Wait, with the connection served. */
void doctor_pause(struct doctor *d, unsigned ms);

#endif
