/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's words around the answer to a SysRq key: drivers/tty/sysrq.c and what it calls. */
#include "watchdog/harvest_text.h"

#include <ctype.h>
#include <string.h>

#define CPUS_MAX 8192 /* NR_CPUS of the largest kernels */

/* Behind `word` in the line, or NULL. */
static const char *after(const char *text, size_t len, const char *word)
{
	const char *at = memmem(text, len, word, strlen(word));

	return at ? at + strlen(word) : NULL;
}

enum harvest_said harvest_text_said(const char *text, size_t len)
{
	const char *at = after(text, len, "sysrq: "), *end = text + len;

	if (after(text, len, HARVEST_END))
		return HARVEST_SAID_END;
	/* Before Linux 5.0 it began with another word. */
	if (!at)
		at = after(text, len, "SysRq : ");
	if (!at)
		return HARVEST_SAID_ELSE;
	if (after(at, (size_t)(end - at), "HELP : ") == at + strlen("HELP : ") ||
	    after(at, (size_t)(end - at), "operation is disabled"))
		return HARVEST_SAID_NO;
	return after(at, (size_t)(end - at), "Show ") ? HARVEST_SAID_TITLE : HARVEST_SAID_ELSE;
}

bool harvest_text_ends(enum harvest_part part, const char *text, size_t len)
{
	switch (part) {
	case HARVEST_LOCKS: return after(text, len, "=======================") != NULL;
	case HARVEST_MEMORY:
		return after(text, len, " pages reserved") || after(text, len, " pages hwpoisoned");
	default: return false; /* a list of any length */
	}
}

/* "0,2-3:" is three. */
static unsigned count_cpus(const char *p, const char *end)
{
	unsigned n = 0;

	while (p < end && isdigit((unsigned char)*p)) {
		unsigned range[2] = {0, 0};

		for (int i = 0; i < 2; i++) {
			for (; p < end && isdigit((unsigned char)*p) && range[i] < CPUS_MAX; p++)
				range[i] = range[i] * 10 + (unsigned)(*p - '0');
			if (i == 0 && p < end && *p == '-')
				p++;
			else if (i == 0) {
				range[1] = range[0];
				break;
			}
		}
		if (range[1] >= range[0] && range[1] < CPUS_MAX && n < CPUS_MAX)
			n += range[1] - range[0] + 1;
		if (p >= end || *p != ',')
			break;
		p++;
	}
	return n;
}

void harvest_text_cpus(const char *text, size_t len, unsigned *awaited)
{
	const char *to = after(text, len, "Sending NMI ");

	if (to)
		to = after(to, (size_t)(text + len - to), " to CPUs ");
	if (to)
		*awaited = count_cpus(to, text + len);
	else if (*awaited && after(text, len, "NMI backtrace for cpu "))
		--*awaited;
}

bool harvest_text_panic_ends(const char *text, size_t len)
{
	return after(text, len, "---[ end Kernel panic") || after(text, len, "Linux version ");
}
