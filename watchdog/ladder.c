/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The escalation ladder: see ladder.h. */
#include "watchdog/ladder.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define FAILS_IN_VAIN 3  /* in a row: not tried any longer … */
#define TRY_AGAIN     20 /* … but each so many recoveries */

static const struct {
	const char *name, *key;
} rungs[LADDER_RUNGS] = {
	[LADDER_AGENT] = {"agent reboot", "agent"}, [LADDER_SYSRQ] = {"SysRq-b", "sysrq"},
	[LADDER_RESET] = {"reset button", "reset"}, [LADDER_HOLD] = {"power button", "hold"},
	[LADDER_MAINS] = {"mains", "mains"},
};

const char *ladder_rung_name(enum ladder_rung r)
{
	return rungs[r].name;
}

const char *ladder_rung_key(enum ladder_rung r)
{
	return rungs[r].key;
}

int ladder_rung_parse(const char *key)
{
	for (int r = 0; r < LADDER_RUNGS; r++)
		if (!strcmp(key, rungs[r].key))
			return r;
	return -EINVAL;
}

static void tell(struct ladder *l, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void tell(struct ladder *l, const char *fmt, ...)
{
	size_t n = strlen(l->story);
	va_list ap;

	if (n && n + 2 < sizeof(l->story)) {
		memcpy(l->story + n, "; ", 3);
		n += 2;
	}
	va_start(ap, fmt);
	vsnprintf(l->story + n, sizeof(l->story) - n, fmt, ap);
	va_end(ap);
}

static double seconds(int64_t us)
{
	return (double)us / 1e6;
}

static struct ladder_action action(struct ladder *l, enum ladder_what what, int err)
{
	l->what = what;
	if (what == LADDER_DONE)
		l->until = MONO_NEVER;
	return (struct ladder_action){.what = what, .rung = l->rung, .until = l->until, .err = err};
}

/* Known to fail here? The last one that is left is tried all the same. */
static bool in_vain(struct ladder *l, int rung)
{
	struct ladder_memory *m = l->memory;

	if (m->failed[rung] < FAILS_IN_VAIN)
		return false;
	for (int r = rung + 1; r < LADDER_RUNGS; r++)
		if (l->cfg.has[r])
			return ++m->passed_over[rung] % TRY_AGAIN != 0;
	return false;
}

static int64_t act_time(const struct ladder *l)
{
	return l->rung <= LADDER_SYSRQ ? l->cfg.ask_us : l->cfg.act_us;
}

/* The next step at `from` or above it. */
static struct ladder_action climb(struct ladder *l, int from, struct monotime now)
{
	for (int r = from; r < LADDER_RUNGS; r++) {
		if (!l->cfg.has[r] || in_vain(l, r))
			continue;
		l->rung = (enum ladder_rung)r;
		l->began = now;
		l->booted = false;
		l->until = mono_add(now, act_time(l));
		return action(l, LADDER_ACT, 0);
	}
	if (l->rung < LADDER_RUNGS)
		return action(l, LADDER_DONE, -ETIMEDOUT);
	tell(l, "the board has nothing that could reset it");
	return action(l, LADDER_DONE, -EOPNOTSUPP);
}

static struct ladder_action failed(struct ladder *l, struct monotime now)
{
	/* Only the power button and the mains start a board that is off. */
	if (!l->cfg.maybe_off || l->rung >= LADDER_HOLD)
		l->memory->failed[l->rung]++;
	return climb(l, l->rung + 1, now);
}

static struct ladder_action succeeded(struct ladder *l)
{
	l->memory->failed[l->rung] = 0;
	l->memory->passed_over[l->rung] = 0;
	return action(l, LADDER_DONE, 0);
}

struct ladder_action ladder_begin(struct ladder *l, const struct ladder_config *cfg,
				  struct ladder_memory *memory, enum ladder_rung from,
				  struct monotime now)
{
	int highest = LADDER_RUNGS - 1;

	*l = (struct ladder){.cfg = *cfg, .memory = memory, .rung = LADDER_RUNGS};
	while (highest > 0 && !cfg->has[highest])
		highest--;
	return climb(l, (int)from < highest ? (int)from : highest, now);
}

struct ladder_action ladder_acted(struct ladder *l, int err, const char *why, struct monotime now)
{
	if (l->what != LADDER_ACT)
		return action(l, l->what, 0);
	if (l->booted)
		return succeeded(l);
	if (err) {
		tell(l, "%s: %s", rungs[l->rung].name, *why ? why : strerror(-err));
		return failed(l, now);
	}
	l->until = mono_add(now, l->cfg.verify_us);
	return action(l, LADDER_WAIT, 0);
}

struct ladder_action ladder_booted(struct ladder *l, const char *sign, struct monotime now)
{
	if (l->what == LADDER_DONE || l->booted)
		return action(l, l->what, 0);
	tell(l, "%s: %s after %.1f s", rungs[l->rung].name, sign,
	     seconds(mono_diff(now, l->began)));
	if (l->what == LADDER_WAIT)
		return succeeded(l);
	/* A driver that has not yet reported back must not be left in the middle of a press. */
	l->booted = true;
	return action(l, LADDER_ACT, 0);
}

struct ladder_action ladder_time(struct ladder *l, struct monotime now)
{
	if (l->what == LADDER_DONE || !mono_due(l->until, now))
		return action(l, l->what, 0);
	if (l->booted)
		return succeeded(l);
	if (l->what == LADDER_ACT)
		tell(l, "%s: no answer within %.1f s", rungs[l->rung].name, seconds(act_time(l)));
	else
		tell(l, "%s: no sign of a boot within %.1f s", rungs[l->rung].name,
		     seconds(l->cfg.verify_us));
	return failed(l, now);
}
