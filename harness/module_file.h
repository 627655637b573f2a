/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What can be known of a kernel module before anything is pushed: libkmod's view of the
 * file, checked against the kernel that the board runs.
 */
#ifndef KDEV_HARNESS_MODULE_FILE_H
#define KDEV_HARNESS_MODULE_FILE_H

#include <stdbool.h>
#include <stddef.h>

/* The kernel that the board boots, as set-up made it. */
struct board_kernel {
	const char *release;	/* "6.1.0-56-amd64" */
	const char *vermagic;	/* "6.1.0-56-amd64 SMP preempt mod_unload modversions " */
	const char *modules;	/* its module tree on the host: DIR/lib/modules/RELEASE */
};

struct module_param {
	char *name, *type;	/* type as modinfo prints it: "int", "charp", "array of int" */
};

struct module_file {
	char *path;		/* as given */
	char *name;		/* the kernel's name for it ("my_mod" for my-mod.ko) */
	char *vermagic, *srcversion; /* "" if there is none */
	char *build_id;		/* lower-case hex, "" if none */
	char *license;
	char **depends;		/* module names, n_depends */
	size_t n_depends;
	struct module_param *params;
	size_t n_params;
};

/*
 * Read a module. On failure returns a negative errno and one line for people in err:
 * missing (-ENOENT), not a regular file, no ELF relocatable of this kind or no module
 * (-ENOEXEC), unreadable. On success the caller frees with module_file_free().
 */
int module_file_read(const char *path, struct module_file *m, char *err, size_t err_len);
void module_file_free(struct module_file *m);

/*
 * Would this kernel load it? Checks vermagic, that each dependency is in the kernel's
 * module tree or built in, and (CONFIG_MODVERSIONS) that no symbol it needs is
 * missing or has another CRC. 0, or -ENOEXEC with one line in err that says
 * what differs and how to rebuild:
 * "x.ko: built for 6.5.0 SMP …, the board runs 6.1.0-56-amd64 SMP …: rebuild with make -C … M=…".
 */
int module_file_check(const struct module_file *m, const struct board_kernel *k, char *err,
		      size_t err_len);

/*
 * Check "param=value" words against the module's parameters: the name exists ('-' and '_'
 * are the same to the kernel), an int is a number, a bool a bool. 0 or -EINVAL with
 * one line that names the nearest parameter.
 */
int module_file_check_params(const struct module_file *m, char *const *words, size_t n, char *err,
			     size_t err_len);

#endif
