/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A crash's title on a line of limited length: "BUG: unable to handle kernel NULL poi… in poke
 * [gadget]". What tells it from others stands at its end, so that the middle is cut.
 */
#ifndef KDEV_HARNESS_CUT_TITLE_H
#define KDEV_HARNESS_CUT_TITLE_H

#include <stddef.h>

#include "console/strbuf.h"

/* Append title and module in at most `columns`; 0: no limit. The module may be NULL. Foreign text
 * is made harmless. Returns b->err. */
int cut_title(struct strbuf *b, const char *title, const char *module, size_t columns);

#endif
