/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What services.c, services_new.c and services_dhcp.c share. */
#ifndef KDEV_HARNESS_NETBOOT_SERVICES_INTERNAL_H
#define KDEV_HARNESS_NETBOOT_SERVICES_INTERNAL_H

#include "harness/netboot/dhcp_ask.h"
#include "harness/netboot/service.h"
#include "harness/netboot/services.h"

enum { RPCBIND, NFS, DNSMASQ, BOOT_SERVER, QEMU, N_SERVICES };

extern const char *const services_names[N_SERVICES];

/* A restart that waits its time. */
struct restart {
	uv_timer_t timer;
	struct services *services;
	int which;
	char why[SERVICE_WHY_MAX];
};

struct services {
	uv_loop_t *loop;
	const struct board_config *board;
	struct services_ops ops;
	void *arg;
	char *dir;
	int dir_fd;
	struct service service[N_SERVICES];
	struct service_args args[N_SERVICES];
	struct restart *restart[N_SERVICES]; /* freed by libuv */
	struct dhcp_ask *dhcp_ask;           /* under way, before DNSMASQ; NULL: none is */
	bool given_up[N_SERVICES];
	bool kernel_nfs; /* NFS is the kernel's server, held by our own program */
	char *nfs_config, *rootfs;
	char network[24]; /* with kdev-privileged: of which network the ends are that were given */
	char *serial_socket, *qmp_socket;
};

/* How many of them the board has: QEMU is the board, where there is no other. */
int services_count(const struct board_config *b);

/* services.c */
void services_died(void *arg, struct service *dead, const char *why); /* a service_died_fn */
/* 0 or a negative errno with a line in err. */
int services_start_one(struct services *s, int i, char *err, size_t err_len);
/* Until the next services_start(). why: one line for people. */
void services_give_up(struct services *s, int i, const char *why);

/* services_dhcp.c */
/* On a segment that others may serve ours waits until nobody else has offered anything, and where
 * somebody has it is given up. Not to be waited for: 0 or a negative errno with a line in err. */
int services_start_dhcp(struct services *s, char *err, size_t err_len);

#endif
