/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From lines and datagrams to records: cleaned, parsed, known or new, and shown. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "console/pipeline/kmsg.h"
#include "console/pipeline/pipeline_state.h"
#include "console/pipeline/sanitize.h"

/* So many records of one line are looked at together; torn lines have two or three. */
#define BATCH 16

struct judged {
	struct log_record rec;
	uint64_t id;
	bool duplicate; /* the other source had it */
	bool passes;    /* is for the detector */
};

static void lost(struct pipeline *p, enum console_source src, uint64_t n, const char *why)
{
	if (p->ops.lost)
		p->ops.lost(p->arg, src, n, why);
}

/* What one source lacks the other may have. */
static bool other_is_alive(const struct pipeline *p, enum console_source src)
{
	return merge_alive(p->merge, src == SOURCE_SERIAL ? SOURCE_NETCONSOLE : SOURCE_SERIAL);
}

/* printk's own remarks are about its console, not messages. */
static bool take_remark(struct pipeline *p, enum console_source src, const struct log_record *rec)
{
	uint64_t dropped;

	switch (kmsg_remark(rec->text, rec->len, &dropped)) {
	case KMSG_NONE: return false;
	case KMSG_REPLAY: merge_replay(p->merge, src); return true;
	case KMSG_DROPPED: break;
	}
	lost(p, src, dropped, "printk dropped messages: they came faster than this console");
	if (!other_is_alive(p, src))
		detector_gap(p->detector);
	return true;
}

/* Returns true if the record is a sign of a boot, *mark. */
static bool judge(struct pipeline *p, const struct pipeline_text *t, struct judged *j,
		  enum boot_mark *mark)
{
	enum merge_answer answer;
	bool sign;

	j->rec.at = t->at;
	j->duplicate = j->passes = false;
	if (take_remark(p, t->source, &j->rec))
		return false;
	sign = pipeline_boot_sign(p, t, &j->rec, mark);
	answer = merge_add(p->merge, t->source, &j->rec, &j->id);
	j->duplicate = answer == MERGE_DUPLICATE;
	j->passes = answer == MERGE_NEW || answer == MERGE_BETTER;
	if (answer == MERGE_BETTER)
		hold_drop(&p->hold, j->id);
	if (t->source == SOURCE_SERIAL && j->rec.kernel_us >= 0) {
		p->timed = true;
		p->booting = false;
		pipeline_check_clock(p);
	} else if (t->source == SOURCE_NETCONSOLE) {
		hold_settle(&p->hold, j->rec.kernel_us);
	}
	return sign;
}

static void show(struct pipeline *p, const struct pipeline_text *t, int64_t kernel_us,
		 bool duplicate)
{
	if (!duplicate)
		p->line++;
	if (p->ops.line)
		p->ops.line(p->arg, &(struct console_line){.source = t->source,
							   .at = t->at,
							   .kernel_us = kernel_us,
							   .text = t->text,
							   .len = t->len,
							   .duplicate = duplicate});
}

/* What netconsole keeps back, since datagrams before it are missing, comes before what is newer on
 * the serial line: that one has overtaken it. A damaged timestamp may lie far ahead. */
static void let_older_pass(struct pipeline *p, const struct judged *j, size_t n)
{
	int64_t net = merge_newest(p->merge, SOURCE_NETCONSOLE);

	for (size_t i = 0; i < n; i++)
		if (j[i].rec.kernel_us > p->serial_us && j[i].rec.kernel_us - net < MONO_SEC(60))
			p->serial_us = j[i].rec.kernel_us;
	netconsole_release_before(p->netconsole, p->serial_us);
}

/* Judge all records, show the line they stand on, then let the new ones go on. */
static void take_records(struct pipeline *p, const struct pipeline_text *t, struct judged *j,
			 size_t n, bool shown)
{
	enum boot_mark mark = BOOT_FIRMWARE;
	bool duplicate = n > 0, sign = false;

	if (t->source == SOURCE_SERIAL)
		let_older_pass(p, j, n);
	for (size_t i = 0; i < n; i++) {
		enum boot_mark m;

		if (judge(p, t, &j[i], &m)) {
			mark = m;
			sign = true;
		}
		duplicate &= j[i].duplicate;
	}
	if (!shown)
		show(p, t, n ? j[0].rec.kernel_us : -1, duplicate);
	if (sign && p->ops.mark)
		p->ops.mark(p->arg, mark, t->text, t->len);
	for (size_t i = 0; i < n; i++) {
		if (!j[i].passes)
			continue;
		j[i].rec.line = p->line;
		pipeline_message(p, &j[i].rec);
		pipeline_deliver(p, t->source, &j[i].rec, j[i].id);
	}
}

