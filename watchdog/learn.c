/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The times that a board needs, by trial: see learn.h. */
#include "watchdog/learn.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define PROOFS   2
#define LOSSES   3
#define LOOK_US  MONO_MS(250)
#define DEAF_US  MONO_SEC(3) /* a word that comes so long after a press was said after it */
#define SHORT_US MONO_SEC(2) /* added to twice the time that the first sign took before */

/* The shortest that the keys allow comes first; a zero ends them. */
static const int64_t resets[] = {MONO_MS(50), MONO_MS(100), MONO_MS(200), MONO_MS(500),
				 MONO_SEC(1), MONO_SEC(2),  MONO_SEC(5),  0};
static const int64_t holds[] = {MONO_SEC(4),  MONO_SEC(5),  MONO_SEC(6),  MONO_SEC(8),
				MONO_SEC(10), MONO_SEC(12), MONO_SEC(15), 0};
static const int64_t presses[] = {
	MONO_MS(50), MONO_MS(100), MONO_MS(200), MONO_MS(500), MONO_SEC(1), MONO_SEC(2), 0};
static const int64_t offs[] = {MONO_MS(500), MONO_SEC(1),  MONO_SEC(2),
			       MONO_SEC(3),  MONO_SEC(5),  MONO_SEC(10),
			       MONO_SEC(20), MONO_SEC(30), 0};

/* How advice is made of what was found: times `times`, plus `plus`, rounded up to `round`, within
 * what the key takes. */
static const struct {
	const char *key, *what;
	const int64_t *candidates;
	enum power_verb verb;
	int64_t times, plus, round, least, most;
} kinds[LEARN_TIMES] = {
	[LEARN_RESET] = {"reset_time", "reset button", resets, POWER_RESET, 2, 0, MONO_MS(50),
			 MONO_MS(50), MONO_SEC(30)},
	[LEARN_HOLD] = {"hold_time", "power button held", holds, POWER_HOLD, 1, MONO_SEC(2),
			MONO_SEC(1), MONO_SEC(4), MONO_SEC(30)},
	/* Never near the four seconds that switch off. */
	[LEARN_PRESS] = {"press_time", "power button", presses, POWER_ON, 2, 0, MONO_MS(50),
			 MONO_MS(50), MONO_MS(2500)},
	[LEARN_OFF] = {"off_time", "mains", offs, POWER_CYCLE, 2, 0, MONO_MS(500), MONO_MS(100),
		       MONO_SEC(60)},
	[LEARN_SIGN] = {"reset_timeout", "first sign", NULL, POWER_RESET, 3, SHORT_US, MONO_SEC(1),
			MONO_SEC(5), MONO_SEC(600)},
	[LEARN_READY] = {"boot_timeout", "boot", NULL, POWER_RESET, 3, 0, MONO_SEC(10),
			 MONO_SEC(60), MONO_SEC(3600)},
};

const char *learn_time_key(enum learn_time t)
{
	return kinds[t].key;
}

static double seconds(int64_t us)
{
	return (double)us / 1e6;
}

static int64_t candidate(const struct learn *l, enum learn_time t)
{
	return kinds[t].candidates ? kinds[t].candidates[l->tried[t]] : 0;
}

