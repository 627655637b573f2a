/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One service of a board: a process that outlives the attendant, known by its record
 * (pid, start time, arguments) and watched by a pidfd, whoever started it.
 */
#ifndef KDEV_HARNESS_NETBOOT_SERVICE_H
#define KDEV_HARNESS_NETBOOT_SERVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <uv.h>

#include "console/strbuf.h"
#include "harness/config.h"
#include "harness/netboot/privileged.h"

#define SERVICE_ARGS_MAX 96

/* An argv that is put together word by word. */
struct service_args {
	char *argv[SERVICE_ARGS_MAX + 1];
	size_t n;
	int err; /* -ENOMEM or -E2BIG, once and for all */
};

void service_arg(struct service_args *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void service_args_free(struct service_args *a);

struct service;

/* It ended, by itself. why: "exit status 1" can't be known of what is not our child, so
 * it is the last line of its log, or "". */
typedef void (*service_died_fn)(void *arg, struct service *s, const char *why);

/* Owned by the caller; zero it, then service_init(). */
struct service {
	const char *name; /* "dnsmasq": also the record's and the log's name */
	const struct board_config *board;
	const char *dir; /* of the board: borrowed */
	service_died_fn died;
	void *arg;
	uv_loop_t *loop;
	pid_t pid;                     /* 0: not running */
	unsigned long long start_time; /* of that pid: field 22 of /proc/PID/stat, in ticks */
	int pidfd;
	uv_poll_t *poll;
	unsigned deaths; /* in a row, see service_worth_restarting() */
	uint64_t started_ms;
};

void service_init(struct service *s, uv_loop_t *loop, const char *name,
		  const struct board_config *board, const char *dir, service_died_fn died,
		  void *arg);

/* Take over the process of the record, if it still is that process and was started with just these
 * arguments. True if so. One that runs with other arguments is stopped. */
bool service_adopt(struct service *s, const struct service_args *args);

/* Start it, with log DIR/NAME.log (begun anew) and record DIR/services/NAME.json. spawn's argv
 * and log_path are filled in here. 0 or a negative errno with a line in err. */
int service_start(struct service *s, const struct service_args *args, struct priv_spawn *spawn,
		  char *err, size_t err_len);

/* TERM, after 2 s KILL, remove the record. Synchronous. Also stops what only the record
 * knows of. */
void service_stop(struct service *s);

/* Let go: the process goes on. */
void service_release(struct service *s);

/* After a death: false when it has died five times within seconds of its start. */
bool service_worth_restarting(struct service *s);

/* Field 22 (start time) of a /proc/PID/stat line. 0: not to be had. The name in field 2 may
 * hold spaces and parentheses: proc(5). Pure. */
unsigned long long service_parse_start_time(const char *stat);

#endif
