/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The question on the wire. No port is bound and no address needed: a packet socket. */
#include "harness/netboot/dhcp_ask.h"

#include <errno.h>
#include <linux/filter.h>
#include <net/if.h>
#include <netinet/ether.h>
#include <netpacket/packet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "console/monotime.h"
#include "harness/netboot/dhcp_probe.h"

/* A card that was just switched on: gigabit copper negotiates for 2 to 5 s. */
#define LINK_MS      5000
#define LINK_EACH_MS 50

/*
 * After this long a client takes its question for lost (RFC 2131, 4.1): servers answer sooner, also
 * those that first ping what they will offer: dnsmasq for 3 s, ISC's dhcpd for 1 s. Asked more than
 * once, for a switch may drop what comes right after the link.
 */
#define ANSWER_MS     4000
#define QUESTION_EACH 1000

enum { OF_BOARD, OF_CARD, N_ASKED };

struct dhcp_ask {
	uv_poll_t poll;
	uv_timer_t timer;
	int open_handles;
	int fd;
	char card[IFNAMSIZ];
	struct sockaddr_ll to; /* all, by that card */
	uint8_t mac[N_ASKED][ETH_ALEN];
	uint32_t xid;
	struct monotime give_up;
	bool linked;
	struct in_addr server[N_ASKED];
	dhcp_ask_fn done;
	void *arg;
};

static void on_closed(uv_handle_t *h)
{
	struct dhcp_ask *ask = h->data;

	if (--ask->open_handles)
		return;
	close(ask->fd);
	free(ask);
}

void dhcp_ask_stop(struct dhcp_ask *ask)
{
	if (!ask)
		return;
	uv_close((uv_handle_t *)&ask->poll, on_closed);
	uv_close((uv_handle_t *)&ask->timer, on_closed);
}

static void finish(struct dhcp_ask *ask, int err)
{
	struct dhcp_servers found = {ask->server[OF_BOARD], ask->server[OF_CARD]};

	dhcp_ask_stop(ask);
	ask->done(ask->arg, err, &found);
}

/* ---- the card ---- */

static int flags_of(const struct dhcp_ask *ask)
{
	struct ifreq ifr = {0};

	memcpy(ifr.ifr_name, ask->card, sizeof(ifr.ifr_name));
	return ioctl(ask->fd, SIOCGIFFLAGS, &ifr) ? -errno : (unsigned short)ifr.ifr_flags;
}

/* Of what else comes by the card, the board's whole NFS root perhaps, nothing is read: UDP to port
 * 68, by the IPv4 header that a SOCK_DGRAM's packets begin with. */
static int hear_dhcp_alone(int fd)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_UDP, 0, 4),
		BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
		BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 68, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog program = {.len = sizeof(code) / sizeof(*code), .filter = code};

	return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) ? -errno : 0;
}

/* Our end of it: the card's number and address. */
static int bind_to_card(struct dhcp_ask *ask)
{
	socklen_t len = sizeof(ask->to);
	struct ifreq ifr = {0};
	int rc = hear_dhcp_alone(ask->fd);

	memcpy(ifr.ifr_name, ask->card, sizeof(ifr.ifr_name));
	if (!rc && ioctl(ask->fd, SIOCGIFINDEX, &ifr))
		rc = -errno;
	if (rc)
		return rc;
	ask->to = (struct sockaddr_ll){.sll_family = AF_PACKET,
				       .sll_protocol = htons(ETH_P_IP),
				       .sll_ifindex = ifr.ifr_ifindex};
	if (bind(ask->fd, (struct sockaddr *)&ask->to, sizeof(ask->to)) ||
	    getsockname(ask->fd, (struct sockaddr *)&ask->to, &len))
		return -errno;
	if (ask->to.sll_halen != ETH_ALEN)
		return -EAFNOSUPPORT;
	memcpy(ask->mac[OF_CARD], ask->to.sll_addr, ETH_ALEN);
	memset(ask->to.sll_addr, 255, ETH_ALEN);
	return 0;
}

/* ---- questions and answers ---- */

/* Always from our own hardware address: a frame from the board's would have switches send us what
 * is meant for it. */
static int ask_all(const struct dhcp_ask *ask)
{
	uint8_t packet[DHCP_PROBE_MAX];

	for (int i = 0; i < N_ASKED; i++) {
		size_t len = dhcp_probe_make(packet, ask->mac[i], ask->xid);

		if (sendto(ask->fd, packet, len, 0, (const struct sockaddr *)&ask->to,
			   sizeof(ask->to)) != (ssize_t)len)
			return -errno;
	}
	return 0;
}

static void on_packet(uv_poll_t *h, int status, int events)
{
	struct dhcp_ask *ask = h->data;
	uint8_t packet[2048];
	ssize_t n;

	while ((n = recv(ask->fd, packet, sizeof(packet), MSG_DONTWAIT)) > 0)
		for (int i = 0; i < N_ASKED; i++)
			dhcp_probe_parse(packet, (size_t)n, ask->mac[i], ask->xid, &ask->server[i]);
	if (ask->server[OF_BOARD].s_addr)
		finish(ask, 0);
	else if (n < 0 && errno != EAGAIN && errno != EINTR)
		finish(ask, -errno);
}

static void on_timer(uv_timer_t *t)
{
	struct dhcp_ask *ask = t->data;
	int flags = flags_of(ask), err = flags < 0 ? flags : 0;
	bool late = mono_due(ask->give_up, mono_now());

	if (!ask->linked && !err) {
		if (!(flags & IFF_UP) || (late && !(flags & IFF_RUNNING)))
			err = -ENETDOWN;
		ask->linked = flags & IFF_RUNNING;
		if (ask->linked)
			ask->give_up = mono_add(mono_now(), MONO_MS(ANSWER_MS));
		late = false;
	}
	if (!err && ask->linked && !late)
		err = ask_all(ask);
	if (err || late) {
		finish(ask, err);
		return;
	}
	uv_timer_start(t, on_timer, ask->linked ? QUESTION_EACH : LINK_EACH_MS, 0);
}

static int prepare(struct dhcp_ask *ask, const char *card, const struct board_config *b)
{
	struct ether_addr mac;

	if (strlen(card) >= sizeof(ask->card) || !ether_aton_r(b->mac, &mac))
		return -EINVAL;
	memcpy(ask->card, card, strlen(card) + 1);
	memcpy(ask->mac[OF_BOARD], &mac, ETH_ALEN);
	if (getrandom(&ask->xid, sizeof(ask->xid), 0) != sizeof(ask->xid))
		return -EIO;
	return bind_to_card(ask);
}

int dhcp_ask_start(uv_loop_t *loop, int fd, const char *card, const struct board_config *b,
		   dhcp_ask_fn done, void *arg, struct dhcp_ask **out)
{
	struct dhcp_ask *ask = calloc(1, sizeof(*ask));
	int rc = -ENOMEM;

	if (ask) {
		ask->fd = fd;
		rc = prepare(ask, card, b);
	}
	if (!rc)
		rc = uv_poll_init(loop, &ask->poll, fd);
	if (rc) {
		free(ask);
		close(fd);
		return rc;
	}
	uv_timer_init(loop, &ask->timer);
	ask->poll.data = ask->timer.data = ask;
	ask->open_handles = 2;
	ask->give_up = mono_add(mono_now(), MONO_MS(LINK_MS));
	ask->done = done;
	ask->arg = arg;
	uv_poll_start(&ask->poll, UV_READABLE, on_packet);
	uv_timer_start(&ask->timer, on_timer, 0, 0);
	*out = ask;
	return 0;
}