/* "reset button, 0.05 s: …" */
static void say(struct learn *l, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void say(struct learn *l, const char *fmt, ...)
{
	size_t n;
	va_list ap;

	if (kinds[l->time].candidates)
		snprintf(l->said, sizeof(l->said), "%s, %.2f s: ", kinds[l->time].what,
			 seconds(candidate(l, l->time)));
	else
		snprintf(l->said, sizeof(l->said), "reset: ");
	n = strlen(l->said);
	va_start(ap, fmt);
	vsnprintf(l->said + n, sizeof(l->said) - n, fmt, ap);
	va_end(ap);
}

static struct learn_action done(struct learn *l, int err)
{
	l->awaited = LEARN_DONE;
	return (struct learn_action){.what = LEARN_DONE, .err = err};
}

static struct learn_action look(struct learn *l, struct monotime now)
{
	l->awaited = LEARN_LOOK;
	return (struct learn_action){.what = LEARN_LOOK, .at = mono_add(now, LOOK_US)};
}

static struct learn_action attempt(struct learn *l, struct monotime now)
{
	enum learn_time t = l->time;

	l->awaited = LEARN_DO;
	l->booted = false;
	return (struct learn_action){
		.what = LEARN_DO,
		.verb = kinds[t].verb,
		.time = kinds[t].candidates ? t : LEARN_TIMES,
		.us = candidate(l, t),
	};
}

static bool can(const struct learn *l, enum learn_time t)
{
	switch (t) {
	case LEARN_RESET: return l->cfg.reset_button;
	case LEARN_HOLD: return l->cfg.power_button;
	case LEARN_OFF: return l->cfg.mains;
	/* A driver that knows no times still boots the board. */
	case LEARN_READY: return !l->cfg.reset_button && !l->cfg.power_button && !l->cfg.mains;
	default: return false;
	}
}

/* The next time to find out, `from` or after it. */
static struct learn_action next_time(struct learn *l, int from, struct monotime now)
{
	l->proofs = 0;
	for (int t = from; t < LEARN_TIMES; t++) {
		if (!can(l, (enum learn_time)t))
			continue;
		l->time = (enum learn_time)t;
		return attempt(l, now);
	}
	return done(l, 0);
}

struct learn_action learn_begin(struct learn *l, const struct learn_config *cfg,
				struct monotime now)
{
	*l = (struct learn){.cfg = *cfg};
	return next_time(l, 0, now);
}

static struct learn_action too_short(struct learn *l, struct monotime now)
{
	l->proofs = 0;
	l->tried[l->time]++;
	if (candidate(l, l->time))
		return attempt(l, now);
	l->tried[l->time]--;
	say(l, "too short, and no longer one is known to be safe");
	return done(l, -EIO);
}

struct learn_action learn_did(struct learn *l, int err, const char *why, struct monotime now)
{
	int64_t wait = l->cfg.boot_us;

	l->said[0] = '\0';
	if (err && err != -ETIME) {
		say(l, "%s", why);
		return done(l, err);
	}
	/* The driver looked, and the board had not followed. */
	if (err && kinds[l->time].candidates) {
		say(l, "too short: %s", why);
		return too_short(l, now);
	}
	if (err) {
		say(l, "%s", why);
		return done(l, err);
	}
	if (l->time == LEARN_HOLD) {
		say(l, "it is off");
		l->off = true;
		l->time = LEARN_PRESS;
		return attempt(l, now);
	}
	/* An off board can't say that a press was too short; but how soon a boot shows is known. */
	if (l->off && l->found[LEARN_SIGN])
		wait = 2 * l->found[LEARN_SIGN] + SHORT_US;
	l->until = mono_add(now, wait);
	return look(l, now);
}

static void measure(struct learn *l, enum learn_time t, int64_t us)
{
	if (us > l->found[t])
		l->found[t] = us;
}

/* It is ready again: once more, or enough? */
static struct learn_action proved(struct learn *l, struct monotime now)
{
	bool pressed = l->time == LEARN_PRESS;

	l->losses = 0;
	l->off = false;
	if (++l->proofs < PROOFS) {
		if (pressed)
			l->time = LEARN_HOLD;
		return attempt(l, now);
	}
	if (kinds[l->time].candidates)
		l->found[l->time] = candidate(l, l->time);
	if (pressed)
		l->found[LEARN_HOLD] = candidate(l, LEARN_HOLD);
	return next_time(l, (int)l->time + 1, now);
}

static struct learn_action lost(struct learn *l, struct monotime now)
{
	/* One that is off says nothing of a press that it did not notice. */
	if (!l->booted && l->off) {
		say(l, "too short: no sign of a boot");
		return too_short(l, now);
	}
	if (l->booted)
		say(l, "it began to boot and did not get ready within %.0f s",
		    seconds(2 * l->cfg.boot_us));
	else
		say(l, "the board neither boots nor goes on, for %.0f s now",
		    seconds(l->cfg.boot_us));
	if (++l->losses < LOSSES && kinds[l->time].candidates)
		return too_short(l, now);
	return done(l, -ETIMEDOUT);
}

struct learn_action learn_saw(struct learn *l, const struct learn_seen *seen, struct monotime now)
{
	int64_t us = candidate(l, l->time);

	if (l->awaited != LEARN_LOOK)
		return done(l, -EINVAL);
	l->said[0] = '\0';
	if (!l->booted && seen->sign_us >= 0) {
		l->booted = true;
		l->until = mono_add(now, 2 * l->cfg.boot_us);
		measure(l, LEARN_SIGN, seen->sign_us);
	}
	if (l->booted && seen->ready_us >= 0) {
		measure(l, LEARN_READY, seen->ready_us);
		say(l, "enough: it booted, first sign after %.1f s, ready after %.1f s",
		    seconds(seen->sign_us), seconds(seen->ready_us));
		return proved(l, now);
	}
	if (!l->booted && !l->off && seen->old_us >= us + DEAF_US) {
		say(l, "too short: the same boot goes on");
		return us ? too_short(l, now) : done(l, -EIO);
	}
	return mono_due(l->until, now) ? lost(l, now) : look(l, now);
}

int64_t learn_advice(const struct learn *l, enum learn_time t)
{
	int64_t us = l->found[t] * kinds[t].times + kinds[t].plus;

	if (!l->found[t])
		return 0;
	us = (us + kinds[t].round - 1) / kinds[t].round * kinds[t].round;
	if (us < kinds[t].least)
		return kinds[t].least;
	return us > kinds[t].most ? kinds[t].most : us;
}
