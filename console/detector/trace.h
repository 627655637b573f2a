/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One line of what the kernel prints about a crash's place: call traces,
 * instruction pointers, the headers between them and the facts about the task.
 * x86, arm64, arm, riscv, powerpc, s390, mips, loongarch, sparc, alpha, arc, openrisc.
 *
 * Pure; a parsed line points into the text that was given.
 */
#ifndef KDEV_CONSOLE_TRACE_H
#define KDEV_CONSOLE_TRACE_H

#include <stdint.h>

#include "console/span.h"

enum trace_kind {
	TRACE_NONE,    /* nothing of a trace */
	TRACE_START,   /* "Call Trace:" and the like: frames follow */
	TRACE_FRAME,   /* "func+0x10/0x20 [module]", "<addr>" without a name too */
	TRACE_IP,      /* where the CPU was, in the kernel: "RIP: 0010:func+0x…" */
	TRACE_USER_IP, /* where the CPU was, in user space */
	TRACE_NULL_IP, /* "pc : 0x0": NULL was called */
	TRACE_LINK,    /* the link register, "lr : func+0x…": who called NULL, if it was */
	TRACE_MARK,    /* "<IRQ>", "</IRQ>", "<TASK>" … alone on its line */
};

/* What the frames after a header tell. */
enum trace_section {
	SECTION_NONE,
	SECTION_CALL,   /* how the CPU came here */
	SECTION_ALLOC,  /* who allocated or stored the object: "Allocated by task 7:" */
	SECTION_FREE,   /* who freed it */
	SECTION_ORIGIN, /* KMSAN: where the value came from */
	SECTION_AT,     /* lockdep: where the locks of its story are taken, "…, at: func+0x…" */
	SECTION_CHAIN,  /* lockdep: where an earlier lock was taken */
	SECTION_OWNER,  /* page_owner: who allocated the page */
	SECTION_OTHER,  /* another task's or CPU's stack, an older event */
};

struct trace_line {
	enum trace_kind kind;
	enum trace_section section; /* of TRACE_START; of frames that bring their own */
	struct span symbol;         /* as printed, suffixes too; empty: an address only */
	struct span module;         /* in brackets after it; empty: the kernel or not said */
	struct span build_id;       /* of the module; empty: not said */
	struct span caller;         /* arm: "func from caller"; empty elsewhere */
	struct span mark; /* "<IRQ>" on this line, brackets included; a header's words; or empty */
	uint64_t offset, size; /* +0xoffset/0xsize; 0 when not printed */
	bool has_offset;
	bool unreliable; /* "? func" or "(unreliable)" */
	bool inlined;    /* "[inline]", as scripts/decode_stacktrace.sh adds them */
};

/* True when the line is part of a trace; `out` is filled either way. */
bool trace_parse(struct span line, struct trace_line *out);

/* The symbol's function: without .isra.0 .constprop.1 .part.2 .cold .llvm.123 … */
struct span trace_function(struct span symbol);

/* "CPU: 1 PID: 577 Comm: insmod Tainted: G    B W  OE  6.1.0 #1" and its older and
 * newer forms. Fields that are not there stay as they were. */
struct trace_task {
	int cpu, pid;      /* -1: not said */
	struct span comm;  /* empty: not said */
	struct span taint; /* "G    B", "" for "Not tainted" */
};

bool trace_parse_task(struct span line, struct trace_task *task);

#endif
