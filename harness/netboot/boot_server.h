/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Kernel and initrd by HTTP. TFTP waits for an answer after each 1.4 kB, and a kernel has
 * 6000 of them: through the firmware's network driver that takes three times as long.
 *
 * Why not one of the many small servers: they close first and at once. A boot loader that has
 * not yet read all that came then gets a reset, and its lwIP throws the rest of the file away. This
 * one sends its end and waits for the board's.
 */
#ifndef KDEV_HARNESS_NETBOOT_BOOT_SERVER_H
#define KDEV_HARNESS_NETBOOT_BOOT_SERVER_H

#define BOOT_SERVER_PORT 80

/* Serve the files of `dir` (not of directories in it) at address:port, or on fd, a socket that is
 * bound there already, until a signal ends the process. Returns only if it can't start: a negative
 * errno. */
int boot_server_run(const char *dir, const char *address, unsigned port, int fd);

#endif
