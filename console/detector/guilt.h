/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which of a report's frames names the bug. */
#ifndef KDEV_CONSOLE_GUILT_H
#define KDEV_CONSOLE_GUILT_H

#include "console/detector/frames.h"
#include "console/detector/rules.h"

/* The guilty frame by the rule's way of choosing, or NULL. */
const struct frame *guilt_find(enum guilt how, const struct frames *frames);

#endif
