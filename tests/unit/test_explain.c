/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/explain/explain.c console/explain/explain_place.c */
/* LINK: console/explain/explain_calls.c console/explain/page.c console/explain/explain_words.c */
/* LINK: console/explain/call_chain.c console/detector/guilty_frame.c console/explain/fault.c */
/* LINK: console/symbolizer/disasm.c console/explain/address.c console/explain/source_excerpt.c */
/* LINK: console/pipeline/printable.c console/pipeline/sanitize.c console/strbuf.c */
/* LINK: console/detector/plumbing.c console/detector/plumbing_lists.c console/detector/trace*.c */
/* LINK: console/detector/pattern.c console/explain/object_story.c */
/* LIBS: capstone */
/* The screen that people see of a crash, word for word. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "console/explain/explain.h"

#define FRAMES(list) .frames = (list), .n_frames = sizeof(list) / sizeof((list)[0])

static const char gadget_c[] = "static void store(struct gadget *g)\n"
			       "{\n"
			       "\tWRITE_ONCE(g->value, 42);\n"
			       "}\n"
			       "\n"
			       "void poke(struct gadget *g)\n"
			       "{\n"
			       "\tstore(g);\n"
			       "}\n";

/* A directory with gadget.c, the source root. */
static int setup(void **state)
{
	static char dir[] = "/tmp/kdev-explain-XXXXXX";
	char path[64];
	FILE *f;

	setenv("TZ", "UTC", 1);
	tzset();
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/gadget.c", dir);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(gadget_c, f);
	fclose(f);
	*state = dir;
	return 0;
}

static int teardown(void **state)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/gadget.c", (char *)*state);
	unlink(path);
	rmdir(*state);
	return 0;
}

static void check(const struct crash_report *r, const struct explain_options *o, const char *expect)
{
	struct strbuf b = {0};

	assert_int_equal(explain(&b, r, o), 0);
	assert_string_equal(strbuf_str(&b), expect);
	strbuf_free(&b);
}

static struct crash_frame gadget_frames[] = {
	{.function = "store", .module = "gadget", .file = "gadget.c", .line = 3, .inlined = true},
	{.function = "poke",
	 .module = "gadget",
	 .file = "gadget.c",
	 .line = 8,
	 .offset = 0xa,
	 .size = 0x16,
	 .exact = true},
	{.function = "gadget_init",
	 .module = "gadget",
	 .file = "gadget.c",
	 .line = 20,
	 .offset = 0x10,
	 .size = 0x1000},
	{.function = "do_one_initcall", .offset = 0x59, .size = 0x220},
	{.function = "do_syscall_64", .offset = 0x5d, .size = 0xb0},
};

static const char gadget_text[] =
	"BUG: kernel NULL pointer dereference, address: 0000000000000010\n"
	"#PF: supervisor write access in kernel mode\n"
	"RIP: 0010:poke+0xa/0x16 [gadget]\n"
	"Code: <c7> 40 10 01 00 00 00 c3\n"
	"RSP: 0018:ffffc90000123e00 EFLAGS: 00000246\n"
	"RAX: 0000000000000000 RBX: ffffffffc0269000\n";

static const struct crash_report gadget_report = {
	.klass = CRASH_OOPS,
	.title = "BUG: unable to handle kernel NULL pointer dereference in poke",
	.function = "poke",
	.module = "gadget",
	.file = "gadget.c",
	.line = 3,
	FRAMES(gadget_frames),
	.taint = "G      D    OE",
	.comm = "insmod",
	.cpu = 1,
	.pid = 85,
	.die_counter = 2,
	.code = "<c7> 40 10 01 00 00 00 c3",
	.address = 0x10,
	.has_address = true,
	.first_line = 4,
	.last_line = 46,
	.text = (char *)gadget_text,
	.text_len = sizeof(gadget_text) - 1,
};

