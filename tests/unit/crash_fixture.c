/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes crash reports for tests. */
#include "crash_fixture.h"

#include <stdlib.h>
#include <string.h>

/* A test can't go on without memory. */
static void *must(void *p)
{
	if (!p)
		abort();
	return p;
}

static void set_frames(struct crash_report *r)
{
	r->n_frames = 3;
	r->frames = must(calloc(r->n_frames, sizeof(*r->frames)));
	r->frames[0] = (struct crash_frame){
		.function = must(strdup("store")),
		.module = must(strdup("gadget")),
		.build_id = must(strdup("0123456789abcdef0123456789abcdef01234567")),
		.file = must(strdup("gadget.c")),
		.line = 3,
		.offset = 0x10,
		.size = 0x20,
		.exact = true,
		.inlined = true,
	};
	r->frames[1] = (struct crash_frame){
		.function = must(strdup("poke")),
		.module = must(strdup("gadget")),
		.file = must(strdup("gadget.c")),
		.offset = 0x18,
		.size = 0x40,
	};
	r->frames[2] = (struct crash_frame){.function = must(strdup("do_one_initcall"))};
}

struct crash_report *crash_fixture_full(void)
{
	static const char text[] =
		"BUG: kernel NULL pointer dereference, address: 0000000000000010\n"
		"RIP: 0010:poke+0x18/0x40 [gadget]\n";
	struct crash_report *r = must(calloc(1, sizeof(*r)));

	*r = (struct crash_report){
		.klass = CRASH_MEMORY,
		.title = must(
			strdup("BUG: unable to handle kernel NULL pointer dereference in poke")),
		.type = must(strdup("NULL-POINTER-DEREFERENCE")),
		.alt = must(calloc(2, sizeof(char *))),
		.n_alt = 2,
		.corrupted = true,
		.corrupted_reason = must(strdup("two reports are mixed")),
		.panicked = true,
		.secondary = true,
		.function = must(strdup("poke")),
		.module = must(strdup("gadget")),
		.file = must(strdup("gadget.c")),
		.line = 8,
		.taint = must(strdup("G      D    OE")),
		.comm = must(strdup("insmod")),
		.cpu = 1,
		.pid = 312,
		.die_counter = 1,
		.code = must(strdup("48 8b <c7> 40")),
		.address = 0xffff888012345678,
		.has_address = true,
		.first_line = 700,
		.last_line = 734,
		.signature = must(strdup("77aa0f1100c0ffee")),
		.variant = must(strdup("12e0b6d4a5a5a5a5")),
		.text = must(strdup(text)),
		.text_len = sizeof(text) - 1,
	};
	r->alt[0] = must(strdup("general protection fault in poke"));
	r->alt[1] = must(strdup("bad access in poke"));
	set_frames(r);
	return r;
}

struct crash_report *crash_fixture_bare(void)
{
	struct crash_report *r = must(calloc(1, sizeof(*r)));

	r->klass = CRASH_OTHER;
	r->title = must(strdup("something"));
	r->cpu = r->pid = -1;
	return r;
}
