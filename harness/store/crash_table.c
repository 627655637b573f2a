/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lays out the crashes of all runs. */
#include "harness/store/crash_table.h"

#include <string.h>
#include <time.h>

#include "console/pipeline/printable.h"
#include "harness/output/cut_title.h"
#include "harness/store/rate.h"

#define SHORT_HASH 8 /* enough to tell bugs apart, as with commits */
#define ELLIPSIS   "\xe2\x80\xa6"
#define WIDTH_MIN  20

static void add(struct strbuf *b, const char *s)
{
	strbuf_add_printable(b, s, strlen(s));
}

static void add_time(struct strbuf *b, int64_t us)
{
	time_t t = (time_t)(us / 1000000);
	char text[32];
	struct tm tm;

	if (!localtime_r(&t, &tm) || !strftime(text, sizeof(text), "%Y-%m-%d %H:%M", &tm))
		text[0] = 0;
	strbuf_addf(b, "%-16s", text);
}

/* In a column of its own: cut or filled with blanks. */
static void add_padded(struct strbuf *b, const char *text, size_t columns)
{
	struct strbuf s = {0};
	size_t taken;

	add(&s, text ? text : "-");
	strbuf_cut(&s, printable_fit(strbuf_str(&s), s.len, columns));
	taken = printable_columns(strbuf_str(&s), s.len);
	strbuf_add(b, strbuf_str(&s), s.len);
	strbuf_fill(b, ' ', columns - taken);
	strbuf_free(&s);
}

/* Append the line, cut to `columns` with a mark, and `tail` behind it; free it. */
static void put_line(struct strbuf *out, struct strbuf *line, unsigned width, const char *tail)
{
	size_t taken, columns;

	width = width && width < WIDTH_MIN ? WIDTH_MIN : width;
	/* A tail that takes all the room is worth less than what it is behind. */
	if (width && printable_columns(tail, strlen(tail)) > width / 2)
		tail = "";
	taken = printable_columns(tail, strlen(tail));
	columns = width - taken;
	if (width && printable_columns(strbuf_str(line), line->len) > columns) {
		strbuf_cut(line, printable_fit(strbuf_str(line), line->len, columns - 1));
		strbuf_adds(line, ELLIPSIS);
	}
	strbuf_add(out, strbuf_str(line), line->len);
	strbuf_adds(out, tail);
	strbuf_addc(out, '\n');
	if (line->err)
		out->err = line->err;
	strbuf_free(line);
}

