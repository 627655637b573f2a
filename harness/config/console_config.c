/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a board's configuration says of its console. */
#include "harness/config/console_config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* What a driver that says -EINVAL expected behind its name. */
static const char *form_of(const struct source_driver *d)
{
	if (d == &source_serial)
		return "serial:PATH[,BAUD]";
	if (d == &source_tcp)
		return "tcp:HOST:PORT";
	if (d == &source_rfc2217)
		return "rfc2217:HOST:PORT[,BAUD]";
	if (d == &source_command)
		return "command:PROGRAM [ARGUMENT...], with its quotes closed";
	return "unix:PATH";
}

static int explain(const char *spec, const struct source_driver *d, int rc, char *err,
		   size_t err_len)
{
	if (rc == -EINVAL)
		snprintf(err, err_len, "console: `%s`: expected %s", spec,
			 d ? form_of(d)
			   : "qemu, or serial:, tcp:, rfc2217:, command: or unix: and a place");
	else if (rc == -ENAMETOOLONG)
		snprintf(err, err_len, "console: `%s`: longer than a socket's path can be", spec);
	else
		snprintf(err, err_len, "console: %s", strerror(-rc));
	return rc;
}

int console_open(uv_loop_t *loop, const struct board_config *b, const char *qemu_socket,
		 const struct source_ops *ops, void *arg, struct console *out, char *err,
		 size_t err_len)
{
	const struct source_driver *d = &source_unix;
	const char *where = qemu_socket;
	int rc;

	if (strcmp(b->console, "qemu") != 0)
		d = source_driver_find(b->console, &where);
	rc = d ? d->open(loop, where, ops, arg, &out->source) : -EINVAL;
	if (rc)
		return explain(b->console, d, rc, err, err_len);
	out->driver = d;
	return 0;
}
