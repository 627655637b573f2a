/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "harness/output/cut_title.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "console/pipeline/printable.h"

#define ELLIPSIS "\xe2\x80\xa6"

static size_t columns_of(const struct strbuf *s)
{
	return printable_columns(strbuf_str(s), s->len);
}

/* The last " in function"; NULL: there is none. */
static const char *find_place(const char *title)
{
	const char *place = NULL;

	for (const char *p = title; (p = strstr(p, " in ")); p++)
		place = p;
	return place;
}

/* What is not cut: the place and the module, or the module alone, or nothing, as there is room. It
 * is never worth more than two thirds of it. */
static size_t make_tail(struct strbuf *tail, const char *title, const char *module, size_t columns)
{
	const char *place = find_place(title);
	struct strbuf in = {0};
	size_t head = strlen(title);

	if (module) {
		strbuf_adds(tail, " [");
		strbuf_add_printable(tail, module, strlen(module));
		strbuf_addc(tail, ']');
	}
	if (place)
		strbuf_add_printable(&in, place, strlen(place));
	if (place && columns_of(&in) + columns_of(tail) <= columns * 2 / 3) {
		head = (size_t)(place - title);
		strbuf_add(&in, strbuf_str(tail), tail->len);
		strbuf_cut(tail, 0);
		strbuf_add(tail, strbuf_str(&in), in.len);
	}
	if (in.err)
		tail->err = in.err;
	strbuf_free(&in);
	return head;
}

int cut_title(struct strbuf *b, const char *title, const char *module, size_t columns)
{
	struct strbuf tail = {0}, line = {0};
	size_t head = make_tail(&tail, title, module, columns ? columns : SIZE_MAX / 2), room;

	strbuf_add_printable(&line, title, head);
	/* A module's name that takes all the room is worth less than the title. */
	if (columns && columns_of(&tail) > columns * 2 / 3) {
		strbuf_add(&line, strbuf_str(&tail), tail.len);
		strbuf_cut(&tail, 0);
	}
	room = columns - columns_of(&tail);
	if (columns && columns_of(&line) > room) {
		strbuf_cut(&line, printable_fit(strbuf_str(&line), line.len, room - 1));
		strbuf_adds(&line, ELLIPSIS);
	}
	strbuf_add(b, strbuf_str(&line), line.len);
	strbuf_add(b, strbuf_str(&tail), tail.len);
	if (line.err || tail.err)
		b->err = -ENOMEM;
	strbuf_free(&line);
	strbuf_free(&tail);
	return b->err;
}
