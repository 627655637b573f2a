/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lays a crash out on one screen. */
#include "console/explain/explain.h"

#include <inttypes.h>
#include <string.h>

#include "console/explain/explain_parts.h"
#include "console/explain/explain_words.h"
#include "console/pipeline/printable.h"

#define WIDTH_DEFAULT 80
#define WIDTH_MIN     40

void explain_add(struct strbuf *b, const char *s)
{
	strbuf_add_printable(b, s, strlen(s));
}

/* A kernel header is better known by what follows the tree's own name. */
static const char *short_path(const char *file)
{
	static const char *const trees[] = {"/usr/src/linux-", "/lib/modules/"};

	for (size_t i = 0; i < sizeof(trees) / sizeof(trees[0]); i++) {
		const char *below = strstr(file, "/include/"), *arch = strstr(file, "/arch/");

		if (strncmp(file, trees[i], strlen(trees[i])) != 0)
			continue;
		if (arch)
			return arch + 1;
		if (below)
			return below + 1;
	}
	return file;
}

void explain_add_place(struct strbuf *b, const char *file, unsigned line)
{
	explain_add(b, short_path(file));
	if (line)
		strbuf_addf(b, ":%u", line);
}

static void put_head(struct page *p, const struct crash_report *r)
{
	struct strbuf title = {0}, text = {0};

	explain_add(&title, r->title);
	page_line(p, PAGE_TITLE, &title);

	strbuf_adds(&text, explain_sentence(r));
	if (r->panicked && r->klass != CRASH_PANIC)
		strbuf_adds(&text, " The kernel panicked.");
	if (r->secondary)
		strbuf_adds(&text,
			    " An earlier report of the same boot may be the cause of this one: "
			    "look there first.");
	if (r->corrupted) {
		strbuf_adds(&text, " The report is torn");
		if (r->corrupted_reason) {
			strbuf_adds(&text, " (");
			explain_add(&text, r->corrupted_reason);
			strbuf_addc(&text, ')');
		}
		strbuf_adds(&text, ": don't trust its title and trace.");
	}
	page_paragraph(p, &text);
	strbuf_addc(p->out, '\n');
}

/* "3 times, first on 2026-11-23 06:42" */
static void put_seen(struct page *p, const struct explain_options *o)
{
	struct strbuf text = {0};
	char date[32];
	struct tm tm;

	if (!o->seen)
		return;
	if (o->seen == 1)
		strbuf_adds(&text, "for the first time");
	else
		strbuf_addf(&text, "%u times", o->seen);
	if (o->seen > 1 && o->first_seen && localtime_r(&o->first_seen, &tm) &&
	    strftime(date, sizeof(date), "%Y-%m-%d %H:%M", &tm))
		strbuf_addf(&text, ", first on %s", date);
	page_row(p, "seen", PAGE_PLAIN, &text);
}

static void put_task(struct page *p, const struct crash_report *r)
{
	const char *separator = ", tainted: ";
	struct strbuf text = {0};

	if (r->comm)
		explain_add(&text, r->comm);
	if (r->pid >= 0)
		strbuf_addf(&text, "[%d]", r->pid);
	if (r->cpu >= 0)
		strbuf_addf(&text, "%sCPU %d", text.len ? " on " : "", r->cpu);
	for (const char *c = r->taint; c && *c; c++) {
		if (!explain_taint(*c))
			continue;
		strbuf_addf(&text, "%s%s", text.len ? separator : separator + 2, explain_taint(*c));
		separator = ", ";
	}
	if (text.len)
		page_text(p, "task", &text);
	strbuf_free(&text);
}

/* What the run knows. */
static void put_circumstances(struct page *p, const struct crash_report *r,
			      const struct explain_options *o)
{
	struct strbuf text = {0};

	if (o->step) {
		explain_add(&text, o->step);
		page_row(p, "step", PAGE_PLAIN, &text);
	}
	if (r->die_counter > 1) {
		strbuf_addf(&text, "number %u of this boot: what the first one broke may show here",
			    r->die_counter);
		page_text(p, "oops", &text);
	}
	put_seen(p, o);
	if (o->log) {
		explain_add(&text, o->log);
		if (r->last_line)
			strbuf_addf(&text, ", lines %" PRIu64 " to %" PRIu64, r->first_line,
				    r->last_line);
		page_row(p, "log", PAGE_PLAIN, &text);
	}
}

int explain(struct strbuf *out, const struct crash_report *r, const struct explain_options *o)
{
	struct page p = {.out = out, .colour = o->colour, .width = o->width};

	if (p.width < WIDTH_MIN)
		p.width = p.width ? WIDTH_MIN : WIDTH_DEFAULT;
	put_head(&p, r);
	explain_where(&p, r, o);
	explain_fault(&p, r);
	explain_calls(&p, r);
	explain_object(&p, r);
	put_task(&p, r);
	put_circumstances(&p, r, o);
	return out->err;
}
