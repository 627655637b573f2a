/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The one lasting ssh session to the board. */
#include <string.h>
#include <sys/socket.h>

#include "harness/attendant/attendant.h"
#include "harness/log.h"
#include "harness/netboot/privileged.h"

#define SSH_RETRY_MS 300
#define PSTORE_MS    5000 /* no run waits for it longer */

static void on_ssh_retry(uv_timer_t *t)
{
	attendant_ssh_connect(t->data);
}

void attendant_ssh_connect(struct attendant *a)
{
	int err;

	if (!a->up || a->ssh_connected)
		return;
	if (a->watch.state != BOARD_READY && a->watch.state != BOARD_NFS_STALLED)
		return;
	err = ssh_connect(a->ssh);
	if (err)
		log_error("ssh: %s", strerror(-err));
}

void attendant_ssh_free(struct attendant *a)
{
	if (a->ssh_up || !a->ssh_connected)
		return;
	uv_timer_stop(&a->ssh_timer);
	a->ssh_up = true;
	attendant_broadcast(a, attendant_board_json(a));
}

static void on_pstore_slow(uv_timer_t *t)
{
	struct attendant *a = t->data;

	if (!a->ssh_connected)
		return;
	log_warn("pstore: not read within %d s: nobody waits for it any longer", PSTORE_MS / 1000);
	attendant_ssh_free(a);
}

/* First pstore: it is the evidence of the run that may wait for the board. And nobody else's
 * command is given meanwhile: dropbear 2022.83 ends a session in which a command ends while
 * another starts. */
static void on_ssh_up(void *arg)
{
	struct attendant *a = arg;

	a->ssh_connected = true;
	log_info("ssh: connected");
	if (attendant_pstore(a))
		uv_timer_start(&a->ssh_timer, on_pstore_slow, PSTORE_MS, 0);
	else
		attendant_ssh_free(a);
}

static void on_ssh_down(void *arg, int err, const char *why)
{
	struct attendant *a = arg;
	bool was_up = a->ssh_up;

	a->ssh_up = a->ssh_connected = false;
	log_info("ssh: %s", why);
	if (was_up)
		attendant_broadcast(a, attendant_board_json(a));
	if (!a->ending)
		uv_timer_start(&a->ssh_timer, on_ssh_retry, SSH_RETRY_MS, 0);
}

static int ssh_socket(void *arg)
{
	struct attendant *a = arg;

	return priv_socket(&a->cfg, AF_INET, SOCK_STREAM, 0);
}

static const struct ssh_ops ssh_ops = {.up = on_ssh_up, .down = on_ssh_down};

int attendant_ssh_open(struct attendant *a)
{
	struct ssh_config cfg = {
		.socket = ssh_socket,
		.address = a->cfg.address,
		.port = 22,
		.user = "root",
		.private_key = a->paths.private_key,
		.public_key = a->paths.public_key,
		.host_key = a->paths.host_key,
	};

	return ssh_new(&a->loop, &cfg, &ssh_ops, a, &a->ssh);
}
