/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which kernel `kdev setup --kernel` chose last for a board whose configuration names none. */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/netboot/kernel_choice.h"
#include "harness/paths.h"

#define CHOICE_MAX 4096

static const struct {
	const char *key;
	size_t offset, size;
} fields[] = {
#define FIELD(f) offsetof(struct board_config, f), sizeof(((struct board_config *)0)->f)
	{"kernel", FIELD(kernel)},
	{"flavour", FIELD(flavour)},
	{"kernel_modules", FIELD(kernel_modules)},
};

/* A line "KEY VALUE". */
static void take_line(struct board_config *b, const char *line, size_t len)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		size_t n = strlen(fields[i].key);

		if (len <= n || strncmp(line, fields[i].key, n) != 0 || line[n] != ' ')
			continue;
		if (len - n - 1 < fields[i].size)
			snprintf((char *)b + fields[i].offset, fields[i].size, "%.*s",
				 (int)(len - n - 1), line + n + 1);
	}
}

void kernel_choice_read(struct board_config *b)
{
	char *path = b->kernel[0] ? NULL : path_board(b->name, "kernel");
	char *text = path ? path_read(path, CHOICE_MAX, NULL) : NULL;

	for (const char *p = text; p && *p;) {
		size_t n = strcspn(p, "\n");

		take_line(b, p, n);
		p += n + (p[n] == '\n');
	}
	if (!b->kernel[0])
		snprintf(b->kernel, sizeof(b->kernel), "debian");
	free(text);
	free(path);
}

int kernel_choice_write(const struct board_config *b)
{
	char *dir = path_board(b->name, NULL), *path = path_board(b->name, "kernel");
	char text[CHOICE_MAX];
	size_t at = 0;
	int err = dir && path ? path_mkdirs(dir, 0755) : -ENOMEM;

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%s %s\n", fields[i].key,
				       (const char *)b + fields[i].offset);
	if (!err)
		err = path_write_atomic(path, text, at, 0644);
	free(path);
	free(dir);
	return err;
}
