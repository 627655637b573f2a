/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Our DHCP server next to others. A virtual board's network is its own. A bare one's segment may
 * have a server already, and which of two answers a firmware takes is chance: so others are asked
 * for first. Nobody waits for that: until a bare board is switched on it has been listened to for
 * as long, and its firmware needs longer still.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "harness/log.h"
#include "harness/netboot/privileged.h"
#include "harness/netboot/services_internal.h"

static void start(struct services *s)
{
	char err[256];

	if (services_start_one(s, DNSMASQ, err, sizeof(err)))
		services_give_up(s, DNSMASQ, err);
}

static void refuse(struct services *s, struct in_addr other)
{
	const struct board_config *b = s->board;
	char why[256], text[INET_ADDRSTRLEN];

	inet_ntop(AF_INET, &other, text, sizeof(text));
	snprintf(
		why, sizeof(why),
		"DHCP is not started: %s already serves it on %s and answers %s: set dhcp = proxy, "
		"or switch that one off",
		text, board_interface(b), b->mac);
	services_give_up(s, DNSMASQ, why);
}

static void on_asked(void *arg, int err, const struct dhcp_servers *found)
{
	struct services *s = arg;

	s->dhcp_ask = NULL;
	if (err)
		log_warn("nobody could be asked whether %s has another DHCP server: %s",
			 board_interface(s->board), strerror(-err));
	if (found->of_board.s_addr)
		refuse(s, found->of_board);
	else
		start(s);
}

int services_start_dhcp(struct services *s, char *err, size_t err_len)
{
	int fd, rc;

	if (s->board->type != BOARD_BARE || s->board->dhcp == BOARD_DHCP_PROXY)
		return services_start_one(s, DNSMASQ, err, err_len);
	if (s->dhcp_ask)
		return 0;
	fd = priv_socket(s->board, AF_PACKET, SOCK_DGRAM, 0);
	rc = fd < 0 ? fd : dhcp_ask_start(s->loop, fd, "br0", s->board, on_asked, s, &s->dhcp_ask);
	if (rc)
		snprintf(err, err_len, "can't ask for other DHCP servers on %s: %s",
			 board_interface(s->board), strerror(-rc));
	return rc;
}
