/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a root's own init must not start on a board, switched off in the way of whatever starts
 * services there: systemd's units, System V's links, OpenRC's runlevels, busybox's S-scripts.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/paths.h"
#include "harness/rootfs/root_adapt.h"

#define NETWORK  "it would take down the network card, which carries the root"
#define SSH      "kdev's own ssh server, with its key, has port 22"
#define FIREWALL "a firewall could cut the root off"
#define UPDATES  "it would work in the middle of a test"
#define CRASHES  "kdev arms the crash kernel"
#define WATCHDOG "it could reset the board by itself"
#define NO_DISK  "the board has no such disk"
#define CONSOLE  "the console is kdev's evidence"

static const struct {
	const char *name, *why;
} off[] = {
	{"NetworkManager", NETWORK},
	{"NetworkManager-wait-online", NETWORK},
	{"network-manager", NETWORK},
	{"networkmanager", NETWORK},
	{"systemd-networkd", NETWORK},
	{"systemd-networkd-wait-online", NETWORK},
	{"networking", NETWORK},
	{"network", NETWORK},
	{"ifupdown-wait-online", NETWORK},
	{"dhcpcd", NETWORK},
	{"connman", NETWORK},
	{"wicked", NETWORK},
	{"wickedd", NETWORK},
	{"wpa_supplicant", NETWORK},
	{"cloud-init-local", NETWORK},
	{"cloud-init", NETWORK},
	{"cloud-config", NETWORK},
	{"cloud-final", NETWORK},
	{"ssh", SSH},
	{"sshd", SSH},
	{"dropbear", SSH},
	{"firewalld", FIREWALL},
	{"nftables", FIREWALL},
	{"iptables", FIREWALL},
	{"ip6tables", FIREWALL},
	{"ufw", FIREWALL},
	{"netfilter-persistent", FIREWALL},
	{"apt-daily", UPDATES},
	{"apt-daily-upgrade", UPDATES},
	{"unattended-upgrades", UPDATES},
	{"dnf-makecache", UPDATES},
	{"dnf-automatic", UPDATES},
	{"packagekit", UPDATES},
	{"snapd", UPDATES},
	{"man-db", UPDATES},
	{"kdump", CRASHES},
	{"kdump-tools", CRASHES},
	{"kexec", CRASHES},
	{"kexec-load", CRASHES},
	{"watchdog", WATCHDOG},
	{"wd_keepalive", WATCHDOG},
	{"fstrim", NO_DISK},
	{"e2scrub_all", NO_DISK},
	{"e2scrub_reap", NO_DISK},
	{"mdadm", NO_DISK},
	{"mdmonitor", NO_DISK},
	{"lvm2-monitor", NO_DISK},
	{"multipathd", NO_DISK},
	{"open-iscsi", NO_DISK},
	{"iscsid", NO_DISK},
	{"modloop", NO_DISK},
	{"swap", NO_DISK},
	{"plymouth-start", CONSOLE},
	{"dmesg", CONSOLE}, /* OpenRC's: it sets the console's log level */
};

#define OFF_N (sizeof(off) / sizeof(off[0]))

static const char *why_off(const char *name, size_t len)
{
	for (size_t i = 0; i < OFF_N; i++) {
		if (strlen(off[i].name) == len && !memcmp(off[i].name, name, len))
			return off[i].why;
	}
	return NULL;
}

/* In the way that `systemctl mask` has. */
static int mask_unit(struct setup *s, struct adaptation *a, const char *unit, const char *why)
{
	static const char *const dirs[] = {"/etc/systemd/system", "/lib/systemd/system",
					   "/usr/lib/systemd/system"};
	char path[192], target[16] = "";
	bool there = false;

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]) && !there; i++) {
		struct stat st;

		snprintf(path, sizeof(path), "%s/%s", dirs[i], unit);
		there = lstat(path, &st) == 0;
	}
	snprintf(path, sizeof(path), "/etc/systemd/system/%s", unit);
	if (!there ||
	    (readlink(path, target, sizeof(target) - 1) > 0 && !strcmp(target, "/dev/null")))
		return 0;
	if (root_make_dir(s, "/etc/systemd/system", 0755))
		return -EIO;
	unlink(path);
	if (symlink("/dev/null", path))
		return setup_fail(s, -errno, "%s: %s", path, strerror(errno));
	root_changed(a, "%s: masked: %s", unit, why);
	return 0;
}

