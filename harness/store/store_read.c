/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is in a run's directory. It may have been cut short by a crash of the host, be from another
 * version or have been edited. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/store/store_internal.h"

/* A JSON object from a file below `dir`. NULL: it is none, *why says so. */
json_t *store_load_json(int dir, const char *path, size_t max, const char **why)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	json_t *doc;

	if (!f) {
		*why = strerror(errno);
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	if (lseek(fd, 0, SEEK_END) > (off_t)max) {
		*why = strerror(EFBIG);
		fclose(f);
		return NULL;
	}
	lseek(fd, 0, SEEK_SET);
	doc = json_loadf(f, 0, NULL);
	fclose(f);
	if (json_is_object(doc))
		return doc;
	*why = "it is no JSON object";
	json_decref(doc);
	return NULL;
}

unsigned store_crash_number(const char *name)
{
	unsigned long n;
	char *end;

	if (strncmp(name, "crash-", 6) != 0 || name[6] < '1' || name[6] > '9')
		return 0;
	n = strtoul(name + 6, &end, 10);
	return *end || n > 1000000 ? 0 : (unsigned)n;
}
