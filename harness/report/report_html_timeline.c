/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The night on one time axis: a row for each board, then one for each of the first bugs. */
#include <string.h>

#include "harness/report/report_html.h"

#define LEFT       90.0
#define WIDTH      960
#define BOARDS_MAX 6
#define BUGS_MAX   10
#define TITLE_MAX  110 /* bytes that fit on a row */
#define BUG_HEIGHT 32.0

/* The boards by their first runs; how many. */
static size_t find_boards(const struct report *r, const char **boards)
{
	size_t n = 0;

	for (size_t i = 0; i < r->n_groups && n < BOARDS_MAX; i++) {
		const char *board = r->groups[i].board ? r->groups[i].board : "";
		size_t k = 0;

		while (k < n && strcmp(boards[k], board) != 0)
			k++;
		if (k == n)
			boards[n++] = board;
	}
	return n;
}

static size_t count_bugs(const struct report *r)
{
	size_t n = 0;

	while (n < r->n_bugs && n < BUGS_MAX && r->bugs[n].news != CRASH_GONE)
		n++;
	return n;
}

/* When it was seen: a mark each, but one where several would cover each other. */
static void add_sightings(struct html *h, const struct html_axis *a, const struct report_bug *x,
			  double y)
{
	size_t last = WIDTH;

	strbuf_adds(h->b, "<path class=\"seen\" d=\"");
	for (size_t i = x->bug->n_seen - x->n_since; i < x->bug->n_seen; i++) {
		size_t column = html_column(a, x->bug->seen[i].at_us, WIDTH / 2);

		if (column != last)
			strbuf_addf(h->b, "M%.0f %.1fv8", LEFT + (double)column * 2, y);
		last = column;
	}
	strbuf_adds(h->b, "\"/>");
}

static void add_bug(struct html *h, const struct html_axis *a, size_t which, double top)
{
	static const char *const classes[] = {"new", "known", "gone"};
	const struct report_bug *x = &h->r->bugs[which];

	strbuf_addf(
		h->b,
		"<a href=\"#bug-%zu\"><g class=\"%s\"><text x=\"%.0f\" y=\"%.1f\" "
		"text-anchor=\"end\">%zu&times;</text><text class=\"name\" x=\"%.0f\" y=\"%.1f\">",
		which, x->expected ? "expected" : classes[x->news], LEFT - 8, top + 22, x->n_since,
		LEFT, top + 10);
	html_text_cut(h, x->bug->title, TITLE_MAX);
	strbuf_addf(h->b, "</text><path class=\"grid\" d=\"M%.0f %.1fh%d\"/>", LEFT, top + 24.5,
		    WIDTH);
	add_sightings(h, a, x, top + 15);
	strbuf_adds(h->b, "</g></a>");
}

void html_timeline(struct html *h)
{
	const struct html_axis a = {h->from_us, h->to_us, LEFT, LEFT + WIDTH, false};
	const char *boards[BOARDS_MAX];
	size_t n = find_boards(h->r, boards), n_bugs = count_bugs(h->r);
	double bugs = 6 + HTML_LANE_HEIGHT * (double)n, bottom = bugs + BUG_HEIGHT * (double)n_bugs;

	strbuf_adds(h->b,
		    "<section><h2>The night<small>of each board, the worst of what was run at a "
		    "time; below in grey when it booted, and ticks where it was reset, red where "
		    "that did not help; then when each bug was seen</small></h2><div "
		    "class=\"scroll\">");
	strbuf_addf(h->b,
		    "<svg class=\"night\" viewBox=\"0 0 1060 %.0f\" role=\"img\" aria-label=\"runs "
		    "and crashes over time\">",
		    bottom + 20);
	html_time_ticks(h, &a, 0, bottom);
	for (size_t i = 0; i < n; i++)
		html_lane(h, &a, boards[i], 4 + HTML_LANE_HEIGHT * (double)i);
	for (size_t i = 0; i < n_bugs; i++)
		add_bug(h, &a, i, bugs + BUG_HEIGHT * (double)i);
	strbuf_adds(h->b, "</svg></div></section>");
}
