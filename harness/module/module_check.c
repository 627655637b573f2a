/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Would the board's kernel load this module? */
#include <errno.h>
#include <libgen.h>
#include <libkmod.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/module/module_file.h"
#include "harness/paths.h"

/* Length of a string without the white space at its end: vermagic has one. */
static int trimmed(const char *s)
{
	size_t n = strlen(s);

	while (n && s[n - 1] == ' ')
		n--;
	return (int)n;
}

/* Where Module.symvers and the kernel's Makefile are. The caller frees; NULL: no memory. */
static char *build_tree(const struct board_kernel *k)
{
	return k->build ? strdup(k->build) : path_format("/lib/modules/%s/build", k->release);
}

/* "rebuild it: make -C … M=… modules", as one can paste it. */
static char *how_to_rebuild(const struct module_file *m, const struct board_kernel *k)
{
	char *build = build_tree(k), *copy = strdup(m->path), *dir = NULL, *text = NULL;

	if (copy)
		dir = realpath(dirname(copy), NULL);
	if (build)
		text = path_format("rebuild it: make -C %s M=%s modules", build,
				   dir ? dir : "$PWD");
	free(dir);
	free(copy);
	free(build);
	return text;
}

static int check_vermagic(const struct module_file *m, const struct board_kernel *k,
			  const char *rebuild, char *err, size_t err_len)
{
	int ours = trimmed(k->vermagic), theirs = trimmed(m->vermagic);
	size_t release = strcspn(m->vermagic, " ");

	if (ours == theirs && !memcmp(m->vermagic, k->vermagic, (size_t)ours))
		return 0;
	if (!theirs)
		return module_error(
			err, err_len, -ENOEXEC,
			"%s: does not say for which kernel it was built (no vermagic); %s", m->path,
			rebuild);
	if (release != strlen(k->release) || memcmp(m->vermagic, k->release, release) != 0)
		return module_error(err, err_len, -ENOEXEC,
				    "%s: built for kernel %.*s, the board runs %s; %s", m->path,
				    (int)release, m->vermagic, k->release, rebuild);
	return module_error(
		err, err_len, -ENOEXEC,
		"%s: built for a kernel configured as '%.*s', the board's is '%.*s'; %s", m->path,
		theirs, m->vermagic, ours, k->vermagic, rebuild);
}

/* depmod's indexes know modules, aliases and what is built in. 1: it is there. */
static int lookup(struct kmod_ctx *ctx, const char *name)
{
	struct kmod_list *list = NULL;
	int err = kmod_module_new_from_lookup(ctx, name, &list);

	if (err < 0)
		return err;
	err = list != NULL;
	kmod_module_unref_list(list);
	return err;
}

static int check_depends(const struct module_file *m, const struct board_kernel *k, char *err,
			 size_t err_len)
{
	const char *no_config = NULL;
	struct kmod_ctx *ctx;
	char *index;
	int e = 0;

	if (!m->n_depends)
		return 0;
	index = path_format("%s/modules.dep.bin", k->modules);
	if (!index)
		return -ENOMEM;
	if (access(index, R_OK))
		e = module_error(err, err_len, -ENOENT,
				 "%s: depends on %s, but %s cannot be read: kdev setup makes it",
				 m->path, m->depends[0], index);
	free(index);
	ctx = e ? NULL : kmod_new(k->modules, &no_config);
	if (!ctx)
		return e ? e : -ENOMEM;
	kmod_set_log_priority(ctx, 0);
	for (size_t i = 0; i < m->n_depends && !e; i++) {
		int there = lookup(ctx, m->depends[i]);

		if (there < 0)
			e = module_error(err, err_len, there, "%s: %s cannot be searched: %s",
					 m->path, k->modules, strerror(-there));
		else if (!there)
			e = module_error(
				err, err_len, -ENOEXEC,
				"%s: depends on module '%s', which kernel %s does not have",
				m->path, m->depends[i], k->release);
	}
	kmod_unref(ctx);
	return e;
}

