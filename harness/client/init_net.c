/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The network interface that the firmware booted from, with the address that DHCP gave the
 * firmware. There is no DHCP client here: nothing expires, and nothing takes the
 * interface down under the NFS root.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <net/route.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/client/init.h"
#include "watchdog/heartbeat.h"

#define POLL_MS        5
#define INTERFACE_S    30 /* for a slow NIC to be found by its driver */
#define LINK_S         15 /* auto-negotiation of gigabit copper takes 2 to 5 s */
#define ARP_S          3
#define ETHERNET       "1" /* ARPHRD_ETHER, as sysfs prints it */
#define DISCARD_PORT   9
#define SYS_NET        "/sys/class/net"
#define MAC_STRING_LEN 18
#define CONFIGFS       "/sys/kernel/config"

/* Our directory there. */
#define NETCONSOLE_TARGET CONFIGFS "/netconsole/kdev"

static int sys_net(const char *ifname, const char *attr, char *buf, size_t size)
{
	char path[128];
	ssize_t n;

	snprintf(path, sizeof(path), SYS_NET "/%.15s/%s", ifname, attr);
	n = init_read(path, buf, size);
	return n < 0 ? (int)n : 0;
}

static bool is_wanted(const char *ifname, const struct init_cmdline *c)
{
	char want[MAC_STRING_LEN], have[64], type[16], path[128];

	if (c->have_mac) {
		snprintf(want, sizeof(want), "%02x:%02x:%02x:%02x:%02x:%02x", c->mac[0], c->mac[1],
			 c->mac[2], c->mac[3], c->mac[4], c->mac[5]);
		return sys_net(ifname, "address", have, sizeof(have)) == 0 && !strcmp(have, want);
	}
	snprintf(path, sizeof(path), SYS_NET "/%.15s/device", ifname);
	return access(path, F_OK) == 0 && sys_net(ifname, "type", type, sizeof(type)) == 0 &&
	       !strcmp(type, ETHERNET);
}

static bool find_interface(const struct init_cmdline *c, char ifname[IFNAMSIZ])
{
	struct dirent *e;
	bool found = false;
	DIR *d;

	d = opendir(SYS_NET);
	if (!d)
		return false;
	while (!found && (e = readdir(d))) {
		if (e->d_name[0] == '.' || strlen(e->d_name) >= IFNAMSIZ)
			continue;
		found = is_wanted(e->d_name, c);
		if (found)
			memcpy(ifname, e->d_name, strlen(e->d_name) + 1);
	}
	closedir(d);
	return found;
}

static struct sockaddr *in_sockaddr(struct sockaddr *sa, struct in_addr addr)
{
	struct sockaddr_in in = {.sin_family = AF_INET, .sin_addr = addr};

	memcpy(sa, &in, sizeof(in));
	return sa;
}

static int set_flags_up(int fd, struct ifreq *ifr)
{
	if (ioctl(fd, SIOCGIFFLAGS, ifr))
		return -errno;
	ifr->ifr_flags |= IFF_UP;
	return ioctl(fd, SIOCSIFFLAGS, ifr) ? -errno : 0;
}

static int add_default_route(int fd, struct in_addr gateway)
{
	struct in_addr any = {INADDR_ANY};
	struct rtentry rt = {.rt_flags = RTF_UP | RTF_GATEWAY};

	in_sockaddr(&rt.rt_dst, any);
	in_sockaddr(&rt.rt_genmask, any);
	in_sockaddr(&rt.rt_gateway, gateway);
	return ioctl(fd, SIOCADDRT, &rt) && errno != EEXIST ? -errno : 0;
}

static int configure(const struct init_cmdline *c, const char *ifname)
{
	struct ifreq ifr = {0};
	int fd, err = 0;

	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	strncpy(ifr.ifr_name, ifname, sizeof(ifr.ifr_name) - 1);
	in_sockaddr(&ifr.ifr_addr, c->address);
	if (ioctl(fd, SIOCSIFADDR, &ifr))
		err = -errno;
	in_sockaddr(&ifr.ifr_netmask, c->mask);
	if (!err && ioctl(fd, SIOCSIFNETMASK, &ifr))
		err = -errno;
	if (!err)
		err = set_flags_up(fd, &ifr);
	if (!err && c->gateway.s_addr && c->gateway.s_addr != c->address.s_addr)
		err = add_default_route(fd, c->gateway);
	close(fd);
	return err;
}

static bool has_carrier(const char *ifname)
{
	char state[8];

	return sys_net(ifname, "carrier", state, sizeof(state)) == 0 && state[0] == '1';
}

static void wait_for_link(const char *ifname)
{
	int64_t give_up = init_now_ms() + LINK_S * 1000;

	while (!has_carrier(ifname)) {
		if (init_now_ms() > give_up) {
			init_error("%s: no link after %d s: is the cable in? going on", ifname,
				   LINK_S);
			break;
		}
		init_sleep_ms(POLL_MS);
	}
}

int init_net_up(const struct init_cmdline *c, char ifname[IFNAMSIZ])
{
	int64_t give_up = init_now_ms() + INTERFACE_S * 1000;
	char address[INET_ADDRSTRLEN];
	int err;

	while (!find_interface(c, ifname)) {
		if (init_now_ms() > give_up) {
			init_error("no network interface with the address of BOOTIF= after %d s: "
				   "is its driver in the initrd?",
				   INTERFACE_S);
			return -ENODEV;
		}
		init_sleep_ms(POLL_MS);
	}
	inet_ntop(AF_INET, &c->address, address, sizeof(address));
	err = configure(c, ifname);
	if (err) {
		init_error("%s: cannot set address %s: %s", ifname, address, strerror(-err));
		return err;
	}
	wait_for_link(ifname);
	init_info("%s up, address %s", ifname, address);
	return 0;
}

