/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A board's own network, by iproute2: a namespace with a bridge that holds the virtual board's tap
 * or the network card that leads to a bare one. A card that is shared lends a macvlan in place of
 * the bridge. So nothing that the board needs meets what this machine has: routes, a firewall,
 * another DHCP server.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "harness/log.h"
#include "harness/netboot/privileged_local.h"
#include "harness/process.h"

static void namespace_name(const struct board_config *b, char *name, size_t size)
{
	snprintf(name, size, "kdev-%s", b->name);
}

static int ip(const char *const *argv, char *err, size_t err_len)
{
	struct process_signals none = {.fd = -1}; /* milliseconds: not worth interrupting */
	int said = memfd_create("ip", MFD_CLOEXEC), rc;
	char log[32];

	/* What it says last is the reason. */
	snprintf(log, sizeof(log), "/proc/self/fd/%d", said);
	rc = process_run(&(struct process_spec){.argv = argv, .log = said < 0 ? NULL : log}, &none,
			 err, err_len);
	if (said >= 0)
		close(said);
	return rc;
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

int local_socket(const struct board_config *b, int domain, int type, int protocol)
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

int local_tap(const struct board_config *b)
{
	/* Without the header for virtual machines QEMU would compute each packet's checksum. */
	struct ifreq ifr = {.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR};
	int old, fd, err = enter(b, &old);

	if (err)
		return err;
	fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) {
		err = -errno;
	} else {
		snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "tap0");
		err = ioctl(fd, TUNSETIFF, &ifr) ? -errno : 0;
	}
	leave(old);
	if (!err)
		return fd;
	if (fd >= 0)
		close(fd);
	return err;
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

/* What is in the bridge; NULL: there is none. */
static const char *port_of(const struct board_config *b)
{
	if (b->type == BOARD_VIRTUAL)
		return "tap0";
	return board_shares_interface(b) ? NULL : board_interface(b);
}

/* Is it as make() makes it? */
static bool is_up(const struct board_config *b)
{
	uint32_t mask = htonl(~0U << (32 - b->prefix)), server;
	int fd = local_socket(b, AF_INET, SOCK_DGRAM, 0);
	const char *port = port_of(b);
	bool up;

	if (fd < 0)
		return false;
	up = inet_pton(AF_INET, b->server, &server) == 1 && link_is_up(fd, "lo") &&
	     link_is_up(fd, "br0") && (!port || link_is_up(fd, port)) &&
	     has_address(fd, SIOCGIFADDR, "br0", server) &&
	     has_address(fd, SIOCGIFNETMASK, "br0", mask);
	close(fd);
	return up;
}

struct step {
	const char *argv[18];
};

static int do_steps(const struct step *steps, size_t n, char *err, size_t err_len)
{
	int rc = 0;

	for (size_t i = 0; i < n && !rc; i++)
		rc = ip(steps[i].argv, err, err_len);
	return rc;
}

#define STEPS(...)                                                                                 \
	(const struct step[]){__VA_ARGS__},                                                        \
		sizeof((const struct step[]){__VA_ARGS__}) / sizeof(struct step)

/* No spanning tree, no forward delay: PXE does not wait for a bridge. */
static int make_bridge(const struct board_config *b, const char *ns, char *err, size_t err_len)
{
	const char *port = port_of(b);
	int rc = do_steps(STEPS({{"ip", "-n", ns, "link", "add", "br0", "type", "bridge",
				  "stp_state", "0", "forward_delay", "0"}}),
			  err, err_len);

	if (!rc && b->type == BOARD_VIRTUAL)
		rc = do_steps(STEPS({{"ip", "-n", ns, "tuntap", "add", port, "mode", "tap"}}), err,
			      err_len);
	else if (!rc)
		rc = do_steps(STEPS({{"ip", "link", "set", port, "netns", ns}}), err, err_len);
	if (!rc)
		rc = do_steps(STEPS({{"ip", "-n", ns, "link", "set", port, "master", "br0", "up"}}),
			      err, err_len);
	return rc;
}

/*
 * Its address is always the same, for the board remembers it: netconsole for as long as it is up.
 * It is made of the board's, which it differs from, in the range that anybody may use (the bit of
 * value 2 in the first byte, IEEE 802).
 */
static int make_macvlan(const struct board_config *b, const char *ns, char *err, size_t err_len)
{
	char mac[18];
	unsigned long first = strtoul(b->mac, NULL, 16);

	snprintf(mac, sizeof(mac), "%02lx%s", (first ^ 0x04) | 0x02, b->mac + 2);
	return do_steps(STEPS({{"ip", "link", "add", "link", board_interface(b), "name", "br0",
				"netns", ns, "address", mac, "type", "macvlan", "mode", "bridge"}}),
			err, err_len);
}

static int make(const struct board_config *b, const char *ns, char *err, size_t err_len)
{
	char cidr[24];
	int rc = b->type == BOARD_BARE ? local_card_check(b, err, err_len) : 0;

	snprintf(cidr, sizeof(cidr), "%s/%u", b->server, b->prefix);
	if (!rc)
		rc = do_steps(STEPS({{"ip", "netns", "add", ns}},
				    {{"ip", "-n", ns, "link", "set", "lo", "up"}}),
			      err, err_len);
	if (!rc)
		rc = port_of(b) ? make_bridge(b, ns, err, err_len)
				: make_macvlan(b, ns, err, err_len);
	if (rc)
		return rc;
	/* The second is an address to announce routes from: iPXE waits long for one otherwise. */
	return do_steps(
		STEPS({{"ip", "-n", ns, "link", "set", "br0", "up"}},
		      {{"ip", "-n", ns, "addr", "add", "fd77::1/64", "dev", "br0", "nodad"}},
		      {{"ip", "-n", ns, "addr", "add", cidr, "dev", "br0"}}),
		err, err_len);
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

int local_network_up(const struct board_config *b, char *err, size_t err_len)
{
	char ns[48];
	int rc;

	if (is_up(b))
		return 0;
	rc = local_network_down(b, err, err_len); /* half-made, perhaps */
	if (rc)
		return rc;
	namespace_name(b, ns, sizeof(ns));
	rc = make(b, ns, err, err_len);
	if (!rc)
		leave_out_time_wait(b);
	return rc;
}

/* A card comes back by itself when its namespace ends; what plays one in a test would end with it.
 */
static void give_back(const struct board_config *b, const char *ns)
{
	char pid[16], err[256];

	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	if (b->type == BOARD_BARE && port_of(b) &&
	    ip((const char *const[]){"ip", "-n", ns, "link", "set", port_of(b), "netns", pid, NULL},
	       err, sizeof(err)))
		log_debug("%s", err);
}

int local_network_down(const struct board_config *b, char *err, size_t err_len)
{
	char ns[48], path[64];

	namespace_name(b, ns, sizeof(ns));
	snprintf(path, sizeof(path), "/run/netns/%s", ns);
	if (access(path, F_OK))
		return 0;
	give_back(b, ns);
	return ip((const char *const[]){"ip", "netns", "del", ns, NULL}, err, err_len);
}
