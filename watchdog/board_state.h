/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What state is the board in, and why do we think so: a pure state machine over
 * what is heard of it. No I/O, no clock.
 *
 *   OFF ──power──> FIRMWARE ──"Linux version"──> BOOTING ──heartbeat ready──> READY
 *                     ^                              NFS quiet │ ^ answers
 *                     └── reset, by us or by itself            v │
 *   HUNG <── heartbeats gone, nothing explains it ──────── NFS_STALLED
 *
 * An agent whose NFS server does not answer also puts its heartbeats into the kernel's log: where
 * they arrive by the console alone, it is the network that is gone (NETWORK_LOST), not the board.
 *
 * Only heartbeats are evidence that user space lives: a kernel that is stuck for ever goes on
 * printing, and one that prints a long dump on a slow line may not let anything else run.
 * Such a board is HUNG, and READY again when its heartbeats come back.
 */
#ifndef KDEV_WATCHDOG_BOARD_STATE_H
#define KDEV_WATCHDOG_BOARD_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console/monotime.h"
#include "watchdog/heartbeat.h"

enum board_state {
	BOARD_OFF,      /* no power */
	BOARD_FIRMWARE, /* powered or reset; no kernel heard of yet */
	BOARD_BOOTING,  /* a kernel speaks, its agent does not yet say ready */
	BOARD_READY,
	BOARD_NFS_STALLED,  /* agent alive, its NFS root does not answer: wait, not a hang */
	BOARD_NETWORK_LOST, /* agent alive, but heard on the console alone: wait, not a hang */
	BOARD_HUNG,         /* was ready; heartbeats are gone */
	BOARD_PANICKED,     /* the kernel said it panicked */
	BOARD_NEVER_CAME,   /* FIRMWARE or BOOTING longer than the boot's deadline */
};

const char *board_state_name(enum board_state s); /* "off", "firmware", … */

struct board_watch_config {
	int64_t heartbeat_us; /* silence that means a hang */
	/* From power-on or reset to ready. A boot that gets on, if slowly, is not given up:
	 * from its kernel's start, and from its agent's first word, it has at least half of
	 * this. */
	int64_t boot_us;
};

enum board_event {
	BOARD_EV_STATE,      /* state changed from `from` to `to` */
	BOARD_EV_SELF_RESET, /* it began to boot and nobody had asked it to */
};

/* One change, with its reason in a sentence for people. A self-reset comes before the state
 * change that it means, and once, however many signs of it follow; its `to` is
 * BOARD_FIRMWARE. */
struct board_change {
	enum board_event event;
	enum board_state from, to;
	char reason[160];
};

typedef void (*board_change_fn)(void *arg, const struct board_change *c);

/* Owned by the caller, initialised by board_watch_init(); fields are for reading. */
struct board_watch {
	struct board_watch_config cfg;
	board_change_fn fn;
	void *arg;
	enum board_state state;
	char reason[160];
	struct monotime since;      /* of this state */
	struct monotime boot_began; /* power-on or reset; MONO_NEVER: before we looked */
	const char *boot_by;        /* "power-on", "reset" … */
	struct monotime firmware_at, kernel_at, ready_at; /* of this boot; MONO_NEVER: not yet */
	/* MONO_NEVER: none this boot. A heartbeat comes as a datagram, or by the console. */
	struct monotime last_heartbeat, last_datagram, last_console;
	struct heartbeat heartbeat;              /* the last one; boot_id "" if none this boot */
	char old_boot_id[HEARTBEAT_BOOT_ID + 1]; /* the boot before: late packets are ignored */
	struct monotime old_heard;               /* its last one; MONO_NEVER: none since */
	uint64_t heartbeats_lost;
	bool expect_boot;        /* a reset was asked for and its boot not yet seen */
	bool commanded;          /* this boot was begun by us, not by the board itself */
	bool asked_off;          /* the power button was pressed while it ran */
	bool unknown;            /* adopted, and nothing heard yet that tells its state */
	bool kernel_nfs_stalled; /* by the kernel's own message */
	struct monotime nfs_stalled_at;
	bool root_seen; /* the NFS root was heard to answer, or mounted by a boot that we saw */
	bool root_gone; /* NFS_STALLED for good: the server knows of no such root, a boot is needed
			 */
	struct monotime stale_since; /* each heartbeat has said so; MONO_NEVER: the last did not */
	char trouble[96];            /* what it says keeps it from booting; "": nothing */
	struct monotime trouble_at;  /* when it first said so in this boot */
	struct monotime boot_deadline; /* MONO_NEVER unless booting */
	struct monotime grace;         /* after a late tick; MONO_NEVER: none */
};

void board_watch_init(struct board_watch *w, const struct board_watch_config *cfg,
		      board_change_fn fn, void *arg, struct monotime now);

/* What is heard. Each may call fn. Tell of a reset before the button goes down, or the banner is
 * a surprise. */
void board_watch_power(struct board_watch *w, bool on, struct monotime now);
void board_watch_reset(struct board_watch *w, struct monotime now); /* we reset it */
/* The kernel that is about to speak was started by the one before, as was arranged, which ended at
 * `ended`: this boot is counted from there. */
void board_watch_kexec(struct board_watch *w, struct monotime ended, struct monotime now);
void board_watch_pressed(struct board_watch *w,
			 struct monotime now); /* the power button, shortly */
void board_watch_adopted(struct board_watch *w, struct monotime now);  /* found running */
void board_watch_console(struct board_watch *w, struct monotime now);  /* any byte */
void board_watch_firmware(struct board_watch *w, struct monotime now); /* banner */
void board_watch_kernel(struct board_watch *w, struct monotime now);   /* "Linux version" */
void board_watch_restart(struct board_watch *w, struct monotime now);  /* kernel: it reboots */
void board_watch_panic(struct board_watch *w, struct monotime now);
/* Its boot complains, in its own words: text may hold any bytes. A kernel that has complained for
 * 30 s is not waited for any longer: what it lacks does not come by itself. */
void board_watch_trouble(struct board_watch *w, const char *text, size_t len, struct monotime now);
/* Its boot loader goes no further by itself: there is nothing to wait for. */
void board_watch_gave_up(struct board_watch *w, const char *text, size_t len, struct monotime now);
void board_watch_nfs(struct board_watch *w, bool stalled, struct monotime now);
void board_watch_heartbeat(struct board_watch *w, const struct heartbeat *hb, struct monotime now);
/* The same, found in the kernel's log. */
void board_watch_console_beat(struct board_watch *w, const struct heartbeat *hb,
			      struct monotime now);

/* Time has passed. A tick that comes late (we did not run) decides nothing at once: what the board
 * sent meanwhile is read first. */
void board_watch_tick(struct board_watch *w, struct monotime now);
struct monotime board_watch_wakeup(const struct board_watch *w);

#endif
