/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DHCPDISCOVER and DHCPOFFER as bytes: RFC 791, 768, 951 and 2131. */
#include "harness/netboot/dhcp_probe.h"

#include <errno.h>
#include <string.h>

enum {
	IP_LEN = 20,
	UDP_LEN = 8,
	BOOTP_LEN = 236, /* up to the cookie */
	COOKIE_LEN = 4,
	SERVER_PORT = 67,
	CLIENT_PORT = 68,
	OPTION_PAD = 0,
	OPTION_TYPE = 53,
	OPTION_SERVER = 54,
	OPTION_END = 255,
	OFFER = 2,
};

static const uint8_t cookie[COOKIE_LEN] = {99, 130, 83, 99};

static void put16(uint8_t *p, size_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

static void put32(uint8_t *p, uint32_t v)
{
	put16(p, v >> 16);
	put16(p + 2, v & 0xffff);
}

static unsigned get16(const uint8_t *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)get16(p) << 16 | get16(p + 2);
}

static unsigned checksum(const uint8_t *p, size_t len)
{
	uint32_t sum = 0;

	for (size_t i = 0; i + 1 < len; i += 2)
		sum += get16(p + i);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum & 0xffff;
}

/* What a boot ROM says of itself (RFC 4578: a BIOS, UNDI 2.1) and wants to know: some servers
 * answer nothing else. */
static const char question[] = "\x35\x01\x01"                         /* DHCPDISCOVER */
			       "\x37\x07\x01\x03\x2b\x36\x3c\x42\x43" /* parameters */
			       "\x3c\x20"
			       "PXEClient:Arch:00000:UNDI:002001"
			       "\x5d\x02\x00\x00"
			       "\x5e\x03\x01\x02\x01"
			       "\xff";

_Static_assert(sizeof(question) - 1 <= DHCP_PROBE_MAX - IP_LEN - UDP_LEN - BOOTP_LEN - COOKIE_LEN,
	       "longer than its options may be");

size_t dhcp_probe_make(uint8_t packet[DHCP_PROBE_MAX], const uint8_t mac[6], uint32_t xid)
{
	uint8_t *udp = packet + IP_LEN, *bootp = udp + UDP_LEN;

	memset(packet, 0, DHCP_PROBE_MAX);
	packet[0] = 0x45; /* version 4, five words of header */
	put16(packet + 2, DHCP_PROBE_MAX);
	packet[8] = 64; /* TTL */
	packet[9] = IPPROTO_UDP;
	memset(packet + 16, 255, 4);
	put16(packet + 10, checksum(packet, IP_LEN));
	put16(udp, CLIENT_PORT);
	put16(udp + 2, SERVER_PORT);
	put16(udp + 4, DHCP_PROBE_MAX - IP_LEN); /* without a checksum, as IPv4 lets it be */
	bootp[0] = 1;                            /* request */
	bootp[1] = 1;                            /* Ethernet */
	bootp[2] = 6;
	put32(bootp + 4, xid);
	put16(bootp + 10, 0x8000); /* answer to all */
	memcpy(bootp + 28, mac, 6);
	memcpy(bootp + BOOTP_LEN, cookie, sizeof(cookie));
	memcpy(bootp + BOOTP_LEN + COOKIE_LEN, question, sizeof(question) - 1);
	return DHCP_PROBE_MAX;
}

/* The option's value, or NULL when it is not there with that length. */
static const uint8_t *find_option(const uint8_t *p, const uint8_t *end, uint8_t code, uint8_t len)
{
	while (p < end && *p != OPTION_END) {
		if (*p == OPTION_PAD) {
			p++;
			continue;
		}
		if (end - p < 2 || end - p - 2 < p[1])
			return NULL;
		if (p[0] == code)
			return p[1] == len ? p + 2 : NULL;
		p += 2 + p[1];
	}
	return NULL;
}

/* The BOOTP message of a packet that came from a server, NULL: it is none. *end: behind it. */
static const uint8_t *find_bootp(const uint8_t *packet, size_t len, const uint8_t **end)
{
	size_t header, total;
	const uint8_t *udp;

	if (len < IP_LEN || packet[0] >> 4 != 4)
		return NULL;
	header = (size_t)(packet[0] & 15) * 4;
	total = get16(packet + 2);
	if (header < IP_LEN || total > len || packet[9] != IPPROTO_UDP ||
	    (get16(packet + 6) & 0x3fff) || /* a fragment */
	    total < header + UDP_LEN + BOOTP_LEN + COOKIE_LEN)
		return NULL;
	udp = packet + header;
	if (get16(udp) != SERVER_PORT || get16(udp + 2) != CLIENT_PORT)
		return NULL;
	*end = packet + total;
	return udp + UDP_LEN;
}

int dhcp_probe_parse(const uint8_t *packet, size_t len, const uint8_t mac[6], uint32_t xid,
		     struct in_addr *server)
{
	const uint8_t *end, *bootp = find_bootp(packet, len, &end), *options, *v;

	if (!bootp || bootp[0] != 2 || get32(bootp + 4) != xid || memcmp(bootp + 28, mac, 6) != 0 ||
	    memcmp(bootp + BOOTP_LEN, cookie, sizeof(cookie)) != 0)
		return -ENOMSG;
	options = bootp + BOOTP_LEN + COOKIE_LEN;
	v = find_option(options, end, OPTION_TYPE, 1);
	if (!v || *v != OFFER)
		return -ENOMSG;
	v = find_option(options, end, OPTION_SERVER, 4);
	memcpy(&server->s_addr, v ? v : packet + 12, 4);
	return 0;
}
