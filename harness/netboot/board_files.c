/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files in a board's directory that its services live by. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "harness/log.h"
#include "harness/netboot/board_services.h"
#include "harness/paths.h"

/* The kernel's server is told all by its arguments, but holds the tree that it was shown. */
static int make_kernel_config(const char *rootfs, char **config)
{
	struct stat st;

	if (stat(rootfs, &st))
		return -errno;
	free(*config);
	*config = path_format("Tree %llu.\n", (unsigned long long)st.st_ino);
	return *config ? 0 : -ENOMEM;
}

static int make_ganesha_config(const struct board_config *b, const char *dir, const char *rootfs,
			       char **config)
{
	char *path = path_format("%s/ganesha.conf", dir);
	struct strbuf text = {0};
	struct stat st;
	int rc = path ? 0 : -ENOMEM;

	if (!rc && stat(rootfs, &st))
		rc = -errno;
	if (!rc)
		rc = ganesha_config(b, dir, rootfs, st.st_ino, &text);
	if (!rc)
		rc = path_write_atomic(path, strbuf_str(&text), text.len, 0644);
	free(path);
	free(*config);
	*config = strbuf_take(&text);
	return rc || *config ? rc : -ENOMEM;
}

/* A service with a /run of its own would not see its files there. */
static bool below_run(const char *path)
{
	return !strncmp(path, "/run/", 5) || !strncmp(path, "/var/run/", 9);
}

int board_files_make(const struct board_config *b, const char *dir, bool kernel_nfs,
		     char **nfs_config, char **rootfs, char *err, size_t err_len)
{
	struct netboot_paths paths;
	int rc = netboot_paths(b, &paths);

	if (rc) {
		snprintf(err, err_len, "the board is not set up: run kdev setup");
		return rc;
	}
	if (below_run(dir) || below_run(paths.rootfs)) {
		rc = -EINVAL;
		snprintf(err, err_len,
			 "%s: kdev's cache and state can't be below /run: set XDG_CACHE_HOME and "
			 "XDG_STATE_HOME to another place",
			 below_run(dir) ? dir : paths.rootfs);
	} else {
		rc = kernel_nfs ? make_kernel_config(paths.rootfs, nfs_config)
				: make_ganesha_config(b, dir, paths.rootfs, nfs_config);
		if (rc)
			snprintf(err, err_len, "%s: can't be exported by NFS: %s", paths.rootfs,
				 strerror(-rc));
	}
	if (!rc)
		rc = pxe_make(b, dir, &paths, err, err_len);
	free(*rootfs);
	*rootfs = paths.rootfs;
	paths.rootfs = NULL;
	netboot_paths_free(&paths);
	return rc;
}

void board_files_remove(const char *dir)
{
	static const char *const leaves[] = {
		"serial.sock", "qmp.sock",       "ganesha.pid", "ganesha.conf",
		"ganesha",     "dnsmasq.leases", "tftp",        "services",
	};

	for (size_t i = 0; i < sizeof(leaves) / sizeof(*leaves); i++) {
		char *path = path_format("%s/%s", dir, leaves[i]);
		int rc = path ? path_remove_tree(path) : -ENOMEM;

		if (rc)
			log_warn("%s/%s: %s", dir, leaves[i], strerror(-rc));
		free(path);
	}
}
