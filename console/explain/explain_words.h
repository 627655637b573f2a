/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sentences for people who don't read oopses every day. */
#ifndef KDEV_CONSOLE_EXPLAIN_WORDS_H
#define KDEV_CONSOLE_EXPLAIN_WORDS_H

#include "console/detector/crash.h"

/* What happened, in a sentence, from the report's title and class. Static. */
const char *explain_sentence(const struct crash_report *r);

/* What a taint letter means, or NULL for those that say nothing of a bug ("G", " ").
 * Documentation/admin-guide/tainted-kernels.rst */
const char *explain_taint(char letter);

#endif
