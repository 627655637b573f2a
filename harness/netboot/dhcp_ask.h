/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Who serves DHCP on a segment? Asked for some seconds, beside whatever else is done: what is
 * offered is not taken (dhcp_probe.h).
 *
 * Two are asked for. The board, because a server may know some cards alone: who offers it an
 * address or a file is who it may boot from. And the card that we ask by, because a server that
 * answers only that one was told to leave the board to others.
 */
#ifndef KDEV_HARNESS_NETBOOT_DHCP_ASK_H
#define KDEV_HARNESS_NETBOOT_DHCP_ASK_H

#include <netinet/in.h>
#include <uv.h>

#include "harness/config/config.h"

struct dhcp_ask;

/* Who made an offer; INADDR_ANY: nobody. */
struct dhcp_servers {
	struct in_addr of_board, of_card;
};

/* Called once, from the loop. err: 0, or why nobody could be asked: -ENETDOWN when the card is down
 * or has no link. The asking has come to its end. */
typedef void (*dhcp_ask_fn)(void *arg, int err, const struct dhcp_servers *found);

/*
 * Ask on fd, a socket of AF_PACKET, SOCK_DGRAM with protocol 0, by the network card `card` of that
 * socket's network. fd is taken over, also on failure. It ends with the first offer to the board,
 * or when a server has had its time. 0 or a negative errno.
 */
int dhcp_ask_start(uv_loop_t *loop, int fd, const char *card, const struct board_config *b,
		   dhcp_ask_fn done, void *arg, struct dhcp_ask **out);

/* Before done() was called: it will not be. NULL is accepted. */
void dhcp_ask_stop(struct dhcp_ask *ask);

#endif
