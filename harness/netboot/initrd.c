/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The initrd: kdev-init, kdev-agent and just the modules that it takes to reach the NFS root
 * from this board, about 1 MB. The firmware's TFTP is slow, so every kilobyte counts.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/netboot/cpio.h"
#include "harness/netboot/files.h"
#include "harness/netboot/module_deps.h"
#include "harness/netboot/nic_drivers.h"
#include "harness/netboot/parts.h"
#include "harness/netboot/stamp.h"
#include "harness/paths.h"

#define FORMAT     "3" /* counts up when what is done here changes */
#define INDEX_MAX  (16 << 20)
#define MODULE_MAX (64 << 20)

/* kdev-init's groups: "fs" is loaded beside "net", and "log" when there is a link. */
static const struct need {
	const char *group, *module;
} needs[] = {
	{"net", "configfs"},
	{"log", "netconsole"},
	{"fs", "nfsv3"},
	{"fs", "overlay"},
};

char *initrd_path(const struct board_config *b, const struct kernel *k)
{
	if (k->kind == KERNEL_DEBIAN)
		return path_format("%s/boot/initrd-%s", path_cache(), board_nic(b));
	return path_format("%s/boot/initrd-%s%s", path_cache(), board_nic(b),
			   strrchr(k->dir, '/') + 1);
}

static void make_stamp(struct stamp *stamp, const struct board_config *b, const struct kernel *k)
{
	char *init = client_program(CLIENT_INIT), *agent = client_program(CLIENT_AGENT);

	*stamp = (struct stamp){0};
	stamp_add(stamp, "format", FORMAT);
	stamp_add(stamp, "kernel", k->release);
	stamp_add(stamp, "nic", board_nic(b));
	stamp_add_file(stamp, CLIENT_INIT, init ? init : "");
	stamp_add_file(stamp, CLIENT_AGENT, agent ? agent : "");
	free(agent);
	free(init);
}

bool initrd_ready(const struct board_config *b, const struct kernel *k)
{
	char *path = initrd_path(b, k), *file = path ? path_format("%s.stamp", path) : NULL;
	struct stamp stamp;
	bool ready;

	make_stamp(&stamp, b, k);
	ready = file && access(path, R_OK) == 0 && stamp_is_at(&stamp, file);
	free(file);
	free(path);
	return ready;
}

static int add_file(struct setup *s, struct cpio *c, const char *from, const char *name,
		    mode_t mode)
{
	size_t len = 0;
	char *bytes = path_read(from, MODULE_MAX, &len);
	int err;

	if (!bytes)
		return setup_fail(s, -errno, "%s: %s", from, strerror(errno));
	err = cpio_file(c, name, mode, bytes, len);
	free(bytes);
	return err ? setup_fail(s, err, "initrd: %s", strerror(-err)) : 0;
}

static int add_program(struct setup *s, struct cpio *c, const char *program, const char *name)
{
	char *path = client_program(program);
	int err;

	if (!path)
		return setup_fail(s, -ENOMEM, "out of memory");
	err = add_file(s, c, path, name, 0755);
	free(path);
	return err;
}

/* The list that kdev-init follows, and the files, in one go. */
struct content {
	struct module_list list;
	char groups[128][4]; /* of list.paths[i] */
	char *text;
	size_t text_len;
};

static int add_module(struct setup *s, struct content *m, const struct module_index *ix,
		      const char *group, const char *module)
{
	size_t before = m->list.n;
	int err = module_list_add(&m->list, ix, module);

	if (!err && m->list.n > sizeof(m->groups) / sizeof(m->groups[0]))
		err = -E2BIG;
	if (err)
		return setup_fail(s, err, "kernel module %s for the initrd: %s", module,
				  err == -ENOENT ? "the kernel has none" : strerror(-err));
	for (size_t i = before; i < m->list.n; i++)
		snprintf(m->groups[i], sizeof(m->groups[i]), "%s", group);
	return 0;
}

static int choose_modules(struct setup *s, struct content *m, const struct module_index *ix)
{
	const char *room[2];
	struct nic_drivers nic;
	int err = 0;

	nic_drivers_of(board_nic(s->board), room, &nic);
	for (size_t i = 0; nic.modules[i] && !err; i++) {
		err = add_module(s, m, ix, "net", nic.modules[i]);
		if (err == -ENOENT && nic.those_there_are)
			err = 0;
	}
	for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]) && !err; i++)
		err = add_module(s, m, ix, needs[i].group, needs[i].module);
	return err;
}

