/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The record of what was changed in a board's root. */
#include "harness/rootfs/root_record.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/log.h"
#include "harness/netboot/parts.h"
#include "harness/paths.h"
#include "harness/rootfs/root_adapt.h"

#define RECORD_MAX (4 << 20)

/* The tree is not ours alone: what is at this name may be a link to a file of the host. */
static char *read_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	struct stat st;
	char *text = NULL;

	if (fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size <= RECORD_MAX) {
		text = calloc(1, (size_t)st.st_size + 1);
		if (text && read(fd, text, (size_t)st.st_size) < 0)
			*text = '\0';
	}
	if (fd >= 0)
		close(fd);
	return text;
}

static void make_safe(char *text)
{
	for (char *line = text, *end; *line; line = end) {
		end = line + strcspn(line, "\n");
		if (*end) {
			*end = '\0';
			log_make_safe(line);
			line[strlen(line)] = '\n';
			end++;
		} else {
			log_make_safe(line);
		}
	}
}

int root_record_read(const struct board_config *b, struct root_record *r)
{
	char err[256], *path;
	struct setup s = {.board = b, .err = err, .err_len = sizeof(err)};
	struct root root;
	int rc = root_find(&s, &root);

	*r = (struct root_record){0};
	if (rc)
		return rc;
	path = path_format("%s" ROOT_RECORD, root.dir);
	if (path)
		r->text = read_file(path);
	if (r->text)
		make_safe(r->text);
	free(path);
	root_free(&root);
	return 0;
}

void root_record_free(struct root_record *r)
{
	free(r->text);
	r->text = NULL;
}
