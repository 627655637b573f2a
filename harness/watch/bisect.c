/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One step of git-bisect(1). */
#include "harness/watch/bisect.h"

#include <stdio.h>

#include "harness/exit_code.h"

enum bisect_verdict bisect_ran(struct bisect *b, int exit_code, bool wanted)
{
	switch (exit_code) {
	case EXIT_PASS: b->infra = 0; return ++b->passed < b->needed ? BISECT_AGAIN : BISECT_GOOD;
	case EXIT_FAIL:
	case EXIT_CRASH:
	case EXIT_HANG:
	case EXIT_RESET: return wanted ? BISECT_BAD : BISECT_SKIP;
	case EXIT_INFRA: return ++b->infra <= BISECT_INFRA_MAX ? BISECT_AGAIN : BISECT_SKIP;
	default: return BISECT_ABORT;
	}
}

int bisect_exit_code(enum bisect_verdict v)
{
	switch (v) {
	case BISECT_GOOD: return EXIT_PASS;
	case BISECT_BAD: return EXIT_FAIL;
	case BISECT_SKIP: return EXIT_INFRA;
	default: return EXIT_INTERRUPTED;
	}
}

static const char *why(enum bisect_verdict v, int code, const struct bisect *b, char *text,
		       size_t size)
{
	if (v == BISECT_GOOD)
		snprintf(text, size, "passed %u time%s", b->passed, b->passed == 1 ? "" : "s");
	else if (v == BISECT_BAD)
		snprintf(text, size, "failed in run %u", b->passed + 1);
	else if (v == BISECT_SKIP && code == EXIT_INFRA)
		snprintf(text, size, "the board or what it needs failed %u times", b->infra);
	else if (v == BISECT_SKIP)
		snprintf(text, size,
			 "it failed in another way, which hides the one that is searched");
	else
		snprintf(text, size, "kdev run ended with %d", code);
	return text;
}

int bisect_step(const struct bisect_ops *ops, void *arg, unsigned needed)
{
	struct bisect b = {.needed = needed};
	enum bisect_verdict v;
	char text[128];
	int code = ops->build(arg);

	if (code) {
		v = code == EXIT_FAIL ? BISECT_SKIP : BISECT_ABORT;
		ops->say(arg, v, code == EXIT_FAIL ? "it does not build" : "nothing can be built");
		return bisect_exit_code(v);
	}
	do {
		bool wanted = true;

		code = ops->run(arg, &wanted);
		v = bisect_ran(&b, code, wanted);
	} while (v == BISECT_AGAIN);
	ops->say(arg, v, why(v, code, &b, text, sizeof(text)));
	return bisect_exit_code(v);
}
