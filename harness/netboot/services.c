/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All services of a board: in their order, adopted, kept alive, ended. */
#include "harness/netboot/services.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/log.h"
#include "harness/netboot/board_services.h"
#include "harness/paths.h"

enum { RPCBIND, NFS, DNSMASQ, BOOT_SERVER, QEMU, N_SERVICES };

static const char *const names[N_SERVICES] = {"rpcbind", "nfs", "dnsmasq", "boot-server", "qemu"};

struct services;

/* QEMU is the board, where there is no other. */
static int count_of(const struct board_config *b)
{
	return b->type == BOARD_VIRTUAL ? N_SERVICES : QEMU;
}

/* A restart that waits its time. */
struct restart {
	uv_timer_t timer;
	struct services *services;
	int which;
	char why[SERVICE_WHY_MAX];
};

struct services {
	uv_loop_t *loop;
	const struct board_config *board;
	struct services_ops ops;
	void *arg;
	char *dir;
	int dir_fd;
	struct service service[N_SERVICES];
	struct service_args args[N_SERVICES];
	struct restart *restart[N_SERVICES]; /* freed by libuv */
	bool given_up[N_SERVICES];
	char *nfs_config;
	char *serial_socket, *qmp_socket;
};

/* sun_path holds 107 bytes; from a deeper directory the way is through an fd of it. */
static char *socket_path(const struct services *s, const char *leaf)
{
	char *path = path_format("%s/%s", s->dir, leaf);

	if (path && strlen(path) > 100) {
		free(path);
		path = path_format("/proc/self/fd/%d/%s", s->dir_fd, leaf);
	}
	return path;
}

static void on_died(void *arg, struct service *s, const char *why);
static void on_restart(uv_timer_t *t);

static bool host_has_kvm(const struct board_config *b)
{
	char *cpuinfo = path_read("/proc/cpuinfo", 8 << 20, NULL);
	bool works = cpuinfo && qemu_kvm_works(b, cpuinfo, access("/dev/kvm", R_OK | W_OK) == 0);

	free(cpuinfo);
	if (!works && !strcmp(b->accel, "kvm"))
		log_warn("accel = kvm, but KVM does not work on this host: the board is emulated");
	return works;
}

static void make_args(struct services *s)
{
	rpcbind_args(&s->args[RPCBIND]);
	ganesha_args(s->dir, &s->args[NFS]);
	dnsmasq_args(s->board, s->dir, &s->args[DNSMASQ]);
	boot_server_args(s->board, s->dir, &s->args[BOOT_SERVER]);
	if (count_of(s->board) > QEMU)
		qemu_args(s->board, host_has_kvm(s->board), &s->args[QEMU]);
}

static int make_restarts(struct services *s)
{
	for (int i = 0; i < N_SERVICES; i++) {
		s->restart[i] = calloc(1, sizeof(*s->restart[i]));
		if (!s->restart[i])
			return -ENOMEM;
		uv_timer_init(s->loop, &s->restart[i]->timer);
		s->restart[i]->services = s;
		s->restart[i]->which = i;
	}
	return 0;
}

int services_new(uv_loop_t *loop, const struct board_config *b, const struct services_ops *ops,
		 void *arg, struct services **out)
{
	struct services *s = calloc(1, sizeof(*s));
	int rc = -ENOMEM;

	if (!s)
		return rc;
	s->loop = loop;
	s->board = b;
	s->ops = *ops;
	s->arg = arg;
	s->dir_fd = -1;
	s->dir = path_board(b->name, NULL);
	for (int i = 0; i < N_SERVICES; i++)
		service_init(&s->service[i], loop, names[i], b, s->dir, on_died, s);
	if (s->dir)
		rc = path_mkdirs(s->dir, 0755);
	if (!rc) {
		s->dir_fd = open(s->dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
		rc = s->dir_fd < 0 ? -errno : make_restarts(s);
	}
	if (!rc) {
		s->serial_socket = socket_path(s, "serial.sock");
		s->qmp_socket = socket_path(s, "qmp.sock");
		make_args(s);
		rc = s->serial_socket && s->qmp_socket ? 0 : -ENOMEM;
	}
	if (rc) {
		services_free(s);
		return rc;
	}
	*out = s;
	return 0;
}

static struct service_order order_for(const struct services *s, int i)
{
	struct service_order order = {.args = &s->args[i]};

	if (i == RPCBIND)
		order.private_run = true;
	if (i == NFS) {
		order.config = s->nfs_config;
		order.share_run = s->service[RPCBIND].pid;
	}
	return order;
}

static int start_one(struct services *s, int i, char *err, size_t err_len)
{
	struct service_order order;
	int rc;

	/* Without a port mapper of its own it would meet the host's. */
	if (i == NFS && !s->service[RPCBIND].pid) {
		rc = start_one(s, RPCBIND, err, err_len);
		if (rc)
			return rc;
	}
	uv_timer_stop(&s->restart[i]->timer);
	order = order_for(s, i);
	rc = service_start(&s->service[i], &order, err, err_len);
	if (!rc && i == RPCBIND)
		rpcbind_wait(&s->service[i]);
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
			snprintf(err, err_len, "%s did not start: %s", names[i], why);
			return -EIO;
		}
		log_warn("%s did not start: %s", names[i], why);
		on_died(s, &s->service[i], why);
	}
	return 0;
}