/* A text of console format. Returns true if it had a timestamp: a kernel's line. */
static bool take_text(struct pipeline *p, const struct pipeline_text *t)
{
	struct judged j[BATCH];
	bool kernel = false, first = true, more = true;
	struct kmsg k;

	kmsg_begin(&k, t->text, t->len);
	do {
		size_t n = 0;

		while (n < BATCH && (more = kmsg_next(&k, &j[n].rec)))
			kernel |= j[n++].rec.kernel_us >= 0;
		/* Behind a cut without a timestamp: the beginning is missing. */
		if (n && first && t->rest && j[0].rec.kernel_us < 0)
			j[0].rec.torn = true;
		if (n && !more)
			j[n - 1].rec.torn |= t->cut;
		take_records(p, t, j, n, !first);
		first = false;
	} while (more);
	return kernel;
}

static bool is_blank(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && (s[i] == ' ' || s[i] == '\t'))
		i++;
	return i == n;
}

static void take_line(struct pipeline *p, enum console_source src, const struct line *line)
{
	struct pipeline_text t = {
		.source = src,
		.text = line->text,
		.len = line->len,
		.at = line->at,
		.fresh = line->start != LINE_AFTER_CUT,
		.rest = line->start != LINE_FRESH,
		.cut = line->cut,
	};
	size_t used = 0;

	if (text_is_plain(line->text, line->len)) {
		take_text(p, &t);
		return;
	}
	t.text = p->clean;
	while (used < line->len) {
		used += text_clean(line->text + used, line->len - used, p->clean, &t.len);
		t.cut = line->cut && used == line->len;
		if (is_blank(t.text, t.len))
			continue;
		/* In a kernel's line a CR or an escape is part of what somebody made it print. */
		if (take_text(p, &t))
			t.fresh = false;
		t.rest = false;
	}
}

void pipeline_on_serial_line(void *arg, const struct line *line)
{
	take_line(arg, SOURCE_SERIAL, line);
}

void pipeline_on_basic_line(void *arg, const struct line *line)
{
	take_line(arg, SOURCE_NETCONSOLE, line);
}

/* Which of the missing sequence numbers were messages? Where the serial line is as far, it says so:
 * the others were below the console's log level. */
static void tell_gap(struct pipeline *p, const struct netconsole_record *rec)
{
	uint64_t n = p->gap;

	p->gap = 0;
	if (p->serial_us >= rec->us && merge_newest(p->merge, SOURCE_NETCONSOLE) >= 0) {
		n = merge_missing(p->merge, SOURCE_NETCONSOLE, rec->us);
		if (n)
			lost(p, SOURCE_NETCONSOLE, n,
			     "netconsole datagrams; the serial line has the messages");
		return;
	}
	lost(p, SOURCE_NETCONSOLE, n,
	     "gap in netconsole's sequence: lost datagrams, or messages below the log level");
	/* Reports are printed at levels that no console hides. */
	if (!other_is_alive(p, SOURCE_NETCONSOLE))
		detector_gap(p->detector);
}

/* One line of an extended record, as the console would show it. */
static void take_extended(struct pipeline *p, const struct netconsole_record *rec, const char *text,
			  size_t len, bool torn)
{
	struct judged j = {.rec = {.kernel_us = rec->us, .level = rec->level, .torn = torn}};
	struct pipeline_text t = {.source = SOURCE_NETCONSOLE, .text = p->shown, .at = rec->at};
	int head = snprintf(p->shown, 64, "[%5" PRId64 ".%06" PRId64 "]", rec->us / 1000000,
			    rec->us % 1000000);
	size_t used = 0, clean;

	memcpy(j.rec.caller, rec->caller, sizeof(j.rec.caller));
	if (rec->caller[0])
		head += snprintf(p->shown + head, 24, "[%6s]", rec->caller);
	p->shown[head++] = ' ';
	do {
		j.rec.text = p->shown + head;
		used += text_clean(text + used, len - used, p->shown + head, &clean);
		j.rec.len = clean;
		t.len = (size_t)head + clean;
		if (clean || !len)
			take_records(p, &t, &j, 1, false);
	} while (used < len);
}

void pipeline_on_extended(void *arg, const struct netconsole_record *rec)
{
	struct pipeline *p = arg;
	const char *text = rec->text, *end = rec->text + rec->len;

	if (p->gap)
		tell_gap(p, rec);
	for (;;) {
		const char *nl = text < end ? memchr(text, '\n', (size_t)(end - text)) : NULL;
		const char *stop = nl ? nl : end;

		take_extended(p, rec, text, (size_t)(stop - text), rec->torn && !nl);
		if (!nl)
			return;
		text = nl + 1;
	}
}

void pipeline_on_gap(void *arg, uint64_t n)
{
	struct pipeline *p = arg;

	p->gap = n;
}
