/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Times and durations as places in a plot. */
#include <math.h>
#include <time.h>

#include "harness/report/report_html.h"

#define SEC INT64_C(1000000)

double html_place(const struct html_axis *a, int64_t value)
{
	double part;

	if (value < a->from)
		value = a->from;
	if (value > a->to)
		value = a->to;
	if (a->to <= a->from)
		part = 0.5;
	else if (a->log)
		part = log((double)(value + 1) / (double)(a->from + 1)) /
		       log((double)(a->to + 1) / (double)(a->from + 1));
	else
		part = (double)(value - a->from) / (double)(a->to - a->from);
	return a->left + part * (a->right - a->left);
}

size_t html_column(const struct html_axis *a, int64_t value, size_t n)
{
	double part = (html_place(a, value) - a->left) / (a->right - a->left);
	size_t column = (size_t)(part * (double)n);

	return column < n ? column : n - 1;
}

/* The distance of ticks: the smallest that makes at most `max` of them. */
static int64_t tick_step(int64_t span, int64_t max)
{
	static const int64_t steps[] = {1,    5,    15,    30,    60,    300,   900,    1800,
					3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800};
	size_t n = sizeof(steps) / sizeof(steps[0]), i = 0;

	while (i + 1 < n && span / (steps[i] * SEC) > max)
		i++;
	/* Years: no tick is better than a thousand. */
	return span / (steps[i] * SEC) > max ? span + 1 : steps[i] * SEC;
}

/* Ticks stand at whole hours of the local time, whatever its distance from UTC. */
static int64_t local_offset(int64_t us)
{
	time_t t = (time_t)(us / SEC);
	struct tm tm;

	return localtime_r(&t, &tm) ? (int64_t)tm.tm_gmtoff * SEC : 0;
}

static void add_label(struct html *h, int64_t at, int64_t step, double x, double y)
{
	bool midnight = (at + local_offset(at)) % (86400 * SEC) == 0;

	strbuf_addf(h->b, "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">", x, y);
	if (step < 60 * SEC) {
		struct strbuf s = {0};

		report_add_time(&s, at, REPORT_SECOND);
		/* The clock behind the date. */
		strbuf_adds(h->b, s.len > 11 ? s.s + 11 : "");
		strbuf_free(&s);
	} else {
		report_add_time(h->b, at, midnight ? REPORT_DAY : REPORT_CLOCK);
	}
	strbuf_adds(h->b, "</text>");
}

void html_time_ticks(struct html *h, const struct html_axis *a, double top, double bottom)
{
	int64_t step = tick_step(a->to - a->from, (int64_t)((a->right - a->left) / 75));
	int64_t offset = local_offset(a->from);
	int64_t first = (a->from + offset + step - 1) / step * step - offset;

	strbuf_adds(h->b, "<path class=\"grid\" d=\"");
	for (int64_t at = first; at <= a->to; at += step)
		strbuf_addf(h->b, "M%.1f %.0fV%.0f", html_place(a, at), top, bottom);
	strbuf_adds(h->b, "\"/>");
	for (int64_t at = first; at <= a->to; at += step)
		add_label(h, at, step, html_place(a, at), bottom + 14);
}

static void add_duration_tick(struct html *h, const struct html_axis *a, int64_t at, double left,
			      double right)
{
	double y = html_place(a, at);

	strbuf_addf(h->b,
		    "<path class=\"grid\" d=\"M%.0f %.1fH%.0f\"/><text x=\"%.0f\" y=\"%.1f\" "
		    "text-anchor=\"end\">",
		    left, y, right, left - 6, y + 4);
	if (at)
		report_add_duration(h->b, at);
	else
		strbuf_addc(h->b, '0');
	strbuf_adds(h->b, "</text>");
}

void html_duration_ticks(struct html *h, const struct html_axis *a, double left, double right)
{
	int64_t decade = 1, step;

	if (a->log) {
		for (; decade <= a->to; decade *= 10)
			if (decade >= a->from)
				add_duration_tick(h, a, decade, left, right);
		return;
	}
	while (a->to / decade >= 10)
		decade *= 10;
	step = a->to / decade >= 5 ? 2 * decade : a->to / decade >= 2 ? decade : decade / 2;
	for (int64_t at = 0; at <= a->to; at += step ? step : 1)
		add_duration_tick(h, a, at, left, right);
}
