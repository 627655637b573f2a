/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The question on the wire. No port is bound and no address needed: a packet socket. */
#include <errno.h>
#include <net/if.h>
#include <netinet/if_ether.h>
#include <netpacket/packet.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>

#include "console/monotime.h"
#include "harness/netboot/dhcp_probe.h"

/* Our end of it: the card's number and address. */
static int bind_to(int fd, const char *name, struct sockaddr_ll *to)
{
	struct ifreq ifr = {0};
	socklen_t len = sizeof(*to);

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", name);
	if (ioctl(fd, SIOCGIFFLAGS, &ifr))
		return -errno;
	if (!(ifr.ifr_flags & IFF_UP) || !(ifr.ifr_flags & IFF_RUNNING))
		return -ENETDOWN;
	if (ioctl(fd, SIOCGIFINDEX, &ifr))
		return -errno;
	*to = (struct sockaddr_ll){.sll_family = AF_PACKET,
				   .sll_protocol = htons(ETH_P_IP),
				   .sll_ifindex = ifr.ifr_ifindex};
	if (bind(fd, (struct sockaddr *)to, sizeof(*to)) ||
	    getsockname(fd, (struct sockaddr *)to, &len))
		return -errno;
	return to->sll_halen == ETH_ALEN ? 0 : -EAFNOSUPPORT;
}

static int hear(int fd, struct monotime until, const uint8_t mac[6], uint32_t xid,
		struct in_addr *server)
{
	uint8_t packet[2048];
	int64_t left;

	while ((left = until.us - mono_now().us) > 0) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		ssize_t n;

		if (poll(&p, 1, (int)(left / 1000) + 1) < 0)
			return -errno;
		n = recv(fd, packet, sizeof(packet), MSG_DONTWAIT);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
		if (n > 0 && !dhcp_probe_parse(packet, (size_t)n, mac, xid, server))
			return 1;
	}
	return 0;
}

int dhcp_listen(int fd, const char *name, int ms, struct in_addr *server)
{
	uint8_t packet[DHCP_PROBE_MAX], mac[ETH_ALEN];
	struct sockaddr_ll to;
	uint32_t xid = 0;
	size_t len;
	int rc = bind_to(fd, name, &to);

	if (rc)
		return rc;
	if (getrandom(&xid, sizeof(xid), 0) != sizeof(xid))
		return -EIO;
	memcpy(mac, to.sll_addr, sizeof(mac));
	memset(to.sll_addr, 255, ETH_ALEN);
	len = dhcp_probe_make(packet, mac, xid);
	if (sendto(fd, packet, len, 0, (struct sockaddr *)&to, sizeof(to)) != (ssize_t)len)
		return -errno;
	return hear(fd, mono_add(mono_now(), MONO_MS(ms)), mac, xid, server);
}
