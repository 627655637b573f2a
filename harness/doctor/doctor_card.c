/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Our network card on a bare board's segment: can it be taken, or shared, and what would be lost?
 */
#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/doctor/doctor.h"
#include "harness/netboot/card.h"
#include "harness/netboot/privileged.h"
#include "harness/process.h"

/* While the board is up its own card is in the board's network, where what follows can't see it. */
static bool is_here(const struct doctor *d, struct doctor_finding *f, struct card *card)
{
	if (d->cfg->type != BOARD_BARE)
		return false;
	card_read("", board_interface(d->cfg), card);
	if (card->exists)
		return true;
	if (d->link)
		doctor_skip(f, "%s is the board's while it is up", board_interface(d->cfg));
	return false;
}

static void card_there(struct doctor *d, const char *arg, struct doctor_finding *f)
{
	const char *name = board_interface(d->cfg);
	struct card card;

	if (!is_here(d, f, &card)) {
		if (d->cfg->type == BOARD_BARE && !d->link)
			doctor_fail(f, "set interface to one that `ip link` shows",
				    "there is no network card %s", name);
	} else if (card.wireless) {
		doctor_fail(f, "set interface to an Ethernet card",
			    "%s is wireless: it lets no other address by", name);
	} else if (!card.ethernet) {
		doctor_fail(f, "set interface to an Ethernet card", "%s is no Ethernet card", name);
	} else {
		doctor_ok(f, "%s is there", name);
	}
}

/* In the board's network: a bridge's link is that of what is in it, a macvlan's that of its card.
 */
static bool board_network_has_link(const struct board_config *b)
{
	struct ifreq ifr = {.ifr_name = "br0"};
	int fd = priv_socket(b, AF_INET, SOCK_DGRAM, 0);
	bool has = fd >= 0 && !ioctl(fd, SIOCGIFFLAGS, &ifr) && (ifr.ifr_flags & IFF_RUNNING);

	if (fd >= 0)
		close(fd);
	return has;
}

static void cable(struct doctor *d, const char *arg, struct doctor_finding *f)
{
	const char *name = board_interface(d->cfg);
	struct card card;

	if (d->cfg->type == BOARD_BARE && d->link)
		card = (struct card){.up = true, .carrier = board_network_has_link(d->cfg)};
	else if (!is_here(d, f, &card))
		return;
	if (!card.up)
		doctor_skip(f, "%s is switched off until the board is up", name);
	else if (card.carrier)
		doctor_ok(f, "%s has a link", name);
	else
		doctor_warn(f, "plug the cable in; a board that is off may have no link by itself",
			    "%s has no link", name);
}

/* The first of the host's addresses on it; link-local ones are lost by nobody. */
static bool find_address(const char *name, char *text, size_t size)
{
	struct ifaddrs *all, *i;
	bool found = false;

	if (getifaddrs(&all))
		return false;
	for (i = all; i && !found; i = i->ifa_next) {
		const struct sockaddr_in *in = (const struct sockaddr_in *)i->ifa_addr;

		if (!in || in->sin_family != AF_INET || strcmp(i->ifa_name, name) != 0)
			continue;
		found = inet_ntop(AF_INET, &in->sin_addr, text, (socklen_t)size);
	}
	freeifaddrs(all);
	return found;
}

/* What the host would lose with a card that it does not share. */
static void use(struct doctor *d, const char *arg, struct doctor_finding *f)
{
	const char *name = board_interface(d->cfg);
	char text[INET_ADDRSTRLEN], share[96];
	struct card card;

	if (!is_here(d, f, &card))
		return;
	snprintf(share, sizeof(share), "set interface = " BOARD_SHARED "%s",
		 card.master[0] ? card.master : name);
	if (card.master[0])
		doctor_fail(f, share, "%s is part of %s: it can't be in two networks", name,
			    card.master);
	else if (board_shares_interface(d->cfg))
		doctor_ok(f, "the host keeps %s", name);
	else if (card.default_route)
		doctor_fail(f, share, "the host's default route goes by %s, and would be lost",
			    name);
	else if (find_address(name, text, sizeof(text)))
		doctor_warn(f, share, "the host's address %s on %s is lost while the board is up",
			    text, name);
	else
		doctor_ok(f, "the host does not use %s", name);
}

static int ip(const char *const *argv, char *err, size_t err_len)
{
	struct process_signals none = {.fd = -1}; /* milliseconds */

	return process_run(&(struct process_spec){.argv = argv}, &none, err, err_len);
}

/* Tried, for nothing else tells: the kernel may have no macvlan, the card no second address. */
static void share(struct doctor *d, const char *arg, struct doctor_finding *f)
{
	const char *name = board_interface(d->cfg);
	char err[160], trial[IFNAMSIZ];
	struct card card;

	if (!is_here(d, f, &card) || !board_shares_interface(d->cfg))
		return;
	snprintf(trial, sizeof(trial), "kdev%d", (int)getpid());
	if (ip((const char *const[]){"ip", "link", "add", "link", name, "name", trial, "type",
				     "macvlan", NULL},
	       err, sizeof(err))) {
		doctor_fail(f, "modprobe macvlan, or take a card for the board alone",
			    "%s can't be shared: %s", name, err);
		return;
	}
	if (ip((const char *const[]){"ip", "link", "del", trial, NULL}, err, sizeof(err)))
		doctor_warn(f, "remove it with ip link del", "the trial's %s stays: %s", trial,
			    err);
	else
		doctor_ok(f, "%s can be shared", name);
}

static const struct doctor_check checks[] = {
	{"there", card_there, NULL},
	{"link", cable, NULL},
	{"use", use, NULL},
	{"sharing", share, NULL},
	{0},
};

extern const struct doctor_section doctor_card;
const struct doctor_section doctor_card = {"card", checks};
