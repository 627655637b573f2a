/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What privileged.h has, done by ourselves, who must be root: for kdev as root, and for
 * kdev-privileged. privileged_network.c: the namespace; privileged_spawn.c: services.
 */
#ifndef KDEV_HARNESS_NETBOOT_PRIVILEGED_LOCAL_H
#define KDEV_HARNESS_NETBOOT_PRIVILEGED_LOCAL_H

#include "harness/netboot/privileged.h"

int local_network_up(const struct board_config *b, char *err, size_t err_len);
int local_network_down(const struct board_config *b, char *err, size_t err_len);
int local_socket(const struct board_config *b, int domain, int type, int protocol);

/* tap0 of the namespace, opened as QEMU takes it. The fd or a negative errno. */
int local_tap(const struct board_config *b);

/* privileged_card.c: may a bare board have its interface? 0 or a negative errno with a line in err.
 */
int local_card_check(const struct board_config *b, char *err, size_t err_len);

/* How a service is started, besides what it is. */
struct local_spawn {
	bool outside; /* not in the board's namespace */
	int end;      /* to be PRIV_END_FD; -1: none */
	/* The last thing before it becomes the service: to give up what it does not need. 0, or -1
	 * with errno. NULL: nothing is given up. */
	int (*confine)(void *arg);
	void *arg;
};

/* Needs root only for what s and how ask for. */
pid_t local_spawn(const struct board_config *b, const struct priv_spawn *s,
		  const struct local_spawn *how, char *err, size_t err_len);
int local_kill(int pidfd, int sig);
bool local_in_network(const struct board_config *b, pid_t pid);

#endif
