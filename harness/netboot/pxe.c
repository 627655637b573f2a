/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the board fetches: boot loader and menu by TFTP, kernel and initrd by HTTP
 * (pxelinux) or TFTP (GRUB). */
#include <arpa/inet.h>
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
#include "harness/netboot/files.h"
#include "harness/paths.h"

#define MEMTEST_IMAGE "/boot/memtest86+x64."

enum need { FOR_BIOS, FOR_MEMTEST };

/* Debian's places: packages pxelinux, syslinux-common and memtest86+. */
static const struct loader_file {
	const char *from, *as;
	enum need need;
} loader_files[] = {
	{"/usr/lib/PXELINUX/lpxelinux.0", PXE_BIOS_LOADER, FOR_BIOS},
	{"/usr/lib/syslinux/modules/bios/ldlinux.c32", "ldlinux.c32", FOR_BIOS},
	{"/usr/lib/syslinux/modules/bios/menu.c32", "menu.c32", FOR_BIOS},
	{"/usr/lib/syslinux/modules/bios/libutil.c32", "libutil.c32", FOR_BIOS},
	{MEMTEST_IMAGE "bin", PXE_MEMTEST_BIOS, FOR_MEMTEST},
	{MEMTEST_IMAGE "efi", PXE_MEMTEST_UEFI, FOR_MEMTEST},
};

/* COMMAND_LINE_SIZE of x86, less what IPAPPEND and the loader add. */
#define CMDLINE_MAX (2048 - 256)

/* Words of a command line end at a blank, and the path in kdev.nfs= at a comma. */
static bool sayable(const char *path)
{
	for (; *path; path++)
		if (*path <= ' ' || *path > '~' || strchr(",\"'", *path))
			return false;
	return true;
}

/* The options of kdev-init's own mount (init_root_nfs_options()): a root that the kernel mounted is
 * bound to its place, and options are the mount's for good. */
static void add_nfsroot(const struct board_config *b, const char *rootfs, struct strbuf *out)
{
	strbuf_addf(out,
		    " root=/dev/nfs ro nfsroot=%s:%s,vers=3,proto=tcp,hard,nolock,noacl,nocto,"
		    "actimeo=600,rsize=1048576,wsize=1048576,port=%d,mountport=%d"
		    " init=/" ROOTFS_PROGRAMS "/" CLIENT_INIT,
		    b->server, rootfs, NFS_PORT, NFS_MOUNT_PORT);
}

/* The board's own address, whatever its firmware was given: the root is exported to that. */
static void add_address(const struct board_config *b, struct strbuf *out)
{
	struct in_addr bits = {.s_addr = htonl(~0U << (32 - b->prefix))};
	char mask[INET_ADDRSTRLEN] = "";

	inet_ntop(AF_INET, &bits, mask, sizeof(mask));
	strbuf_addf(out, " ip=%s:%s:%s:%s", b->address, b->server, b->server, mask);
}

int pxe_cmdline(const struct board_config *b, const char *rootfs, bool initrd, struct strbuf *out)
{
	if (!sayable(rootfs))
		return -EINVAL;
	/* The last console= is /dev/console: the serial line. */
	strbuf_adds(out, "console=tty0 console=ttyS0,115200 printk.time=1");
	/* The kernel's small talk takes seconds on a serial line. kdev-init raises the level
	 * before it loads netconsole, which then sends all that was said. */
	strbuf_adds(out, " loglevel=6");
	/*
	 * Nothing secret is on a test board. Mitigations and the self-tests of ciphers are a
	 * third of an emulated kernel's time to init. Its address must go on changing: over the
	 * last boot's code, still known to the emulator, it would unpack at half the speed.
	 */
	strbuf_adds(out, " mitigations=off cryptomgr.notests");
	/* A dead board must stay dead until its evidence is read; kdev resets it. */
	strbuf_adds(out, " panic=0 unknown_nmi_panic=1");
	strbuf_adds(out, " rcupdate.rcu_cpu_stall_timeout=10");
	strbuf_addf(out, " kdev.nfs=%s:%s,port=%d,mountport=%d", b->server, rootfs, NFS_PORT,
		    NFS_MOUNT_PORT);
	add_address(b, out);
	if (!initrd)
		add_nfsroot(b, rootfs, out);
	if (board_has_crash_kernel(b))
		strbuf_addf(out, " oops=panic crashkernel=%dM kdev.crash=%s", CRASH_KERNEL_MIB,
			    b->crash_kernel);
	if (b->cmdline[0])
		strbuf_addf(out, " %s", b->cmdline);
	return !out->err && out->len > CMDLINE_MAX ? -E2BIG : out->err;
}

/* IPAPPEND 2: BOOTIF=, the card that the firmware booted by. */
static void add_kernel(const struct board_config *b, const char *cmdline, const char *more,
		       bool initrd, struct strbuf *out)
{
	strbuf_addf(out, "\tKERNEL http://%s/vmlinuz\n", b->server);
	if (initrd)
		strbuf_addf(out, "\tINITRD http://%s/initrd\n", b->server);
	strbuf_addf(out, "\tAPPEND %s%s\n\tIPAPPEND 2\n", cmdline, more);
}

int pxe_config(const struct board_config *b, const char *rootfs, const struct pxe_menu *menu,
	       struct strbuf *out)
{
	struct strbuf cmdline = {0};
	int rc = pxe_cmdline(b, rootfs, menu->initrd, &cmdline);

