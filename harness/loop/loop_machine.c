/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rules of a loop. */
#include "harness/loop/loop_machine.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "harness/exit_code.h"

#define BACK_OFF_US     MONO_SEC(5) /* doubles with each failure in a row */
#define BACK_OFF_MAX_US MONO_SEC(300)

int loop_machine_init(struct loop_machine *m, const struct scenario *s,
		      const struct loop_limits *limits)
{
	*m = (struct loop_machine){
		.scenario = s,
		.limits = *limits,
		.again = {INT64_MIN},
		.cases = calloc(s->n_cases, sizeof(*m->cases)),
		.worst = RUN_PASS,
	};
	/* With no limit at all: all of it, once. */
	if (!limits->count && mono_is_never(limits->deadline) && !limits->until_fail)
		m->limits.count = scenario_round(s);
	return m->cases ? 0 : -ENOMEM;
}

void loop_machine_free(struct loop_machine *m)
{
	free(m->cases);
	*m = (struct loop_machine){0};
}

static struct loop_case *case_of(struct loop_machine *m, const struct scenario_case *c)
{
	return &m->cases[c - m->scenario->cases];
}

static void want_fresh(struct loop_machine *m, const char *why)
{
	if (m->fresh)
		return;
	m->fresh = true;
	snprintf(m->fresh_why, sizeof(m->fresh_why), "%s", why);
}

/* Is the kernel that runs now fit for the next iteration? A crash's reset is the run's own. */
static void judge_kernel(struct loop_machine *m, const struct scenario_case *c,
			 const struct loop_result *r)
{
	if (c->reboot == REBOOT_NEVER)
		return;
	if (r->locks_off)
		want_fresh(m, "the kernel's lock checking has switched itself off");
	else if (r->warned && c->reboot == REBOOT_AFTER_WARN)
		want_fresh(m, "the kernel is tainted by a WARNING");
}

bool loop_machine_result(struct loop_machine *m, const struct loop_result *r)
{
	const struct scenario_case *c;
	struct loop_case *lc;
	bool crash = r->verdict >= RUN_RESET;

	if (r->iteration != m->next || r->verdict == RUN_INFRA || r->verdict == RUN_INTERRUPTED)
		return false;
	c = scenario_at(m->scenario, r->iteration).c;
	lc = case_of(m, c);
	m->next++;
	m->done++;
	m->by_verdict[r->verdict]++;
	m->infra = 0;
	m->fresh = false;
	lc->runs++;
	if (!r->ok) {
		m->bad++;
		lc->bad++;
		m->failed = true;
		if (r->verdict > m->worst || m->worst == RUN_PASS)
			m->worst = r->verdict > RUN_INFRA ? r->verdict : RUN_FAIL;
	}
	lc->in_a_row = !r->ok && crash ? lc->in_a_row + 1 : 0;
	if (c->quarantine && lc->in_a_row >= c->quarantine)
		lc->quarantined = true;
	judge_kernel(m, c, r);
	return true;
}

void loop_machine_infra(struct loop_machine *m, const char *why, struct monotime now)
{
	int64_t us = BACK_OFF_US;

	for (unsigned i = 0; i < m->infra && us < BACK_OFF_MAX_US; i++)
		us *= 2;
	m->infra++;
	m->again = mono_add(now, us < BACK_OFF_MAX_US ? us : BACK_OFF_MAX_US);
	snprintf(m->infra_why, sizeof(m->infra_why), "%s", why);
}

void loop_machine_interrupt(struct loop_machine *m)
{
	m->interrupted = true;
}

/* Pass over what is in quarantine. False: nothing else is left. */
static bool skip(struct loop_machine *m)
{
	uint64_t round = scenario_round(m->scenario);

	for (uint64_t i = 0; i < round;) {
		struct scenario_item item = scenario_at(m->scenario, m->next);
		uint64_t n = item.more < round ? item.more + 1 : round;

		if (!case_of(m, item.c)->quarantined)
			return true;
		if (m->limits.count && m->next >= m->limits.count)
			return true;
		if (m->limits.count && m->limits.count - m->next < n)
			n = m->limits.count - m->next;
		m->next += n;
		m->skipped += n;
		i += n;
	}
	return false;
}

static bool all_quarantined(const struct loop_machine *m)
{
	for (size_t i = 0; i < m->scenario->n_cases; i++)
		if (!m->cases[i].quarantined)
			return false;
	return true;
}

/* Is there a reason to stop? */
static bool is_over(struct loop_machine *m, struct monotime now, char *why, size_t size)
{
	const struct loop_limits *l = &m->limits;

	if (m->interrupted)
		snprintf(why, size, "interrupted");
	else if (l->until_fail && m->failed)
		snprintf(why, size, "iteration %" PRIu64 " was not as expected", m->next - 1);
	else if (l->count && m->next >= l->count)
		snprintf(why, size, "all iterations were run");
	else if (mono_due(l->deadline, now))
		snprintf(why, size, "the time is over");
	else if (m->infra >= LOOP_INFRA_MAX)
		snprintf(why, size, "the infrastructure failed %u times in a row: %s", m->infra,
			 m->infra_why);
	else if (all_quarantined(m))
		snprintf(why, size, "%s",
			 m->scenario->n_cases == 1
				 ? "it crashed again and again and is in quarantine"
				 : "all cases crashed again and again and are in "
				   "quarantine");
	else
		return false;
	return true;
}

void loop_machine_next(struct loop_machine *m, struct monotime now, struct loop_step *step)
{
	*step = (struct loop_step){.what = LOOP_STOP, .until = MONO_NEVER};
	if (is_over(m, now, step->why, sizeof(step->why)) || !skip(m) ||
	    is_over(m, now, step->why, sizeof(step->why)))
		return;
	if (m->infra && !mono_due(m->again, now)) {
		step->what = LOOP_WAIT;
		step->until = mono_min(m->again, m->limits.deadline);
		snprintf(step->why, sizeof(step->why), "%s", m->infra_why);
		return;
	}
	step->what = LOOP_RUN;
	step->iteration = m->next;
	step->item = scenario_at(m->scenario, m->next);
	step->n = step->item.more == UINT64_MAX ? UINT64_MAX : step->item.more + 1;
	if (m->limits.count && step->n > m->limits.count - m->next)
		step->n = m->limits.count - m->next;
	if (step->item.c->reboot == REBOOT_EACH) {
		step->n = 1;
		want_fresh(m, "each iteration has a boot of its own");
	}
	step->fresh = m->fresh;
	if (m->fresh)
		snprintf(step->why, sizeof(step->why), "%s", m->fresh_why);
}

int loop_machine_exit_code(const struct loop_machine *m)
{
	if (m->failed)
		return run_verdict_exit_code(m->worst);
	if (m->infra >= LOOP_INFRA_MAX)
		return EXIT_INFRA;
	return m->interrupted ? EXIT_INTERRUPTED : EXIT_PASS;
}
