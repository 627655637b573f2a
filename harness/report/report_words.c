/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Times and durations of a report in words. */
#include <time.h>

#include "harness/report/report.h"

#define MS  INT64_C(1000)
#define SEC INT64_C(1000000)

void report_add_duration(struct strbuf *b, int64_t us)
{
	long long s = us / SEC;

	if (us < 0)
		strbuf_addc(b, '-');
	else if (us < 10 * MS)
		strbuf_addf(b, "%.1f ms", (double)us / (double)MS);
	else if (us < SEC)
		strbuf_addf(b, "%lld ms", (long long)(us / MS));
	else if (us < 100 * SEC)
		strbuf_addf(b, "%.1f s", (double)us / (double)SEC);
	else if (s < 3600)
		strbuf_addf(b, "%lld min %02lld s", s / 60, s % 60);
	else
		strbuf_addf(b, "%lld h %02lld min", s / 3600, s / 60 % 60);
}

static size_t format(char *text, size_t size, const struct tm *tm, enum report_clock how)
{
	switch (how) {
	case REPORT_DAY_MINUTE: return strftime(text, size, "%a %Y-%m-%d %H:%M", tm);
	case REPORT_SECOND: return strftime(text, size, "%Y-%m-%d %H:%M:%S", tm);
	case REPORT_ISO: return strftime(text, size, "%Y-%m-%dT%H:%M:%S", tm);
	case REPORT_CLOCK: return strftime(text, size, "%H:%M", tm);
	case REPORT_DAY: return strftime(text, size, "%a %d %b", tm);
	}
	return 0;
}

void report_add_time(struct strbuf *b, int64_t us, enum report_clock how)
{
	time_t t = (time_t)(us / SEC);
	char text[64];
	struct tm tm;

	if (us >= 0 && localtime_r(&t, &tm) && format(text, sizeof(text), &tm, how))
		strbuf_adds(b, text);
	else
		strbuf_addc(b, '-');
}

void report_add_trials(struct strbuf *b, const struct report *r, const struct report_stats *s)
{
	size_t runs = s->trials - r->n_iterations;

	if (r->n_iterations)
		strbuf_addf(b, "%zu iteration%s", r->n_iterations, r->n_iterations == 1 ? "" : "s");
	if (r->n_iterations && runs)
		strbuf_addf(b, " and %zu other run%s", runs, runs == 1 ? "" : "s");
	else if (!r->n_iterations)
		strbuf_addf(b, "%zu run%s", runs, runs == 1 ? "" : "s");
}

void report_add_tests(struct strbuf *b, const struct report_stats *s)
{
	static const char *const words[] = {"passed", "failed", "skipped", "failed as known",
					    "missing"};
	bool any = false;

	for (enum ktap_outcome o = 0; o <= KTAP_MISSING; o++) {
		if (!s->tests[o])
			continue;
		strbuf_addf(b, "%s%zu %s", any ? ", " : "", s->tests[o], words[o]);
		any = true;
	}
}
