/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The crashes of runs' directories, for tests. */
#include "store_fixture.h"

#include <stdlib.h>
#include <string.h>

#include "harness/paths.h"

char *store_fixture_state(const char *runs)
{
	return path_format("%.*s", (int)(strlen(runs) - strlen("/runs")), runs);
}

int store_fixture_read(struct crash_store *s, const char *runs, const char *board, int64_t since_us)
{
	char *dir = store_fixture_state(runs);
	struct store *index;
	int err = store_open(&index, dir);

	*s = (struct crash_store){0};
	if (!err)
		err = crash_store_read(s, index, board, since_us);
	store_close(index);
	free(dir);
	return err;
}
