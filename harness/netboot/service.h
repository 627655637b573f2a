/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One service of a board: a process that outlives the attendant, known by its record (pid, start
 * time, what it was told to do) and watched by a pidfd, whoever started it.
 */
#ifndef KDEV_HARNESS_NETBOOT_SERVICE_H
#define KDEV_HARNESS_NETBOOT_SERVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <uv.h>

#include "harness/config/config.h"
#include "harness/netboot/privileged.h"
#include "harness/netboot/service_args.h"

#define SERVICE_WHY_MAX 320

struct service;

/* It ended, by itself. why: one line: its exit status or signal if it was our child, and the last
 * line of its log if that can be the reason. It may be started again from here. */
typedef void (*service_died_fn)(void *arg, struct service *s, const char *why);

/* Owned by the caller; set up with service_init(). */
struct service {
	const char *name; /* "dnsmasq": also the record's and the log's name */
	const struct board_config *board;
	const char *dir; /* of the board: borrowed */
	service_died_fn died;
	void *arg;
	uv_loop_t *loop;
	pid_t pid;                   /* 0: not running */
	int pidfd;                   /* -1: not running */
	struct service_watch *watch; /* of the pidfd, which it then owns */
	unsigned deaths;             /* in a row, each within seconds of its start */
	uint64_t started_ms;
};

/* What it is to do. All borrowed for the call. */
struct service_order {
	const struct service_args *args;
	const char *config; /* text of its configuration file; NULL: it has none */
	const char *rootfs; /* see struct priv_spawn, as for the rest */
	bool private_run;
	pid_t share_run;
	int share_run_pidfd;
	enum priv_end end;
};

void service_init(struct service *s, uv_loop_t *loop, const char *name,
		  const struct board_config *board, const char *dir, service_died_fn died,
		  void *arg);

/* Take over the process of the record, if it still is that process, lives in the board's network
 * and was told just this. True if so. One that was told something else is stopped. */
bool service_adopt(struct service *s, const struct service_order *order);

/* Start it in DIR, with log DIR/NAME.log (begun anew, but not after a death) and record
 * DIR/services/NAME.json. 0 or a negative errno with a line in err. */
int service_start(struct service *s, const struct service_order *order, char *err, size_t err_len);

/*
 * End services: TERM to all, after 2 s KILL, records removed. Those that only the record knows
 * of too. Synchronous; died() is not called.
 */
void service_stop(struct service *s, size_t n);

/* Let go: the process goes on. */
void service_release(struct service *s);

/* Count a death. How long to wait before the next start, in ms, or -1: it has died
 * time and again within seconds of its start, give it up. */
int service_count_death(struct service *s);

/* Has it ended, without the loop having said so yet? Then why is as for died(). */
bool service_has_ended(struct service *s, char *why, size_t size);

#endif
