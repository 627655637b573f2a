/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The pipeline's outer side: feeding, time, and the way to the detector. */
#include "console/pipeline/pipeline.h"

#include <errno.h>
#include <stdlib.h>

#include "console/pipeline/pipeline_state.h"

/* While a source catches up, silence of the detector's stream is not believed; looked at again
 * after CATCH_UP_STEP, for CATCH_UP_MAX at most. */
#define CATCH_UP_STEP MONO_MS(100)
#define CATCH_UP_MAX  MONO_SEC(10)

#define END_OF_TIME ((struct monotime){INT64_MAX - 1})

static void fail(struct pipeline *p, int err)
{
	if (err && !p->err)
		p->err = err;
}

static void on_basic_text(void *arg, const char *text, size_t n, struct monotime at)
{
	struct pipeline *p = arg;

	lines_feed(&p->basic, text, n, at);
}

static void on_crash_begin(void *arg, const struct crash_report *r)
{
	struct pipeline *p = arg;

	if (p->ops.crash_begin)
		p->ops.crash_begin(p->arg, r);
}

static void on_crash_end(void *arg, struct crash_report *r)
{
	struct pipeline *p = arg;

	p->ops.crash_end(p->arg, r);
}

static const struct netconsole_ops netconsole_ops = {
	.record = pipeline_on_extended,
	.text = on_basic_text,
	.gap = pipeline_on_gap,
	.restart = pipeline_on_restart,
};

static const struct detector_ops detector_ops = {
	.begin = on_crash_begin,
	.end = on_crash_end,
};

struct pipeline *pipeline_new(const struct pipeline_ops *ops, void *arg)
{
	struct pipeline *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->ops = *ops;
	p->arg = arg;
	p->postponed = MONO_NEVER;
	p->serial_us = -1;
	lines_init(&p->serial, pipeline_on_serial_line, p);
	lines_init(&p->basic, pipeline_on_basic_line, p);
	p->detector = detector_new(&detector_ops, p);
	p->merge = merge_new();
	p->netconsole = netconsole_new(&netconsole_ops, p);
	if (!p->detector || !p->merge || !p->netconsole) {
		pipeline_free(p);
		return NULL;
	}
	return p;
}

void pipeline_free(struct pipeline *p)
{
	if (!p)
		return;
	hold_free(&p->hold);
	netconsole_free(p->netconsole);
	merge_free(p->merge);
	detector_free(p->detector);
	free(p);
}

/* ---- to the detector ---- */

/* Those with timestamps before `before_us`. */
static void release(struct pipeline *p, struct monotime now, int64_t before_us)
{
	struct held held;

	while (hold_take(&p->hold, now, before_us, &held)) {
		fail(p, detector_record(p->detector, &held.rec));
		free(held.text);
	}
}

void pipeline_release(struct pipeline *p, struct monotime now)
{
	release(p, now, INT64_MAX);
}

/* A torn serial record waits a moment for netconsole's copy, and later ones behind it. Whole
 * ones never wait for themselves. */
static bool should_hold(const struct pipeline *p, enum console_source src,
			const struct log_record *rec)
{
	if (src != SOURCE_SERIAL)
		return false;
	if (!hold_is_empty(&p->hold))
		return true;
	return rec->torn && rec->kernel_us >= 0 && merge_alive(p->merge, SOURCE_NETCONSOLE);
}

void pipeline_deliver(struct pipeline *p, enum console_source src, const struct log_record *rec,
		      uint64_t id)
{
	int err = -ENOSPC;

	if (should_hold(p, src, rec)) {
		bool wait = rec->torn && rec->kernel_us >= 0;

		err = hold_add(&p->hold, rec, id, wait ? mono_add(p->now, HOLD_TIME) : p->now);
		if (!err)
			return;
		pipeline_release(p, END_OF_TIME);
	}
	/* Netconsole overtakes only what is newer. */
	if (src == SOURCE_NETCONSOLE)
		release(p, p->now, rec->kernel_us);
	fail(p, detector_record(p->detector, rec));
}

/* ---- feeding ---- */

static void begin_call(struct pipeline *p, struct monotime now)
{
	p->now = now;
	p->err = 0;
}

static int end_call(struct pipeline *p)
{
	pipeline_release(p, p->now);
	return p->err;
}

int pipeline_serial(struct pipeline *p, const void *bytes, size_t n, struct monotime now)
{
	begin_call(p, now);
	lines_feed(&p->serial, bytes, n, now);
	return end_call(p);
}

int pipeline_netconsole(struct pipeline *p, const void *datagram, size_t n, struct monotime now)
{
	begin_call(p, now);
	fail(p, netconsole_feed(p->netconsole, datagram, n, now));
	return end_call(p);
}

/* ---- time ---- */

struct monotime pipeline_wakeup(const struct pipeline *p)
{
	struct monotime t = detector_wakeup(p->detector);

	if (!mono_is_never(p->postponed) && t.us < p->tick_not_before.us)
		t = p->tick_not_before;
	t = mono_min(t, lines_wakeup(&p->serial));
	t = mono_min(t, lines_wakeup(&p->basic));
	t = mono_min(t, netconsole_wakeup(p->netconsole));
	return mono_min(t, hold_wakeup(&p->hold));
}

/* A slow serial line that still repeats what a dead netconsole said is about to go on where that
 * one ended: what is silent until then has not come to its end. */
static bool postpone(struct pipeline *p, struct monotime now)
{
	if (!merge_catching_up(p->merge, now)) {
		p->postponed = MONO_NEVER;
		return false;
	}
	if (mono_is_never(p->postponed) || mono_diff(now, p->tick_not_before) > CATCH_UP_MAX)
		p->postponed = now;
	p->tick_not_before = mono_add(now, CATCH_UP_STEP);
	return mono_diff(now, p->postponed) < CATCH_UP_MAX;
}

void pipeline_tick(struct pipeline *p, struct monotime now)
{
	begin_call(p, now);
	lines_tick(&p->serial, now);
	lines_tick(&p->basic, now);
	netconsole_tick(p->netconsole, now);
	pipeline_release(p, now);
	if (!postpone(p, now))
		detector_tick(p->detector, now);
}

void pipeline_flush(struct pipeline *p, struct monotime now)
{
	begin_call(p, now);
	lines_flush(&p->serial);
	lines_flush(&p->basic);
	netconsole_flush(p->netconsole);
	pipeline_release(p, END_OF_TIME);
	detector_flush(p->detector);
}

void pipeline_new_boot(struct pipeline *p, struct monotime now)
{
	pipeline_flush(p, now);
	pipeline_begin_boot(p, now);
}

void pipeline_expect_kernel(struct pipeline *p)
{
	p->told = true;
}

bool pipeline_in_report(const struct pipeline *p)
{
	return detector_in_report(p->detector);
}