static int mask_units(struct setup *s, struct adaptation *a)
{
	static const char *const kinds[] = {"service", "socket", "timer", "path"};
	int err = 0;

	for (size_t i = 0; i < OFF_N; i++) {
		for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]) && !err; k++) {
			char unit[96];

			snprintf(unit, sizeof(unit), "%s.%s", off[i].name, kinds[k]);
			err = mask_unit(s, a, unit, off[i].why);
		}
	}
	return err;
}

/* S20ssh is ssh. */
static const char *behind_number(const char *name)
{
	return name[0] == 'S' && isdigit((unsigned char)name[1]) && isdigit((unsigned char)name[2])
		       ? name + 3
		       : NULL;
}

enum names { PLAIN, NUMBERED };

/* Take those of `off` out of a directory whose entries are started. With `keep` a file, which is
 * the service itself, gets a name that is not started. */
static int clear_dir(struct setup *s, struct adaptation *a, const char *dir, enum names names,
		     bool keep)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	int err = 0;

	while (d && !err && (e = readdir(d))) {
		const char *name = names == NUMBERED ? behind_number(e->d_name) : e->d_name;
		const char *why = name ? why_off(name, strlen(name)) : NULL;
		char *path = why ? path_format("%s/%s", dir, e->d_name) : NULL;
		char *aside = why ? path_format("%s/kdev-off.%s", dir, e->d_name) : NULL;

		if (why && (!path || !aside))
			err = setup_fail(s, -ENOMEM, "out of memory");
		else if (why && (keep ? rename(path, aside) : unlink(path)))
			err = setup_fail(s, -errno, "%s: %s", path, strerror(errno));
		else if (why)
			root_changed(a, "%s: switched off: %s", path, why);
		free(aside);
		free(path);
	}
	if (d)
		closedir(d);
	return err;
}

static int clear_links(struct setup *s, struct adaptation *a)
{
	static const char levels[] = "S0123456";
	int err = 0;

	for (const char *level = levels; *level && !err; level++) {
		char dir[32];

		snprintf(dir, sizeof(dir), "/etc/rc%c.d", *level);
		err = clear_dir(s, a, dir, NUMBERED, false);
	}
	return err;
}

static int clear_runlevels(struct setup *s, struct adaptation *a)
{
	static const char *const levels[] = {"sysinit", "boot", "default", "nonetwork"};
	int err = 0;

	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]) && !err; i++) {
		char dir[64];

		snprintf(dir, sizeof(dir), "/etc/runlevels/%s", levels[i]);
		err = clear_dir(s, a, dir, PLAIN, false);
	}
	return err;
}

static enum root_init find_init(void)
{
	char real[PATH_MAX];
	const char *leaf;

	if (access("/sbin/init", X_OK) || !realpath("/sbin/init", real))
		return INIT_NONE;
	leaf = strrchr(real, '/') + 1;
	if (!strcmp(leaf, "systemd"))
		return INIT_SYSTEMD;
	return strstr(leaf, "busybox") ? INIT_BUSYBOX : INIT_OTHER;
}

/* kdev-init becomes it when the network and the root are there. */
static int name_init(struct setup *s, struct adaptation *a)
{
	if (a->init == INIT_NONE) {
		unlink(ROOT_OWN_INIT);
		return 0;
	}
	return root_set(s, a, ROOT_OWN_INIT, "/sbin/init\n",
			a->init == INIT_SYSTEMD   ? "systemd goes on where kdev-init ends"
			: a->init == INIT_BUSYBOX ? "busybox's init goes on where kdev-init ends"
						  : "its own init goes on where kdev-init ends");
}

int root_adapt_services(struct setup *s, struct adaptation *a)
{
	int err;

	a->init = find_init();
	err = name_init(s, a);
	if (!err && a->init == INIT_SYSTEMD)
		err = mask_units(s, a);
	if (!err)
		err = clear_links(s, a);
	if (!err)
		err = clear_runlevels(s, a);
	if (!err && a->init == INIT_BUSYBOX)
		err = clear_dir(s, a, "/etc/init.d", NUMBERED, true);
	return err;
}
