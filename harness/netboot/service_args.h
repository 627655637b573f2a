/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An argv that is put together word by word, and never seen by a shell. */
#ifndef KDEV_HARNESS_NETBOOT_SERVICE_ARGS_H
#define KDEV_HARNESS_NETBOOT_SERVICE_ARGS_H

#include <stddef.h>

#define SERVICE_ARGS_MAX 96

struct service_args {
	char *argv[SERVICE_ARGS_MAX + 1]; /* NULL-terminated, always */
	size_t n;
	int err; /* -ENOMEM or -E2BIG, once and for all */
};

void service_arg(struct service_args *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* "NAME", "VALUE": an option and its argument as two words. */
void service_option(struct service_args *a, const char *name, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

void service_args_free(struct service_args *a);

#endif
