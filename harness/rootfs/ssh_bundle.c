/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The host's dropbear with all that it is linked with. */
#include "harness/rootfs/ssh_bundle.h"

#include <elf.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/netboot/files.h"
#include "harness/paths.h"

#define SERVER   "/usr/sbin/dropbear"
#define LINKER   "/lib64/ld-linux-x86-64.so.2"
#define FILE_MAX (32 << 20)
#define LIST_MAX 65536

int elf_set_interpreter(void *elf, size_t len, const char *path)
{
	Elf64_Ehdr h;
	Elf64_Phdr ph;

	if (len < sizeof(h))
		return -ENOEXEC;
	memcpy(&h, elf, sizeof(h));
	if (memcmp(h.e_ident, ELFMAG, SELFMAG) != 0 || h.e_ident[EI_CLASS] != ELFCLASS64 ||
	    h.e_phentsize != sizeof(ph) || h.e_phoff > len ||
	    (len - h.e_phoff) / sizeof(ph) < h.e_phnum)
		return -ENOEXEC;
	for (size_t i = 0; i < h.e_phnum; i++) {
		memcpy(&ph, (char *)elf + h.e_phoff + i * sizeof(ph), sizeof(ph));
		if (ph.p_type != PT_INTERP)
			continue;
		if (ph.p_offset > len || ph.p_filesz > len - ph.p_offset)
			return -ENOEXEC;
		if (strlen(path) >= ph.p_filesz)
			return -ENOSPC;
		/* The kernel wants its last byte to be 0, and reads up to the first. */
		memset((char *)elf + ph.p_offset, 0, ph.p_filesz);
		memcpy((char *)elf + ph.p_offset, path, strlen(path));
		return 0;
	}
	return -ENOEXEC;
}

bool ldd_next(const char **text, char *path, size_t size)
{
	while (**text) {
		size_t n = strcspn(*text, "\n"), len;
		const char *at = memmem(*text, n, " => /", 5);
		const char *end = *text + n;

		*text = end + (*end == '\n');
		if (!at)
			continue;
		at += 4;
		len = strcspn(at, " \n");
		if (len >= size)
			continue;
		memcpy(path, at, len);
		path[len] = '\0';
		return true;
	}
	return false;
}

static int add(struct setup *s, struct ssh_bundle *b, const char *from, const char *to, mode_t mode)
{
	struct ssh_file *f = &b->files[b->n];

	if (b->n == SSH_BUNDLE_MAX)
		return setup_fail(s, -E2BIG, SERVER ": linked with more than %d libraries",
				  SSH_BUNDLE_MAX - 3);
	f->bytes = path_read(from, FILE_MAX, &f->len);
	if (!f->bytes)
		return setup_fail(s, -errno, "%s: %s", from, strerror(errno));
	f->path = strdup(to);
	f->mode = mode;
	b->n++;
	return f->path ? 0 : setup_fail(s, -ENOMEM, "out of memory");
}

static int add_libraries(struct setup *s, struct ssh_bundle *b, const char *list)
{
	char path[PATH_MAX], to[PATH_MAX];
	int err = 0;

	while (!err && ldd_next(&list, path, sizeof(path))) {
		const char *leaf = strrchr(path, '/') + 1;

		if ((size_t)snprintf(to, sizeof(to), SSH_BUNDLE_LIBS "/%s", leaf) >= sizeof(to))
			err = setup_fail(s, -ENAMETOOLONG, "%s: a long name", path);
		else
			err = add(s, b, path, to, 0644);
	}
	return err;
}

/* ld.so(8) --list: what ldd(1) runs. */
static int list_libraries(struct setup *s, char **list)
{
	char *file = path_format("%s/libraries.new", path_cache());
	const char *argv[] = {LINKER, "--list", SERVER, NULL};
	struct process_spec spec = {.argv = argv, .log = s->log, .output = file};
	int err;

	if (!file)
		return setup_fail(s, -ENOMEM, "out of memory");
	err = process_run(&spec, &s->signals, s->err, s->err_len);
	if (!err) {
		*list = path_read(file, LIST_MAX, NULL);
		err = *list ? 0 : setup_fail(s, -errno, "%s: %s", file, strerror(errno));
	}
	unlink(file);
	free(file);
	return err;
}

static int add_keys(struct setup *s, struct ssh_bundle *b)
{
	char *host = path_format("%s/keys/" KEY_HOST, path_cache());
	char *client = path_format("%s/keys/" KEY_CLIENT_PUBLIC, path_cache());
	int err = host && client ? add(s, b, host, SSH_BUNDLE_HOST_KEY, 0600)
				 : setup_fail(s, -ENOMEM, "out of memory");

	if (!err) {
		b->client_key = path_read(client, LIST_MAX, NULL);
		err = b->client_key ? 0 : setup_fail(s, -errno, "%s: %s", client, strerror(errno));
	}
	if (b->client_key)
		b->client_key[strcspn(b->client_key, "\n")] = '\0';
	free(client);
	free(host);
	return err;
}

int ssh_bundle_load(struct setup *s, struct ssh_bundle *b)
{
	char *list = NULL;
	int err;

	*b = (struct ssh_bundle){0};
	err = add(s, b, SERVER, SSH_BUNDLE_SERVER, 0755);
	if (!err) {
		err = elf_set_interpreter(b->files[0].bytes, b->files[0].len, SSH_BUNDLE_LINKER);
		if (err)
			setup_complain(s, SERVER ": not an ELF program that is known");
	}
	if (!err)
		err = add(s, b, LINKER, SSH_BUNDLE_LINKER, 0755);
	if (!err)
		err = list_libraries(s, &list);
	if (!err)
		err = add_libraries(s, b, list);
	if (!err)
		err = add_keys(s, b);
	free(list);
	if (err)
		ssh_bundle_free(b);
	return err;
}

void ssh_bundle_free(struct ssh_bundle *b)
{
	for (size_t i = 0; i < b->n; i++) {
		free(b->files[i].path);
		free(b->files[i].bytes);
	}
	free(b->client_key);
	*b = (struct ssh_bundle){0};
}