/* "TITLE [module]", as the kernel says whose a function is. */
static void put_title(struct strbuf *out, const char *indent, const struct crash_bug *bug,
		      unsigned width)
{
	size_t used = strlen(indent);

	width = width && width < WIDTH_MIN ? WIDTH_MIN : width;
	strbuf_adds(out, indent);
	cut_title(out, bug->title, bug->seen[bug->n_seen - 1].module, width ? width - used : 0);
	strbuf_addc(out, '\n');
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

/* " of gadget", " of 3 modules": what was loaded when it was seen. */
static void add_modules(struct strbuf *b, const struct crash_bug *bug)
{
	size_t n = 0;

	for (size_t i = 0; i < bug->n_seen; i++) {
		size_t k = 0;

		while (k < i && !same_text(bug->seen[k].run_module, bug->seen[i].run_module))
			k++;
		n += k == i;
	}
	if (n > 1) {
		strbuf_addf(b, " of %zu modules", n);
	} else if (bug->seen[0].run_module) {
		strbuf_adds(b, " of ");
		add(b, bug->seen[0].run_module);
	}
}

/* Of how many that could have it, so that a rate of two runs is not taken for a law. It fits on 80
 * columns. */
static void put_rate(struct strbuf *out, const struct crash_bug *bug, bool split, unsigned width)
{
	struct strbuf line = {0};

	strbuf_addf(&line, "      %zu of %zu", bug->since.hits, bug->since.of);
	add_modules(&line, bug);
	if (bug->since.of) {
		strbuf_adds(&line, ", ");
		rate_add_short(&line, bug->since.hits, bug->since.of);
	}
	if (split && bug->before.of)
		strbuf_addf(&line, "; before %zu of %zu", bug->before.hits, bug->before.of);
	put_line(out, &line, width, "");
}

static void put_bug(struct strbuf *out, const struct crash_bug *bug, bool split, unsigned width)
{
	const struct crash_sighting *last = &bug->seen[bug->n_seen - 1];
	struct strbuf line = {0};

	strbuf_addf(&line, "%4zu  ", bug->n_seen);
	add_padded(&line, last->signature, SHORT_HASH);
	strbuf_adds(&line, "   ");
	add_time(&line, bug->seen[0].at_us);
	strbuf_adds(&line, "  ");
	add_time(&line, last->at_us);
	strbuf_adds(&line, "  ");
	add(&line, last->run);
	put_line(out, &line, width, "");
	put_title(out, "      ", bug, width);
	put_rate(out, bug, split, width);
}

static void put_group(struct strbuf *out, const struct crash_bug *const *bugs, size_t n,
		      int64_t since_us, enum crash_news news, unsigned width)
{
	static const char *const names[] = {"NEW since ", "KNOWN, seen since ",
					    "GONE, not seen since "};
	struct strbuf line = {0};
	size_t i = 0;

	while (i < n && crash_bug_news(bugs[i]) != news)
		i++;
	if (i == n)
		return;
	strbuf_adds(&line, names[news]);
	add_time(&line, since_us);
	put_line(out, &line, width, "");
	for (; i < n; i++)
		if (crash_bug_news(bugs[i]) == news)
			put_bug(out, bugs[i], true, width);
}

int crash_table_bugs(struct strbuf *out, const struct crash_bug *const *bugs, size_t n,
		     int64_t since_us, unsigned width)
{
	struct strbuf line = {0};

	strbuf_addf(&line, "%s  %-11s%-16s  %-16s  %s", "SEEN", "SIGNATURE", "FIRST", "LAST",
		    "LAST RUN");
	put_line(out, &line, width, "");
	for (size_t i = 0; !since_us && i < n; i++)
		put_bug(out, bugs[i], false, width);
	for (enum crash_news k = CRASH_NEW; since_us && k <= CRASH_GONE; k++)
		put_group(out, bugs, n, since_us, k, width);
	return out->err;
}

static void put_run(struct strbuf *out, const struct crash_sighting *s, unsigned width)
{
	struct strbuf line = {0};

	add_time(&line, s->at_us);
	strbuf_adds(&line, "  ");
	add_padded(&line, s->variant, SHORT_HASH);
	strbuf_adds(&line, "  ");
	add_padded(&line, s->step, 9);
	strbuf_addc(&line, ' ');
	add(&line, s->run);
	strbuf_addf(&line, "/crash-%u", s->n);
	put_line(out, &line, width,
		 s->corrupted   ? " (torn)"
		 : s->secondary ? " (after another)"
				: "");
}

int crash_table_runs(struct strbuf *out, const struct crash_bug *bug, unsigned width)
{
	struct strbuf line = {0};

	put_title(out, "", bug, width);
	strbuf_adds(&line, "signature ");
	add(&line, bug->seen[0].signature);
	strbuf_addf(&line, ", seen %zu time%s", bug->n_seen, bug->n_seen == 1 ? "" : "s");
	if (bug->variants > 1)
		strbuf_addf(&line, ", in %zu variants", bug->variants);
	put_line(out, &line, width, "");
	strbuf_addc(out, '\n');
	strbuf_addf(&line, "%-16s  %-10s%-9s %s", "WHEN", "VARIANT", "STEP", "REPORT");
	put_line(out, &line, width, "");
	for (size_t i = bug->n_seen; i-- > 0;)
		put_run(out, &bug->seen[i], width);
	return out->err;
}