int init_net_lo(void)
{
	struct ifreq ifr = {.ifr_name = "lo"};
	int fd, err;

	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	/* The kernel gives lo its 127.0.0.1 by itself. */
	err = set_flags_up(fd, &ifr);
	close(fd);
	return err;
}

/* The hardware address of a complete entry for `address` in /proc/net/arp. */
static bool arp_lookup(struct in_addr address, char mac[MAC_STRING_LEN])
{
	char table[4096], want[INET_ADDRSTRLEN], ip[64], flags[16], hw[64];
	const char *line;

	if (init_read("/proc/net/arp", table, sizeof(table)) < 0)
		return false;
	inet_ntop(AF_INET, &address, want, sizeof(want));
	for (line = strchr(table, '\n'); line; line = strchr(line, '\n')) {
		line++;
		if (sscanf(line, "%63s %*s %15s %63s", ip, flags, hw) != 3)
			continue;
		/* ATF_COM (2) of <net/if_arp.h>: answered. */
		if (!strcmp(ip, want) && (strtoul(flags, NULL, 16) & 2) &&
		    strlen(hw) == MAC_STRING_LEN - 1) {
			memcpy(mac, hw, MAC_STRING_LEN);
			return true;
		}
	}
	return false;
}

/* The kernel asks again for a hardware address after this long; 1000 is its default. */
static void set_arp_interval(const char *ifname, const char *ms)
{
	char path[128];
	int err;

	snprintf(path, sizeof(path), "/proc/sys/net/ipv4/neigh/%.15s/retrans_time_ms", ifname);
	err = init_write(path, ms);
	if (err)
		init_error("%s: %s", path, strerror(-err));
}

/* Send nothing, which makes the kernel ask who has the address. */
static void ask(int fd, struct in_addr address)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons(DISCARD_PORT), .sin_addr = address};

	sendto(fd, "", 0, MSG_DONTWAIT, (struct sockaddr *)&to, sizeof(to));
}

/*
 * Make the kernel learn the server's hardware address: netconsole can't, and the NFS mount
 * needs it next. What is sent in the moments after the carrier came may be lost, for the
 * transmit queue is opened by a work item; so it is asked often.
 */
static bool arp_resolve(const char *ifname, struct in_addr address, char mac[MAC_STRING_LEN])
{
	int64_t give_up = init_now_ms() + ARP_S * 1000;
	bool known = false;
	int fd;

	fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return false;
	set_arp_interval(ifname, "20");
	for (int turn = 0; !(known = arp_lookup(address, mac)) && init_now_ms() < give_up; turn++) {
		if (turn % 10 == 0)
			ask(fd, address);
		init_sleep_ms(POLL_MS);
	}
	set_arp_interval(ifname, "1000");
	close(fd);
	return known;
}

/* One attribute of Documentation/networking/netconsole.rst. */
static int set_target(const char *attribute, const char *value)
{
	char path[96];
	int err;

	snprintf(path, sizeof(path), NETCONSOLE_TARGET "/%s", attribute);
	err = init_write(path, value);
	if (err)
		init_error("netconsole: %s: %s", attribute, strerror(-err));
	return err;
}

int init_net_netconsole_dynamic(const struct init_cmdline *c, const char *ifname)
{
	char address[INET_ADDRSTRLEN], server[INET_ADDRSTRLEN], mac[MAC_STRING_LEN], port[8];
	const struct {
		const char *attribute, *value;
	} settings[] = {
		{"extended", "1"},     {"dev_name", ifname},  {"local_port", port},
		{"remote_port", port}, {"local_ip", address}, {"remote_ip", server},
		{"remote_mac", mac},   {"enabled", "1"},
	};
	int err = 0;

	mount("configfs", CONFIGFS, "configfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
	if (mkdir(NETCONSOLE_TARGET, 0755) && errno != EEXIST) {
		init_info("no netconsole: the kernel has none that can be set up (%s)",
			  strerror(errno));
		return -errno;
	}
	snprintf(port, sizeof(port), "%d", NETCONSOLE_PORT);
	inet_ntop(AF_INET, &c->address, address, sizeof(address));
	inet_ntop(AF_INET, &c->server, server, sizeof(server));
	if (!arp_resolve(ifname, c->server, mac))
		memcpy(mac, "ff:ff:ff:ff:ff:ff", MAC_STRING_LEN);
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]) && !err; i++)
		err = set_target(settings[i].attribute, settings[i].value);
	return err;
}

void init_net_netconsole(const struct init_cmdline *c, const char *ifname, char *buf, size_t size)
{
	char address[INET_ADDRSTRLEN], server[INET_ADDRSTRLEN], mac[MAC_STRING_LEN];

	inet_ntop(AF_INET, &c->address, address, sizeof(address));
	inet_ntop(AF_INET, &c->server, server, sizeof(server));
	if (!arp_resolve(ifname, c->server, mac)) {
		init_error("%s does not answer ARP; netconsole goes to the broadcast address",
			   server);
		memcpy(mac, "ff:ff:ff:ff:ff:ff", MAC_STRING_LEN);
	}
	/* '+': the extended format of Documentation/networking/netconsole.rst */
	snprintf(buf, size, "netconsole=+%d@%s/%s,%d@%s/%s", NETCONSOLE_PORT, address, ifname,
		 NETCONSOLE_PORT, server, mac);
}
