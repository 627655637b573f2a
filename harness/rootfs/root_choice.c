/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which root `kdev setup --root` chose last for a board whose configuration names none. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/paths.h"
#include "harness/rootfs/root_choice.h"

#define CHOICE_MAX 4096

/* Two lines: the source, the packages. */
static void take(struct board_config *b, const char *text)
{
	size_t n = strcspn(text, "\n"), m;
	const char *packages = text + n + (text[n] == '\n');

	m = strcspn(packages, "\n");
	if (!n || n >= sizeof(b->root) || m >= sizeof(b->root_packages))
		return;
	snprintf(b->root, sizeof(b->root), "%.*s", (int)n, text);
	snprintf(b->root_packages, sizeof(b->root_packages), "%.*s", (int)m, packages);
}

void root_choice_read(struct board_config *b)
{
	bool configured = b->root[0] || b->root_packages[0];
	char *path = configured ? NULL : path_board(b->name, "root");
	char *text = path ? path_read(path, CHOICE_MAX, NULL) : NULL;

	if (text)
		take(b, text);
	if (!b->root[0])
		snprintf(b->root, sizeof(b->root), "debian");
	free(text);
	free(path);
}

int root_choice_write(const struct board_config *b)
{
	char *dir = path_board(b->name, NULL), *path = path_board(b->name, "root");
	char *text = path_format("%s\n%s\n", b->root, b->root_packages);
	int err = dir && path && text ? path_mkdirs(dir, 0755) : -ENOMEM;

	if (!err)
		err = path_write_atomic(path, text, strlen(text), 0644);
	free(text);
	free(path);
	free(dir);
	return err;
}
