/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Foreign text on the page. */
#include <string.h>

#include "harness/report/report_html.h"
#include "harness/report/xml_text.h"

#define EXPLANATION_MAX 24000

/* The first `max` bytes or some less, so that no character is torn. */
static size_t whole(const char *text, size_t len, size_t max)
{
	if (len <= max)
		return len;
	while (max && ((unsigned char)text[max] & 0xc0) == 0x80)
		max--;
	return max;
}

void html_text_cut(struct html *h, const char *text, size_t max)
{
	size_t len = text ? strlen(text) : 0, n = whole(text, len, max);

	xml_text_n(h->b, text, n);
	if (n < len)
		strbuf_adds(h->b, "&hellip;");
}

void html_text(struct html *h, const char *text)
{
	html_text_cut(h, text, HTML_TEXT_MAX);
}

const char *html_base(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

void html_module(struct html *h, const struct report_run *run)
{
	html_text(h, run->module ? run->module : "(no module)");
	if (run->params && *run->params) {
		strbuf_adds(h->b, " <span class=\"soft\">");
		html_text(h, run->params);
		strbuf_adds(h->b, "</span>");
	}
}

void html_group(struct html *h, const struct report_group *g)
{
	struct strbuf name = {0};

	report_add_group(&name, g);
	html_text(h, strbuf_str(&name));
	if (name.err)
		h->b->err = name.err;
	strbuf_free(&name);
}

/* "  where    …", "  calls    …": two blanks, a word, and blanks up to column 11. */
static size_t label_length(const char *line, size_t len)
{
	size_t n = 0;

	if (len < 11 || strncmp(line, "  ", 2) != 0 || line[10] != ' ')
		return 0;
	while (2 + n < 10 && line[2 + n] >= 'a' && line[2 + n] <= 'z')
		n++;
	for (size_t i = 2 + n; i < 11; i++)
		if (line[i] != ' ')
			return 0;
	return n;
}

static void add_line(struct html *h, const char *line, size_t len)
{
	size_t label = label_length(line, len);

	if (len >= 3 && !strncmp(line, "  >", 3)) {
		strbuf_adds(h->b, "<span class=\"hit\">");
		xml_text_n(h->b, line, len);
		strbuf_adds(h->b, "</span>");
	} else if (label) {
		strbuf_adds(h->b, "  <span class=\"label\">");
		xml_text_n(h->b, line + 2, label);
		strbuf_adds(h->b, "</span>");
		xml_text_n(h->b, line + 2 + label, len - 2 - label);
	} else {
		xml_text_n(h->b, line, len);
	}
	strbuf_addc(h->b, '\n');
}

void html_explanation(struct html *h, const char *text)
{
	size_t len = whole(text, strlen(text), EXPLANATION_MAX);
	const char *end = text + len;

	strbuf_adds(h->b, "<pre>");
	/* A newline right behind the tag would be eaten. */
	if (len && *text == '\n')
		strbuf_addc(h->b, '\n');
	while (text < end) {
		const char *nl = memchr(text, '\n', (size_t)(end - text));
		size_t n = nl ? (size_t)(nl - text) : (size_t)(end - text);

		add_line(h, text, n);
		text += n + 1;
	}
	strbuf_adds(h->b, "</pre>");
}
