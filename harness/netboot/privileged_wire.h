/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is said between a user's kdev and kdev-privileged, on a Unix socket of packets: one request,
 * one reply, the end. Both are of fixed size, so that there is nothing to parse. PRIV_START has two
 * replies: the process exists; then, when the user has sent any byte, it has become the service.
 *
 * Nothing of a request is believed: harness/privileged/request.c.
 */
#ifndef KDEV_HARNESS_NETBOOT_PRIVILEGED_WIRE_H
#define KDEV_HARNESS_NETBOOT_PRIVILEGED_WIRE_H

#include <stdint.h>

#define PRIV_WIRE_VERSION 1

/* Where it listens; a user may name another place in KDEV_PRIVILEGED. */
#define PRIV_SOCKET "/run/kdev/privileged.sock"
/* Root's own, of what it has started: STATE/OWNER.BOARD/. All may read the logs. */
#define PRIV_STATE "/var/lib/kdev-privileged"

/* A user's boards have his number before their name, with a character that no name can have: two
 * users' boards, and root's, are never the same. */
#define PRIV_OWNER "%u."

enum priv_op {
	PRIV_NETWORK_UP = 1,
	PRIV_NETWORK_DOWN,
	PRIV_GET,    /* what: enum priv_fd; the reply has the fd */
	PRIV_START,  /* what: enum priv_service */
	PRIV_SIGNAL, /* what: enum priv_service */
};

enum priv_fd {
	PRIV_FD_UDP,
	PRIV_FD_TCP,
	PRIV_FD_UDP6,
	PRIV_FD_TCP6,
	PRIV_FD_PACKET, /* AF_PACKET, SOCK_DGRAM */
	PRIV_FD_TAP,    /* PRIV_TAP of privileged.h */
	PRIV_FD_HTTP,   /* PRIV_HTTP */
	PRIV_FDS,
};

enum priv_service { PRIV_RPCBIND, PRIV_NFS, PRIV_DNSMASQ, PRIV_SERVICES };

/* Their names, of their logs and records too. */
#define PRIV_SERVICE_NAMES                                                                         \
	{                                                                                          \
		"rpcbind", "nfs", "dnsmasq"                                                        \
	}

/* Which of a board's settings are told, as a file would have them. */
#define PRIV_KEYS                                                                                  \
	{                                                                                          \
		"type", "mac", "address", "server", "prefix", "dhcp", "interface"                  \
	}
enum { PRIV_N_KEYS = 7, PRIV_VALUE_MAX = 24 };

/* Texts end with a NUL. */
struct priv_request {
	uint32_t version;
	uint32_t op;
	uint32_t what;
	uint32_t fresh;  /* PRIV_START: its log begins anew */
	uint32_t signal; /* PRIV_SIGNAL: SIGTERM or SIGKILL */
	char name[32];   /* the board's */
	char value[PRIV_N_KEYS][PRIV_VALUE_MAX];
	char path[1024]; /* PRIV_START: of NFS the root, of dnsmasq the board's directory */
};

struct priv_reply {
	int32_t err;    /* 0 or a negative errno */
	int32_t pid;    /* PRIV_START */
	char text[504]; /* if err: one line for people; PRIV_START: where its log is */
};

#endif