static int read_index(struct setup *s, struct content *m, const char *tree)
{
	static const char *const leaf[] = {"modules.dep", "modules.softdep", "modules.builtin"};
	char *text[3] = {NULL, NULL, NULL};
	int err = 0;

	for (int i = 0; i < 3 && !err; i++) {
		char *path = path_format("%s/%s", tree, leaf[i]);

		text[i] = path ? path_read(path, INDEX_MAX, NULL) : NULL;
		if (!text[i])
			err = setup_fail(s, -errno, "%s/%s: %s", tree, leaf[i], strerror(errno));
		free(path);
	}
	if (!err)
		err = choose_modules(s, m, &(struct module_index){text[0], text[1], text[2]});
	for (int i = 0; i < 3; i++)
		free(text[i]);
	return err;
}

/* All modules lie in one directory: their names are unique. */
static int write_list(struct setup *s, struct content *m)
{
	FILE *f = open_memstream(&m->text, &m->text_len);

	if (!f)
		return setup_fail(s, -ENOMEM, "out of memory");
	for (size_t i = 0; i < m->list.n; i++)
		fprintf(f, "%s /kdev/%s\n", m->groups[i], strrchr(m->list.paths[i], '/') + 1);
	return fclose(f) ? setup_fail(s, -ENOMEM, "out of memory") : 0;
}

static int add_modules(struct setup *s, struct cpio *c, struct content *m, const char *tree)
{
	int err = 0;

	for (size_t i = 0; i < m->list.n && !err; i++) {
		char *from = path_format("%s/%s", tree, m->list.paths[i]);
		char *name = path_format("kdev/%s", strrchr(m->list.paths[i], '/') + 1);

		err = from && name ? add_file(s, c, from, name, 0644)
				   : setup_fail(s, -ENOMEM, "out of memory");
		free(name);
		free(from);
	}
	return err;
}

static int write_archive(struct setup *s, struct content *m, const char *tree, FILE *out)
{
	static const char *const dirs[] = {"dev", "proc", "sys", "kdev"};
	struct cpio c = {.out = out};
	int err = 0;

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]) && !err; i++)
		err = cpio_dir(&c, dirs[i], 0755);
	/* The kernel opens it as init's stdin, stdout and stderr. */
	if (!err)
		err = cpio_char_device(&c, "dev/console", 0600, 5, 1);
	if (!err)
		err = cpio_file(&c, "kdev/modules", 0644, m->text, m->text_len);
	if (err)
		return setup_fail(s, err, "initrd: %s", strerror(-err));
	err = add_program(s, &c, CLIENT_INIT, "init");
	if (!err)
		err = add_program(s, &c, CLIENT_AGENT, "kdev/agent");
	if (!err)
		err = add_modules(s, &c, m, tree);
	if (err)
		return err;
	err = cpio_end(&c);
	return err ? setup_fail(s, err, "initrd: %s", strerror(-err)) : 0;
}

static int build(struct setup *s, const struct kernel *k, const char *cpio)
{
	char *tree = path_format("%s/lib/modules/%s", k->dir, k->release);
	struct content m = {0};
	FILE *out = NULL;
	int err;

	err = tree ? read_index(s, &m, tree) : setup_fail(s, -ENOMEM, "out of memory");
	if (!err)
		err = write_list(s, &m);
	if (!err) {
		out = fopen(cpio, "we");
		err = out ? write_archive(s, &m, tree, out)
			  : setup_fail(s, -errno, "%s: %s", cpio, strerror(errno));
	}
	if (out && fclose(out) && !err)
		err = setup_fail(s, -errno, "%s: %s", cpio, strerror(errno));
	free(m.text);
	module_list_free(&m.list);
	free(tree);
	return err;
}

int initrd_make(struct setup *s, const struct kernel *k)
{
	char *path = initrd_path(s->board, k);
	char *cpio = path ? path_format("%s.new", path) : NULL;
	char *zst = path ? path_format("%s.new.zst", path) : NULL;
	char *file = path ? path_format("%s.stamp", path) : NULL;
	/* XZ would be a third smaller, and take the board eight times longer to unpack. */
	const char *argv[] = {"zstd", "-q", "-f", "-19", "--rm", cpio, "-o", zst, NULL};
	struct stamp stamp;
	int err;

	err = cpio && zst && file ? 0 : setup_fail(s, -ENOMEM, "out of memory");
	if (!err)
		err = build(s, k, cpio);
	if (!err) {
		make_stamp(&stamp, s->board, k);
		unlink(file); /* until the new one is there, there is none */
		err = setup_run(s, argv);
	}
	if (!err)
		err = setup_replace(s, zst, path);
	if (!err)
		err = setup_write(s, file, stamp.text, 0644);
	if (err && cpio)
		unlink(cpio);
	free(file);
	free(zst);
	free(cpio);
	free(path);
	return err;
}
