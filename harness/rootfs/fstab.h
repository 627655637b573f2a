/* SPDX-License-Identifier: GPL-2.0-or-later */
/* fstab(5) of a root that came from a disk. */
#ifndef KDEV_HARNESS_ROOTFS_FSTAB_H
#define KDEV_HARNESS_ROOTFS_FSTAB_H

#include "console/strbuf.h"

/*
 * Into `out` goes the same text, but each line that is for a disk, a swap area or a server becomes
 * a comment: the board has its root already, and a mount that can't be made would stop its boot.
 * What the kernel makes from nothing (tmpfs, proc ...) stays. `dropped` gets "DEVICE on PLACE" of
 * each, one a line. Running it again changes nothing. Pure; look at the strbufs' `err`.
 */
void fstab_adapt(const char *text, struct strbuf *out, struct strbuf *dropped);

#endif
