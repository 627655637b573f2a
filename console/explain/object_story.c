/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads an object's story from a report (mm/kasan/report.c, report_generic.c; mm/slub.c). */
#include "console/explain/object_story.h"

#include "console/detector/plumbing.h"
#include "console/detector/trace.h"

/* What stands between two words of a line; empty if they don't. */
static struct span between(struct span line, const char *before, const char *after)
{
	const char *at = span_find(line, before), *end;

	if (!at)
		return (struct span){0};
	line = span_skip(line, (size_t)(at - line.s) + strlen(before));
	end = *after ? span_find(line, after) : line.s + line.n;
	return end ? span_trim((struct span){line.s, (size_t)(end - line.s)}) : (struct span){0};
}

static void take(struct span *into, struct span what)
{
	if (!into->n && what.n)
		*into = what;
}

static void take_words(struct span line, struct object_story *out)
{
	take(&out->where, between(line, "The buggy address is located ", ""));
	take(&out->cache, between(line, "which belongs to the cache ", " of size"));
	if (span_find(line, "-byte region ["))
		take(&out->region,
		     span_trim((struct span){line.s, (size_t)(span_find(line, " [") - line.s)}));
}

void object_story_of(const struct crash_report *r, struct object_story *out)
{
	struct span text = {r->text, r->text ? r->text_len : 0};
	enum trace_section section = SECTION_NONE;

	*out = (struct object_story){0};
	while (text.n) {
		const char *end = memchr(text.s, '\n', text.n);
		struct span line = {text.s, end ? (size_t)(end - text.s) : text.n};
		struct trace_line t;

		text = span_skip(text, line.n + 1);
		take_words(line, out);
		trace_parse(line, &t);
		if (t.kind == TRACE_START)
			section = t.section;
		else if (!line.n)
			section = SECTION_NONE;
		if (t.kind != TRACE_FRAME || t.unreliable ||
		    (section != SECTION_ALLOC && section != SECTION_FREE) ||
		    plumbing_always(trace_function(t.symbol)))
			continue;
		take(section == SECTION_ALLOC ? &out->allocated : &out->freed, span_trim(line));
	}
}
