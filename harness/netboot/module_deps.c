/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The load order of modules from depmod's text files. Pure. */
#include "harness/netboot/module_deps.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Deeper than any kernel's: a damaged index must not recurse for ever. */
#define DEPTH_MAX 32

/* A piece of one of the texts. */
struct piece {
	const char *s;
	size_t len;
};

static struct piece next_line(const char **text)
{
	struct piece line = {*text, strcspn(*text, "\n")};

	*text += line.len + ((*text)[line.len] == '\n');
	return line;
}

/* The next word of a line; len 0 at its end. */
static struct piece next_word(struct piece *line)
{
	struct piece w;

	while (line->len && *line->s == ' ')
		line->s++, line->len--;
	w.s = line->s;
	for (w.len = 0; w.len < line->len && w.s[w.len] != ' '; w.len++)
		;
	line->s += w.len;
	line->len -= w.len;
	return w;
}

/* "kernel/fs/nfs/nfs.ko.xz" is the module "nfs". */
static struct piece module_name(struct piece path)
{
	const char *slash = memrchr(path.s, '/', path.len);
	const char *dot;

	if (slash) {
		path.len -= (size_t)(slash + 1 - path.s);
		path.s = slash + 1;
	}
	dot = memchr(path.s, '.', path.len);
	if (dot)
		path.len = (size_t)(dot - path.s);
	return path;
}

static char folded(char c)
{
	return c == '-' ? '_' : c;
}

static bool same_name(struct piece a, struct piece b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++) {
		if (folded(a.s[i]) != folded(b.s[i]))
			return false;
	}
	return true;
}

static bool is_builtin(const struct module_index *ix, struct piece name)
{
	const char *text = ix->builtin;

	while (*text) {
		if (same_name(module_name(next_line(&text)), name))
			return true;
	}
	return false;
}

/* Split "PATH: DEP DEP …". */
static bool split_dep(struct piece line, struct piece *path, struct piece *deps)
{
	const char *colon = memchr(line.s, ':', line.len);

	if (!colon)
		return false;
	path->s = line.s;
	path->len = (size_t)(colon - line.s);
	deps->s = colon + 1;
	deps->len = line.len - path->len - 1;
	return true;
}

static bool find_dep(const struct module_index *ix, struct piece name, struct piece *path,
		     struct piece *deps)
{
	const char *text = ix->dep;

	while (*text) {
		if (split_dep(next_line(&text), path, deps) && same_name(module_name(*path), name))
			return true;
	}
	return false;
}

static bool contains(const struct module_list *list, struct piece path)
{
	for (size_t i = 0; i < list->n; i++) {
		if (strlen(list->paths[i]) == path.len && !memcmp(list->paths[i], path.s, path.len))
			return true;
	}
	return false;
}

static int append(struct module_list *list, struct piece path)
{
	char **grown = realloc(list->paths, (list->n + 1) * sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	list->paths = grown;
	grown[list->n] = strndup(path.s, path.len);
	if (!grown[list->n])
		return -ENOMEM;
	list->n++;
	return 0;
}

static int add(struct module_list *list, const struct module_index *ix, struct piece name,
	       int depth);

/* "softdep NAME pre: A B post: C": what is after "pre:" and not after "post:". */
static int add_soft_deps(struct module_list *list, const struct module_index *ix, struct piece name,
			 int depth)
{
	const char *text = ix->softdep;
	int err = 0;

	while (*text && !err) {
		struct piece line = next_line(&text), w = next_word(&line);
		bool pre = false;

		if (w.len != 7 || memcmp(w.s, "softdep", 7) != 0)
			continue;
		if (!same_name(next_word(&line), name))
			continue;
		while (!err && (w = next_word(&line)).len) {
			if (w.s[w.len - 1] == ':')
				pre = w.len == 4 && !memcmp(w.s, "pre:", 4);
			else if (pre)
				err = add(list, ix, w, depth);
			if (err == -ENOENT)
				err = 0;
		}
	}
	return err;
}

static int add(struct module_list *list, const struct module_index *ix, struct piece name,
	       int depth)
{
	struct piece path, deps, w;
	int err;

	if (depth > DEPTH_MAX)
		return -EINVAL;
	if (!find_dep(ix, name, &path, &deps))
		return is_builtin(ix, name) ? 0 : -ENOENT;
	if (contains(list, path))
		return 0;
	err = add_soft_deps(list, ix, name, depth + 1);
	while (!err && (w = next_word(&deps)).len)
		err = add(list, ix, module_name(w), depth + 1);
	/* A dependency may have brought it in meanwhile, by a soft dependency on us. */
	if (!err && !contains(list, path))
		err = append(list, path);
	return err;
}

int module_list_add(struct module_list *list, const struct module_index *ix, const char *name)
{
	return add(list, ix, (struct piece){name, strlen(name)}, 0);
}

void module_list_free(struct module_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		free(list->paths[i]);
	free(list->paths);
	*list = (struct module_list){0};
}