int services_start(struct services *s, bool *adopted, char *err, size_t err_len)
{
	int rc = priv_network_up(s->board, err, err_len), n = count_of(s->board);

	*adopted = false;
	if (!rc)
		rc = board_files_make(s->board, s->dir, &s->nfs_config, err, err_len);
	for (int i = 0; i < n && !rc; i++) {
		struct service_order order = order_for(s, i);

		s->given_up[i] = false;
		if (service_adopt(&s->service[i], &order)) {
			*adopted = i == n - 1;
			continue;
		}
		if (i == QEMU)
			begin_serial_log(s);
		rc = start_one(s, i, err, err_len);
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
	snprintf(why, size, "%s ends again and again (see %s/%s.log): %s", names[i], s->dir,
		 names[i], s->restart[i]->why);
}

int services_start_board(struct services *s, char *err, size_t err_len)
{
	if (s->service[QEMU].pid)
		return 0;
	if (s->given_up[QEMU]) {
		say_lost(s, QEMU, err, err_len);
		return -EIO;
	}
	return start_one(s, QEMU, err, err_len);
}

static void give_up(struct services *s, int i)
{
	char why[SERVICE_WHY_MAX + 256];

	s->given_up[i] = true;
	say_lost(s, i, why, sizeof(why));
	s->ops.lost(s->arg, why);
}

static void on_restart(uv_timer_t *t)
{
	struct restart *r = (struct restart *)t;
	struct services *s = r->services;
	char err[256];

	if (!s->service[r->which].pid && start_one(s, r->which, err, sizeof(err))) {
		snprintf(r->why, sizeof(r->why), "%s", err);
		give_up(s, r->which);
		return;
	}
	s->ops.died(s->arg, names[r->which], r->why);
}

static void on_died(void *arg, struct service *dead, const char *why)
{
	struct services *s = arg;
	int i = (int)(dead - s->service), delay = service_count_death(dead);

	snprintf(s->restart[i]->why, sizeof(s->restart[i]->why), "%s", why);
	if (delay < 0)
		give_up(s, i);
	else if (i != QEMU)
		uv_timer_start(&s->restart[i]->timer, on_restart, (uint64_t)delay, 0);
	if (i == QEMU)
		s->ops.board_died(s->arg, why);
}

void services_stop(struct services *s)
{
	char err[256];

	for (int i = 0; i < N_SERVICES; i++)
		uv_timer_stop(&s->restart[i]->timer);
	/* All at once, but the port mapper last: an NFS server waits for it when it signs off. */
	service_stop(&s->service[NFS], N_SERVICES - NFS);
	service_stop(&s->service[RPCBIND], 1);
	if (priv_network_down(s->board, err, sizeof(err)))
		log_error("%s", err);
	board_files_remove(s->dir);
}

static void timer_closed(uv_handle_t *h)
{
	free(h); /* the timer is the restart's first member */
}

void services_free(struct services *s)
{
	if (!s)
		return;
	for (int i = 0; i < N_SERVICES; i++) {
		service_release(&s->service[i]);
		service_args_free(&s->args[i]);
		if (s->restart[i])
			uv_close((uv_handle_t *)&s->restart[i]->timer, timer_closed);
	}
	if (s->dir_fd >= 0)
		close(s->dir_fd);
	free(s->nfs_config);
	free(s->serial_socket);
	free(s->qmp_socket);
	free(s->dir);
	free(s);
}

const char *services_serial_socket(const struct services *s)
{
	return s->serial_socket;
}

const char *services_qmp_socket(const struct services *s)
{
	return s->qmp_socket;
}

void services_each(struct services *s, void (*fn)(void *arg, const char *name, int pid), void *arg)
{
	for (int i = 0; i < count_of(s->board); i++)
		fn(arg, names[i], (int)s->service[i].pid);
}
