/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What vendors' Android kernels put into printk's prefix. Pure. */
#ifndef KDEV_CONSOLE_KMSG_VENDOR_H
#define KDEV_CONSOLE_KMSG_VENDOR_H

#include <stdbool.h>
#include <stddef.h>

/* Behind the time and before its ']': Amlogic's "@1" (the CPU), Huawei's "s". Its length, or 0. */
size_t kmsg_vendor_unit(const char *s, size_t n);

/* CPU and task behind the timestamp: the length, 0 if they are not there. `caller` becomes "T412"
 * where the task's number is told. */
size_t kmsg_vendor_task(const char *s, size_t n, char caller[16]);

/* What such a task begins with, blanks aside: most messages begin otherwise. */
extern const bool kmsg_vendor_begins_task[256];

#endif
