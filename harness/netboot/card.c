/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network cards as sysfs (Documentation/ABI/testing/sysfs-class-net) and /proc/net have them. */
#include "harness/netboot/card.h"

#include <net/if.h>
#include <net/if_arp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/paths.h"

#define FILE_MAX   (1 << 20)
#define NO_ADDRESS "00000000000000000000000000000000"

static char *path_of(const char *root, const char *name, const char *leaf)
{
	return path_format("%s/sys/class/net/%s/%s", root, name, leaf);
}

static bool has(const char *root, const char *name, const char *leaf)
{
	char *path = path_of(root, name, leaf);
	bool there = path && !access(path, F_OK);

	free(path);
	return there;
}

/* -1: it is not there, or can't be read, as the carrier of a card that is down. */
static long number(const char *root, const char *name, const char *leaf)
{
	char *path = path_of(root, name, leaf);
	char *text = path ? path_read(path, FILE_MAX, NULL) : NULL;
	long value = text ? strtol(text, NULL, 0) : -1;

	free(text);
	free(path);
	return value;
}

/* "enp3s0\t00000000\t0100A8C0…": name and destination (fib_route_seq_show() of
 * net/ipv4/fib_trie.c). */
static bool is_default(const char *line, const char *name)
{
	size_t n = strlen(name);

	return !strncmp(line, name, n) && !strncmp(line + n, "\t00000000\t", 10);
}

/* "000…0 00 000…0 00 fe80…1 00000400 … 00450003   enp3s0": destination, its length, in the end the
 * name (rt6_info_route() of net/ipv6/route.c). */
static bool is_default6(const char *line, const char *name)
{
	size_t len = strcspn(line, "\n"), n = strlen(name);

	return !strncmp(line, NO_ADDRESS " 00 ", 36) && len > n + 36 && line[len - n - 1] == ' ' &&
	       !memcmp(line + len - n, name, n);
}

static bool any_line(const char *root, const char *file, const char *name,
		     bool (*matches)(const char *line, const char *name))
{
	char *path = path_format("%s/proc/net/%s", root, file);
	char *text = path ? path_read(path, FILE_MAX, NULL) : NULL;
	bool found = false;

	for (const char *line = text; line && !found; line = strchr(line, '\n')) {
		line += *line == '\n';
		found = matches(line, name);
	}
	free(text);
	free(path);
	return found;
}

/* A symbolic link to its directory. */
static void read_master(const char *root, const char *name, struct card *c)
{
	char *path = path_of(root, name, "master"), to[256];
	ssize_t n = path ? readlink(path, to, sizeof(to) - 1) : -1;
	const char *slash;

	free(path);
	if (n <= 0)
		return;
	to[n] = '\0';
	slash = strrchr(to, '/');
	snprintf(c->master, sizeof(c->master), "%.15s", slash ? slash + 1 : to);
}

void card_read(const char *root, const char *name, struct card *out)
{
	long flags = number(root, name, "flags");

	*out = (struct card){
		.exists = has(root, name, ""),
		.device = has(root, name, "device"),
		.ethernet = number(root, name, "type") == ARPHRD_ETHER,
		.wireless = has(root, name, "wireless") || has(root, name, "phy80211"),
		.up = flags >= 0 && (flags & IFF_UP),
		.carrier = number(root, name, "carrier") == 1,
		.default_route = any_line(root, "route", name, is_default) ||
				 any_line(root, "ipv6_route", name, is_default6),
	};
	read_master(root, name, out);
}