/* What Module.symvers says of the symbols that a module wants. */
struct wanted {
	const struct module_file *m;
	bool *found;                         /* m->n_symbols of them */
	const struct module_symbol *differs; /* the first with another CRC, or NULL */
	uint64_t crc;                        /* the kernel's, of that one */
};

static int name_is(const void *key, const void *symbol)
{
	return strcmp(key, ((const struct module_symbol *)symbol)->name);
}

/* "0x4c9d28b0	phys_base	vmlinux	EXPORT_SYMBOL	" */
static void symvers_line(struct wanted *w, char *line)
{
	const struct module_symbol *s;
	char *name, *end;
	uint64_t crc = strtoull(line, &end, 16);

	if (end == line || *end != '\t')
		return;
	name = end + 1;
	name[strcspn(name, "\t\n")] = 0;
	s = bsearch(name, w->m->symbols, w->m->n_symbols, sizeof(*s), name_is);
	if (!s)
		return;
	w->found[s - w->m->symbols] = true;
	if (s->crc && crc && s->crc != crc && !w->differs) {
		w->differs = s;
		w->crc = crc;
	}
}

static int wanted_verdict(const struct wanted *w, const struct board_kernel *k, const char *rebuild,
			  char *err, size_t err_len)
{
	const struct module_symbol *missing = NULL;
	size_t n = 0;

	for (size_t i = 0; i < w->m->n_symbols; i++) {
		const struct module_symbol *s = &w->m->symbols[i];

		/* The linker's own name, which the kernel ignores as well. */
		if (w->found[i] || s->weak || !strcmp(s->name, "_GLOBAL_OFFSET_TABLE_"))
			continue;
		n++;
		if (!missing)
			missing = s;
	}
	if (n > 1)
		return module_error(
			err, err_len, -ENOEXEC,
			"%s: wants symbols that kernel %s does not export: '%s' and %zu more",
			w->m->path, k->release, missing->name, n - 1);
	if (n)
		return module_error(err, err_len, -ENOEXEC,
				    "%s: wants symbol '%s', which kernel %s does not export",
				    w->m->path, missing->name, k->release);
	if (w->differs)
		return module_error(err, err_len, -ENOEXEC,
				    "%s: built for another declaration of '%s' than kernel %s has "
				    "(version %#llx, not %#llx); %s",
				    w->m->path, w->differs->name, k->release,
				    (unsigned long long)w->differs->crc, (unsigned long long)w->crc,
				    rebuild);
	return 0;
}

static int check_symbols(const struct module_file *m, const struct board_kernel *k,
			 const char *rebuild, char *err, size_t err_len)
{
	char *build = build_tree(k), *path = NULL, *line = NULL;
	struct wanted w = {.m = m};
	size_t space = 0;
	FILE *f = NULL;
	int e = -ENOMEM;

	if (build)
		path = path_format("%s/Module.symvers", build);
	w.found = calloc(m->n_symbols ? m->n_symbols : 1, sizeof(*w.found));
	if (!path || !w.found)
		goto out;
	f = fopen(path, "re");
	e = 0;
	if (!f) /* without the headers there is nothing to compare with: the kernel will tell */
		goto out;
	while (getline(&line, &space, f) > 0)
		symvers_line(&w, line);
	if (ferror(f))
		e = module_error(err, err_len, -EIO, "%s: cannot be read", path);
	else
		e = wanted_verdict(&w, k, rebuild, err, err_len);
out:
	if (f)
		(void)fclose(f);
	free(line);
	free(w.found);
	free(path);
	free(build);
	return e;
}

int module_file_check(const struct module_file *m, const struct board_kernel *k, char *err,
		      size_t err_len)
{
	char *rebuild = how_to_rebuild(m, k);
	int e = -ENOMEM;

	if (err_len)
		err[0] = 0;
	if (rebuild)
		e = check_vermagic(m, k, rebuild, err, err_len);
	if (!e)
		e = check_depends(m, k, err, err_len);
	if (!e)
		e = check_symbols(m, k, rebuild, err, err_len);
	if (e == -ENOMEM)
		(void)module_error(err, err_len, e, "%s: out of memory", m->path);
	free(rebuild);
	return e;
}
