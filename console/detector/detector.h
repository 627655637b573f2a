/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The detector: kernel log records in, crash reports out. One engine for the live
 * board and for files.
 *
 * Pure and bounded: no I/O, no clock, no globals. Callbacks come from inside the
 * feeding calls and must not call back.
 */
#ifndef KDEV_CONSOLE_DETECTOR_H
#define KDEV_CONSOLE_DETECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console/detector/crash.h"
#include "console/monotime.h"

/* One kernel message line, its prefixes (level, timestamp, caller, syslog …) parsed off. */
struct log_record {
	const char *text; /* the message alone; not NUL-terminated; valid during the call */
	size_t len;
	int64_t kernel_us;  /* printk timestamp; -1: none */
	int level;          /* 0 to 7; -1: not known */
	char caller[16];    /* "T123", "C0" from PRINTK_CALLER; "" if none */
	uint64_t line;      /* 1-based number of the line it stood on */
	struct monotime at; /* when it came; {0} in files */
	bool torn;          /* a second message began inside this line, or it was cut */
	bool no_trigger; /* no word of console/detector/prefilter.h is in it, or a program says it
			  */
};

struct finding; /* console/detector/finding.h */

struct detector_ops {
	/* A report begins: klass and a provisional title are set. May be NULL. */
	void (*begin)(void *arg, const struct crash_report *r);
	/* A report is complete; the callee owns it. */
	void (*end)(void *arg, struct crash_report *r);
	/* In the place of `end`, if not NULL: it is complete but for its name, which the callee
	 * sees to. The callee owns what the finding owns; it may leave an empty buffer in it for
	 * the lines of a report to come. */
	void (*found)(void *arg, struct finding *f);
};

struct detector;

struct detector *detector_new(const struct detector_ops *ops, void *arg);
void detector_free(struct detector *d);

/* 0 or -ENOMEM. `now` is rec->at for a live board; files pass {0} throughout. */
int detector_record(struct detector *d, const struct log_record *rec);

/* Records are missing here: what is open may be torn. */
void detector_gap(struct detector *d);

/* Live boards: end reports that have gone quiet. Files never call these. */
struct monotime detector_wakeup(const struct detector *d);
void detector_tick(struct detector *d, struct monotime now);

/* End whatever is open (end of file, board reset). */
void detector_flush(struct detector *d);

/* A new boot begins, on purpose or as seen in the log by the caller: what
 * follows is not secondary to what came before. Implies detector_flush(). */
void detector_new_boot(struct detector *d);

/* A firmware's banner came, or (false) a kernel's: in between a "BUG: " that no kernel is known to
 * print is the firmware's. A kernel's timestamp and detector_new_boot() end it too. */
void detector_firmware(struct detector *d, bool runs);

/* For readers of files, which nobody tells of resets: this record, a firmware's banner,
 * shows that the board was reset without warning. Gives a report of its own, unless a
 * crash explains it, and begins a new boot. 0 or -ENOMEM. */
int detector_reboot(struct detector *d, const struct log_record *rec);

bool detector_in_report(const struct detector *d);

/* False when only lines that may begin a report are of interest (see console/detector/prefilter.h):
 * a reader of files may leave out the others. */
bool detector_wants_all(const struct detector *d);

#endif
