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

enum { RPCBIND, NFS, DNSMASQ, QEMU, N_SERVICES };

static const char *const names[N_SERVICES] = {"rpcbind", "nfs", "dnsmasq", "qemu"};

struct services {
	uv_loop_t *loop;
	const struct board_config *board;
	struct services_ops ops;
	void *arg;
	char *dir;
	struct service service[N_SERVICES];
	struct service_args args[N_SERVICES];
	int dir_fd;
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

static bool host_has_kvm(const struct board_config *b)
{
	size_t len;
	char *cpuinfo = path_read("/proc/cpuinfo", 8 << 20, &len);
	bool works = cpuinfo && qemu_kvm_works(b, cpuinfo, access("/dev/kvm", R_OK | W_OK) == 0);

	free(cpuinfo);
	return works;
}

static int make_args(struct services *s)
{
	for (int i = 0; i < N_SERVICES; i++)
		service_args_free(&s->args[i]);
	rpcbind_args(&s->args[RPCBIND]);
	ganesha_args(s->dir, &s->args[NFS]);
	dnsmasq_args(s->board, s->dir, &s->args[DNSMASQ]);
	qemu_args(s->board, host_has_kvm(s->board), &s->args[QEMU]);
	for (int i = 0; i < N_SERVICES; i++)
		if (s->args[i].err)
			return s->args[i].err;
	return 0;
}

int services_new(uv_loop_t *loop, const struct board_config *b, const struct services_ops *ops,
		 void *arg, struct services **out)
{
	struct services *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->loop = loop;
	s->board = b;
	s->ops = *ops;
	s->arg = arg;
	s->dir = path_board(b->name, NULL);
	s->dir_fd = s->dir ? open(s->dir, O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;
	if (s->dir_fd >= 0) {
		s->serial_socket = socket_path(s, "serial.sock");
		s->qmp_socket = socket_path(s, "qmp.sock");
	}
	for (int i = 0; i < N_SERVICES; i++)
		service_init(&s->service[i], loop, names[i], b, s->dir, on_died, s);
	if (!s->dir || !s->serial_socket || !s->qmp_socket || make_args(s)) {
		services_free(s);
		return -ENOMEM;
	}
	*out = s;
	return 0;
}

static int write_files(struct services *s, char *err, size_t err_len)
{
	struct netboot_paths paths;
	char *conf, *path;
	int rc = netboot_paths(s->board, &paths);

	if (rc) {
		snprintf(err, err_len, "the board is not set up: run kdev setup");
		return rc;
	}
	conf = ganesha_config(s->board, s->dir, paths.rootfs);
	path = path_format("%s/ganesha.conf", s->dir);
	rc = -EINVAL;
	if (conf && path)
		rc = path_write_atomic(path, conf, strlen(conf), 0644);
	if (rc)
		snprintf(err, err_len, "%s: the NFS export can't be described: %s", paths.rootfs,
			 strerror(-rc));
	else
		rc = pxe_make(s->board, s->dir, &paths, err, err_len);
	free(conf);
	free(path);
	netboot_paths_free(&paths);
	return rc;
}

static int start_one(struct services *s, int i, char *err, size_t err_len)
{
	struct priv_spawn spawn = {.dir = s->dir};

	if (i == RPCBIND)
		spawn.private_run = 1;
	if (i == NFS)
		spawn.share_run = s->service[RPCBIND].pid;
	if (i == QEMU) {
		/* A new power-on: its capture begins anew. */
		char *log = path_format("%s/serial.log", s->dir);

		if (log)
			unlink(log);
		free(log);
	}
	return service_start(&s->service[i], &s->args[i], &spawn, err, err_len);
}

/* ganesha registers at its start or not at all, so rpcbind must listen by then. */
static void await_rpcbind(const struct services *s)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/root/run/rpcbind.sock",
		 (int)s->service[RPCBIND].pid);
	for (int i = 0; i < 200 && access(path, F_OK); i++)
		usleep(5000);
}

int services_start(struct services *s, bool *adopted, char *err, size_t err_len)
{
	int rc = priv_network_up(s->board, err, err_len);

	*adopted = false;
	if (!rc)
		rc = write_files(s, err, err_len);
	for (int i = 0; i < N_SERVICES && !rc; i++) {
		if (service_adopt(&s->service[i], &s->args[i])) {
			*adopted = i == QEMU;
			continue;
		}
		rc = start_one(s, i, err, err_len);
		if (!rc && i == RPCBIND)
			await_rpcbind(s);
	}
	return rc;
}

int services_start_board(struct services *s, char *err, size_t err_len)
{
	return start_one(s, QEMU, err, err_len);
}

static void on_died(void *arg, struct service *dead, const char *why)
{
	struct services *s = arg;
	int i = (int)(dead - s->service);
	char err[256];
	int rc;

	if (i == QEMU) {
		s->ops.died(s->arg, dead->name, true, 0, why);
		return;
	}
	if (!service_worth_restarting(dead)) {
		s->ops.died(s->arg, dead->name, false, -EIO, why);
		return;
	}
	rc = start_one(s, i, err, sizeof(err));
	if (!rc && i == RPCBIND)
		await_rpcbind(s);
	s->ops.died(s->arg, dead->name, false, rc, rc ? err : why);
}

static void remove_leaf(const struct services *s, const char *leaf)
{
	char *path = path_format("%s/%s", s->dir, leaf);

	if (path)
		unlink(path);
	free(path);
}

void services_stop(struct services *s)
{
	char err[256], *dir;

	for (int i = N_SERVICES - 1; i >= 0; i--)
		service_stop(&s->service[i]);
	if (priv_network_down(s->board, err, sizeof(err)))
		log_error("%s", err);
	remove_leaf(s, "serial.sock");
	remove_leaf(s, "qmp.sock");
	remove_leaf(s, "ganesha.pid");
	dir = path_format("%s/services", s->dir);
	if (dir)
		rmdir(dir);
	free(dir);
}

void services_free(struct services *s)
{
	if (!s)
		return;
	for (int i = 0; i < N_SERVICES; i++) {
		if (s->service[i].loop)
			service_release(&s->service[i]);
		service_args_free(&s->args[i]);
	}
	free(s->serial_socket);
	free(s->qmp_socket);
	if (s->dir_fd >= 0)
		close(s->dir_fd);
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
	for (int i = 0; i < N_SERVICES; i++)
		fn(arg, names[i], (int)s->service[i].pid);
}
