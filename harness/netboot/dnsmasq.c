/* SPDX-License-Identifier: GPL-2.0-or-later */
/* DHCP, TFTP and router advertisements for one board, by dnsmasq. */
#include "harness/netboot/board_services.h"

/* Option 93, what the firmware is (RFC 4578 and IANA's list): 7 and 9 are UEFI on x86-64, of which
 * 9 was meant and 7 is what nearly all say. */
#define UEFI_SAID  "7"
#define UEFI_MEANT "9"

/* This board, always at its address; any other gets no answer. The NFS root lives as long as the
 * address does, so that never expires. */
static void serve(const struct board_config *b, struct service_args *a)
{
	service_arg(a, "--dhcp-range=%s,static,infinite", b->address);
	service_arg(a, "--dhcp-host=%s,%s,infinite", b->mac, b->address);
	service_arg(a, "--dhcp-authoritative");
	service_arg(a, "--dhcp-match=set:uefi,option:client-arch," UEFI_SAID);
	service_arg(a, "--dhcp-match=set:uefi,option:client-arch," UEFI_MEANT);
	service_arg(a, "--dhcp-boot=tag:uefi," PXE_UEFI_LOADER ",,%s", b->server);
	service_arg(a, "--dhcp-boot=tag:!uefi," PXE_BIOS_LOADER ",,%s", b->server);
	/* iPXE waits 2 s for a proxyDHCP server otherwise: its option 175.176 (no-pxedhcp),
	 * https://ipxe.org/howto/dhcpd. */
	service_arg(a, "--dhcp-option=encap:175,176,1b");
}

/* The segment's server gives the address. To that a PXE client adds what a proxyDHCP server offers
 * (PXE 2.1, 2.2.1): what to boot. */
static void serve_beside(const struct board_config *b, struct service_args *a)
{
	service_arg(a, "--dhcp-range=%s,proxy", b->server);
	service_arg(a, "--dhcp-host=%s,set:board", b->mac);
	service_arg(a, "--pxe-service=x86PC,kdev," PXE_BIOS_LOADER ",%s", b->server);
	service_arg(a, "--pxe-service=" UEFI_SAID ",kdev," PXE_UEFI_LOADER ",%s", b->server);
	service_arg(a, "--pxe-service=" UEFI_MEANT ",kdev," PXE_UEFI_LOADER ",%s", b->server);
}

void dnsmasq_args(const struct board_config *b, const char *dir, struct service_args *a)
{
	service_arg(a, "dnsmasq");
	service_arg(a, "--keep-in-foreground");
	service_arg(a, "--conf-file=/dev/null"); /* not the host's */
	service_arg(a, "--no-hosts");
	service_arg(a, "--no-resolv");
	service_arg(a, "--port=0"); /* no DNS */
	service_arg(a, "--log-facility=-");
	service_arg(a, "--log-dhcp");
	service_arg(a, "--pid-file=");
	/* Alone in its namespace; as another user it could not read a private state directory. */
	service_arg(a, "--user=root");
	service_arg(a, "--interface=br0");
	service_arg(a, "--bind-interfaces");
	service_arg(a, "--dhcp-leasefile=%s/dnsmasq.leases", dir);
	service_arg(a, "--dhcp-ignore=tag:!known");
	if (b->dhcp == BOARD_DHCP_PROXY)
		serve_beside(b, a);
	else
		serve(b, a);
	/* iPXE waits 16 s for a router's word. Where others listen, it would lead them astray. */
	if (b->dhcp != BOARD_DHCP_PROXY && !board_shares_interface(b)) {
		service_arg(a, "--enable-ra");
		service_arg(a, "--dhcp-range=fd77::,ra-only,64");
	}
	service_arg(a, "--enable-tftp");
	service_arg(a, "--tftp-root=%s/tftp", dir);
}
