/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of titles: templates filled, numbers made general, types. */
#ifndef KDEV_CONSOLE_TITLE_WORDS_H
#define KDEV_CONSOLE_TITLE_WORDS_H

#include "console/detector/pattern.h"
#include "console/strbuf.h"

/* Fill a rule's title: %1 to %6 from `cap`, made general, %F with `function`, %R with `rest`, the
 * text behind the trigger, made general. */
void title_expand(struct strbuf *out, const char *pattern, const struct captures *cap,
		  const char *function, struct span rest);

/* A line as a title: addresses become ADDR, numbers NUM, devices DEV, offsets go. */
void title_generalize(struct strbuf *out, struct span line);

/* The type that belongs to a title; "" if none is known. */
const char *title_type(const char *title);

#endif
