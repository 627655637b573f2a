/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which kernel and root a board has: what is said now, was said before, or is configured. */
#include "harness/commands/setup_wish.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/exit_code.h"
#include "harness/log.h"
#include "harness/netboot/kernel_choice.h"
#include "harness/paths.h"
#include "harness/rootfs/root_choice.h"
#include "harness/rootfs/root_source.h"

static int take(char *field, size_t size, const char *key, const char *value)
{
	if (strlen(value) < size) {
		snprintf(field, size, "%s", value);
		return 0;
	}
	log_error("--%s: longer than %zu", key, size - 1);
	return -EINVAL;
}

/* Paths are kept, so they must be absolute; "debian" and "source" are words. */
static int take_path(char *field, size_t size, const char *key, const char *value)
{
	char *real = realpath(value, NULL);
	int err = take(field, size, key, real ? real : value);

	free(real);
	return err;
}

static bool is_word(const char *kernel)
{
	return !strcmp(kernel, "debian") || !strcmp(kernel, "source");
}

static int choose_kernel(struct board_config *b, const struct setup_wish *w)
{
	int err = 0;

	if (b->kernel[0] && w->kernel && strcmp(b->kernel, w->kernel) != 0) {
		log_error("board %s has kernel = %s in its configuration: change it there", b->name,
			  b->kernel);
		return -EINVAL;
	}
	if (!w->kernel)
		kernel_choice_read(b);
	if (w->kernel)
		err = is_word(w->kernel)
			      ? take(b->kernel, sizeof(b->kernel), "kernel", w->kernel)
			      : take_path(b->kernel, sizeof(b->kernel), "kernel", w->kernel);
	if (!err && w->modules)
		err = take_path(b->kernel_modules, sizeof(b->kernel_modules), "modules",
				w->modules);
	if (!err && w->flavour)
		err = take(b->flavour, sizeof(b->flavour), "flavour", w->flavour);
	return err;
}

/* A path is kept absolute; what is behind its colon is a partition. */
static int take_source(char *field, size_t size, const char *value)
{
	int partition, err;
	char *path, *real, *all = NULL;

	if (!strcmp(value, "debian") || !strncmp(value, "debian:", 7))
		return take(field, size, "root", value);
	real = realpath(value, NULL);
	if (real) {
		err = take(field, size, "root", real);
		free(real);
		return err;
	}
	path = strndup(value, root_source_path(value, &partition));
	real = path && partition >= 0 ? realpath(path, NULL) : NULL;
	if (real)
		all = path_format("%s:%d", real, partition);
	if (!all)
		log_error("--root %s: %s; expected debian, debian:SUITE or a path", value,
			  strerror(errno));
	err = all ? take(field, size, "root", all) : -EINVAL;
	free(all);
	free(real);
	free(path);
	return err;
}

static int choose_root(struct board_config *b, const struct setup_wish *w)
{
	int err = 0;

	if ((b->root[0] || b->root_packages[0]) && (w->root || w->packages)) {
		log_error("board %s has its root in its configuration: change it there", b->name);
		return -EINVAL;
	}
	if (w->root)
		err = take_source(b->root, sizeof(b->root), w->root);
	else
		root_choice_read(b);
	if (!err && w->packages)
		err = take(b->root_packages, sizeof(b->root_packages), "packages", w->packages);
	return err;
}

int setup_choose(struct board_config *b, const struct setup_wish *w)
{
	int err = choose_kernel(b, w);

	return err ? err : choose_root(b, w);
}

int setup_keep(const struct board_config *configured, const struct board_config *b,
	       const struct setup_wish *w)
{
	int err = 0;

	if (!configured->kernel[0] && (w->kernel || w->flavour || w->modules))
		err = kernel_choice_write(b);
	if (!err && !configured->root[0] && !configured->root_packages[0] &&
	    (w->root || w->packages))
		err = root_choice_write(b);
	if (err)
		log_error("the choice of kernel and root can't be kept: %s", strerror(-err));
	return err ? EXIT_INFRA : EXIT_PASS;
}
