/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The messages by which firmware, boot loaders and the kernel tell where a boot is. */
#ifndef KDEV_CONSOLE_BOOT_MARKS_H
#define KDEV_CONSOLE_BOOT_MARKS_H

#include <stdbool.h>
#include <stddef.h>

#include "console/pipeline/pipeline.h"

/*
 * True if the message is a mark: by its text alone, which must be all of the message from its
 * beginning. Whether to believe it depends on where it stands: anybody can print these words.
 */
bool boot_mark_of(const char *text, size_t len, enum boot_mark *mark);

#endif
