/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A board's own network: namespace, bridge and tap, by iproute2. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/log.h"
#include "harness/netboot/privileged.h"
#include "harness/process.h"

static void namespace_name(const struct board_config *b, char *name, size_t size)
{
	snprintf(name, size, "kdev-%s", b->name);
}

static int ip(const char *const *argv, char *err, size_t err_len)
{
	struct process_signals none = {.fd = -1}; /* milliseconds: not worth interrupting */

	return process_run(&(struct process_spec){.argv = argv}, &none, err, err_len);
}

/* Enter the board's namespace. *old is an fd of ours, to go back with. */
static int enter(const struct board_config *b, int *old)
{
	char path[64];
	int fd, err = 0;

	snprintf(path, sizeof(path), "/run/netns/kdev-%s", b->name);
	*old = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (*old < 0)
		return -errno;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || setns(fd, CLONE_NEWNET))
		err = -errno;
	if (fd >= 0)
		close(fd);
	if (err)
		close(*old);
	return err;
}

/* A thread that can't go back must not go on: it would talk to the wrong network. */
static void leave(int old)
{
	if (setns(old, CLONE_NEWNET)) {
		perror("kdev: can't return to our network namespace");
		_exit(125);
	}
	close(old);
}

int priv_socket(const struct board_config *b, int domain, int type, int protocol)
{
	int old, fd, err = enter(b, &old);

	if (err)
		return err;
	fd = socket(domain, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
	if (fd < 0)
		fd = -errno;
	leave(old);
	return fd;
}

static bool has_address(int fd, unsigned long what, const char *link, uint32_t want)
{
	struct sockaddr_in sin;
	struct ifreq ifr = {0};

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", link);
	if (ioctl(fd, what, &ifr))
		return false;
	memcpy(&sin, &ifr.ifr_addr, sizeof(sin));
	return sin.sin_addr.s_addr == want;
}

static bool link_is_up(int fd, const char *link)
{
	struct ifreq ifr = {0};

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", link);
	return !ioctl(fd, SIOCGIFFLAGS, &ifr) && (ifr.ifr_flags & IFF_UP);
}

/* Is it as make() makes it? */
static bool is_up(const struct board_config *b)
{
	uint32_t mask = htonl(~0U << (32 - b->prefix)), server;
	int fd = priv_socket(b, AF_INET, SOCK_DGRAM, 0);
	bool up;

	if (fd < 0)
		return false;
	up = inet_pton(AF_INET, b->server, &server) == 1 && link_is_up(fd, "lo") &&
	     link_is_up(fd, "br0") && link_is_up(fd, "tap0") &&
	     has_address(fd, SIOCGIFADDR, "br0", server) &&
	     has_address(fd, SIOCGIFNETMASK, "br0", mask);
	close(fd);
	return up;
}

static int make(const struct board_config *b, const char *ns, char *err, size_t err_len)
{
	char cidr[24];
	const char *const steps[][16] = {
		{"ip", "netns", "add", ns},
		{"ip", "-n", ns, "link", "set", "lo", "up"},
		/* No spanning tree, no forward delay: PXE does not wait for a bridge. */
		{"ip", "-n", ns, "link", "add", "br0", "type", "bridge", "stp_state", "0",
		 "forward_delay", "0"},
		{"ip", "-n", ns, "tuntap", "add", "tap0", "mode", "tap"},
		{"ip", "-n", ns, "link", "set", "tap0", "master", "br0", "up"},
		{"ip", "-n", ns, "link", "set", "br0", "up"},
		/* An address to announce routes from: iPXE waits long for one otherwise. */
		{"ip", "-n", ns, "addr", "add", "fd77::1/64", "dev", "br0", "nodad"},
		{"ip", "-n", ns, "addr", "add", cidr, "dev", "br0"},
	};

	snprintf(cidr, sizeof(cidr), "%s/%u", b->server, b->prefix);
	for (size_t i = 0; i < sizeof(steps) / sizeof(*steps); i++) {
		int rc = ip(steps[i], err, err_len);

		if (rc)
			return rc;
	}
	return 0;
}

/*
 * A boot loader opens its connections with the same ports and sequence numbers after each
 * reset. We would take that for late packets of the boot before, still in TIME_WAIT, and the
 * board would try again after 3 s, for each file. In a network of its own that state can
 * be left out; without the setting boots are only slower.
 */
static void leave_out_time_wait(const struct board_config *b)
{
	int old, fd;

	if (enter(b, &old))
		return;
	fd = open("/proc/sys/net/ipv4/tcp_max_tw_buckets", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, "0", 1) != 1)
		log_debug("tcp_max_tw_buckets: %s", strerror(errno));
	if (fd >= 0)
		close(fd);
	leave(old);
}

int priv_network_up(const struct board_config *b, char *err, size_t err_len)
{
	char ns[48];
	int rc;

	if (is_up(b))
		return 0;
	rc = priv_network_down(b, err, err_len); /* half-made, perhaps */
	if (rc)
		return rc;
	namespace_name(b, ns, sizeof(ns));
	rc = make(b, ns, err, err_len);
	if (!rc)
		leave_out_time_wait(b);
	return rc;
}

int priv_network_down(const struct board_config *b, char *err, size_t err_len)
{
	char ns[48], path[64];

	namespace_name(b, ns, sizeof(ns));
	snprintf(path, sizeof(path), "/run/netns/%s", ns);
	if (access(path, F_OK))
		return 0;
	return ip((const char *const[]){"ip", "netns", "del", ns, NULL}, err, err_len);
}
