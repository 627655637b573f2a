/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs of an ATX board as programmes of small steps. */
#include "watchdog/power/atx.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define LOOK_US  MONO_SEC(3)  /* for whoever tells whether the board is on */
#define ACT_US   MONO_SEC(10) /* for a device, over the time of the press */
#define AGAIN_US MONO_MS(250) /* between two looks */
#define START_US MONO_SEC(2)  /* boards that start by themselves with the mains have begun */

enum step {
	END,
	LOOK,
	END_IF_ON,
	END_IF_OFF,
	PRESS,
	HOLD,
	HOLD_UNLESS_OFF,
	RESET,
	NMI,
	CUT,
	CUT_AWHILE,
	RESTORE,
	LET_START,
	PAUSE,
	VERIFY_ON,
	VERIFY_ON_IF_WAS_OFF,
	VERIFY_OFF,
};

static const unsigned char status[] = {LOOK, END};
static const unsigned char press[] = {LOOK, PRESS, VERIFY_ON_IF_WAS_OFF, END};
static const unsigned char hold[] = {LOOK, END_IF_OFF, HOLD, VERIFY_OFF, END};
static const unsigned char cut[] = {CUT, VERIFY_OFF, END};
static const unsigned char reset[] = {LOOK, END_IF_OFF, RESET, END};
static const unsigned char nmi[] = {NMI, END};
static const unsigned char on_button[] = {LOOK, END_IF_ON, PRESS, VERIFY_ON, END};
static const unsigned char on_mains[] = {LOOK, END_IF_ON, RESTORE, VERIFY_ON, END};
static const unsigned char on_both[] = {LOOK,      END_IF_ON, RESTORE,   LET_START,
					END_IF_ON, PRESS,     VERIFY_ON, END};
static const unsigned char cycle_button[] = {LOOK,  HOLD_UNLESS_OFF, VERIFY_OFF, PAUSE,
					     PRESS, VERIFY_ON,       END};
static const unsigned char cycle_mains[] = {CUT_AWHILE, VERIFY_ON, END};
static const unsigned char cycle_both[] = {CUT_AWHILE, LET_START, END_IF_ON, PRESS, VERIFY_ON, END};

static const char *const line_names[] = {
	[ATX_POWER] = "power button",
	[ATX_RESET] = "reset button",
	[ATX_NMI] = "NMI button",
	[ATX_MAINS] = "mains relay",
};

const char *atx_line_name(enum atx_line line)
{
	return line_names[line];
}

/* NULL: the board has no line for it. */
static const unsigned char *programme(const struct atx_config *c, enum power_verb verb)
{
	bool button = c->has[ATX_POWER], mains = c->has[ATX_MAINS];

	switch (verb) {
	case POWER_STATUS: return status;
	case POWER_PRESS: return button ? press : NULL;
	case POWER_HOLD: return button ? hold : NULL;
	case POWER_RESET: return c->has[ATX_RESET] ? reset : NULL;
	case POWER_NMI: return c->has[ATX_NMI] ? nmi : NULL;
	case POWER_OFF:
		if (button)
			return hold;
		return mains ? cut : NULL;
	case POWER_ON:
		if (button)
			return mains ? on_both : on_button;
		return mains ? on_mains : NULL;
	case POWER_CYCLE:
		if (mains)
			return button ? cycle_both : cycle_mains;
		return button ? cycle_button : NULL;
	case POWER_BREAK: break;
	}
	return NULL;
}

static struct atx_action act(struct atx *m, enum atx_what what, struct monotime until)
{
	m->awaited = what;
	m->until = until;
	return (struct atx_action){.what = what, .until = until, .line = m->line};
}

static struct atx_action done(struct atx *m, int err)
{
	struct atx_action a = act(m, ATX_DONE, MONO_NEVER);

	a.err = err;
	a.on = m->on;
	a.why = m->why;
	return a;
}

static struct atx_action look(struct atx *m, struct monotime now)
{
	return act(m, ATX_LOOK, mono_add(now, LOOK_US));
}

static struct atx_action activate(struct atx *m, enum atx_line line, int64_t us,
				  struct monotime now)
{
	struct atx_action a;

	m->line = line;
	a = act(m, ATX_ACTIVATE, mono_add(now, us + ACT_US));
	a.us = us;
	return a;
}

static struct atx_action release(struct atx *m, enum atx_line line, struct monotime now)
{
	m->line = line;
	return act(m, ATX_RELEASE, mono_add(now, ACT_US));
}

/* The deadline of a step that looks several times. */
static struct atx_action watch(struct atx *m, int64_t us, struct monotime now)
{
	struct atx_action a = look(m, now);

	m->until = mono_add(now, us);
	return a;
}

/* Begin the step that m->step is at. */
static struct atx_action enter(struct atx *m, struct monotime now)
{
	const struct atx_config *c = m->cfg;

