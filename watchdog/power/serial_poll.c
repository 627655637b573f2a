/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A serial port on the loop. */
#include "watchdog/power/serial_poll.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The handle is closed later than the port: it lives by itself. */
static void on_closed(uv_handle_t *h)
{
	free(h);
}

void serial_poll_shut(struct serial_poll *s)
{
	if (s->poll) {
		uv_poll_stop(s->poll);
		uv_close((uv_handle_t *)s->poll, on_closed);
		s->poll = NULL;
	}
	serial_port_close(&s->port);
}

int serial_poll_open(struct serial_poll *s, uv_loop_t *loop, const char *path, unsigned baud,
		     uv_poll_cb readable, void *arg, char *err, size_t err_len)
{
	int rc;

	if (s->poll)
		return 0;
	rc = serial_port_open(&s->port, path, baud, SERIAL_LINES_READY, err, err_len);
	if (rc)
		return rc;
	s->poll = calloc(1, sizeof(*s->poll));
	rc = s->poll ? uv_poll_init(loop, s->poll, s->port.fd) : -ENOMEM;
	if (rc) {
		free(s->poll);
		s->poll = NULL;
		serial_port_close(&s->port);
		snprintf(err, err_len, "%s: %s", path, strerror(-rc));
		return rc;
	}
	s->poll->data = arg;
	return uv_poll_start(s->poll, UV_READABLE, readable);
}
