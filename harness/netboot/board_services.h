/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How each service of a board is told what to do: arguments and generated files. Pure but for
 * pxe_make() and the waits; all files lie in the board's own directory.
 */
#ifndef KDEV_HARNESS_NETBOOT_BOARD_SERVICES_H
#define KDEV_HARNESS_NETBOOT_BOARD_SERVICES_H

#include <stdbool.h>

#include "console/strbuf.h"
#include "harness/config/config.h"
#include "harness/netboot/service.h"
#include "harness/netboot/service_args.h"
#include "harness/netboot/setup.h"

/* DHCP for one MAC, TFTP of DIR/tftp. */
void dnsmasq_args(const struct board_config *b, const char *dir, struct service_args *a);

/* Kernel and initrd from DIR/tftp by HTTP, by our own program. fd: where it finds its socket; -1:
 * it makes one. */
void boot_server_args(const struct board_config *b, const char *dir, int fd,
		      struct service_args *a);

/* The kernel's NFS server, held by our own program (nfsd.h). */
void nfs_server_args(const struct board_config *b, const char *rootfs, struct service_args *a);

#define NFS_PORT       2049
#define NFS_MOUNT_PORT 20048

/* The port mapper, which NFS servers insist on though our board asks none. */
void rpcbind_args(struct service_args *a);

/* nfs-ganesha with DIR/ganesha.conf. */
void ganesha_args(const char *dir, struct service_args *a);
/* The text of that file: rootfs, read-only, to the board alone. `tree` tells one tree from
 * the next at the same path (its inode number). -EINVAL when a path can't be written there. */
int ganesha_config(const struct board_config *b, const char *dir, const char *rootfs,
		   unsigned long long tree, struct strbuf *out);

/* Debian's package ovmf. */
#define OVMF_CODE "/usr/share/OVMF/OVMF_CODE_4M.fd"
#define OVMF_VARS "/usr/share/OVMF/OVMF_VARS_4M.fd"

/* What GRUB for UEFI is made of: package grub-efi-amd64-bin. */
#define GRUB_MODULES "/usr/lib/grub/x86_64-efi/moddep.lst"

/* The virtual board. Sockets and serial.log are relative to its working directory, for
 * sun_path holds 107 bytes. tap_fd: where it finds its end of the network; -1: it opens tap0. */
void qemu_args(const struct board_config *b, bool kvm, int tap_fd, struct service_args *a);
/* May KVM be used? cpuinfo is the text of /proc/cpuinfo: without vmx or svm there a
 * /dev/kvm can exist and guests hang. */
bool qemu_kvm_works(const struct board_config *b, const char *cpuinfo, bool dev_kvm);

/* What a crash kernel needs: itself, 60 MiB, and room for makedumpfile's tables. */
#define CRASH_KERNEL_MIB 192

/* The kernel's command line on this board; without an initrd it mounts the root itself. -EINVAL
 * when the root's path can't be said on one (blanks, commas), -E2BIG when the whole is longer than
 * a kernel takes. */
int pxe_cmdline(const struct board_config *b, const char *rootfs, bool initrd, struct strbuf *out);

/* What boot loaders fetch by TFTP. */
#define PXE_BIOS_LOADER  "lpxelinux.0" /* the one that speaks HTTP */
#define PXE_UEFI_LOADER  "grub.efi"
#define PXE_MEMTEST_BIOS "memtest.bin"
#define PXE_MEMTEST_UEFI "memtest.efi"

/* What a board's menu offers, besides kdev, rescue and local boot. */
struct pxe_menu {
	bool initrd;  /* the kernel has one */
	bool memtest; /* memtest86+ is there */
};

/* The per-MAC pxelinux config: a menu on VGA and serial, the first entry boots by itself. */
int pxe_config(const struct board_config *b, const char *rootfs, const struct pxe_menu *menu,
	       struct strbuf *out);
/* pxe_grub.c: the same for UEFI. */
int grub_config(const struct board_config *b, const char *rootfs, const struct pxe_menu *menu,
		struct strbuf *out);
/* pxe_grub_image.c: the loader itself, TFTP/PXE_UEFI_LOADER, which fetches that from the board's
 * server. 0 or a negative errno with a line in err. */
int grub_image_make(const struct board_config *b, const char *tftp, char *err, size_t err_len);
/* Fill DIR/tftp. 0 or a negative errno with a line in err. */
int pxe_make(const struct board_config *b, const char *dir, const struct netboot_paths *p,
	     char *err, size_t err_len);

/* ---- board_files.c ---- */

/* Make all of the above for a board that is set up. *nfs_config becomes the text of nfs-ganesha's
 * file, or for the kernel's server, which has none, what tells its tree from the next; *rootfs
 * what it exports (what was there is freed). 0 or a negative errno with a line in err. */
int board_files_make(const struct board_config *b, const char *dir, bool kernel_nfs,
		     char **nfs_config, char **rootfs, char *err, size_t err_len);
/* Remove what was made and what the services left; logs and consoles stay. */
void board_files_remove(const char *dir);

/* ---- services_wait.c: is it there yet? All give up by themselves ---- */

/* rpcbind listens: an NFS server registers at its start or not at all. */
void rpcbind_wait(pid_t pid);
/* QEMU has made its machine: it greets on its monitor. 0, or -EIO with a line in err when
 * it ended instead. */
int qemu_wait(struct service *s, const char *qmp_socket, char *err, size_t err_len);

#endif
