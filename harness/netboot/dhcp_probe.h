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

/* IPv4, UDP and BOOTP with its options, of 300 bytes: the least that RFC 1542 has relays take. */
#define DHCP_PROBE_MAX 328

/* Write the question as an IPv4 packet, as the boot ROM of the card `mac` asks it. Its answer is to
 * go to all (the broadcast flag), for the one who asks has no address. The value is its length. */
size_t dhcp_probe_make(uint8_t packet[DHCP_PROBE_MAX], const uint8_t mac[6], uint32_t xid);

/* Is this IPv4 packet an offer that answers it? 0 and *server, else -ENOMSG. What names no server
 * (option 54) is its sender's. */
int dhcp_probe_parse(const uint8_t *packet, size_t len, const uint8_t mac[6], uint32_t xid,
		     struct in_addr *server);

#endif
