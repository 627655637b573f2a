/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a TCP server is, as people write it: HOST:PORT, or [ADDRESS]:PORT for IPv6. */
#ifndef KDEV_CONSOLE_HOST_PORT_H
#define KDEV_CONSOLE_HOST_PORT_H

/* *host is malloc()ed and holds *port, both for getaddrinfo(). 0, -ENOMEM, or -EINVAL. */
int host_port_split(const char *where, char **host, const char **port);

#endif
