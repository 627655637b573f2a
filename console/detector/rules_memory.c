/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory was used wrongly, as a sanitizer or a check saw it. Sources:
 * mm/kasan/report.c, mm/kfence/report.c, mm/kmsan/report.c, kernel/kcsan/report.c,
 * lib/ubsan.c, lib/list_debug.c, mm/page_alloc.c, mm/memory.c, mm/slub.c, mm/kmemleak.c.
 */
#include "console/detector/rules.h"

/* clang-format off */
const struct rule rules_memory[] = {
	{ "BUG: KASAN: ", "double-free or invalid-free in %f", NULL, "KASAN: invalid-free in %F", GUILT_LINE, NULL, "invalid-free", CRASH_MEMORY, 0 },
	{ "BUG: KASAN: ", "%w-free in %f", "Free of addr", "KASAN: invalid-free in %F", GUILT_LINE, NULL, "invalid-free", CRASH_MEMORY, 0 },
	{ "BUG: KASAN: ", "double-free in %f", NULL, "KASAN: invalid-free in %F", GUILT_LINE, NULL, "invalid-free", CRASH_MEMORY, 0 },
	{ "BUG: KASAN: ", "invalid-free in %f", NULL, "KASAN: invalid-free in %F", GUILT_LINE, NULL, "invalid-free", CRASH_MEMORY, 0 },
	{ "BUG: KASAN: ", "%w in %f", "%w of size %d", "KASAN: %1 %3 in %F", GUILT_LINE, NULL, "bad-access", CRASH_MEMORY, 0 },
	{ "BUG: KASAN: ", "%w in %f", "%w at addr", "KASAN: %1 %3 in %F", GUILT_LINE, NULL, "bad-access", CRASH_MEMORY, 0 },
	{ "BUG: KASAN: ", "%w on address", "%w of size %d", "KASAN: %1 %2 in %F", GUILT_TRACE, NULL, "bad-access", CRASH_MEMORY, 0 },
	{ "BUG: KASAN: ", NULL, NULL, "KASAN: %R", GUILT_NONE, NULL, NULL, CRASH_MEMORY, 0 },
	{ "BUG: KFENCE: ", "memory corruption in %f", NULL, "KFENCE: memory corruption in %F", GUILT_LINE, NULL, NULL, CRASH_MEMORY, 0 },
	{ "BUG: KFENCE: ", "invalid free in %f", NULL, "KFENCE: invalid free in %F", GUILT_LINE, NULL, "invalid-free", CRASH_MEMORY, 0 },
	{ "BUG: KFENCE: ", "%s in %f", NULL, "KFENCE: %1 in %F", GUILT_LINE, NULL, "bad-access", CRASH_MEMORY, 0 },
	{ "BUG: KFENCE: ", NULL, NULL, "KFENCE: %R", GUILT_NONE, NULL, NULL, CRASH_MEMORY, 0 },
	{ "BUG: KMSAN: ", "kernel-usb-infoleak in %f", NULL, "KMSAN: kernel-usb-infoleak in %F", GUILT_LINE, NULL, "KMSAN origin", CRASH_MEMORY, RULE_ALT_ORIGIN },
	{ "BUG: KMSAN: ", "%s in %f", NULL, "KMSAN: %1 in %F", GUILT_LINE, NULL, "bad-access", CRASH_MEMORY, 0 },
	{ "BUG: KMSAN: ", NULL, NULL, "KMSAN: %R", GUILT_NONE, NULL, NULL, CRASH_MEMORY, 0 },
	{ "BUG: KCSAN: ", "%s in %f / %f", NULL, "KCSAN: %1 in %2 / %3", GUILT_NAMED, "KCSAN-DATARACE", NULL, CRASH_MEMORY, 0 },
	{ "BUG: KCSAN: ", "%s in %f", NULL, "KCSAN: %1 in %F", GUILT_NAMED, "KCSAN-DATARACE", NULL, CRASH_MEMORY, 0 },
	{ "BUG: KCSAN: ", NULL, NULL, "KCSAN: %R", GUILT_NONE, "KCSAN-DATARACE", NULL, CRASH_MEMORY, 0 },
	{ "UBSAN: ", "Undefined behaviour in", NULL, "UBSAN: undefined-behaviour in %F", GUILT_TRACE, "UBSAN", NULL, CRASH_MEMORY, 0 },
	{ "UBSAN: ", "array-index-out-of-bounds in", NULL, "UBSAN: array-index-out-of-bounds in %F", GUILT_TRACE, "MEMORY_SAFETY_UBSAN", "bad-access", CRASH_MEMORY, 0 },
	{ "UBSAN: ", "%w in %w:%d", NULL, "UBSAN: %1 in %F", GUILT_TRACE, "UBSAN", NULL, CRASH_MEMORY, 0 },
	/* CONFIG_UBSAN_TRAP: arm64 says it in the oops, x86 in a line before */
	{ "UBSAN: ", "array index out of bounds: %x [#", NULL, "UBSAN: array-index-out-of-bounds in %F", GUILT_TRACE, "MEMORY_SAFETY_UBSAN", "bad-access", CRASH_MEMORY, 0 },
	{ "UBSAN: ", "%s: %x [#", NULL, "UBSAN: %1 in %F", GUILT_TRACE, "UBSAN", NULL, CRASH_MEMORY, 0 },
	{ "UBSAN: ", "array index out of bounds at %p", NULL, "UBSAN: array-index-out-of-bounds in %F", GUILT_LINE, "MEMORY_SAFETY_UBSAN", "bad-access", CRASH_MEMORY, 0 },
	{ "UBSAN: ", "%s at %p", NULL, "UBSAN: %1 in %F", GUILT_LINE, "UBSAN", NULL, CRASH_MEMORY, 0 },

	{ "list_add corruption", NULL, NULL, "BUG: corrupted list in %F", GUILT_TRACE, "MEMORY_SAFETY_BUG", "bad-access", CRASH_MEMORY, RULE_PRELUDE },
	{ "list_add double add", NULL, NULL, "BUG: corrupted list in %F", GUILT_TRACE, "MEMORY_SAFETY_BUG", "bad-access", CRASH_MEMORY, RULE_PRELUDE },
	{ "list_del corruption", NULL, NULL, "BUG: corrupted list in %F", GUILT_TRACE, "MEMORY_SAFETY_BUG", "bad-access", CRASH_MEMORY, RULE_PRELUDE },

	{ "BUG: Bad page state in process", NULL, NULL, "BUG: Bad page state in %F", GUILT_OWNER, NULL, NULL, CRASH_MEMORY, 0 },
	{ "BUG: Bad page map in process", NULL, NULL, "BUG: Bad page map", GUILT_NONE, NULL, NULL, CRASH_MEMORY, 0 },
	{ "BUG: Bad page cache in process", NULL, NULL, "BUG: Bad page cache", GUILT_NONE, NULL, NULL, CRASH_MEMORY, 0 },
	/* kernel/fork.c, check_mm(): only the lines, no stack */
	{ "BUG: Bad rss-counter state ", NULL, NULL, "BUG: Bad rss-counter state", GUILT_NONE, NULL, NULL, CRASH_MEMORY, RULE_NO_TRACE | RULE_CONTINUES },
	{ "BUG: non-zero ", "%w on freeing mm: ", NULL, "BUG: non-zero %1 on freeing mm", GUILT_NONE, NULL, NULL, CRASH_MEMORY, RULE_NO_TRACE | RULE_CONTINUES },
	{ "BUG: Dentry ", "%*still in use (%d) [%w of %s]", NULL, "BUG: Dentry still in use in %1", GUILT_NONE, NULL, "BUG: Dentry still in use [%1 of %2]", CRASH_MEMORY, RULE_PRELUDE },
	{ "BUG: memory leak", NULL, NULL, "memory leak in %F", GUILT_TRACE, "LEAK", NULL, CRASH_MEMORY, 0 },
	/* Its own list, told after it: tools that read it put it into the log. */
	{ "kmemleak: ", "%d new suspected memory leaks", "unreferenced object 0x", "memory leak in %F", GUILT_TRACE, "LEAK", NULL, CRASH_MEMORY, 0 },
	{ "kmemleak: ", "%d new suspected memory leaks", NULL, "kmemleak: new suspected memory leaks", GUILT_NONE, "LEAK", NULL, CRASH_MEMORY, RULE_NO_TRACE },
	{ "unreferenced object 0x", "%x (size %d):", NULL, "memory leak in %F", GUILT_TRACE, "LEAK", NULL, CRASH_MEMORY, RULE_CONTINUES },

	/* mm/slub.c: "BUG cache (Tainted: …): what" */
	{ "BUG ", "%s (%*ainted%*): kasan: bad access detected", NULL, "BUG %R", GUILT_NONE, NULL, NULL, CRASH_MEMORY, RULE_IGNORE },
	{ "BUG ", "%s (%*ainted%*): %q", NULL, "BUG: %2", GUILT_NONE, "DoS", NULL, CRASH_MEMORY, 0 },
	{ "INFO: Allocated in ", NULL, NULL, "INFO: Allocated in %R", GUILT_NONE, NULL, NULL, CRASH_MEMORY, RULE_CONTINUES },
	{ "INFO: Freed in ", NULL, NULL, "INFO: Freed in %R", GUILT_NONE, NULL, NULL, CRASH_MEMORY, RULE_CONTINUES },
	{ "VFS: Close: file count is ", "%d", NULL, "VFS: Close: file count is zero (use-after-free)", GUILT_NONE, "DoS", NULL, CRASH_MEMORY, RULE_NO_TRACE },
	/* fs/super.c; since Linux 6.0 a BUG() or WARN() follows */
	{ "VFS: Busy inodes after unmount of ", NULL, NULL, "VFS: Busy inodes after unmount (use-after-free)", GUILT_NONE, "DoS", NULL, CRASH_MEMORY, RULE_NO_TRACE | RULE_PRELUDE },
	/* mm/slab.c, until Linux 6.7 */
	{ "slab error in ", "%f(): cache ", NULL, "slab error in %F", GUILT_TRACE, "DoS", NULL, CRASH_MEMORY, 0 },
	{ 0 }
};
/* clang-format on */
