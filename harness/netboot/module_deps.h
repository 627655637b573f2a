/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The order in which modules must be loaded, from the text files that depmod makes
 * (modules.dep(5)). Pure.
 */
#ifndef KDEV_HARNESS_NETBOOT_MODULE_DEPS_H
#define KDEV_HARNESS_NETBOOT_MODULE_DEPS_H

#include <stddef.h>

/* Paths relative to the module tree's root, each after all that it depends on. */
struct module_list {
	char **paths; /* owned, n of them */
	size_t n;
};

/* The texts of modules.dep, modules.softdep and modules.builtin; the last two may be "". */
struct module_index {
	const char *dep, *softdep, *builtin;
};

/*
 * Add module `name` (as modprobe takes it; '-' and '_' are the same) and what it needs, hard
 * and "pre:" soft dependencies, to the list; what is there already is not added again.
 * A soft dependency that the tree lacks is skipped. 0 (also when it is built in), -ENOENT if
 * the tree does not have it, -EINVAL for a damaged index, -ENOMEM.
 */
int module_list_add(struct module_list *list, const struct module_index *ix, const char *name);

void module_list_free(struct module_list *list);

#endif
