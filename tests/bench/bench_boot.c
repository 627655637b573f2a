/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/netboot/services.c harness/netboot/service.c harness/netboot/service_args.c */
/* LINK: harness/netboot/service_record.c harness/netboot/service_file.c */
/* LINK: harness/netboot/services_wait.c harness/netboot/board_files.c harness/netboot/network.c */
/* LINK: harness/netboot/privileged.c harness/netboot/dnsmasq.c harness/netboot/nfs.c */
/* LINK: harness/netboot/pxe.c harness/netboot/qemu.c harness/netboot/setup_paths.c */
/* LINK: harness/netboot/setup.c harness/netboot/kernel.c harness/netboot/rootfs.c */
/* LINK: harness/netboot/initrd.c harness/netboot/keys.c harness/netboot/cpio.c */
/* LINK: harness/netboot/module_deps.c harness/netboot/stamp.c harness/process.c harness/paths.c */
/* LINK: harness/paths_file.c harness/paths_remove.c harness/log.c harness/config.c */
/* LINK: harness/config_file.c harness/config_keys.c harness/config_value.c harness/duration.c */
/* LINK: harness/nearest.c harness/wire_socket.c console/strbuf.c console/sanitize.c */
/* LINK: watchdog/heartbeat.c */
/* LIBS: libuv jansson inih libkmod */
/*
 * How long does a board need from power-on, and from reset, until it is ready for a module? Starts
 * a virtual board of its own, resets it some times and says where the time went.
 *
 *	bench_boot [-v] [RESETS]	-v: also every console line with its time
 */
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include "harness/config.h"
#include "harness/netboot/privileged.h"
#include "harness/netboot/services.h"
#include "harness/wire.h"
#include "watchdog/heartbeat.h"

#define GIVE_UP_S 90

/* What the console says when a stage begins; in this order. */
static const struct {
	const char *text, *name;
} marks[] = {
	{"SeaBIOS (version", "firmware"}, {"iPXE 1", "NIC's ROM"},      {"PXELINUX", "loader"},
	{"Linux version", "kernel"},      {"kdev-init: ready", "root"},
};
#define N_MARKS (sizeof(marks) / sizeof(marks[0]))

struct bench {
	struct board_config board;
	struct services *services;
	int serial, heartbeat;
	bool verbose;
	char line[4096];
	size_t len;
	double start, mark[N_MARKS];
	char boot_id[HEARTBEAT_BOOT_ID + 1]; /* of the boot before */
};

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void take_line(struct bench *b)
{
	b->line[b->len] = '\0';
	if (b->verbose) {
		printf("%7.3f ", now() - b->start);
		for (const char *p = b->line; *p; p++)
			putchar(*p >= ' ' && *p < 127 ? *p : '.');
		putchar('\n');
	}
	for (size_t i = 0; i < N_MARKS; i++)
		if (b->mark[i] < 0 && strstr(b->line, marks[i].text))
			b->mark[i] = now() - b->start;
	b->len = 0;
}

static void take_serial(struct bench *b)
{
	char buf[4096];
	ssize_t n = read(b->serial, buf, sizeof(buf));

	for (ssize_t i = 0; i < n; i++) {
		if (buf[i] != '\n' && b->len < sizeof(b->line) - 1)
			b->line[b->len++] = buf[i] ? buf[i] : ' ';
		if (buf[i] == '\n' || b->len == sizeof(b->line) - 1)
			take_line(b);
	}
	if (n <= 0) {
		fprintf(stderr, "the serial line was closed\n");
		exit(1);
	}
}

/* True when a boot that was not seen before says that it is ready. */
static bool take_heartbeat(struct bench *b)
{
	char buf[HEARTBEAT_MAX];
	struct heartbeat hb;
	ssize_t n = recv(b->heartbeat, buf, sizeof(buf), 0);

	if (n < 0 || heartbeat_parse(buf, (size_t)n, &hb) || !hb.ready ||
	    !strcmp(hb.boot_id, b->boot_id))
		return false;
	memcpy(b->boot_id, hb.boot_id, sizeof(b->boot_id));
	return true;
}

