/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a person sees of a loop: one living line on a terminal, plain lines elsewhere. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "harness/loop/loop.h"
#include "harness/output/text_json.h"

#define PLAIN_EVERY_US MONO_SEC(60) /* a line of progress where there is no terminal */
#define BUGS_SHOWN     3
#define TITLE_SHOWN    40

static FILE *out(const struct loop *l)
{
	return l->flags->json ? stderr : stdout;
}

static bool quiet(const struct loop *l)
{
	return l->flags->verbosity < 0;
}

void loop_screen_init(struct loop *l)
{
	l->tty = l->run.tty && !quiet(l);
	l->began = l->shown = mono_now();
	l->began_at = l->machine.done;
}

static void close_line(struct loop *l)
{
	if (l->line_open)
		fputs("\r\033[K", out(l));
	l->line_open = false;
}

static void put_safe(FILE *f, const char *s)
{
	for (; *s; s++)
		putc(*s >= ' ' && *s <= '~' ? *s : '?', f);
}

/* "3h12m", "45s" */
static void put_time(FILE *f, int64_t us)
{
	int64_t s = us / 1000000;

	if (s >= 3600)
		fprintf(f, "%" PRId64 "h%02" PRId64 "m", s / 3600, s / 60 % 60);
	else if (s >= 60)
		fprintf(f, "%" PRId64 "m%02" PRId64 "s", s / 60, s % 60);
	else
		fprintf(f, "%" PRId64 "s", s);
}

/* How long it will take yet, by count or by clock; -1: nobody knows. */
static int64_t left_us(const struct loop *l, double rate)
{
	const struct loop_limits *limits = &l->machine.limits;
	int64_t by_clock = mono_is_never(limits->deadline)
				   ? INT64_MAX
				   : mono_diff(limits->deadline, mono_now());
	int64_t by_count = INT64_MAX;

	if (limits->count && rate > 0 && limits->count > l->machine.next)
		by_count = (int64_t)((double)(limits->count - l->machine.next) / rate * 1e6);
	if (by_count < by_clock)
		by_clock = by_count;
	return by_clock == INT64_MAX ? -1 : by_clock;
}

static double rate_of(const struct loop *l)
{
	double s = (double)mono_diff(mono_now(), l->began) / 1e6;

	return s > 0 ? (double)(l->machine.done - l->began_at) / s : 0;
}

static void put_bugs(FILE *f, const struct loop *l)
{
	for (size_t i = 0; i < l->n_bugs && i < BUGS_SHOWN; i++) {
		char title[TITLE_SHOWN + 1];

		snprintf(title, sizeof(title), "%.*s", TITLE_SHOWN, l->bugs[i].title);
		fprintf(f, ", %" PRIu64 " x ", l->bugs[i].count);
		put_safe(f, title);
	}
	if (l->n_bugs > BUGS_SHOWN)
		fprintf(f, " and %zu other bugs", l->n_bugs - BUGS_SHOWN);
}

static void put_progress(FILE *f, const struct loop *l)
{
	const struct loop_machine *m = &l->machine;
	double rate = rate_of(l);
	int64_t left = left_us(l, rate);
	const char *state = l->run.board ? json_text_of(l->run.board, "state") : "";

	fprintf(f, "  %" PRIu64, m->next);
	if (m->limits.count)
		fprintf(f, " of %" PRIu64, m->limits.count);
	if (rate >= 1)
		fprintf(f, ", %.1f/s", rate);
	else if (rate > 0)
		fprintf(f, ", %.1f/min", rate * 60);
	if (left >= 0) {
		fputs(", ", f);
		put_time(f, left);
		fputs(" left", f);
	}
	if (*state)
		fprintf(f, ", board %s", state);
	fprintf(f, ", %" PRIu64 " not as expected", m->bad);
	put_bugs(f, l);
}

/* One line of the terminal and no more, or it could not be taken back. */
static void put_living_line(FILE *f, const struct loop *l)
{
	char line[512] = "";
	struct winsize size;
	int columns = ioctl(fileno(f), TIOCGWINSZ, &size) || !size.ws_col ? 80 : size.ws_col;
	FILE *in_memory = fmemopen(line, sizeof(line), "w");

	if (!in_memory)
		return;
	put_progress(in_memory, l);
	fclose(in_memory);
	fprintf(f, "%.*s", columns - 1, line);
}

void loop_screen_tick(struct loop *l)
{
	FILE *f = out(l);

	if (quiet(l))
		return;
	if (l->tty) {
		close_line(l);
		put_living_line(f, l);
		l->line_open = true;
	} else if (mono_diff(mono_now(), l->shown) >= PLAIN_EVERY_US) {
		put_progress(f, l);
		fputc('\n', f);
		l->shown = mono_now();
	}
	fflush(f);
}

void loop_screen_end(struct loop *l, uint64_t i, const char *verdict, const char *reason,
		     const char *run)
{
	FILE *f = out(l);

	if (quiet(l))
		return;
	close_line(l);
	fprintf(f, "  iteration %" PRIu64 ", %s: %s: ", i, l->step.item.c->name, verdict);
	put_safe(f, reason);
	if (*run)
		fprintf(f, " (%s)", run);
	fputc('\n', f);
	fflush(f);
}

void loop_screen_note(struct loop *l, const char *fmt, ...)
{
	char text[640];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (quiet(l))
		return;
	close_line(l);
	fputs("  ", out(l));
	put_safe(out(l), text);
	fputc('\n', out(l));
	fflush(out(l));
}

void loop_screen_sums(struct loop *l, const char *why)
{
	const struct loop_machine *m = &l->machine;
	FILE *f = out(l);

	close_line(l);
	fprintf(f, "%s: ", l->id);
	put_safe(f, why);
	fprintf(f, "\n  %" PRIu64 " iterations, %" PRIu64 " as expected, %" PRIu64 " not", m->done,
		m->done - m->bad, m->bad);
	if (m->skipped)
		fprintf(f, ", %" PRIu64 " skipped in quarantine", m->skipped);
	fputs(", in ", f);
	put_time(f, mono_diff(mono_now(), l->began));
	fputc('\n', f);
	for (size_t i = 0; i < l->n_bugs; i++) {
		fprintf(f, "  %6" PRIu64 " x ", l->bugs[i].count);
		put_safe(f, l->bugs[i].title);
		fprintf(f, " (first in iteration %" PRIu64 ")\n", l->bugs[i].first);
	}
	for (size_t i = 0; i < l->scenario.n_cases; i++)
		if (m->cases[i].quarantined)
			fprintf(f, "  in quarantine: %s\n", l->scenario.cases[i].name);
	if (!quiet(l))
		fprintf(f, "  %s\n", l->dir);
	fflush(f);
}
