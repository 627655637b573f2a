/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "harness/run/expect.h"

#include <stdio.h>
#include <string.h>

static bool differs(const char *expected, const char *got, const char *what, char *why, size_t size)
{
	if (!expected || (got && !strcmp(expected, got)))
		return false;
	snprintf(why, size, "expected %s %s, got %s", what, expected, got ? got : "none");
	return true;
}

bool expect_met(const struct scenario_expect *e, const struct expect_outcome *o, char *why,
		size_t size)
{
	const char *verdict = run_verdict_name(o->verdict);
	const struct crash_report *c = o->crash;

	why[0] = '\0';
	/* A failure is told by its reason alone. */
	if (strcmp(verdict, e->verdict) != 0 && !strcmp(e->verdict, "pass"))
		snprintf(why, size, "%s", o->reason);
	else if (strcmp(verdict, e->verdict) != 0)
		snprintf(why, size, "expected %s, got %s%s%s", e->verdict, verdict,
			 o->verdict == RUN_PASS ? "" : ": ",
			 o->verdict == RUN_PASS ? "" : o->reason);
	else if (o->unmet)
		snprintf(why, size, "%s", o->unmet);
	else if (differs(e->klass, c ? crash_class_name(c->klass) : NULL, "class", why, size) ||
		 differs(e->function, c ? c->function : NULL, "function", why, size))
		return false;
	else if (e->title && (!c || !strstr(c->title, e->title)))
		snprintf(why, size, "expected a title with \"%s\", got %s", e->title,
			 c ? c->title : "none");
	return !why[0];
}
