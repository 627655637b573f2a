/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The short waits for a service that was just started. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/attendant/wire.h"
#include "harness/netboot/board_services.h"

#define TICK_MS 5
#define QEMU_MS 10000 /* on a loaded machine; usually 100 */

/* Wait a moment, or less when the service ends. */
static bool tick(const struct service *s)
{
	struct pollfd fd = {.fd = s->pidfd, .events = POLLIN};

	return poll(&fd, 1, TICK_MS) <= 0;
}

/* Any byte will do: it speaks first, once its machine is made. */
static bool greets(int fd, const struct service *s, int timeout_ms)
{
	struct pollfd fds[] = {{fd, POLLIN, 0}, {s->pidfd, POLLIN, 0}};
	char byte;

	return poll(fds, 2, timeout_ms) > 0 && fds[0].revents && recv(fd, &byte, 1, 0) == 1;
}

int qemu_wait(struct service *s, const char *qmp_socket, char *err, size_t err_len)
{
	char why[SERVICE_WHY_MAX];
	int fd = -1;

	for (int ms = 0; ms < QEMU_MS && fd < 0; ms += TICK_MS) {
		fd = wire_socket_connect(qmp_socket);
		if (fd < 0 && !tick(s))
			break;
	}
	if (fd >= 0 && !greets(fd, s, QEMU_MS))
		err[0] = '\0'; /* it ended, which is told below, or is just slow */
	if (fd >= 0)
		close(fd);
	if (service_has_ended(s, why, sizeof(why))) {
		snprintf(err, err_len, "QEMU did not start: %s", why);
		return -EIO;
	}
	return 0;
}
