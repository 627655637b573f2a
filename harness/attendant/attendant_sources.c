/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the board is heard: serial console, netconsole, heartbeats. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/attendant/attendant.h"
#include "harness/log.h"
#include "harness/netboot/privileged.h"
#include "harness/paths.h"

static void on_serial_bytes(void *arg, const void *bytes, size_t n)
{
	struct attendant *a = arg;
	struct monotime now = mono_now();

	capture_raw(a->capture, SOURCE_SERIAL, bytes, n);
	attendant_console_bytes(a, bytes, n);
	board_watch_console(&a->watch, now);
	attendant_crash_kernel_spoke(a);
	pipeline_serial(a->pipeline, bytes, n, now);
	/* The only thing that is ever typed unasked, and only while there is no kernel. */
	if (key_prompt_feed(&a->prompt, bytes, n) && a->watch.state == BOARD_FIRMWARE)
		attendant_type(a, " ", 1);
	attendant_recovery_look(a);
	attendant_rearm(a);
}

static void on_serial_state(void *arg, bool up, const char *why)
{
	log_info("serial console: %s", up ? "open" : why);
}

static void on_netconsole(void *arg, const void *bytes, size_t n)
{
	struct attendant *a = arg;

	capture_raw(a->capture, SOURCE_NETCONSOLE, bytes, n);
	pipeline_netconsole(a->pipeline, bytes, n, mono_now());
	attendant_recovery_look(a);
	attendant_rearm(a);
}

static void on_heartbeat(void *arg, const void *bytes, size_t n)
{
	struct attendant *a = arg;
	struct heartbeat hb;

	if (heartbeat_parse(bytes, n, &hb)) {
		log_debug("%zu bytes on the heartbeat port are no heartbeat", n);
		return;
	}
	board_watch_heartbeat(&a->watch, &hb, mono_now());
	attendant_recovery_look(a);
	attendant_rearm(a);
}

static const struct source_ops serial_ops = {.bytes = on_serial_bytes, .state = on_serial_state};
static const struct source_ops netconsole_ops = {.bytes = on_netconsole};
static const struct source_ops heartbeat_ops = {.bytes = on_heartbeat};

static int open_udp(struct attendant *a, unsigned port, const struct source_ops *ops,
		    struct source **out)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
	};
	int size = 4 << 20; /* a panic comes as one burst */
	int fd = priv_socket(&a->cfg, AF_INET, SOCK_DGRAM, 0);

	if (fd < 0)
		return fd;
	inet_pton(AF_INET, a->cfg.server, &sin.sin_addr);
	/* SO_RCVBUFFORCE needs CAP_NET_ADMIN; the smaller buffer works too. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (bind(fd, (struct sockaddr *)&sin, sizeof(sin))) {
		int err = -errno;

		close(fd);
		return err;
	}
	return source_udp_open(&a->loop, fd, ops, a, out);
}

void attendant_catch_up(struct attendant *a)
{
	char *path = path_format("%s/serial.log", a->dir);
	off_t at = (off_t)capture_serial_bytes(a->capture);
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	char buf[16384];
	ssize_t n;

	while (fd >= 0 && (n = pread(fd, buf, sizeof(buf), at)) > 0) {
		on_serial_bytes(a, buf, (size_t)n);
		at += n;
	}
	if (fd >= 0)
		close(fd);
	free(path);
}

int attendant_sources_open(struct attendant *a, char *err, size_t err_len)
{
	int rc = open_udp(a, NETCONSOLE_PORT, &netconsole_ops, &a->netconsole);

	if (!rc)
		rc = open_udp(a, HEARTBEAT_PORT, &heartbeat_ops, &a->heartbeat);
	if (rc)
		snprintf(err, err_len, "UDP ports %d and %d of %s: %s", NETCONSOLE_PORT,
			 HEARTBEAT_PORT, a->cfg.server, strerror(-rc));
	return rc;
}

int attendant_console_open(struct attendant *a, char *err, size_t err_len)
{
	return console_open(&a->loop, &a->cfg, services_serial_socket(a->services), &serial_ops, a,
			    &a->console, err, err_len);
}

void attendant_console_close(struct attendant *a)
{
	if (a->console.source)
		a->console.driver->close(a->console.source);
	a->console.source = NULL;
}

int attendant_type(struct attendant *a, const void *bytes, size_t n)
{
	return a->console.source ? a->console.driver->write(a->console.source, bytes, n)
				 : -ENOTCONN;
}