	for (;; m->step++) {
		switch ((enum step) * m->step) {
		case END: return done(m, 0);
		case LOOK: return look(m, now);
		case END_IF_ON:
			if (m->on == 1)
				return done(m, 0);
			break;
		case END_IF_OFF:
			if (m->on == 0)
				return done(m, 0);
			break;
		case HOLD_UNLESS_OFF:
			if (m->on == 0)
				break;
			return activate(m, ATX_POWER, c->hold_us, now);
		case HOLD: return activate(m, ATX_POWER, c->hold_us, now);
		case PRESS: return activate(m, ATX_POWER, c->press_us, now);
		case RESET: return activate(m, ATX_RESET, c->reset_us, now);
		case NMI: return activate(m, ATX_NMI, c->press_us, now);
		case CUT: return activate(m, ATX_MAINS, 0, now);
		case CUT_AWHILE: return activate(m, ATX_MAINS, c->off_us, now);
		case RESTORE: return release(m, ATX_MAINS, now);
		case PAUSE: return act(m, ATX_WAIT, mono_add(now, c->off_us));
		case LET_START: return watch(m, START_US, now);
		case VERIFY_ON_IF_WAS_OFF:
			if (m->before == 0)
				return watch(m, c->verify_us, now);
			m->on = -1; /* it may be stopping, or not */
			break;
		case VERIFY_ON:
		case VERIFY_OFF: return watch(m, c->verify_us, now);
		}
	}
}

static struct atx_action next(struct atx *m, struct monotime now)
{
	m->step++;
	return enter(m, now);
}

struct atx_action atx_begin(struct atx *m, const struct atx_config *cfg, enum power_verb verb,
			    struct monotime now)
{
	*m = (struct atx){
		.cfg = cfg,
		.step = programme(cfg, verb),
		.before = -1,
		.on = -1,
		.can_cut = verb == POWER_OFF && cfg->has[ATX_MAINS],
	};
	if (!m->step) {
		snprintf(m->why, sizeof(m->why), "no line is configured for it");
		return done(m, -EOPNOTSUPP);
	}
	return enter(m, now);
}

/* It was to follow, and its deadline has passed. */
static struct atx_action unmoved(struct atx *m, bool is_on, struct monotime now)
{
	if (is_on && m->can_cut) {
		m->can_cut = false;
		m->step = cut;
		return enter(m, now);
	}
	snprintf(m->why, sizeof(m->why), "the board is still %s %lld s after the %s was %s",
		 is_on ? "on" : "off", (long long)(m->cfg->verify_us / MONO_SEC(1)),
		 line_names[m->line], m->line == ATX_MAINS ? "switched" : "pressed");
	return done(m, -ETIME);
}

/* One look of several: was it the one that was hoped for? */
static struct atx_action follow(struct atx *m, int wanted, struct monotime until,
				struct monotime now)
{
	struct atx_action a;

	/* If nothing can tell, nothing will. */
	if (m->on == wanted || m->on < 0)
		return next(m, now);
	if (mono_due(until, now)) {
		if (*m->step == LET_START)
			return next(m, now);
		return unmoved(m, m->on == 1, now);
	}
	a = act(m, ATX_WAIT, mono_min(mono_add(now, AGAIN_US), until));
	m->until = until;
	return a;
}

struct atx_action atx_looked(struct atx *m, int on, struct monotime now)
{
	struct monotime until = m->until;

	m->on = on;
	switch ((enum step) * m->step) {
	case VERIFY_ON:
	case VERIFY_ON_IF_WAS_OFF:
	case LET_START: return follow(m, 1, until, now);
	case VERIFY_OFF: return follow(m, 0, until, now);
	default: m->before = on; return next(m, now);
	}
}

struct atx_action atx_acted(struct atx *m, int err, const char *why, struct monotime now)
{
	size_t used = strlen(m->why);

	/* The release that follows a failure; or it was the failure. */
	if (m->err) {
		if (err)
			snprintf(m->why + used, sizeof(m->why) - used,
				 "; and it may still be pressed: %s", why);
		return done(m, m->err);
	}
	if (!err)
		return next(m, now);
	snprintf(m->why, sizeof(m->why), "%s: %s", line_names[m->line], why);
	if (m->awaited == ATX_RELEASE)
		return done(m, err);
	m->err = err;
	return release(m, m->line, now);
}

struct atx_action atx_time(struct atx *m, struct monotime now)
{
	struct monotime until = m->until;
	struct atx_action a;

	switch (m->awaited) {
	case ATX_LOOK: return atx_looked(m, -1, now);
	case ATX_WAIT:
		if (*m->step == PAUSE)
			return next(m, now);
		a = look(m, now);
		m->until = until;
		return a;
	default: return atx_acted(m, -ETIMEDOUT, "its device does not answer", now);
	}
}
