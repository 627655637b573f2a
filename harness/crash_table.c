/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lays out the crashes of all runs. */
#include "harness/crash_table.h"

#include <string.h>
#include <time.h>

#include "console/printable.h"

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
	const char *module = bug->seen[bug->n_seen - 1].module;
	struct strbuf line = {0}, tail = {0};

	strbuf_adds(&line, indent);
	add(&line, bug->title);
	if (module) {
		strbuf_adds(&tail, " [");
		add(&tail, module);
		strbuf_addc(&tail, ']');
	}
	put_line(out, &line, width, strbuf_str(&tail));
	strbuf_free(&tail);
}

static void put_bug(struct strbuf *out, const struct crash_bug *bug, unsigned width)
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
}

int crash_table_bugs(struct strbuf *out, const struct crash_bug *const *bugs, size_t n,
		     unsigned width)
{
	struct strbuf line = {0};

	strbuf_addf(&line, "%s  %-11s%-16s  %-16s  %s", "SEEN", "SIGNATURE", "FIRST", "LAST",
		    "LAST RUN");
	put_line(out, &line, width, "");
	for (size_t i = 0; i < n; i++)
		put_bug(out, bugs[i], width);
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
