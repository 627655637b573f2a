/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The stable name of a bug: the same tonight, on another board and after a rebuild. */
#ifndef KDEV_CONSOLE_SIGNATURE_H
#define KDEV_CONSOLE_SIGNATURE_H

#include "console/crash.h"

/* Set r->signature from class, kind (the title without its function), function and
 * owning module: 16 hex digits. No numbers, addresses or CPUs. 0 or -ENOMEM. */
int signature_make(struct crash_report *r);

#endif
