/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What privileged.h has, asked of kdev-privileged by one who is not root. */
#ifndef KDEV_HARNESS_NETBOOT_PRIVILEGED_REMOTE_H
#define KDEV_HARNESS_NETBOOT_PRIVILEGED_REMOTE_H

#include "harness/netboot/privileged.h"

int remote_ready(char *err, size_t err_len);
int remote_network_up(const struct board_config *b, char *err, size_t err_len);
int remote_network_down(const struct board_config *b, char *err, size_t err_len);
int remote_socket(const struct board_config *b, int domain, int type, int protocol);
pid_t remote_spawn(const struct board_config *b, const struct priv_spawn *s, char *err,
		   size_t err_len);
int remote_kill(const struct board_config *b, const char *name, int sig);

#endif
