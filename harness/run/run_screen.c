/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a person sees of a run: a line for each step, the crash explained, the verdict. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/run/run.h"

#define GREEN  "\033[32m"
#define RED    "\033[31m"
#define YELLOW "\033[33m"
#define BOLD   "\033[1m"
#define DIM    "\033[2m"
#define PLAIN  "\033[0m"

void run_screen_init(struct run *r)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	r->out = r->flags->json ? stderr : stdout;
	r->tty = isatty(fileno(r->out)) && !(term && !strcmp(term, "dumb"));
	r->colour = r->tty && !(no_color && *no_color);
}

const char *run_colour(const struct run *r, const char *sgr)
{
	return r->colour ? sgr : "";
}

static bool quiet(const struct run *r)
{
	return r->flags->verbosity < 0 || r->opt->watcher;
}

static void close_line(struct run *r)
{
	if (r->line_open)
		fputs("\r\033[K", r->out);
	r->line_open = false;
}

/* Bytes from the board for a terminal: what could control it becomes '?'. */
static void put_safe(FILE *f, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char ch = (unsigned char)s[i];

		putc(ch == '\t' || (ch >= 0x20 && ch < 0x7f) ? ch : '?', f);
	}
}

static const char *board_words(const struct run *r)
{
	const char *state = json_string_value(json_object_get(r->board, "state"));

	return state ? state : "starting its services";
}

void run_screen_progress(struct run *r)
{
	enum run_phase p = r->machine.phase;
	double s = (double)mono_diff(mono_now(), r->machine.entered) / 1e6;

	if (!r->tty || quiet(r) || p == RUN_IDLE || p == RUN_DONE)
		return;
	/* A step that is over in a blink needs no progress line. */
	if (s < 0.2)
		return;
	close_line(r);
	fprintf(r->out, "  %s%-8s%s %s%.0f s%s", run_colour(r, BOLD), run_phase_name(p),
		run_colour(r, PLAIN), run_colour(r, DIM), s, run_colour(r, PLAIN));
	if (p == RUN_PREPARING || p == RUN_RECOVERING)
		fprintf(r->out, "%s, the board: %s%s", run_colour(r, DIM), board_words(r),
			run_colour(r, PLAIN));
	fflush(r->out);
	r->line_open = true;
}

void run_screen_phase(struct run *r, enum run_phase phase, int64_t took_us, const char *why)
{
	if (quiet(r))
		return;
	close_line(r);
	/* Passing through is not worth a line. */
	if (phase == RUN_LOCKING || phase == RUN_IDLE)
		return;
	fprintf(r->out, "  %s%-8s%s %6.2f s  %s%s%s\n", run_colour(r, BOLD), run_phase_name(phase),
		run_colour(r, PLAIN), (double)took_us / 1e6, run_colour(r, DIM), why,
		run_colour(r, PLAIN));
	fflush(r->out);
}

void run_screen_output(struct run *r, const void *bytes, size_t n)
{
	const char *p = bytes, *end = p + n;

	if (quiet(r))
		return;
	close_line(r);
	while (p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t len = (size_t)((nl ? nl : end) - p);

		fputs("  | ", r->out);
		put_safe(r->out, p, len);
		fputc('\n', r->out);
		p += len + 1;
	}
	fflush(r->out);
}

void run_screen_note(struct run *r, const char *fmt, ...)
{
	va_list ap;

	if (quiet(r))
		return;
	close_line(r);
	va_start(ap, fmt);
	fputs("  ", r->out);
	vfprintf(r->out, fmt, ap);
	fputc('\n', r->out);
	va_end(ap);
	fflush(r->out);
}

void run_screen_block(struct run *r, const char *text)
{
	if (quiet(r))
		return;
	close_line(r);
	fputc('\n', r->out);
	fputs(text, r->out);
	fputc('\n', r->out);
	fflush(r->out);
}

/* What the module itself took, without waiting for delayed crashes. */
static double busy_seconds(const struct run *r)
{
	int64_t us = r->step_us[RUN_PUSHING] + r->step_us[RUN_LOADING] + r->step_us[RUN_TESTING] +
		     r->step_us[RUN_UNLOADING];

	return (double)us / 1e6;
}

void run_screen_verdict(struct run *r)
{
	const struct run_machine *m = &r->machine;
	bool good = m->verdict == RUN_PASS;
	const char *colour = good ? GREEN : m->verdict == RUN_INTERRUPTED ? YELLOW : RED;
	char word[16], reason[640];

	close_line(r);
	run_reason(r, reason, sizeof(reason));
	if (!r->opt->module) {
		if (!good)
			fprintf(r->out, "%sboard %s: %s%s\n", run_colour(r, colour), r->cfg->name,
				m->reason, run_colour(r, PLAIN));
		else if (!quiet(r))
			fprintf(r->out, "board %s is %sready%s\n", r->cfg->name,
				run_colour(r, colour), run_colour(r, PLAIN));
		return;
	}
	snprintf(word, sizeof(word), "%s", run_verdict_name(m->verdict));
	for (char *p = word; *p; p++)
		*p = (char)(*p - ('a' <= *p && *p <= 'z' ? 32 : 0));
	fprintf(r->out, "%s%s%s%s  %s: ", run_colour(r, BOLD), run_colour(r, colour), word,
		run_colour(r, PLAIN), r->opt->module->name);
	if (good)
		fprintf(r->out, "loaded%s and unloaded in %.2f s", m->plan.test ? ", tested" : "",
			busy_seconds(r));
	else
		put_safe(r->out, reason, strlen(reason));
	fputc('\n', r->out);
	if (!quiet(r) && r->dir)
		fprintf(r->out, "      %s%s%s\n", run_colour(r, DIM), r->dir, run_colour(r, PLAIN));
	if (m->board_lost && m->verdict != RUN_INFRA) {
		fputs("      the board could not be brought back: ", r->out);
		put_safe(r->out, m->board_lost_why, strlen(m->board_lost_why));
		fputc('\n', r->out);
	}
	fflush(r->out);
}
