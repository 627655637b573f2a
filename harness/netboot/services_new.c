/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a board's services are made of, and its end. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/log.h"
#include "harness/netboot/board_services.h"
#include "harness/netboot/services_internal.h"
#include "harness/paths.h"

const char *const services_names[N_SERVICES] = {"rpcbind", "nfs", "dnsmasq", "boot-server", "qemu"};

int services_count(const struct board_config *b)
{
	return b->type == BOARD_VIRTUAL ? N_SERVICES : QEMU;
}

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
	int end = priv_is_remote() ? PRIV_END_FD : -1;

	rpcbind_args(&s->args[RPCBIND]);
	dnsmasq_args(s->board, s->dir, &s->args[DNSMASQ]);
	boot_server_args(s->board, s->dir, end, &s->args[BOOT_SERVER]);
	if (services_count(s->board) > QEMU)
		qemu_args(s->board, host_has_kvm(s->board), end, &s->args[QEMU]);
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
		service_init(&s->service[i], loop, services_names[i], b, s->dir, services_died, s);
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

static void timer_closed(uv_handle_t *h)
{
	free(h); /* the timer is the restart's first member */
}

void services_free(struct services *s)
{
	if (!s)
		return;
	dhcp_ask_stop(s->dhcp_ask);
	for (int i = 0; i < N_SERVICES; i++) {
		service_release(&s->service[i]);
		service_args_free(&s->args[i]);
		if (s->restart[i])
			uv_close((uv_handle_t *)&s->restart[i]->timer, timer_closed);
	}
	if (s->dir_fd >= 0)
		close(s->dir_fd);
	free(s->nfs_config);
	free(s->rootfs);
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
