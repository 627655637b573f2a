/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The board's network, and who serves it. */
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/doctor/doctor.h"
#include "harness/netboot/privileged.h"

static void tun(struct doctor *d, const char *arg, struct doctor_finding *f)
{
	if (d->cfg->type != BOARD_VIRTUAL || priv_is_remote())
		return;
	if (access("/dev/net/tun", R_OK | W_OK))
		doctor_fail(f, "modprobe tun, or give this container the device",
			    "/dev/net/tun: %s", strerror(errno));
	else
		doctor_ok(f, "/dev/net/tun is there");
}

static void services(struct doctor *d, const char *arg, struct doctor_finding *f)
{
	json_t *st = doctor_ask(d, "status", NULL), *pid;
	char missing[128] = "";
	const char *name;
	size_t n = 0;

	if (!doctor_answered(st)) {
		doctor_skip(f, "the board is not up (kdev up)");
		json_decref(st);
		return;
	}
	json_object_foreach (json_object_get(st, "services"), name, pid) {
		n++;
		if (!json_integer_value(pid))
			snprintf(missing + strlen(missing), sizeof(missing) - strlen(missing),
				 " %s", name);
	}
	if (*missing)
		doctor_fail(f, "kdev up starts them again; kdev status names their log",
			    "not running:%s", missing);
	else
		doctor_ok(f, "all %zu run", n);
	json_decref(st);
}

/* A port that we can take ourselves is one that nobody serves. arg: "udp 67 dnsmasq" */
static void port(struct doctor *d, const char *arg, struct doctor_finding *f)
{
	bool udp = !strncmp(arg, "udp", 3);
	int number = (int)strtol(arg + 4, NULL, 10);
	const char *who = strchr(arg + 4, ' ') + 1;
	struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)number)};
	struct sockaddr_in any4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)number)};
	int fd, taken = 0;

	if (!d->link) {
		doctor_skip(f, "the board is not up (kdev up)");
		return;
	}
	if (priv_is_remote() && number < IPPORT_RESERVED) {
		doctor_skip(f, "only root can try port %d", number);
		return;
	}
	fd = priv_socket(d->cfg, AF_INET, udp ? SOCK_DGRAM : SOCK_STREAM, 0);
	if (fd < 0) {
		doctor_fail(f, "kdev down, then kdev up", "the board's network is not there: %s",
			    strerror(-fd));
		return;
	}
	taken = bind(fd, (struct sockaddr *)&any4, sizeof(any4)) && errno == EADDRINUSE;
	close(fd);
	/* One that serves IPv6 as well may leave IPv4's port free to be bound. */
	fd = taken ? -1 : priv_socket(d->cfg, AF_INET6, udp ? SOCK_DGRAM : SOCK_STREAM, 0);
	if (fd >= 0) {
		taken = bind(fd, (struct sockaddr *)&any, sizeof(any)) && errno == EADDRINUSE;
		close(fd);
	}
	if (taken)
		doctor_ok(f, "%s port %d is served on the board's network", udp ? "UDP" : "TCP",
			  number);
	else
		doctor_fail(f, "kdev down, then kdev up; kdev status names the log",
			    "nobody serves %s port %d: %s does not", udp ? "UDP" : "TCP", number,
			    who);
}

static const struct doctor_check checks[] = {
	{"tun device", tun, NULL},        {"services", services, NULL},
	{"DHCP", port, "udp 67 dnsmasq"}, {"other DHCP", doctor_other_dhcp, NULL},
	{"TFTP", port, "udp 69 dnsmasq"}, {"portmapper", port, "tcp 111 rpcbind"},
	{"NFS", port, "tcp 2049 nfs"},    {0},
};

extern const struct doctor_section doctor_network;
const struct doctor_section doctor_network = {"network", checks};
