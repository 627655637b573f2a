/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the detector says of one report in a kernel log: the titles, the
 * guilty frame and the text. Filled by the detector, completed with source
 * lines by the symbolizer, printed by the reports.
 */
#ifndef KDEV_CONSOLE_CRASH_H
#define KDEV_CONSOLE_CRASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console/monotime.h"

/* What happened, as the run's verdict sees it. */
enum crash_class {
	CRASH_OOPS,    /* oops, BUG(), general protection fault, divide error … */
	CRASH_PANIC,   /* a panic with no earlier cause in the same boot */
	CRASH_MEMORY,  /* KASAN, KFENCE, KMSAN, list corruption, bad page, leak … */
	CRASH_LOCKING, /* lockdep, scheduling while atomic, bad spinlock … */
	CRASH_HANG,    /* soft and hard lockup, RCU stall, hung task … */
	CRASH_WARN,    /* WARNING: of WARN_ON() and friends */
	CRASH_REBOOT,  /* the kernel started again without having been told to */
	CRASH_OTHER,   /* all else that must be reported: OOM, allocation failure … */
};

/* "oops", "panic", "memory" …: stable words for JSON. */
const char *crash_class_name(enum crash_class c);

/* One line of a call trace. All strings are owned by the report. */
struct crash_frame {
	char *function;        /* without suffixes such as .isra.0: never NULL */
	char *module;          /* NULL: the kernel itself, or not said */
	char *build_id;        /* of the module as printed in the trace, or NULL */
	char *file;            /* source file from the symbolizer, or NULL */
	uint64_t offset, size; /* func+offset/size; both 0 when not printed */
	unsigned line;         /* 1-based; 0: not known */
	bool exact;            /* the address itself (RIP/PC), not a return address */
	bool inlined;          /* added by the symbolizer */
};

/* One report. Create with calloc or by the detector, free with crash_report_free(). */
struct crash_report {
	enum crash_class klass;
	char *title; /* as syzbot would print it; never NULL */
	char *type;  /* "KASAN-USE-AFTER-FREE-READ" …; "" if none */
	char **alt;  /* alternative titles, n_alt of them */
	size_t n_alt;
	bool corrupted;         /* torn or interleaved: don't trust title and frames */
	char *corrupted_reason; /* NULL unless corrupted */
	bool panicked;          /* the kernel panicked during this report */
	bool secondary;         /* an earlier report of the same boot caused it */

	char *function; /* the guilty function, or NULL */
	char *module;   /* the module that owns it, or NULL */
	char *file;     /* its source place from the symbolizer, or from "at FILE:LINE" */
	unsigned line;  /* 0: not known */

	struct crash_frame *frames; /* the guilty trace, innermost first */
	size_t n_frames;

	char *taint;          /* "Tainted: G      D    OE" letters, or NULL */
	char *comm;           /* current task, or NULL */
	int cpu, pid;         /* -1: not known */
	unsigned die_counter; /* the N of [#N]; 0: none */
	char *code;           /* what follows "Code:" on x86, hex with the <xx> mark, or NULL */
	uint64_t address;     /* faulting address; valid when has_address */
	bool has_address;

	uint64_t first_line, last_line; /* 1-based, in the stream or file */
	struct monotime begun, ended;   /* when the lines came (0 in files) */
	char *signature;                /* which bug, see signature.h */
	char *variant;                  /* which way to it, see signature.h */
	char *text; /* the report's lines, '\n' between them, prefixes stripped */
	size_t text_len;
};

/* Free a report and all that it owns. Accepts NULL and half-built ones. */
void crash_report_free(struct crash_report *r);

#endif
