/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/rootfs/container_manifest.c harness/rootfs/unpack.c harness/rootfs/fstab.c */
/* LINK: harness/rootfs/ssh_bundle.c harness/rootfs/root_source.c harness/rootfs/partitions*.c */
/* LINK: harness/rootfs/disk*.c harness/rootfs/root_copy.c */
/* LINK: harness/netboot/setup_tools.c harness/process.c harness/log.c console/strbuf.c */
/* LINK: harness/paths.c harness/paths_file.c harness/paths_remove.c */
/* LIBS: libarchive blkid jansson */
/*
 * What an imported root brings along: names in archives, manifests, fstab, programs. Whatever is in
 * them: no name that is let in leads out, fstab_adapt() has nothing to do a second time, and a
 * program stays as long as it was.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "harness/rootfs/container.h"
#include "harness/rootfs/disk_image.h"
#include "harness/rootfs/fstab.h"
#include "harness/rootfs/root_source.h"
#include "harness/rootfs/ssh_bundle.h"
#include "harness/rootfs/unpack.h"

static void must(bool what)
{
	if (!what)
		abort();
}

static bool climbs(const char *name)
{
	for (const char *p = name; *p; p += strspn(p, "/")) {
		size_t n = strcspn(p, "/");

		if (n == 2 && !memcmp(p, "..", 2))
			return true;
		p += n;
	}
	return false;
}

static void names(const char *text)
{
	const char *name = unpack_name(text), *gone = NULL;

	must(!name || (*name != '/' && !climbs(name)));
	if (whiteout_of(text, &gone) == WHITEOUT_ONE)
		must(*gone && !strchr(gone, '/') && strcmp(gone, ".") != 0 &&
		     strcmp(gone, "..") != 0);
	container_member(text);
}

static void manifests(struct setup *s, const char *text)
{
	struct container_layers l = {0};
	bool index = false;

	if (container_docker_layers(s, text, &l) == 0)
		must(l.n > 0);
	for (size_t i = 0; i < l.n; i++)
		must(*l.name[i] != '/' && !climbs(l.name[i]));
	container_layers_free(&l);
	container_oci_layers(s, text, &l);
	for (size_t i = 0; i < l.n; i++)
		must(strlen(l.name[i]) == strlen("blobs/sha256/") + 64);
	container_layers_free(&l);
	free(container_oci_manifest(s, text, &index));
}

static void fstabs(const char *text)
{
	struct strbuf once = {0}, twice = {0}, dropped = {0};

	fstab_adapt(text, &once, &dropped);
	strbuf_free(&dropped);
	fstab_adapt(strbuf_str(&once), &twice, &dropped);
	must(!dropped.len && !strcmp(strbuf_str(&once), strbuf_str(&twice)));
	strbuf_free(&dropped);
	strbuf_free(&twice);
	strbuf_free(&once);
}

static void words(struct setup *s, const char *text)
{
	char buf[64], path[64];
	struct root r = {0};
	int partition;

	if (root_source_packages(text, buf, sizeof(buf)) == 0)
		must(*buf != '-' && !strpbrk(buf, " /\n;$'\"") && !strstr(buf, ",-"));
	root_source_debian(s, text, &r);
	must(root_source_path(text, &partition) <= strlen(text));
	while (ldd_next(&text, path, sizeof(path)))
		must(*path == '/');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char err[256];
	struct setup s = {.err = err, .err_len = sizeof(err)};
	char *text = malloc(len + 1);

	if (!text)
		return 0;
	memcpy(text, data, len);
	text[len] = '\0';
	names(text);
	manifests(&s, text);
	fstabs(text);
	words(&s, text);
	qcow2_check(&s, data, len);
	/* Last: it writes into it. */
	elf_set_interpreter(text, len, "/usr/lib/kdev/ld.so");
	free(text);
	return 0;
}
