/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which root file system a board has, and where it is kept. */
#include <ctype.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/netboot/parts.h"
#include "harness/paths.h"
#include "harness/rootfs/root_choice.h"
#include "harness/rootfs/root_source.h"

#define LEAF_MAX 32

void root_free(struct root *r)
{
	free(r->source);
	free(r->path);
	free(r->packages);
	free(r->dir);
	*r = (struct root){0};
}

static uint64_t hash(const char *text, uint64_t h)
{
	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 0x100000001b3;
	return h;
}

/* Said on a kernel's command line and in an export: no blank, comma or quote. */
static void readable_leaf(const char *source, char leaf[LEAF_MAX])
{
	const char *slash = strrchr(source, '/');
	size_t n = 0;

	for (const char *p = slash ? slash + 1 : source; *p && n < LEAF_MAX - 1; p++)
		leaf[n++] = isalnum((unsigned char)*p) || strchr("._-", *p) ? *p : '-';
	leaf[n] = '\0';
}

static char *place(const struct root *r)
{
	char leaf[LEAF_MAX];

	if (r->kind == ROOT_PLAIN)
		return path_format("%s/rootfs", path_cache());
	readable_leaf(r->source, leaf);
	return path_format(
		"%s/roots/%s-%016llx", path_cache(), leaf,
		(unsigned long long)hash(r->packages, hash(r->source, 0xcbf29ce484222325)));
}

/* A path with a colon in its name goes before a partition's number. */
static int find_import(struct setup *s, struct root *r)
{
	size_t n = strlen(r->source);

	if (r->source[0] != '/')
		return setup_fail(s, -EINVAL,
				  "root '%s': expected debian, debian:SUITE or an absolute path",
				  r->source);
	if (r->packages[0])
		return setup_fail(s, -EINVAL,
				  "root_packages are for a root from debian, not for %s",
				  r->source);
	r->kind = ROOT_IMPORT;
	r->partition = -1;
	if (access(r->source, F_OK))
		n = root_source_path(r->source, &r->partition);
	r->path = strndup(r->source, n);
	return r->path ? 0 : setup_fail(s, -ENOMEM, "out of memory");
}

static int fill(struct setup *s, const struct board_config *b, struct root *r)
{
	char packages[sizeof(b->root_packages) + 1];
	int err = root_source_packages(b->root_packages, packages, sizeof(packages));

	if (err)
		return setup_fail(s, err, "root_packages = %s: expected names of packages",
				  b->root_packages);
	r->source = strdup(b->root);
	r->packages = strdup(packages);
	if (!r->source || !r->packages)
		return setup_fail(s, -ENOMEM, "out of memory");
	err = root_source_debian(s, r->source, r);
	if (err < 0)
		return err;
	if (!err)
		err = find_import(s, r);
	else if (r->packages[0])
		r->kind = ROOT_DEBIAN;
	return err < 0 ? err : 0;
}

int root_find(struct setup *s, struct root *r)
{
	struct board_config b = *s->board;
	int err;

	*r = (struct root){0};
	root_choice_read(&b);
	err = fill(s, &b, r);
	if (!err) {
		r->dir = place(r);
		err = r->dir ? 0 : setup_fail(s, -ENOMEM, "out of memory");
	}
	if (err)
		root_free(r);
	return err;
}
