/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What can be known of a kernel module before anything is pushed: libkmod's view of the
 * file, checked against the kernel that the board runs.
 */
#ifndef KDEV_HARNESS_MODULE_FILE_H
#define KDEV_HARNESS_MODULE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The kernel that the board boots, as set-up made it. */
struct board_kernel {
	const char *release;  /* "6.1.0-56-amd64" */
	const char *vermagic; /* "6.1.0-56-amd64 SMP preempt mod_unload modversions " */
	const char *modules;  /* its module tree on the host: DIR/lib/modules/RELEASE */
	const char *build;    /* where modules are built (Module.symvers is there); NULL:
			       * /lib/modules/RELEASE/build */
};

struct module_param {
	char *name, *type; /* type as modinfo prints it: "int", "charp", "array of int" */
};

/* A symbol that it wants from the kernel or from another module. */
struct module_symbol {
	char *name;
	uint64_t crc; /* of the declaration it was compiled with; 0: not known */
	bool weak;    /* does without */
};

struct module_file {
	char *path;                  /* as given */
	char *name;                  /* the kernel's name for it ("my_mod" for my-mod.ko) */
	char *vermagic, *srcversion; /* "" if there is none */
	char *build_id;              /* lower-case hex, "" if none */
	char *license;
	char **depends; /* module names, n_depends */
	size_t n_depends;
	struct module_param *params; /* sorted by name */
	size_t n_params;
	struct module_symbol *symbols; /* likewise */
	size_t n_symbols;
};

/*
 * Read a module. On failure returns a negative errno and one line for people in err, free of
 * control characters whatever the file contains: missing (-ENOENT), a directory (-EISDIR), no
 * regular file (-EINVAL), larger than 512 MiB (-EFBIG), no module or not for an x86-64 (-ENOEXEC),
 * unreadable. On success the caller frees with module_file_free(); on failure *m is all zeroes.
 * The file is copied first: it may be rebuilt at the same time.
 */
int module_file_read(const char *path, struct module_file *m, char *err, size_t err_len);

/* Accepts NULL and half-built ones; leaves all zeroes. */
void module_file_free(struct module_file *m);

/*
 * Would this kernel load it? Checks vermagic (also the release, which a kernel with
 * CONFIG_MODVERSIONS does not look at: another release is nearly always a stale build), that each
 * dependency is in the kernel's module tree or built in, and that no symbol it wants is missing
 * or has another CRC, as far as Module.symvers is to be found. 0, or -ENOEXEC with one line in err
 * that says what differs and how to rebuild:
 * "x.ko: built for kernel 6.5.0, the board runs 6.1.0-56-amd64: rebuild it: make -C … M=… modules".
 */
int module_file_check(const struct module_file *m, const struct board_kernel *k, char *err,
		      size_t err_len);

/*
 * Check "param=value" words against the module's parameters: the name exists ('-' and '_'
 * are the same to the kernel), an int is a number in its range, a bool a bool. 0 or -EINVAL with
 * one line that names the nearest parameter.
 */
int module_file_check_params(const struct module_file *m, char *const *words, size_t n, char *err,
			     size_t err_len);

/* The words as one string for init_module(2), values with white space quoted the way the kernel
 * reads them. New string, the caller frees; NULL when out of memory. */
char *module_params_line(char *const *words, size_t n);

/* printf an error line into err, free of control characters; returns `code`. */
int module_error(char *err, size_t err_len, int code, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

#endif
