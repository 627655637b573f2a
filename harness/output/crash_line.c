/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A crash report as one line of JSON. */
#include "harness/output/crash_line.h"

#include "harness/output/json_write.h"

/* Keys are literals: their length is known when this is compiled. */
#define add_literal(b, s) strbuf_add(b, s, sizeof(s) - 1)
#define add_key(b, key)   add_literal(b, ",\"" key "\":")

static void add_bool(struct strbuf *b, bool yes)
{
	if (yes)
		add_literal(b, "true");
	else
		add_literal(b, "false");
}

static void add_number_or_null(struct strbuf *b, uint64_t n, bool known)
{
	if (known)
		json_write_count(b, n);
	else
		add_literal(b, "null");
}

static void add_place(struct strbuf *b, const char *file, unsigned line)
{
	if (!file) {
		add_literal(b, "null");
		return;
	}
	add_literal(b, "{\"file\":");
	json_write_text(b, file);
	add_key(b, "line");
	add_number_or_null(b, line, line != 0);
	strbuf_addc(b, '}');
}

static void add_frame(struct strbuf *b, const struct crash_frame *f)
{
	add_literal(b, "{\"function\":");
	json_write_text(b, f->function);
	add_key(b, "offset");
	json_write_count(b, f->offset);
	add_key(b, "size");
	json_write_count(b, f->size);
	/* most are of the kernel, and no more is known of them */
	if (!f->module && !f->build_id && !f->file && !f->inlined && !f->exact) {
		add_literal(b, ",\"module\":null,\"inline\":false,\"exact\":false,"
			       "\"build_id\":null,\"source\":null}");
		return;
	}
	add_key(b, "module");
	json_write_text(b, f->module);
	add_key(b, "inline");
	add_bool(b, f->inlined);
	add_key(b, "exact");
	add_bool(b, f->exact);
	add_key(b, "build_id");
	json_write_text(b, f->build_id);
	add_key(b, "source");
	add_place(b, f->file, f->line);
	strbuf_addc(b, '}');
}

static void add_alt(struct strbuf *b, const struct crash_report *r)
{
	strbuf_addc(b, '[');
	for (size_t i = 0; i < r->n_alt; i++) {
		if (i)
			strbuf_addc(b, ',');
		json_write_text(b, r->alt[i]);
	}
	strbuf_addc(b, ']');
}

static void add_frames(struct strbuf *b, const struct crash_report *r)
{
	strbuf_addc(b, '[');
	for (size_t i = 0; i < r->n_frames; i++) {
		if (i)
			strbuf_addc(b, ',');
		add_frame(b, &r->frames[i]);
	}
	strbuf_addc(b, ']');
}

static void add_address(struct strbuf *b, const struct crash_report *r)
{
	if (r->has_address)
		strbuf_addf(b, "\"0x%llx\"", (unsigned long long)r->address);
	else
		add_literal(b, "null");
}

static void add_what(struct strbuf *b, const struct crash_report *r)
{
	add_key(b, "title");
	json_write_text(b, r->title ? r->title : "");
	add_key(b, "type");
	json_write_text(b, r->type ? r->type : "");
	add_key(b, "alt");
	add_alt(b, r);
	add_key(b, "corrupted");
	add_bool(b, r->corrupted);
	add_key(b, "panicked");
	add_bool(b, r->panicked);
	add_key(b, "first_line");
	json_write_count(b, r->first_line);
	add_key(b, "last_line");
	json_write_count(b, r->last_line);
}

static void add_where(struct strbuf *b, const struct crash_report *r)
{
	add_key(b, "function");
	json_write_text(b, r->function);
	add_key(b, "module");
	json_write_text(b, r->module);
	add_key(b, "source");
	add_place(b, r->file, r->line);
	add_key(b, "frames");
	add_frames(b, r);
	add_key(b, "taint");
	json_write_text(b, r->taint);
	add_key(b, "cpu");
	add_number_or_null(b, (uint64_t)r->cpu, r->cpu >= 0);
	add_key(b, "pid");
	add_number_or_null(b, (uint64_t)r->pid, r->pid >= 0);
	add_key(b, "comm");
	json_write_text(b, r->comm);
}

static void add_details(struct strbuf *b, const struct crash_report *r)
{
	add_key(b, "signature");
	json_write_text(b, r->signature);
	add_key(b, "variant");
	json_write_text(b, r->variant);
	add_key(b, "secondary");
	add_bool(b, r->secondary);
	add_key(b, "class");
	json_write_text(b, crash_class_name(r->klass));
	add_key(b, "corrupted_reason");
	json_write_text(b, r->corrupted_reason);
	add_key(b, "die_counter");
	json_write_count(b, r->die_counter);
	add_key(b, "code");
	json_write_text(b, r->code);
	add_key(b, "address");
	add_address(b, r);
	add_key(b, "text");
	json_write_text_n(b, r->text ? r->text : "", r->text_len);
}

int crash_line(struct strbuf *b, const struct crash_report *r, const char *file)
{
	add_literal(b, "{\"file\":");
	json_write_text(b, file);
	add_what(b, r);
	add_where(b, r);
	add_details(b, r);
	return add_literal(b, "}\n");
}
