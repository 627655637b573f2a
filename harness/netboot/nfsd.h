/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's NFS server (nfsd(7)) in a board's own network: it has one server a network
 * namespace, with threads, ports, versions and exports of its own. So the host's, if it runs one,
 * is neither met nor changed, and neither is /etc/exports or anything in /var/lib/nfs.
 */
#ifndef KDEV_HARNESS_NETBOOT_NFSD_H
#define KDEV_HARNESS_NETBOOT_NFSD_H

#include "harness/netboot/nfs_choice.h"

/* What this host has. Loads the module nfsd where there is one, if we are root. Takes some ms. */
void nfsd_find(struct nfs_facts *f);

/*
 * Serve `rootfs` to `address` from `server`, in the network namespace that we are in and with
 * the port mapper of the mount namespace that we are in, until SIGTERM or until rpc.mountd ends.
 * What an earlier one left is ended first. At the end nothing is left; of a SIGKILL neither where
 * nfsd ends with our mount of it, as in Linux 6.1 (nfsctl.c, nfsd_umount()), else until the next
 * start or nfsd_end(). Blocks SIGTERM and SIGINT of the process. 0 after a signal, else a negative
 * errno with a line in err.
 */
int nfsd_run(const char *rootfs, const char *address, const char *server, char *err,
	     size_t err_len);

/* End what a killed one left in the board's network: its sockets would keep the namespace, and
 * with it the board's network card. Needs root; nothing is there to end is no error. */
void nfsd_end(const struct board_config *b);

#endif
