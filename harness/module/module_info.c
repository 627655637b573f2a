/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What libkmod knows of a module file. */
#include "harness/module/module_info.h"

#include <errno.h>
#include <libkmod.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int copy_string(char **to, const char *from)
{
	free(*to);
	*to = strdup(from);
	return *to ? 0 : -ENOMEM;
}

static int add_depends(struct module_file *m, const char *list)
{
	for (size_t len; *list; list += len + (list[len] == ',')) {
		char **grown;

		len = strcspn(list, ",");
		if (!len)
			continue;
		grown = reallocarray(m->depends, m->n_depends + 1, sizeof(*grown));
		if (!grown)
			return -ENOMEM;
		m->depends = grown;
		grown[m->n_depends] = strndup(list, len);
		if (!grown[m->n_depends])
			return -ENOMEM;
		m->n_depends++;
	}
	return 0;
}

/* "count:int" */
static int add_param(struct module_file *m, const char *text)
{
	const char *colon = strchr(text, ':');
	struct module_param *p;

	if (!colon || colon == text)
		return 0;
	p = reallocarray(m->params, m->n_params + 1, sizeof(*p));
	if (!p)
		return -ENOMEM;
	m->params = p;
	p += m->n_params++;
	p->name = strndup(text, (size_t)(colon - text));
	p->type = strdup(colon + 1);
	return p->name && p->type ? 0 : -ENOMEM;
}

static int add_info(struct module_file *m, const char *key, const char *value)
{
	if (!strcmp(key, "name"))
		return copy_string(&m->name, value);
	if (!strcmp(key, "vermagic"))
		return copy_string(&m->vermagic, value);
	if (!strcmp(key, "srcversion"))
		return copy_string(&m->srcversion, value);
	if (!strcmp(key, "license"))
		return copy_string(&m->license, value);
	if (!strcmp(key, "depends"))
		return add_depends(m, value);
	if (!strcmp(key, "parmtype"))
		return add_param(m, value);
	return 0;
}

static int by_param_name(const void *a, const void *b)
{
	return strcmp(((const struct module_param *)a)->name,
		      ((const struct module_param *)b)->name);
}

static int read_info(struct module_file *m, struct kmod_module *mod)
{
	struct kmod_list *list = NULL, *l;
	int err = kmod_module_get_info(mod, &list);

	if (err < 0)
		return err;
	err = 0;
	kmod_list_foreach(l, list)
	{
		err = add_info(m, kmod_module_info_get_key(l), kmod_module_info_get_value(l));
		if (err)
			break;
	}
	kmod_module_info_free_list(list);
	if (!err && m->n_params) /* the compiler's order means nothing to people */
		qsort(m->params, m->n_params, sizeof(*m->params), by_param_name);
	return err;
}

static int by_symbol_name(const void *a, const void *b)
{
	return strcmp(((const struct module_symbol *)a)->name,
		      ((const struct module_symbol *)b)->name);
}

static int read_symbols(struct module_file *m, struct kmod_module *mod)
{
	struct kmod_list *list = NULL, *l;
	size_t n = 0;
	int err = kmod_module_get_dependency_symbols(mod, &list);

	if (err < 0)
		return err;
	kmod_list_foreach(l, list) n++;
	m->symbols = calloc(n ? n : 1, sizeof(*m->symbols));
	err = m->symbols ? 0 : -ENOMEM;
	for (l = list; l && !err; l = kmod_list_next(list, l)) {
		struct module_symbol *s = &m->symbols[m->n_symbols];

		s->name = strdup(kmod_module_dependency_symbol_get_symbol(l));
		if (!s->name)
			err = -ENOMEM;
		else
			m->n_symbols++;
		s->crc = kmod_module_dependency_symbol_get_crc(l);
		s->weak = kmod_module_dependency_symbol_get_bind(l) == KMOD_SYMBOL_WEAK;
	}
	kmod_module_dependency_symbols_free_list(list);
	if (!err && n)
		qsort(m->symbols, m->n_symbols, sizeof(*m->symbols), by_symbol_name);
	return err;
}

/* Absent strings become "". */
static int settle_strings(struct module_file *m)
{
	char **strings[] = {&m->vermagic, &m->srcversion, &m->license};

	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++)
		if (!*strings[i] && copy_string(strings[i], ""))
			return -ENOMEM;
	return 0;
}

/* Its errors come back as numbers too. */
static void quiet(void *data, int priority, const char *file, int line, const char *fn,
		  const char *format, va_list args)
{
}

int module_info_read(struct module_file *m, int fd)
{
	const char *no_config = NULL;
	struct kmod_ctx *ctx = kmod_new(NULL, &no_config);
	struct kmod_module *mod = NULL;
	char path[32];
	int err;

	if (!ctx)
		return -ENOMEM;
	kmod_set_log_fn(ctx, quiet, NULL);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	err = kmod_module_new_from_path(ctx, path, &mod);
	if (!err)
		err = read_info(m, mod);
	if (!err)
		err = read_symbols(m, mod);
	if (!err)
		err = settle_strings(m);
	kmod_module_unref(mod);
	kmod_unref(ctx);
	return err;
}
