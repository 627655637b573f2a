/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Configuration: one struct a board, from built-in defaults and INI files.
 *
 * Order, later wins: built-in defaults, what `kdev power learn` found out
 * (LEARNED_FILE in the board's directory of the state), /etc/kdev/kdev.conf,
 * $XDG_CONFIG_HOME/kdev/kdev.conf, ./.kdev.conf (or --config FILE alone),
 * KDEV_<KEY> in the environment (KDEV_MEMORY=2048), flags. With no file at all
 * there is one board: "virtual", and it can always be asked for by that name.
 */
#ifndef KDEV_HARNESS_CONFIG_H
#define KDEV_HARNESS_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum board_type {
	BOARD_VIRTUAL, /* QEMU, netbooted */
	BOARD_BARE,    /* a motherboard, netbooted from a network card of ours */
};

/* Where the board's firmware has its address from. */
enum board_dhcp {
	BOARD_DHCP_SERVER, /* us */
	BOARD_DHCP_PROXY,  /* the segment's own server: we say what to boot, and nothing else */
};

/* Who serves a board's NFS root. */
enum board_nfs {
	BOARD_NFS_AUTO,    /* the kernel's nfsd for a bare board where that is possible */
	BOARD_NFS_KERNEL,  /* it, or nothing */
	BOARD_NFS_GANESHA, /* nfs-ganesha */
};

/*
 * One board. Strings are NUL-terminated and checked when read: names match
 * [a-z0-9][a-z0-9-]*, at most 31 long; addresses are dotted quads. Durations
 * are microseconds ("500ms", "10s", "2m" in files).
 */
struct board_config {
	char name[32];
	enum board_type type;

	char mac[18];     /* "52:54:00:6b:64:01", lower case */
	char address[16]; /* the board's fixed IPv4 address */
	char server[16];  /* ours, as the board sees it */
	unsigned prefix;  /* of their network, 8 to 30 */
	enum board_dhcp dhcp;
	enum board_nfs nfs;
	char interface[24]; /* bare: our network card, or "macvlan:" and one that others use too */

	unsigned memory_mib; /* virtual: 256 to 65536 */
	unsigned cpus;       /* virtual: 1 to 64 */
	char nic[32];  /* QEMU's device name, "e1000", the driver's, or "auto": see board_nic() */
	char accel[8]; /* virtual: "auto", "kvm" or "tcg" */
	char firmware[8];  /* virtual: "bios" or "uefi" */
	char cmdline[512]; /* added to the kernel's command line */

	char kernel[256];         /* "debian", "source", a path; "": as `kdev setup` was told */
	char flavour[8];          /* of source: "fast", "debug" or "kasan" */
	char kernel_modules[256]; /* of an image at a path: its modules' directory, or "" */

	char root[256];          /* "debian[:SUITE[:ARCH]]", a path; "": as `kdev setup` was told */
	char root_packages[256]; /* of Debian: more packages, separated by blanks or commas */

	char console[192]; /* KIND:PLACE as console/sources/source.h has it, or "qemu": its own
			      socket */

	/* Power: see struct power_settings of watchdog/power/power.h. */
	char power[12];         /* the driver's name */
	char power_device[256]; /* what it drives; unused by "qmp" */
	char power_button[8], reset_button[8], nmi_button[8], mains[8]; /* a channel, or "none" */
	char mains_cut[8];   /* "closes" or "opens": what its contact does to cut */
	char power_sense[8]; /* a channel that is closed while the board is on, or "none" */
	int64_t press_us, reset_us, hold_us; /* how long a button is held */
	int64_t off_us;                      /* without power in a cycle */
	int64_t power_us;                    /* for the board to follow a button */
	char recovery[64];                   /* which steps of watchdog/ladder.h may be taken */
	int64_t sign_us;                     /* from a reset to the first sign of a boot */
	char crash_kernel[8]; /* what starts at a panic: "off", "restart" or "vmcore" */
	int64_t vmcore_us;    /* for it to save the memory */

	/* How long each step may take. */
	int64_t boot_us, load_us, test_us, unload_us;
	int64_t settle_us;    /* watch for delayed crashes after the unload */
	int64_t heartbeat_us; /* silence of kdev-agent that means trouble */
	int64_t collect_us;   /* for a crash report to come to its end */
	unsigned boot_tries;  /* resets before the board is given up: infra */
};

/* Is there something that a panic starts? */
static inline bool board_has_crash_kernel(const struct board_config *b)
{
	return *b->crash_kernel && strcmp(b->crash_kernel, "off") != 0;
}

/* Its network card as nic_drivers_of() takes it. */
static inline const char *board_nic(const struct board_config *b)
{
	if (b->type == BOARD_VIRTUAL && !strcmp(b->nic, "auto"))
		return "virtio-net-pci"; /* QEMU's e1000 waits 1 s after each start, thrice a boot
					  */
	return b->nic;
}

#define BOARD_SHARED "macvlan:"

/* Our network card on a bare board's segment. */
static inline const char *board_interface(const struct board_config *b)
{
	size_t shared = strlen(BOARD_SHARED);

	return strncmp(b->interface, BOARD_SHARED, shared) ? b->interface : b->interface + shared;
}

static inline bool board_shares_interface(const struct board_config *b)
{
	return board_interface(b) != b->interface;
}

#define LEARNED_FILE "learned.conf"

/* The built-in virtual board. */
void board_config_defaults(struct board_config *b, const char *name);

/*
 * Read the configuration for board `name` (NULL: the only board there is, or the
 * first of the files). `file`, if not NULL, is read instead of the usual files and
 * must exist. On failure returns -EINVAL (bad content or unknown board) or
 * another negative errno, with one line for people in err: "FILE:LINE: KEY: …,
 * expected …".
 */
int config_load(const char *file, const char *name, struct board_config *out, char *err,
		size_t err_len);

/* Write a configuration for people to edit: every key, explained, commented out, with its
 * default. 0 or a negative errno. */
int config_print_commented(FILE *to);

/* "10s", "1.5s", "500ms", "2m", "8h" to microseconds. Returns 0 or -EINVAL. */
int duration_parse(const char *text, int64_t *us);

/* And back, without a fraction: "90s", "1500ms". 0, or -ENOSPC, or -EINVAL if negative. */
int duration_format(int64_t us, char *buf, size_t size);

#endif
