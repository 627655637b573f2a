/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Arguments of services. */
#include "harness/netboot/service_args.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static void add(struct service_args *a, const char *fmt, va_list ap)
{
	if (a->err)
		return;
	if (a->n == SERVICE_ARGS_MAX) {
		a->err = -E2BIG;
		return;
	}
	if (vasprintf(&a->argv[a->n], fmt, ap) < 0) {
		a->argv[a->n] = NULL;
		a->err = -ENOMEM;
		return;
	}
	a->argv[++a->n] = NULL;
}

void service_arg(struct service_args *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(a, fmt, ap);
	va_end(ap);
}

void service_option(struct service_args *a, const char *name, const char *fmt, ...)
{
	va_list ap;

	service_arg(a, "%s", name);
	va_start(ap, fmt);
	add(a, fmt, ap);
	va_end(ap);
}

void service_args_free(struct service_args *a)
{
	for (size_t i = 0; i < a->n; i++)
		free(a->argv[i]);
	*a = (struct service_args){0};
}