static void an_oops_is_explained_on_one_screen(void **state)
{
	const char *const roots[] = {*state};
	struct explain_options o = {.step = "load",
				    .seen = 3,
				    .first_seen = 1700719331,
				    .log = "/runs/7/timeline.log",
				    .source_roots = roots,
				    .n_source_roots = 1};

	check(&gadget_report, &o,
	      "BUG: unable to handle kernel NULL pointer dereference in poke\n"
	      "  A null pointer was used.\n"
	      "\n"
	      "  where    gadget.c:3\n"
	      "           store [gadget], inlined into poke+0xa/0x16 [gadget]\n"
	      "         1 | static void store(struct gadget *g)\n"
	      "         2 | {\n"
	      "  >      3 |         WRITE_ONCE(g->value, 42);\n"
	      "         4 | }\n"
	      "         5 |\n"
	      "  fault    write to 0x10: NULL + 0x10: a member of a struct that is not there\n"
	      "  code     movl $1, 0x10(%rax)    (RAX = 0x0)\n"
	      "  calls    store (inlined)       gadget.c:3\n"
	      "           poke [gadget]         gadget.c:8\n"
	      "           gadget_init [gadget]  gadget.c:20\n"
	      "           do_one_initcall\n"
	      "           do_syscall_64\n"
	      "  task     insmod[85] on CPU 1, tainted: oops before, out-of-tree, unsigned\n"
	      "  step     load\n"
	      "  oops     number 2 of this boot: what the first one broke may show here\n"
	      "  seen     3 times, first on 2023-11-23 06:02\n"
	      "  log      /runs/7/timeline.log, lines 4 to 46\n");
}

static void colours_come_only_when_asked_for(void **state)
{
	const char *const roots[] = {*state};
	struct explain_options o = {.colour = true, .source_roots = roots, .n_source_roots = 1};
	struct crash_frame frames[] = {{.function = "kfree"}, gadget_frames[1]};
	struct crash_report r = {.klass = CRASH_WARN,
				 .title = "WARNING in poke",
				 .function = "poke",
				 .file = "gadget.c",
				 .line = 8,
				 FRAMES(frames),
				 .cpu = -1,
				 .pid = -1};

	check(&r, &o,
	      "\033[1;31mWARNING in poke\033[0m\n"
	      "  A check in the kernel failed (WARN_ON); it went on.\n"
	      "\n"
	      "\033[36m  where    \033[0mgadget.c:8\n"
	      "           poke+0xa/0x16 [gadget]\n"
	      "         6 | void poke(struct gadget *g)\n"
	      "         7 | {\n"
	      "\033[1m  >      8 |         store(g);\033[0m\n"
	      "         9 | }\n"
	      "\033[36m  calls    \033[0m\033[2mkfree\033[0m\n"
	      "           \033[1mpoke [gadget]  gadget.c:8\033[0m\n");
}

static void what_is_not_known_is_left_out(void **state)
{
	struct explain_options o = {0};
	struct crash_report r = {
		.klass = CRASH_REBOOT, .title = "unexpected kernel reboot", .cpu = -1, .pid = -1};

	check(&r, &o,
	      "unexpected kernel reboot\n"
	      "  The kernel started again without having been told to.\n"
	      "\n");
}

static void a_narrow_terminal_cuts_rows_and_breaks_sentences(void **state)
{
	struct explain_options o = {.width = 40};
	struct crash_report r = gadget_report;

	r.die_counter = 1;
	r.taint = NULL;
	check(&r, &o,
	      "BUG: unable to handle kernel NULL point…\n"
	      "  A null pointer was used.\n"
	      "\n"
	      "  where    gadget.c:3\n"
	      "           store [gadget], inlined into\n"
	      "           poke+0xa/0x16 [gadget]\n"
	      "  fault    write to 0x10: NULL + 0x10: a\n"
	      "           member of a struct that is\n"
	      "           not there\n"
	      "  code     movl $1, 0x10(%rax)    (RAX …\n"
	      "  calls    store (inlined)       gadget…\n"
	      "           poke [gadget]         gadget…\n"
	      "           gadget_init [gadget]  gadget…\n"
	      "           do_one_initcall\n"
	      "           do_syscall_64\n"
	      "  task     insmod[85] on CPU 1\n");
}

static void a_torn_or_later_report_says_so(void **state)
{
	struct explain_options o = {0};
	struct crash_report r = {.klass = CRASH_HANG,
				 .title = "INFO: task hung in poke",
				 .function = "poke",
				 .corrupted = true,
				 .corrupted_reason = "no frames",
				 .secondary = true,
				 .panicked = true,
				 .cpu = -1,
				 .pid = -1};

	check(&r, &o,
	      "INFO: task hung in poke\n"
	      "  A task waits for something that does not come. The kernel panicked. An "
	      "earlier\n"
	      "  report of the same boot may be the cause of this one: look there first. The\n"
	      "  report is torn (no frames): don't trust its title and trace.\n"
	      "\n"
	      "  where    poke\n");
}

