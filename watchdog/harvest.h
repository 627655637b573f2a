/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The harvest: what a hung board is asked before it is reset, and where each answer ends. A pure
 * state machine, no I/O and no clock; the kernel's lines come in, questions go out.
 *
 *   SysRq-l (all CPUs) → w (blocked tasks) → d (held locks) → m (memory); no answer at all → NMI
 *
 * A key is sent by the agent where it lives: it writes to /proc/sysrq-trigger, and then a line to
 * the kernel's log, which is the exact end of the answer. Else by BREAK on the console: then the
 * end is known by what the kernel says last, or by quiet. (drivers/tty/sysrq.c has the keys,
 * lib/nmi_backtrace.c, kernel/sched/core.c, kernel/locking/lockdep.c, lib/show_mem.c the answers.)
 */
#ifndef KDEV_WATCHDOG_HARVEST_H
#define KDEV_WATCHDOG_HARVEST_H

#include <stdbool.h>
#include <stddef.h>

#include "console/monotime.h"
#include "console/strbuf.h"

/* The longest a harvest takes: on a slow line each answer may. */
#define HARVEST_ALL_US MONO_SEC(60)

/* Before a key's end: "kdev-agent: sysrq-end l", written by the agent. */
#define HARVEST_END "kdev-agent: sysrq-end "

enum harvest_part {
	HARVEST_CPUS,
	HARVEST_BLOCKED,
	HARVEST_LOCKS,
	HARVEST_MEMORY,
	HARVEST_NMI, /* with unknown_nmi_panic the kernel says where it is, and panics */
	HARVEST_PARTS,
};

enum harvest_way { HARVEST_BY_AGENT, HARVEST_BY_BREAK, HARVEST_BY_NMI };

enum harvest_result {
	HARVEST_NOT_ASKED,
	HARVEST_SILENT, /* asked, and nothing came */
	HARVEST_LACKS,  /* the kernel has no such key, or it is disabled */
	HARVEST_CUT,    /* it went on for too long */
	HARVEST_WHOLE,
};

/* What a part is, for people and for files. */
char harvest_key(enum harvest_part p); /* 0: none, it is the NMI */
const char *harvest_what(enum harvest_part p);
const char *harvest_file(enum harvest_part p); /* in a run's directory */
const char *harvest_way_name(enum harvest_way w);
const char *harvest_result_name(enum harvest_result r);

struct harvest_config {
	bool agent; /* it lives and can be asked */
	bool brk;   /* the console carries BREAK */
	bool nmi;   /* the board does not show life: if it does not answer, it may be killed */
};

enum harvest_do {
	HARVEST_ASK,  /* ask for `part` by `way`; then harvest_asked() */
	HARVEST_WAIT, /* for lines, or until `until` */
	HARVEST_DONE,
};

struct harvest_action {
	enum harvest_do what;
	enum harvest_part part;
	enum harvest_way way;
	struct monotime until; /* then harvest_time() */
};

/* Owned by the caller; harvest_begin() sets it up, harvest_end() frees its texts. */
struct harvest {
	struct harvest_config can;
	enum harvest_part part;
	enum harvest_way way;
	enum harvest_do now;
	bool open;     /* its answer has begun */
	bool heard;    /* the board answered anything at all */
	bool ends;     /* what comes last has come, the rest is courtesy */
	unsigned cpus; /* whose backtraces were announced and did not come yet */
	struct monotime until, limit, last;
	struct {
		enum harvest_result result;
		enum harvest_way way;
		struct strbuf text; /* lines as they came */
	} parts[HARVEST_PARTS];
};

struct harvest_action harvest_begin(struct harvest *h, const struct harvest_config *can,
				    struct monotime now);
/* The question is out, or could not be asked: a negative errno. */
struct harvest_action harvest_asked(struct harvest *h, int err, struct monotime now);
/* The kernel said a line: any bytes, but control characters. */
struct harvest_action harvest_line(struct harvest *h, const char *text, size_t len,
				   struct monotime now);
/* A crash report is complete: the NMI's answer. */
struct harvest_action harvest_report(struct harvest *h, struct monotime now);
struct harvest_action harvest_time(struct harvest *h, struct monotime now);
void harvest_end(struct harvest *h);

#endif
