/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the configuration of a board's kernel, made by set-up or not, and judges it. */
#include "harness/netboot/kernel_judge.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/kernel/ikconfig.h"
#include "harness/netboot/parts.h"
#include "harness/paths.h"

#define ALIAS_MAX  (16 << 20)
#define KERNEL_MAX (512 << 20)

static void release_of_image(const char *image, char *buf, size_t size)
{
	size_t len = 0;
	char *bytes = path_read(image, KERNEL_MAX, &len);

	if (!bytes || bzimage_release(bytes, len, buf, size))
		*buf = '\0';
	free(bytes);
}

/* The configuration of an image: it is taken apart in a directory of its own. */
static char *text_of_image(struct setup *s, const struct kernel *k, const char *release,
			   size_t *len)
{
	char dir[] = "/tmp/kdev-kernel-XXXXXX", *text = NULL, *path, *bytes;
	char *vmlinuz = mkdtemp(dir) ? path_format("%s/vmlinuz", dir) : NULL;
	char *vmlinux = vmlinuz ? path_format("%s/vmlinux", dir) : NULL;
	size_t n = 0;

	if (!vmlinux)
		setup_fail(s, -errno, "%s: %s", dir, strerror(errno));
	else if (!setup_copy(s, k->path, vmlinuz, 0600) && !kernel_unpack(s, dir)) {
		bytes = path_read(vmlinux, KERNEL_MAX, &n);
		text = bytes ? ikconfig_read(bytes, n, len) : NULL;
		free(bytes);
		path = path_format("%.*sconfig-%s", (int)(strrchr(k->path, '/') + 1 - k->path),
				   k->path, release);
		if (!text && path)
			text = path_read(path, KCONFIG_MAX, len);
		free(path);
		if (!text)
			setup_fail(s, -ENOENT,
				   "%s: it does not carry its configuration (CONFIG_IKCONFIG=y), "
				   "so it can't be judged",
				   k->path);
	}
	if (vmlinuz)
		path_remove_tree(dir);
	free(vmlinux);
	free(vmlinuz);
	return text;
}

static char *text_of_file(struct setup *s, const char *dir, const char *leaf, size_t *len)
{
	char *path = path_format("%s/%s", dir, leaf);
	char *text = path ? path_read(path, KCONFIG_MAX, len) : NULL;

	if (!text)
		setup_fail(s, -errno, "%s/%s: %s", dir, leaf, strerror(errno));
	free(path);
	return text;
}

static char *read_config(struct setup *s, const struct kernel *k, struct kernel_judgement *j,
			 size_t *len)
{
	const char *dir = k->dir;

	if (k->kind == KERNEL_IMAGE) {
		snprintf(j->config, sizeof(j->config), "IKCONFIG of %s", k->path);
		release_of_image(k->path, j->release, sizeof(j->release));
		return text_of_image(s, k, j->release, len);
	}
	if (k->kind == KERNEL_TREE)
		dir = k->path;
	snprintf(j->config, sizeof(j->config), "%s/%s", dir,
		 k->kind == KERNEL_TREE ? ".config" : "config");
	return text_of_file(s, dir, k->kind == KERNEL_TREE ? ".config" : "config", len);
}

/* By the indexes of the kernels that are on this host. */
static const char *symbol_of_pci(unsigned vendor, unsigned device)
{
	char *pattern = path_format("%s/kernel/*/lib/modules/*/modules.alias", path_cache());
	const char *symbol = NULL, *name;
	char driver[64];
	size_t len;
	glob_t g = {0};

	if (pattern && glob(pattern, 0, NULL, &g) == 0)
		glob("/lib/modules/*/modules.alias", GLOB_APPEND, NULL, &g);
	for (size_t i = 0; i < g.gl_pathc && !symbol; i++) {
		char *text = path_read(g.gl_pathv[i], ALIAS_MAX, NULL);

		name = text ? nic_driver_of_pci(text, vendor, device, &len) : NULL;
		if (name && len < sizeof(driver)) {
			snprintf(driver, sizeof(driver), "%.*s", (int)len, name);
			symbol = nic_symbol(driver);
		}
		free(text);
	}
	globfree(&g);
	free(pattern);
	return symbol;
}

static const char *symbol_of(const char *nic)
{
	char *end, *last;
	unsigned long vendor = strtoul(nic, &end, 16), device;

	if (end == nic || *end != ':' || vendor > 0xffff)
		return nic_symbol(nic);
	device = strtoul(end + 1, &last, 16);
	return last == end + 1 || *last || device > 0xffff
		       ? NULL
		       : symbol_of_pci((unsigned)vendor, (unsigned)device);
}

int kernel_judge(const struct board_config *b, const char *nic, struct kernel_judgement *j,
		 char *err, size_t err_len)
{
	struct setup s = {.board = b, .err = err, .err_len = err_len};
	struct kernel k = {0};
	struct kconfig config;
	size_t len = 0;
	char *text;
	int rc;

	*j = (struct kernel_judgement){0};
	rc = kernel_find(&s, &k);
	if (rc)
		return rc;
	snprintf(j->release, sizeof(j->release), "%s", k.release ? k.release : "");
	j->initrd = k.kind == KERNEL_DEBIAN;
	if (!nic)
		nic = board_nic(b);
	j->nic = symbol_of(nic);
	rc = process_signals_open(&s.signals);
	text = rc ? NULL : read_config(&s, &k, j, &len);
	if (!rc)
		process_signals_close(&s.signals);
	if (!j->nic)
		rc = setup_fail(
			&s, -EINVAL,
			"network card %s: its driver is not known; expected a driver's name "
			"(e1000e) or VENDOR:DEVICE (8086:1533, as lspci -n prints it)",
			nic);
	else if (!text)
		rc = -ENOENT;
	else if (kconfig_open(&config, text, len))
		rc = setup_fail(&s, -ENOEXEC, "%s: no kernel configuration", j->config);
	else
		j->n = kernel_check(&config, j->nic, j->initrd, j->checks);
	free(text);
	kernel_free(&k);
	return rc;
}
