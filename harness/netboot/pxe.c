/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the board fetches by TFTP: pxelinux, its menu, kernel and initrd. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "console/strbuf.h"
#include "harness/netboot/board_services.h"
#include "harness/paths.h"

/* Debian's places (packages pxelinux and syslinux-common). */
static const char *const loader_files[] = {
	"/usr/lib/PXELINUX/pxelinux.0",
	"/usr/lib/syslinux/modules/bios/ldlinux.c32",
	"/usr/lib/syslinux/modules/bios/menu.c32",
	"/usr/lib/syslinux/modules/bios/libutil.c32",
};

void pxe_cmdline(const struct board_config *b, const char *rootfs, struct strbuf *out)
{
	/* The last console= is /dev/console: the serial line. */
	strbuf_adds(out, "console=tty0 console=ttyS0,115200 loglevel=8 printk.time=1");
	/* A dead board must stay dead until its evidence is read; kdev resets it. */
	strbuf_adds(out, " panic=0 unknown_nmi_panic=1");
	strbuf_adds(out, " rcupdate.rcu_cpu_stall_timeout=10");
	strbuf_addf(out, " kdev.nfs=%s:%s,port=%d,mountport=%d", b->server, rootfs,
		    GANESHA_NFS_PORT, GANESHA_MOUNT_PORT);
	if (b->cmdline[0])
		strbuf_addf(out, " %s", b->cmdline);
}

void pxe_config(const struct board_config *b, const char *rootfs, struct strbuf *out)
{
	struct strbuf cmdline = {0};

	pxe_cmdline(b, rootfs, &cmdline);
	strbuf_addf(out,
		    "# Made by kdev for board %s; made anew at each start.\n"
		    "SERIAL 0 115200\n"
		    "UI menu.c32\n"
		    "MENU TITLE kdev: board %s\n"
		    "MENU AUTOBOOT booting in # s\n"
		    "TIMEOUT 3\n" /* tenths of a second; any key stops it */
		    "ONTIMEOUT kdev\n"
		    "LABEL kdev\n"
		    "\tMENU LABEL ^kdev\n"
		    "\tMENU DEFAULT\n"
		    "\tKERNEL vmlinuz\n"
		    "\tINITRD initrd\n"
		    "\tAPPEND %s\n"
		    "\tIPAPPEND 3\n"
		    "LABEL rescue\n"
		    "\tMENU LABEL ^rescue: a shell on serial and VGA, no tests\n"
		    "\tKERNEL vmlinuz\n"
		    "\tINITRD initrd\n"
		    "\tAPPEND %s kdev.rescue\n"
		    "\tIPAPPEND 3\n",
		    b->name, b->name, strbuf_str(&cmdline), strbuf_str(&cmdline));
	if (cmdline.err)
		out->err = cmdline.err;
	strbuf_free(&cmdline);
}

static int copy(const char *from, const char *to)
{
	int in = open(from, O_RDONLY | O_CLOEXEC), out, rc = 0;
	struct stat st;
	off_t left;

	if (in < 0)
		return -errno;
	out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (out < 0 || fstat(in, &st)) {
		rc = -errno;
		close(in);
		return rc;
	}
	for (left = st.st_size; left > 0 && !rc;) {
		ssize_t n = sendfile(out, in, NULL, (size_t)left);

		if (n <= 0)
			rc = n ? -errno : -EIO;
		else
			left -= n;
	}
	close(in);
	if (close(out) && !rc)
		rc = -errno;
	return rc;
}

/* A link where the file system allows it: the kernel is 8 MB, and boards are many. */
static int put(const char *from, const char *tftp, const char *leaf, char *err, size_t err_len)
{
	char *to = path_format("%s/%s", tftp, leaf);
	int rc = -ENOMEM;

	if (to) {
		unlink(to);
		rc = link(from, to) ? copy(from, to) : 0;
	}
	if (rc)
		snprintf(err, err_len, "%s: can't be put into %s: %s", from, tftp, strerror(-rc));
	free(to);
	return rc;
}

static int put_config(const struct board_config *b, const char *tftp, const char *rootfs)
{
	struct strbuf text = {0};
	char *dir = path_format("%s/pxelinux.cfg", tftp);
	char *path = path_format("%s/pxelinux.cfg/01-%s", tftp, b->mac);
	int rc = -ENOMEM;

	pxe_config(b, rootfs, &text);
	if (dir && path && !text.err)
		rc = path_mkdirs(dir, 0755);
	if (!rc) {
		for (char *p = strrchr(path, '/'); *p; p++)
			*p = *p == ':' ? '-' : *p;
		rc = path_write_atomic(path, strbuf_str(&text), text.len, 0644);
	}
	strbuf_free(&text);
	free(dir);
	free(path);
	return rc;
}

int pxe_make(const struct board_config *b, const char *dir, const struct netboot_paths *p,
	     char *err, size_t err_len)
{
	char *tftp = path_format("%s/tftp", dir);
	int rc;

	if (!tftp)
		return -ENOMEM;
	rc = path_mkdirs(tftp, 0755);
	if (!rc)
		rc = put_config(b, tftp, p->rootfs);
	if (rc)
		snprintf(err, err_len, "%s: %s", tftp, strerror(-rc));
	for (size_t i = 0; !rc && i < sizeof(loader_files) / sizeof(*loader_files); i++)
		rc = put(loader_files[i], tftp, strrchr(loader_files[i], '/') + 1, err, err_len);
	if (!rc)
		rc = put(p->vmlinuz, tftp, "vmlinuz", err, err_len);
	if (!rc)
		rc = put(p->initrd, tftp, "initrd", err, err_len);
	free(tftp);
	return rc;
}