	if (rc) {
		strbuf_free(&cmdline);
		return rc;
	}
	strbuf_addf(out, "# Made by kdev for board %s; made anew at each start.\n", b->name);
	/* A virtual board's firmware does that, of all that is shown; twice is no more readable. */
	if (b->type != BOARD_VIRTUAL)
		strbuf_adds(out, "SERIAL 0 115200\n");
	strbuf_addf(out,
		    "UI menu.c32\n"
		    "MENU TITLE kdev: board %s\n"
		    "MENU AUTOBOOT booting in # s\n"
		    "TIMEOUT 3\n" /* tenths of a second; any key stops it */
		    "ONTIMEOUT kdev\n",
		    b->name);
	strbuf_adds(out, "LABEL kdev\n"
			 "\tMENU LABEL ^kdev\n"
			 "\tMENU DEFAULT\n");
	add_kernel(b, strbuf_str(&cmdline), "", menu->initrd, out);
	strbuf_adds(out, "LABEL rescue\n"
			 "\tMENU LABEL ^rescue: a shell on serial and VGA, no tests\n");
	add_kernel(b, strbuf_str(&cmdline), " kdev.rescue", menu->initrd, out);
	/* -1: the firmware goes on to its next boot device. */
	strbuf_adds(out, "LABEL local\n"
			 "\tMENU LABEL ^local boot\n"
			 "\tLOCALBOOT -1\n");
	if (menu->memtest)
		strbuf_adds(out, "LABEL memtest\n"
				 "\tMENU LABEL ^memory test\n"
				 "\tLINUX " PXE_MEMTEST_BIOS "\n");
	strbuf_free(&cmdline);
	return out->err;
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

static int write_menu(const char *tftp, const char *leaf_dir, const char *leaf,
		      const struct strbuf *text)
{
	char *dir = path_format("%s/%s", tftp, leaf_dir);
	char *path = path_format("%s/%s/%s", tftp, leaf_dir, leaf);
	int rc = dir && path ? path_mkdirs(dir, 0755) : -ENOMEM;

	if (!rc)
		rc = path_write_atomic(path, strbuf_str(text), text->len, 0644);
	free(dir);
	free(path);
	return rc;
}

static int put_config(const struct board_config *b, const char *tftp, const struct netboot_paths *p)
{
	struct pxe_menu menu = {
		.initrd = p->initrd != NULL,
		.memtest = !access(MEMTEST_IMAGE "bin", R_OK) && !access(MEMTEST_IMAGE "efi", R_OK),
	};
	struct strbuf bios = {0}, uefi = {0};
	char leaf[] = "01-00-00-00-00-00-00";
	int rc = pxe_config(b, p->rootfs, &menu, &bios);

	for (size_t i = 0; i + 3 < sizeof(leaf) && b->mac[i]; i++)
		leaf[3 + i] = (char)(b->mac[i] == ':' ? '-' : b->mac[i]);
	if (!rc)
		rc = grub_config(b, p->rootfs, &menu, &uefi);
	if (!rc)
		rc = write_menu(tftp, "pxelinux.cfg", leaf, &bios);
	/* GRUB asks for no file of the board's; but then, nobody else is answered here. */
	if (!rc)
		rc = write_menu(tftp, "grub", "grub.cfg", &uefi);
	strbuf_free(&bios);
	strbuf_free(&uefi);
	return rc;
}

/* Only a virtual board's firmware is known: a bare one gets what the host has of both. */
static bool is_uefi(const struct board_config *b)
{
	return b->type == BOARD_VIRTUAL && !strcmp(b->firmware, "uefi");
}

static int put_loaders(const struct board_config *b, const char *tftp, char *err, size_t err_len)
{
	bool grub = b->type == BOARD_BARE ? !access(GRUB_MODULES, R_OK) : is_uefi(b);
	int rc = 0;

	for (size_t i = 0; !rc && i < sizeof(loader_files) / sizeof(*loader_files); i++)
		if ((loader_files[i].need == FOR_BIOS && !is_uefi(b)) ||
		    !access(loader_files[i].from, R_OK))
			rc = put(loader_files[i].from, tftp, loader_files[i].as, err, err_len);
	return !rc && grub ? grub_image_make(b, tftp, err, err_len) : rc;
}

/* That of another kernel. */
static int remove_initrd(const char *tftp)
{
	char *path = path_format("%s/initrd", tftp);

	if (!path)
		return -ENOMEM;
	unlink(path);
	free(path);
	return 0;
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
		rc = put_config(b, tftp, p);
	if (rc == -EINVAL)
		snprintf(
			err, err_len,
			"%s: the NFS root's path has a character that a kernel command line or NFS "
			"options can't hold (blank, comma, quote): set XDG_CACHE_HOME to another "
			"place",
			p->rootfs);
	else if (rc == -E2BIG)
		snprintf(err, err_len,
			 "the kernel command line is longer than %d: shorten cmdline of board %s",
			 CMDLINE_MAX, b->name);
	else if (rc)
		snprintf(err, err_len, "%s: %s", tftp, strerror(-rc));
	if (!rc)
		rc = put_loaders(b, tftp, err, err_len);
	if (!rc)
		rc = put(p->vmlinuz, tftp, "vmlinuz", err, err_len);
	if (!rc && p->initrd)
		rc = put(p->initrd, tftp, "initrd", err, err_len);
	else if (!rc)
		rc = remove_initrd(tftp);
	free(tftp);
	return rc;
}