static void a_poisoned_register_says_more_than_the_address(void **state)
{
	static const char text[] = "general protection fault, probably for non-canonical address "
				   "0x6b6b6b6b6b6b6b7b: 0000\n"
				   "RIP: 0010:poke+0xa/0x16\nCode: <48> 8b 40 10\n"
				   "RSP: 0018:ffffc90000123e00 EFLAGS: 00000246\n"
				   "RAX: 6b6b6b6b6b6b6b6b RBX: ffffffffc0269000\n";
	struct explain_options o = {0};
	struct crash_report r = {.klass = CRASH_OOPS,
				 .title = "general protection fault in poke",
				 .code = "<48> 8b 40 10",
				 .address = 0x6b6b6b6b6b6b6b7b,
				 .has_address = true,
				 .text = (char *)text,
				 .text_len = sizeof(text) - 1,
				 .cpu = -1,
				 .pid = -1};

	check(&r, &o,
	      "general protection fault in poke\n"
	      "  An address was used that can't exist, or a rule of the CPU was broken.\n"
	      "\n"
	      "  fault    access to 0x6b6b6b6b6b6b6b7b: RAX is slab poison POISON_FREE (0x6b):\n"
	      "           read from an object that was freed\n"
	      "  code     movq 0x10(%rax), %rax    (RAX = 0x6b6b6b6b6b6b6b6b)\n");
}

static void an_objects_story_is_told(void **state)
{
	static const char text[] =
		"BUG: KASAN: slab-use-after-free in gadget_read+0x20/0x40 [gadget]\n"
		"Read of size 8 at addr ffff888005d0c418 by task cat/99\n"
		"\n"
		"Allocated by task 85:\n"
		" kasan_save_stack+0x1e/0x40\n"
		" __kasan_kmalloc+0x81/0xa0\n"
		" gadget_open+0x20/0x60 [gadget]\n"
		" chrdev_open+0xb9/0x210\n"
		"\n"
		"Freed by task 85:\n"
		" kasan_save_stack+0x1e/0x40\n"
		" kfree+0x70/0x150\n"
		" gadget_release+0x10/0x30 [gadget]\n"
		"\n"
		"The buggy address belongs to the object at ffff888005d0c400\n"
		" which belongs to the cache kmalloc-96 of size 96\n"
		"The buggy address is located 24 bytes inside of\n"
		" freed 96-byte region [ffff888005d0c400, ffff888005d0c460)\n";
	struct explain_options o = {0};
	struct crash_report r = {.klass = CRASH_MEMORY,
				 .title = "KASAN: slab-use-after-free Read in gadget_read",
				 .function = "gadget_read",
				 .text = (char *)text,
				 .text_len = sizeof(text) - 1,
				 .address = 0xffff888005d0c418,
				 .has_address = true,
				 .cpu = -1,
				 .pid = -1};

	check(&r, &o,
	      "KASAN: slab-use-after-free Read in gadget_read\n"
	      "  Memory was used after it had been freed.\n"
	      "\n"
	      "  where    gadget_read\n"
	      "  object   24 bytes inside of freed 96-byte region of kmalloc-96\n"
	      "  alloc    gadget_open+0x20/0x60 [gadget]\n"
	      "  free     gadget_release+0x10/0x30 [gadget]\n");
}

static void nothing_foreign_reaches_the_terminal_raw(void **state)
{
	static struct crash_frame frames[] = {{.function = "po\033[2Jke",
					       .module = "\033]0;title\007",
					       .file = "\033[31m/a\n.c",
					       .line = 1}};
	struct explain_options o = {.step = "\033[5mstep", .log = "log\r\033[1A"};
	struct crash_report r = {.klass = CRASH_OOPS,
				 .title = "BUG\033[1A in\npoke",
				 .function = "po\033[2Jke",
				 .module = "\033]0;title\007",
				 .file = "\033[31m/a\n.c",
				 .line = 1,
				 FRAMES(frames),
				 .comm = "ev\033cil\x9b",
				 .corrupted = true,
				 .corrupted_reason = "\033[m",
				 .taint = "\033[31m",
				 .cpu = -1,
				 .pid = 1};
	struct strbuf b = {0};

	assert_int_equal(explain(&b, &r, &o), 0);
	for (size_t i = 0; i < b.len; i++)
		assert_true((unsigned char)b.s[i] >= 0x20 || b.s[i] == '\n');
	assert_null(strstr(b.s, "\x9b"));
	strbuf_free(&b);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_oops_is_explained_on_one_screen),
		cmocka_unit_test(colours_come_only_when_asked_for),
		cmocka_unit_test(what_is_not_known_is_left_out),
		cmocka_unit_test(a_narrow_terminal_cuts_rows_and_breaks_sentences),
		cmocka_unit_test(a_torn_or_later_report_says_so),
		cmocka_unit_test(a_poisoned_register_says_more_than_the_address),
		cmocka_unit_test(an_objects_story_is_told),
		cmocka_unit_test(nothing_foreign_reaches_the_terminal_raw),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
