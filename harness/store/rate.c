/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Binomial statistics. */
#include "harness/store/rate.h"

#include <limits.h>
#include <math.h>

#define Z_95 1.959963984540054 /* 97.5 % quantile of the normal distribution */

struct rate rate_of(size_t hits, size_t of)
{
	double n = (double)of, p, centre, half;
	struct rate r = {0, 0, 1};

	if (!of)
		return r;
	p = (double)(hits < of ? hits : of) / n;
	centre = p + Z_95 * Z_95 / (2 * n);
	half = Z_95 * sqrt(p * (1 - p) / n + Z_95 * Z_95 / (4 * n * n));
	r.value = p;
	r.low = hits ? (centre - half) / (1 + Z_95 * Z_95 / n) : 0;
	r.high = hits < of ? (centre + half) / (1 + Z_95 * Z_95 / n) : 1;
	return r;
}

/* Three digits at most, as many as such an interval is worth. */
static void add_percent(struct strbuf *b, double part)
{
	double p = part * 100;

	strbuf_addf(b, "%.*f", p == 0 || p >= 99.95 ? 0 : p >= 10 ? 0 : p >= 1 ? 1 : 2, p);
}

static int add_rate(struct strbuf *b, size_t hits, size_t of, const char *interval)
{
	struct rate r = rate_of(hits, of);

	add_percent(b, r.value);
	strbuf_addf(b, " %% (%s", interval);
	add_percent(b, r.low);
	strbuf_adds(b, " to ");
	add_percent(b, r.high);
	return strbuf_adds(b, " %)");
}

int rate_add(struct strbuf *b, size_t hits, size_t of)
{
	return add_rate(b, hits, of, "95 % interval ");
}

int rate_add_short(struct strbuf *b, size_t hits, size_t of)
{
	return add_rate(b, hits, of, "95 %: ");
}

unsigned rate_passes_needed(double rate, double confidence)
{
	double n;

	if (!(rate > 0 && rate < 1 && confidence > 0 && confidence < 1))
		return 0;
	/* A last digit of rounding must not cost a pass more: 0.5 and 0.75 take two. */
	n = ceil(log1p(-confidence) / log1p(-rate) - 1e-9);
	return n < 1 ? 1 : n > (double)UINT_MAX ? UINT_MAX : (unsigned)n;
}
