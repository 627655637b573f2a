/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All services of a board: in their order, adopted, kept alive, ended. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/log.h"
#include "harness/netboot/board_services.h"
#include "harness/netboot/nfsd.h"
#include "harness/netboot/services_internal.h"

static struct service_order order_for(const struct services *s, int i)
{
	struct service_order order = {.args = &s->args[i]};

	if (i == RPCBIND)
		order.private_run = true;
	if (i == QEMU || i == BOOT_SERVER) {
		order.end = i == QEMU ? PRIV_TAP : PRIV_HTTP;
		order.config = s->network[0] ? s->network : NULL;
	}
	if (i == NFS) {
		order.config = s->nfs_config;
		order.rootfs = s->rootfs;
		order.share_run = s->service[RPCBIND].pid;
		order.share_run_pidfd = s->service[RPCBIND].pidfd;
	}
	return order;
}

int services_start_one(struct services *s, int i, char *err, size_t err_len)
{
	struct service_order order;
	int rc;

	/* Without a port mapper of its own it would meet the host's. */
	if (i == NFS && !s->service[RPCBIND].pid) {
		rc = services_start_one(s, RPCBIND, err, err_len);
		if (rc)
			return rc;
	}
	uv_timer_stop(&s->restart[i]->timer);
	order = order_for(s, i);
	rc = service_start(&s->service[i], &order, err, err_len);
	if (!rc && i == RPCBIND && !priv_is_remote())
		rpcbind_wait(s->service[i].pid);
	if (!rc && i == QEMU)
		rc = qemu_wait(&s->service[i], s->qmp_socket, err, err_len);
	return rc;
}

/* QEMU appends to it, also after a death: it is the whole console since the board came up. */
static void begin_serial_log(const struct services *s)
{
	if (unlinkat(s->dir_fd, "serial.log", 0) && errno != ENOENT)
		log_warn("%s/serial.log: %s", s->dir, strerror(errno));
}

/* What died at once is started again as any is that dies, and given up as any: an address that was
 * in use for a moment costs nobody a night. But there is no board without QEMU. */
static int check_alive(struct services *s, char *err, size_t err_len)
{
	char why[SERVICE_WHY_MAX];

	for (int i = 0; i < N_SERVICES; i++) {
		if (!service_has_ended(&s->service[i], why, sizeof(why)))
			continue;
		if (i == QEMU) {
			snprintf(err, err_len, "%s did not start: %s", services_names[i], why);
			return -EIO;
		}
		log_warn("%s did not start: %s", services_names[i], why);
		services_died(s, &s->service[i], why);
	}
	return 0;
}

/* Each time: what the host has may have changed since, and which tree is exported. */
static int choose_nfs(struct services *s, char *err, size_t err_len)
{
	struct nfs_facts facts = {0};
	struct nfs_choice choice;
	int rc;

	if (nfs_choice_is_open(s->board))
		nfsd_find(&facts);
	rc = nfs_choose(s->board, &facts, &choice);
	if (rc)
		snprintf(err, err_len, "%s: %s", choice.why, choice.fix);
	s->kernel_nfs = choice.kernel;
	return rc;
}

static int make_nfs_args(struct services *s, char *err, size_t err_len)
{
	struct service_args *a = &s->args[NFS];

	service_args_free(a);
	if (s->kernel_nfs)
		nfs_server_args(s->board, s->rootfs, a);
	else
		ganesha_args(s->dir, a);
	if (a->err)
		snprintf(err, err_len, "nfs: its arguments: %s", strerror(-a->err));
	return a->err;
}

int services_start(struct services *s, bool *adopted, char *err, size_t err_len)
{
	int rc = choose_nfs(s, err, err_len), n = services_count(s->board);

	*adopted = false;
	if (!rc)
		rc = priv_network_up(s->board, err, err_len);
	if (!rc && priv_is_remote())
		snprintf(s->network, sizeof(s->network), "%" PRIu64, priv_network_id(s->board));
	if (!rc)
		rc = board_files_make(s->board, s->dir, s->kernel_nfs, &s->nfs_config, &s->rootfs,
				      err, err_len);
	if (!rc)
		rc = make_nfs_args(s, err, err_len);
	for (int i = 0; i < n && !rc; i++) {
		struct service_order order = order_for(s, i);

		s->given_up[i] = false;
		if (service_adopt(&s->service[i], &order)) {
			*adopted = i == n - 1;
			continue;
		}
		if (i == QEMU)
			begin_serial_log(s);
		rc = i == DNSMASQ ? services_start_dhcp(s, err, err_len)
				  : services_start_one(s, i, err, err_len);
	}
	return rc ? rc : check_alive(s, err, err_len);
}

bool services_any_lost(const struct services *s)
{
	for (int i = 0; i < N_SERVICES; i++)
		if (s->given_up[i])
			return true;
	return false;
}

static void say_lost(const struct services *s, int i, char *why, size_t size)
{
	/* The path before the reason: it is the end that may be cut off. */
	snprintf(why, size, "%s ends again and again (see %s/%s.log): %s", services_names[i],
		 s->dir, services_names[i], s->restart[i]->why);
}

int services_start_board(struct services *s, char *err, size_t err_len)
{
	if (s->service[QEMU].pid)
		return 0;
	if (s->given_up[QEMU]) {
		say_lost(s, QEMU, err, err_len);
		return -EIO;
	}
	return services_start_one(s, QEMU, err, err_len);
}

void services_give_up(struct services *s, int i, const char *why)
{
	s->given_up[i] = true;
	s->ops.lost(s->arg, why);
}

static void give_up_dying(struct services *s, int i)
{
	char why[SERVICE_WHY_MAX + 256];

	say_lost(s, i, why, sizeof(why));
	services_give_up(s, i, why);
}

static void on_restart(uv_timer_t *t)
{
	struct restart *r = (struct restart *)t;
	struct services *s = r->services;
	char err[256];

	if (!s->service[r->which].pid && services_start_one(s, r->which, err, sizeof(err))) {
		snprintf(r->why, sizeof(r->why), "%s", err);
		give_up_dying(s, r->which);
		return;
	}
	s->ops.died(s->arg, services_names[r->which], r->why);
}

void services_died(void *arg, struct service *dead, const char *why)
{
	struct services *s = arg;
	int i = (int)(dead - s->service), delay = service_count_death(dead);

	snprintf(s->restart[i]->why, sizeof(s->restart[i]->why), "%s", why);
	if (delay < 0)
		give_up_dying(s, i);
	else if (i != QEMU)
		uv_timer_start(&s->restart[i]->timer, on_restart, (uint64_t)delay, 0);
	if (i == QEMU)
		s->ops.board_died(s->arg, why);
}

void services_stop(struct services *s)
{
	char err[256];

	dhcp_ask_stop(s->dhcp_ask);
	s->dhcp_ask = NULL;
	for (int i = 0; i < N_SERVICES; i++)
		uv_timer_stop(&s->restart[i]->timer);
	/* All at once, but the port mapper last: an NFS server waits for it when it signs off. */
	service_stop(&s->service[NFS], N_SERVICES - NFS);
	service_stop(&s->service[RPCBIND], 1);
	if (!priv_is_remote())
		nfsd_end(s->board);
	if (priv_network_down(s->board, err, sizeof(err)))
		log_error("%s", err);
	board_files_remove(s->dir);
}

void services_each(struct services *s, void (*fn)(void *arg, const char *name, int pid), void *arg)
{
	for (int i = 0; i < services_count(s->board); i++)
		fn(arg, services_names[i], (int)s->service[i].pid);
}
