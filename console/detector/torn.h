/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Is a report whole, or was it cut or mixed with what another CPU printed? */
#ifndef KDEV_CONSOLE_TORN_H
#define KDEV_CONSOLE_TORN_H

#include "console/detector/frames.h"
#include "console/detector/rules.h"

/*
 * Why the lines below the first are not one report's alone, or NULL: another task's
 * stack is printed among them. Only logs without caller tags (CONFIG_PRINTK_CALLER) can be
 * mixed so; `tagged` says which it is.
 */
const char *torn_mixed(const struct report_buffer *b, size_t trigger, const struct rule *rule,
		       bool tagged);

/* Why a report is not to be trusted as a whole, or NULL. */
const char *torn_reason(const struct report_buffer *b, size_t trigger, const struct rule *rule,
			const struct frames *frames);

#endif
