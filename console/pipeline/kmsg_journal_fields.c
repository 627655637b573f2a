/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fields of the journal's entries, a line each. */
#include "console/pipeline/kmsg_journal_fields.h"

#include "console/span.h"

#define INDENT    4    /* of `-o verbose` */
#define LOOK_BACK 4096 /* bytes; the usual entry has a tenth of that */

enum field {
	FIELD_NONE,
	FIELD_BEGIN,   /* what an entry begins with */
	FIELD_KERNEL,  /* the entry is the kernel's */
	FIELD_PROGRAM, /* it is a program's */
	FIELD_MESSAGE, /* what was said */
	FIELD_OTHER,
};

/* A journal's own fields begin with '_'; of the others, the kernel's messages have but these. */
static bool is_name(struct span s)
{
	static const char *const others[] = {
		"PRIORITY=", "SYSLOG_FACILITY=", "SYSLOG_IDENTIFIER=", "SYSLOG_PID="};
	size_t n = 0;

	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (span_starts(s, others[i]))
			return true;
	while (n < s.n && ((s.s[n] >= 'A' && s.s[n] <= 'Z') || s.s[n] == '_'))
		n++;
	return n > 2 && n < s.n && s.s[0] == '_' && s.s[n] == '=';
}

/* "Thu 2023-11-23 06:02:23.345678 UTC [s=1f0a…;i=1;b=5c1f…;m=bc614e;t=60acbc…;x=1]" */
static bool is_cursor(struct span s)
{
	return s.n > 60 && s.s[s.n - 1] == ']' && span_find(s, " [s=") && span_find(s, ";b=");
}

/* What the line tells; that of a message is narrowed to the message itself. */
static enum field field_of(const char **text, size_t *n)
{
	struct span s = {*text, *n};

	if (kmsg_journal_is_none(s.s, s.n))
		return FIELD_NONE;
	if (span_starts(s, "    "))
		s = span_skip(s, INDENT);
	if (is_cursor(s))
		return FIELD_BEGIN;
	if (!s.n || !strchr("_MPS", s.s[0]))
		return FIELD_NONE;
	if (span_starts(s, "MESSAGE=")) {
		s = span_skip(s, strlen("MESSAGE="));
		*text = s.s;
		*n = s.n;
		return FIELD_MESSAGE;
	}
	if (span_starts(s, "_TRANSPORT="))
		return span_is(s, "_TRANSPORT=kernel") ? FIELD_KERNEL : FIELD_PROGRAM;
	if (span_starts(s, "__CURSOR="))
		return FIELD_BEGIN;
	return is_name(s) ? FIELD_OTHER : FIELD_NONE;
}

static void note_owner(struct journal_place *at, enum field field)
{
	if (field != FIELD_MESSAGE && field != FIELD_OTHER)
		at->program = field == FIELD_PROGRAM;
}

bool kmsg_journal_drops_field(struct journal_place *at, const char **text, size_t *n)
{
	enum field field = field_of(text, n);
	/* `-o export` ends an entry with an empty line */
	bool ends = at->entry && !*n;

	at->entry = field != FIELD_NONE;
	note_owner(at, field);
	return field == FIELD_MESSAGE ? at->program : at->entry || ends;
}

void kmsg_journal_skip(struct journal_place *at, const char *from, const char *to)
{
	enum field field = FIELD_OTHER;
	const char *line = to;

	/* as far as all are fields; what was known stays when the entry began before `from` */
	while (line > from && to - line < LOOK_BACK &&
	       (field == FIELD_OTHER || field == FIELD_MESSAGE)) {
		const char *end = line - 1, *nl = memrchr(from, '\n', (size_t)(end - from)), *text;
		size_t n;

		text = line = nl ? nl + 1 : from;
		n = (size_t)(end - line);
		field = field_of(&text, &n);
	}
	note_owner(at, field);
}
