/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is there a DHCP server on a segment already? A question is asked (DHCPDISCOVER, RFC 2131) that
 * binds nobody: what is offered is not taken.
 */
#ifndef KDEV_HARNESS_NETBOOT_DHCP_PROBE_H
#define KDEV_HARNESS_NETBOOT_DHCP_PROBE_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

/* IPv4, UDP and BOOTP with its options. */
#define DHCP_PROBE_MAX 300

/* Write the question as an IPv4 packet. Its answer is to go to all (the broadcast flag), for the
 * one who asks has no address. The value is its length. */
size_t dhcp_probe_make(uint8_t packet[DHCP_PROBE_MAX], const uint8_t mac[6], uint32_t xid);

/* Is this IPv4 packet an offer that answers it? 0 and *server, else -ENOMSG. What names no server
 * (option 54) is its sender's. */
int dhcp_probe_parse(const uint8_t *packet, size_t len, const uint8_t mac[6], uint32_t xid,
		     struct in_addr *server);

/* ---- dhcp_listen.c ---- */

/* Ask on fd, a socket of AF_PACKET, SOCK_DGRAM with protocol 0, by the network
 * card `name` of that socket's network, and wait `ms` for an answer. 1 and *server: there is one,
 * 0: none was heard, or a negative errno: -ENETDOWN when the card is down or has no link. */
int dhcp_listen(int fd, const char *name, int ms, struct in_addr *server);

#endif