static bool await_ready(struct bench *b, const char *what)
{
	struct pollfd fds[] = {{b->serial, POLLIN, 0}, {b->heartbeat, POLLIN, 0}};
	double left;

	for (size_t i = 0; i < N_MARKS; i++)
		b->mark[i] = -1;
	while ((left = b->start + GIVE_UP_S - now()) > 0) {
		if (poll(fds, 2, (int)(left * 1000)) < 0)
			continue;
		if (fds[0].revents)
			take_serial(b);
		if (fds[1].revents && take_heartbeat(b)) {
			printf("%-9s ready %6.2f s:", what, now() - b->start);
			for (size_t i = 0; i < N_MARKS; i++)
				printf("  %s %.2f", marks[i].name, b->mark[i]);
			printf("\n");
			fflush(stdout);
			return true;
		}
	}
	fprintf(stderr, "%s: not ready within %d s\n", what, GIVE_UP_S);
	return false;
}

static int open_heartbeat(const struct board_config *b)
{
	struct sockaddr_in sin = {.sin_family = AF_INET, .sin_port = htons(HEARTBEAT_PORT)};
	int fd = priv_socket(b, AF_INET, SOCK_DGRAM, 0);

	inet_pton(AF_INET, b->server, &sin.sin_addr);
	if (fd >= 0 && bind(fd, (struct sockaddr *)&sin, sizeof(sin))) {
		close(fd);
		return -errno;
	}
	return fd;
}

/* The machine's reset button, by QEMU's machine protocol. */
static bool press_reset(const struct bench *b)
{
	static const char commands[] = "{\"execute\":\"qmp_capabilities\"}\n"
				       "{\"execute\":\"system_reset\"}\n";
	int fd = wire_socket_connect(services_qmp_socket(b->services));
	char buf[4096] = "";
	size_t len = 0;
	ssize_t n = 1;

	if (fd < 0 || write(fd, commands, sizeof(commands) - 1) < 0)
		return false;
	while (n > 0 && len < sizeof(buf) - 1 && !strstr(buf, "\"RESET\"")) {
		n = read(fd, buf + len, sizeof(buf) - 1 - len);
		len += n > 0 ? (size_t)n : 0;
	}
	close(fd);
	return n > 0;
}

static void died(void *arg, const char *what, bool board, int err, const char *why)
{
	fprintf(stderr, "%s died: %s\n", what, why);
}

static bool measure(struct bench *b, int resets)
{
	bool ok = await_ready(b, "power-on");

	for (int i = 0; ok && i < resets; i++) {
		b->start = now();
		ok = press_reset(b) && await_ready(b, "reset");
	}
	return ok;
}

int main(int argc, char **argv)
{
	static const struct services_ops ops = {.died = died};
	struct bench b = {.serial = -1, .heartbeat = -1};
	char err[512] = "out of memory";
	uv_loop_t loop;
	bool adopted, ok = false;
	int rc, resets;

	b.verbose = argc > 1 && !strcmp(argv[1], "-v");
	resets = argc > 1 + b.verbose ? (int)strtol(argv[1 + b.verbose], NULL, 10) : 3;
	rc = config_load(NULL, "virtual", &b.board, err, sizeof(err));
	snprintf(b.board.name, sizeof(b.board.name), "bench");
	uv_loop_init(&loop);
	if (!rc)
		rc = services_new(&loop, &b.board, &ops, &b, &b.services);
	b.start = now();
	if (!rc)
		rc = services_start(b.services, &adopted, err, sizeof(err));
	if (!rc) {
		printf("services up after %.3f s\n", now() - b.start);
		while ((b.serial = wire_socket_connect(services_serial_socket(b.services))) < 0 &&
		       now() - b.start < GIVE_UP_S)
			poll(NULL, 0, 5);
		b.heartbeat = open_heartbeat(&b.board);
		ok = b.serial >= 0 && b.heartbeat >= 0 && measure(&b, resets);
	} else {
		fprintf(stderr, "%s\n", err);
	}
	if (b.services) {
		b.start = now();
		services_stop(b.services);
		printf("stopped in %.3f s\n", now() - b.start);
	}
	services_free(b.services);
	uv_run(&loop, UV_RUN_DEFAULT);
	close(b.serial);
	close(b.heartbeat);
	return ok ? 0 : 1;
}
