/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Services that are our own program, run once more. */
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "harness/netboot/board_services.h"

static void own_program(struct service_args *a)
{
	static const char deleted[] = " (deleted)";
	char exe[PATH_MAX] = "kdev";
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	char *end;

	if (n > 0)
		exe[n] = '\0';
	/* It was built or installed anew since we started: the new one will do. */
	end = n > (ssize_t)sizeof(deleted) ? exe + n - (sizeof(deleted) - 1) : NULL;
	if (end && !strcmp(end, deleted))
		*end = '\0';
	service_arg(a, "%s", exe);
}

void boot_server_args(const struct board_config *b, const char *dir, int fd, struct service_args *a)
{
	own_program(a);
	service_arg(a, "boot-server");
	service_arg(a, "%s/tftp", dir);
	service_arg(a, "%s", b->server);
	if (fd >= 0)
		service_arg(a, "%d", fd);
}

void nfs_server_args(const struct board_config *b, const char *rootfs, struct service_args *a)
{
	own_program(a);
	service_arg(a, "nfs-server");
	service_arg(a, "%s", rootfs);
	service_arg(a, "%s", b->address);
	service_arg(a, "%s", b->server);
}
