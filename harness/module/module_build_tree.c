/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the board's kernel lets modules be built. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/module/module_build.h"
#include "harness/module/module_file.h"
#include "harness/netboot/setup.h"
#include "harness/paths.h"

char *module_build_tree(const struct board_config *cfg, char *err, size_t err_len)
{
	struct netboot_paths paths;
	char *tree = NULL, *makefile;
	int rc;

	if (netboot_check(cfg, err, err_len))
		return NULL;
	rc = netboot_paths(cfg, &paths);
	if (rc) {
		module_error(err, err_len, rc, "the board is not set up: %s", strerror(-rc));
		return NULL;
	}
	makefile = path_format("%s/Makefile", paths.build ? paths.build : "");
	if (makefile && paths.build && !access(makefile, R_OK))
		tree = strdup(paths.build);
	else
		module_error(err, err_len, -ENOENT,
			     "the headers of the board's kernel %s are missing: apt-get install "
			     "linux-headers-%s",
			     paths.release, paths.release);
	free(makefile);
	netboot_paths_free(&paths);
	return tree;
}
