/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The administrator's file. */
#include "harness/privileged/policy.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Into a list of texts of `size` bytes each. 0: it has no room for it. */
static int add(char *list, size_t size, size_t *n, const char *value)
{
	if (*n == POLICY_MAX || !*value || strlen(value) >= size)
		return 0;
	memcpy(list + *n * size, value, strlen(value) + 1);
	++*n;
	return 1;
}

/* As inih has it: 0 is an error. */
static int on_key(void *arg, const char *section, const char *key, const char *value)
{
	struct policy *p = arg;

	if (!strcmp(key, "roots") && value[0] == '/')
		return add(p->roots[0], sizeof(p->roots[0]), &p->n_roots, value);
	if (!strcmp(key, "interface"))
		return add(p->interface[0], sizeof(p->interface[0]), &p->n_interfaces, value);
	if (!strcmp(key, "any_filesystem") && (!strcmp(value, "yes") || !strcmp(value, "no"))) {
		p->any_filesystem = value[0] == 'y';
		return 1;
	}
	return 0;
}

static int read_file(FILE *f, const char *path, struct policy *p, char *err, size_t err_len)
{
	struct stat st;
	int line;

	if (fstat(fileno(f), &st) || st.st_uid || (st.st_mode & 022)) {
		snprintf(err, err_len, "%s: others than root can write to it", path);
		return -EPERM;
	}
	line = ini_parse_file(f, on_key, p);
	if (!line)
		return 0;
	snprintf(err, err_len,
		 "%s:%d: expected roots = DIRECTORY, interface = CARD or any_filesystem = yes "
		 "(the first two at most %d times)",
		 path, line, POLICY_MAX);
	return -EINVAL;
}

int policy_read(const char *path, struct policy *p, char *err, size_t err_len)
{
	FILE *f = fopen(path, "re");
	int rc = 0;

	*p = (struct policy){0};
	if (f) {
		rc = read_file(f, path, p, err, err_len);
		fclose(f);
	} else if (errno != ENOENT) {
		rc = -errno;
		snprintf(err, err_len, "%s: %s", path, strerror(-rc));
	}
	if (!p->n_roots)
		add(p->roots[0], sizeof(p->roots[0]), &p->n_roots, POLICY_ROOTS);
	return rc;
}

bool policy_allows_interface(const struct policy *p, const char *interface)
{
	for (size_t i = 0; i < p->n_interfaces; i++)
		if (!strcmp(p->interface[i], interface))
			return true;
	return false;
}
