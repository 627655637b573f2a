/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One board's console pipeline: bytes of the serial line and netconsole
 * datagrams in, lines, boot marks and crash reports out.
 *
 * Pure: no I/O and no clock. Callbacks are made from inside the feeding call
 * and must not call back into the pipeline; what they are given is valid only
 * during the call unless said otherwise. Memory is bounded whatever comes in.
 */
#ifndef KDEV_CONSOLE_PIPELINE_H
#define KDEV_CONSOLE_PIPELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console/detector/crash.h"
#include "console/monotime.h"

enum console_source {
	SOURCE_SERIAL,
	SOURCE_NETCONSOLE,
};

/* One line as it came, prefix and all, made safe: no control characters but TAB. */
struct console_line {
	enum console_source source;
	struct monotime at; /* when its first byte arrived */
	int64_t kernel_us;  /* printk timestamp; -1 if there is none */
	const char *text;   /* not NUL-terminated */
	size_t len;
	bool duplicate; /* the other source had it already: keep out of the timeline */
};

enum boot_mark {
	BOOT_FIRMWARE,    /* a firmware or boot loader banner (SeaBIOS, iPXE, PXELINUX, UEFI …) */
	BOOT_KERNEL,      /* "Linux version …" */
	BOOT_RESTART,     /* "reboot: Restarting system", "Power down": told to */
	BOOT_NFS_STALLED, /* "nfs: server X not responding, still trying" */
	BOOT_NFS_OK,      /* "nfs: server X OK" */
	BOOT_HEARTBEAT,   /* "kdev-agent: kdev1 boot=…": a heartbeat, see watchdog/heartbeat.h */
	BOOT_GAVE_UP,     /* a boot loader waits for somebody, or for a reset */
	BOOT_TROUBLE,     /* why it does not get on: "kdev-init: NFS root …; trying again" */
};

struct pipeline_ops {
	/* A whole line (or a piece of one that is too long or too old). May be NULL. */
	void (*line)(void *arg, const struct console_line *line);
	/* The first line of a report was just seen; its end will follow. Within
	 * milliseconds of the bytes. `r` has at least klass and a provisional title. */
	void (*crash_begin)(void *arg, const struct crash_report *r);
	/* The report is complete. The callee takes `r` over and frees it. */
	void (*crash_end)(void *arg, struct crash_report *r);
	/* The board's boot made progress. `text` is the line. */
	void (*mark)(void *arg, enum boot_mark mark, const char *text, size_t len);
	/* Something is known to be missing: a printk or netconsole sequence gap. */
	void (*lost)(void *arg, enum console_source source, uint64_t records, const char *why);
};

struct pipeline;

/* New pipeline; NULL when out of memory. `ops` is copied. */
struct pipeline *pipeline_new(const struct pipeline_ops *ops, void *arg);
void pipeline_free(struct pipeline *p);

/* Feed bytes of the serial line. Returns 0 or -ENOMEM (the bytes are then lost to
 * the detector, never to the raw log, which is not kept here). */
int pipeline_serial(struct pipeline *p, const void *bytes, size_t n, struct monotime now);

/* Feed one netconsole datagram, basic or extended format. */
int pipeline_netconsole(struct pipeline *p, const void *datagram, size_t n, struct monotime now);

/* When pipeline_tick() wants to be called at the latest; MONO_NEVER if it needs not. */
struct monotime pipeline_wakeup(const struct pipeline *p);

/* Time has passed: flush partial lines, end reports that have gone quiet. */
void pipeline_tick(struct pipeline *p, struct monotime now);

/* End every open report and line now (the board was reset, the stream ended). */
void pipeline_flush(struct pipeline *p, struct monotime now);

/* The board is being reset on purpose: the next boot's reports are not secondary
 * to this one's, and its banner is no surprise. Implies pipeline_flush(). */
void pipeline_new_boot(struct pipeline *p, struct monotime now);

/* The kernel that speaks is about to start another one. Its last words are its own, and the other's
 * banner is no surprise. */
void pipeline_expect_kernel(struct pipeline *p);

/* True while a report has begun and not ended. */
bool pipeline_in_report(const struct pipeline *p);

#endif
