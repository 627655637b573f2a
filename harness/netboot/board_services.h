/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How each service of a board is told what to do: arguments and generated files. Pure but for
 * the files, which all lie in the board's own directory.
 */
#ifndef KDEV_HARNESS_NETBOOT_BOARD_SERVICES_H
#define KDEV_HARNESS_NETBOOT_BOARD_SERVICES_H

#include <stdbool.h>

#include "harness/config.h"
#include "harness/netboot/service.h"
#include "harness/netboot/setup.h"

/* DHCP for one MAC, TFTP of DIR/tftp. */
void dnsmasq_args(const struct board_config *b, const char *dir, struct service_args *a);

/* The NFS server and the port mapper that it insists on. */
void rpcbind_args(struct service_args *a);
void ganesha_args(const char *dir, struct service_args *a);
/* Text for ganesha.conf; NULL when the root's path can't be written there or no memory. */
char *ganesha_config(const struct board_config *b, const char *dir, const char *rootfs);
#define GANESHA_NFS_PORT   2049
#define GANESHA_MOUNT_PORT 20048

/* The virtual board. Sockets and serial.log are relative to its working directory. */
void qemu_args(const struct board_config *b, bool kvm, struct service_args *a);
/* May KVM be used? cpuinfo is the text of /proc/cpuinfo: without vmx or svm there a
 * /dev/kvm can exist and guests hang. */
bool qemu_kvm_works(const struct board_config *b, const char *cpuinfo, bool dev_kvm);

/* The kernel's command line on this board. */
void pxe_cmdline(const struct board_config *b, const char *rootfs, struct strbuf *out);
/* The per-MAC pxelinux config: a menu on VGA and serial, the first entry boots by itself. */
void pxe_config(const struct board_config *b, const char *rootfs, struct strbuf *out);
/* Fill DIR/tftp. 0 or a negative errno with a line in err. */
int pxe_make(const struct board_config *b, const char *dir, const struct netboot_paths *p,
	     char *err, size_t err_len);

#endif
