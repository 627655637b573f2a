/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a kernel says when a SysRq key is pressed: where an answer begins and ends. Pure. */
#ifndef KDEV_WATCHDOG_HARVEST_TEXT_H
#define KDEV_WATCHDOG_HARVEST_TEXT_H

#include "watchdog/harvest.h"

enum harvest_said {
	HARVEST_SAID_ELSE,
	HARVEST_SAID_TITLE, /* "sysrq: Show …", before an answer */
	HARVEST_SAID_NO,    /* the help instead, or that it is disabled */
	HARVEST_SAID_END,   /* the agent: the key's work is done */
};

enum harvest_said harvest_text_said(const char *text, size_t len);

/* Is it the last line of that answer, or one after which only some follow at once? */
bool harvest_text_ends(enum harvest_part part, const char *text, size_t len);

/* Of the backtraces: *awaited CPUs were announced and have not spoken yet. */
void harvest_text_cpus(const char *text, size_t len, unsigned *awaited);

bool harvest_text_panic_ends(const char *text, size_t len);

#endif
