/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is written down of a running service, so that the next attendant can adopt it: text in, text
 * out, and the decision. Pure: the caller reads /proc and the file.
 */
#ifndef KDEV_HARNESS_NETBOOT_SERVICE_RECORD_H
#define KDEV_HARNESS_NETBOOT_SERVICE_RECORD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define BOOT_ID_SIZE 40 /* /proc/sys/kernel/random/boot_id and the NUL */

struct service_record {
	pid_t pid;
	/* Field 22 of /proc/PID/stat, ticks since the host's boot: with the boot's id it tells
	 * our process from a later one with the same pid. */
	unsigned long long start_time;
	char boot_id[BOOT_ID_SIZE];
	uint64_t digest; /* of what it was told to do: service_digest() */
};

/* New string of JSON, the caller frees; NULL when out of memory. argv is for people. */
char *service_record_format(const struct service_record *r, char *const *argv);

/* 0 or -EINVAL; *r is written only on success. */
int service_record_parse(const char *text, size_t len, struct service_record *r);

/* FNV-1a over the arguments and the text of the configuration file (NULL: none). */
uint64_t service_digest(char *const *argv, const char *config);

/* Start time of a live process from the text of /proc/PID/stat. 0: dead and not yet reaped, or no
 * such text. The name in field 2 may hold spaces and parentheses: proc(5). */
unsigned long long service_start_time(const char *stat);

/* What is so now, to hold a record against. */
struct service_now {
	unsigned long long start_time; /* of the record's pid; 0: no such process */
	const char *boot_id;
	uint64_t digest; /* of what is wanted */
	int in_network;  /* the process lives in the board's present namespace */
};

enum service_fate {
	SERVICE_GONE,  /* not running: that pid is nobody's or somebody else's */
	SERVICE_STALE, /* ours, but other than is wanted now: to be stopped */
	SERVICE_GOOD,  /* ours and right: adopt it */
};

enum service_fate service_judge(const struct service_record *r, const struct service_now *now);

/* How long to wait before the n-th restart in a row (from 1), in ms; -1: give it up. */
int service_restart_delay(unsigned n);

#endif
