/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A line of kernel log to records: finds where records begin inside it. */
#include "console/pipeline/kmsg.h"

#include <string.h>

#include "console/pipeline/kmsg_prefix.h"
#include "console/span.h"

void kmsg_begin(struct kmsg *k, const char *line, size_t len)
{
	struct span s = {line, len};

	/* LAVA's job log wraps the line; the other half is kmsg_log_prefix()'s. */
	if (span_starts(s, "- {\"dt\": ") && span_equal(span_skip(s, len - 2), span_of("\"}")))
		len -= 2;
	else if (len && line[0] == '{')
		kmsg_journal(&line, &len);
	k->p = line;
	k->end = line + len;
	k->done = false;
	k->no_trigger = false;
}

/* Length of one of printk's remarks at s, without the blank or line end behind; 0: none. */
static size_t remark_at(struct span s, enum kmsg_remark *kind, uint64_t *dropped)
{
	static const char replay[] = "** replaying previous printk message **";
	static const char tail[] = " printk messages dropped **";
	uint64_t count = 0;
	size_t i = 3;

	*dropped = 0;
	if (s.n < 3 || s.s[0] != '*')
		return 0;
	if (span_starts(s, replay)) {
		*kind = KMSG_REPLAY;
		return sizeof(replay) - 1;
	}
	if (!span_starts(s, "** "))
		return 0;
	while (i < s.n && i < 3 + 18 && s.s[i] >= '0' && s.s[i] <= '9')
		count = count * 10 + (uint64_t)(s.s[i++] - '0');
	if (i == 3 || !span_starts(span_skip(s, i), tail))
		return 0;
	*kind = KMSG_DROPPED;
	*dropped = count;
	return i + sizeof(tail) - 1;
}

enum kmsg_remark kmsg_remark(const char *text, size_t len, uint64_t *dropped)
{
	enum kmsg_remark kind = KMSG_NONE;

	*dropped = 0;
	if (len < 2 || text[0] != '*' || text[1] != '*')
		return KMSG_NONE;
	if (remark_at((struct span){text, len}, &kind, dropped) != len) {
		*dropped = 0;
		return KMSG_NONE;
	}
	return kind;
}

/* Where the next timestamp in [p, end) stands; end if there is none. */
static const char *next_timestamp(const char *p, const char *end)
{
	int64_t us;

	while (p < end && (p = memchr(p, '[', (size_t)(end - p)))) {
		if (kmsg_timestamp(p, (size_t)(end - p), true, &us))
			return p;
		p++;
	}
	return end;
}

static const char *next_remark(const char *p, const char *end)
{
	enum kmsg_remark kind;
	uint64_t dropped;

	while (p < end && (p = memchr(p, '*', (size_t)(end - p)))) {
		if (remark_at((struct span){p, (size_t)(end - p)}, &kind, &dropped))
			return p;
		p++;
	}
	return end;
}

/* A getty's prompt, which has no line end, stuck to the record that came next. */
static bool is_prompt(struct span text)
{
	struct span login = span_of("login:"), t = span_trim(text);

	return t.n >= login.n && span_equal(span_skip(t, t.n - login.n), login);
}

static void set_record(struct log_record *rec, struct span text, const struct kmsg_prefix *prefix)
{
	rec->text = text.s;
	rec->len = text.n;
	rec->kernel_us = prefix->us;
	rec->level = prefix->level;
	memcpy(rec->caller, prefix->caller, sizeof(rec->caller));
	rec->torn = prefix->cut;
}

bool kmsg_next(struct kmsg *k, struct log_record *rec)
{
	struct kmsg_prefix prefix = {.us = -1, .level = -1};
	enum kmsg_remark kind;
	const char *text, *stop;
	uint64_t dropped;
	size_t n;

	if (k->done)
		return false;
	rec->no_trigger = k->no_trigger;
	n = remark_at((struct span){k->p, (size_t)(k->end - k->p)}, &kind, &dropped);
	if (n) {
		set_record(rec, (struct span){k->p, n}, &prefix);
		/* Until Linux 4.19 the record that was not dropped stood on the same line. */
		for (k->p += n; k->p < k->end && *k->p == ' ';)
			k->p++;
		k->done = k->p == k->end;
		return true;
	}

	text = k->p + kmsg_prefixes(k->p, (size_t)(k->end - k->p), &prefix);
	stop = next_timestamp(text, k->end);
	/* printk's remarks are words of the prefilter */
	if (!k->no_trigger)
		stop = next_remark(text, stop);
	k->p = stop;
	k->done = stop == k->end;
	if (!k->done && prefix.us < 0 && is_prompt((struct span){text, (size_t)(stop - text)}))
		return kmsg_next(k, rec);
	set_record(rec, (struct span){text, (size_t)(stop - text)}, &prefix);
	rec->torn |= !k->done;
	if (!rec->no_trigger)
		rec->no_trigger = kmsg_of_program(rec->text, rec->len);
	return true;
}
