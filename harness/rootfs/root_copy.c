/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A directory as a root. */
#include "harness/rootfs/root_copy.h"

#include <errno.h>
#include <stdlib.h>

#include "harness/paths.h"

int root_copy(struct setup *s, const char *from, const char *to)
{
	char *all = path_format("%s.", from);
	const char *argv[] = {"cp", "-a", "--one-file-system", "--reflink=auto", "--", all,
			      to,   NULL};
	int err = all ? setup_run(s, argv) : setup_fail(s, -ENOMEM, "out of memory");

	free(all);
	return err;
}
