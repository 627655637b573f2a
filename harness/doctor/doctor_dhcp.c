/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who else serves DHCP on a bare board's segment. */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "harness/doctor/doctor.h"
#include "harness/netboot/dhcp_ask.h"
#include "harness/netboot/privileged.h"

struct answer {
	bool came;
	int err;
	struct dhcp_servers found;
};

static void on_asked(void *arg, int err, const struct dhcp_servers *found)
{
	*(struct answer *)arg = (struct answer){.came = true, .err = err, .found = *found};
}

static int ask(struct doctor *d, const char *card, struct dhcp_servers *found)
{
	struct answer answer = {0};
	struct dhcp_ask *asking;
	int rc, fd;

	fd = d->link ? priv_socket(d->cfg, AF_PACKET, SOCK_DGRAM, 0)
		     : socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return d->link ? fd : -errno;
	rc = dhcp_ask_start(d->loop, fd, card, d->cfg, on_asked, &answer, &asking);
	if (rc)
		return rc;
	while (!answer.came)
		uv_run(d->loop, UV_RUN_ONCE);
	*found = answer.found;
	return answer.err;
}

static void judge_alone(struct doctor_finding *f, const char *card,
			const struct dhcp_servers *found, const char *who)
{
	if (found->of_board.s_addr)
		doctor_fail(f, "set dhcp = proxy, or switch that one off",
			    "%s serves this segment as well: the board may take its answer", who);
	else if (found->of_card.s_addr)
		doctor_ok(f, "%s serves this segment as well, but leaves the board alone", who);
	else
		doctor_ok(f, "no other server offers an address on %s", card);
}

static void judge_beside(struct doctor_finding *f, const char *card,
			 const struct dhcp_servers *found, const char *who)
{
	if (found->of_board.s_addr)
		doctor_ok(f, "%s offers the board's firmware an address", who);
	else
		doctor_fail(f, "have one do so, or set dhcp = server",
			    "no server on %s offers the board an address, which dhcp = proxy needs",
			    card);
}

/* Ours does not hear what goes out by its own card: whoever answers is another. */
void doctor_other_dhcp(struct doctor *d, const char *arg, struct doctor_finding *f)
{
	const char *card = d->link ? "br0" : board_interface(d->cfg);
	struct dhcp_servers found = {0};
	char who[INET_ADDRSTRLEN];
	int rc;

	if (d->cfg->type != BOARD_BARE)
		return;
	rc = ask(d, card, &found);
	if (rc) {
		doctor_skip(f, "can't ask on %s: %s", card, strerror(-rc));
		return;
	}
	inet_ntop(AF_INET, found.of_board.s_addr ? &found.of_board : &found.of_card, who,
		  sizeof(who));
	if (d->cfg->dhcp == BOARD_DHCP_PROXY)
		judge_beside(f, card, &found, who);
	else
		judge_alone(f, card, &found, who);
}
