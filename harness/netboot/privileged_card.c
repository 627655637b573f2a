/* SPDX-License-Identifier: GPL-2.0-or-later */
/* May a network card be taken for a bare board? */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>

#include "harness/netboot/card.h"
#include "harness/netboot/privileged_local.h"

/* The card by which this machine is reached is not taken from it. */
int local_card_check(const struct board_config *b, char *err, size_t err_len)
{
	const char *name = board_interface(b);
	struct card card;

	card_read("", name, &card);
	if (!if_nametoindex(name)) {
		snprintf(err, err_len, "interface = %s: there is no such network card (ip link)",
			 name);
		return -ENODEV;
	}
	if (card.wireless) {
		snprintf(err, err_len,
			 "interface = %s: a wireless card lets no other address by: expected "
			 "an Ethernet card",
			 name);
		return -EOPNOTSUPP;
	}
	if (card.master[0]) {
		snprintf(err, err_len,
			 "interface = %s: it is part of %s: expected a card that is in no other "
			 "network, or interface = " BOARD_SHARED "%s",
			 name, card.master, card.master);
		return -EBUSY;
	}
	if (board_shares_interface(b) || !card.default_route)
		return 0;
	snprintf(err, err_len,
		 "interface = %s: this machine's default route goes by it: expected a card that "
		 "the board has for itself, or interface = " BOARD_SHARED "%s",
		 name, name);
	return -EBUSY;
}
