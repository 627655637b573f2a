/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The stable names of a bug and of the way to it: the same tonight, on another board and after a
 * rebuild. No numbers, addresses or CPUs are part of them. Both are 16 hex digits. */
#ifndef KDEV_CONSOLE_SIGNATURE_H
#define KDEV_CONSOLE_SIGNATURE_H

#include "console/detector/crash.h"

/*
 * Set r->signature: which bug, of class, kind (the title without its function), function and owning
 * module; and r->variant: which way to it, of the signature and the guilty function's callers, six
 * frames at most. One function that fails under two callers is one signature with two variants.
 *
 * Call it before the report is symbolized: whether inlined frames are known must not matter. 0 or
 * -ENOMEM; the report then keeps what it had.
 */
int signature_make(struct crash_report *r);

#endif
