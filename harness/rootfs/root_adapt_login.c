/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How kdev gets into a root: root's account, its key, an ssh server that needs nothing of it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/paths.h"
#include "harness/rootfs/root_adapt.h"

#define SMALL_MAX (1 << 20)

/* root's line of passwd(5): home directory and shell, new strings. */
struct account {
	char *home, *shell;
};

static char *nth_field(const char *line, int n)
{
	for (; n && *line && *line != '\n'; line++)
		n -= *line == ':';
	return strndup(line, strcspn(line, ":\n"));
}

static int find_root(struct setup *s, struct adaptation *a, struct account *root)
{
	static const char made[] = "root:x:0:0:root:/root:/bin/sh\n";
	char *text = path_read("/etc/passwd", SMALL_MAX, NULL);
	const char *line = text;
	int err = 0;

	while (line && strncmp(line, "root:", 5) != 0)
		line = (line = strchr(line, '\n')) ? line + 1 : NULL;
	if (!line) {
		char *all = path_format("%s%s", made, text ? text : "");

		err = all ? root_set(s, a, "/etc/passwd", all, "an account for root")
			  : setup_fail(s, -ENOMEM, "out of memory");
		free(all);
		line = made;
	}
	root->home = nth_field(line, 5);
	root->shell = nth_field(line, 6);
	free(text);
	if (!err && (!root->home || !root->shell))
		err = setup_fail(s, -ENOMEM, "out of memory");
	if (!err && root->home[0] != '/')
		err = setup_fail(s, -EINVAL, "/etc/passwd: root's home '%s' is no path",
				 root->home);
	return err;
}

/* The server lets in only those whose shell is listed here, if anything is. */
static int allow_shell(struct setup *s, struct adaptation *a, const char *shell)
{
	char *text = path_read("/etc/shells", SMALL_MAX, NULL), *line, *all;
	const char *name = *shell ? shell : "/bin/sh";
	size_t n = strlen(name);
	int err;

	for (line = text; line; line = (line = strchr(line, '\n')) ? line + 1 : NULL) {
		if (!strncmp(line, name, n) && (line[n] == '\n' || !line[n])) {
			free(text);
			return 0;
		}
	}
	all = path_format("%s%s%s\n", text ? text : "",
			  text && *text && text[strlen(text) - 1] != '\n' ? "\n" : "", name);
	err = all ? root_set(s, a, "/etc/shells", all, "root's shell")
		  : setup_fail(s, -ENOMEM, "out of memory");
	free(all);
	free(text);
	return err;
}

/* The server wants all of it to be root's, and writable by nobody else. */
static int own(struct setup *s, const char *path)
{
	struct stat st;

	if (stat(path, &st) || chown(path, 0, 0) || chmod(path, st.st_mode & 07755))
		return setup_fail(s, -errno, "%s: %s", path, strerror(errno));
	return 0;
}

static int add_key(struct setup *s, struct adaptation *a, const char *path)
{
	char *text = path_read(path, SMALL_MAX, NULL), *all;
	const char *key = a->bundle->client_key;
	int err = 0;

	if (!text || !strstr(text, key)) {
		all = path_format("%s%s%s\n", text ? text : "",
				  text && *text && text[strlen(text) - 1] != '\n' ? "\n" : "", key);
		err = all ? root_set(s, a, path, all, "kdev's key")
			  : setup_fail(s, -ENOMEM, "out of memory");
		free(all);
	}
	free(text);
	return err;
}

static int let_in(struct setup *s, struct adaptation *a, const char *home)
{
	char *dir = path_format("%s/.ssh", home);
	char *keys = path_format("%s/.ssh/authorized_keys", home);
	int err =
		dir && keys ? root_make_dir(s, dir, 0700) : setup_fail(s, -ENOMEM, "out of memory");

	if (!err)
		err = own(s, home);
	if (!err)
		err = own(s, dir);
	if (!err)
		err = add_key(s, a, keys);
	if (!err)
		err = own(s, keys);
	free(keys);
	free(dir);
	return err;
}

static int put_server(struct setup *s, struct adaptation *a)
{
	const struct ssh_bundle *b = a->bundle;
	int err = 0;

	for (size_t i = 0; i < b->n && !err; i++) {
		const struct ssh_file *f = &b->files[i];

		err = path_write_atomic(f->path, f->bytes, f->len, f->mode);
		if (err)
			setup_complain(s, "%s: %s", f->path, strerror(-err));
	}
	return err;
}

int root_adapt_login(struct setup *s, struct adaptation *a)
{
	bool first = access(SSH_BUNDLE_SERVER, F_OK) != 0;
	struct account root = {0};
	int err = find_root(s, a, &root);

	if (!err)
		err = allow_shell(s, a, root.shell);
	if (!err)
		err = root_make_dir(s, root.home, 0700);
	if (!err)
		err = let_in(s, a, root.home);
	if (!err)
		err = put_server(s, a);
	if (!err && first)
		root_changed(a, "/usr/lib/kdev: kdev's ssh server with its libraries and key");
	free(root.shell);
	free(root.home);
	return err;
}
