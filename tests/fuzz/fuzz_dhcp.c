/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/netboot/dhcp_probe.c */
/* Whatever comes by the wire is read within its bounds; what is accepted is so once more. */
#include <stdint.h>
#include <stdlib.h>

#include "harness/netboot/dhcp_probe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t mac[6] = {0};
	struct in_addr a, b;

	if (dhcp_probe_parse(data, size, mac, 0, &a))
		return 0;
	if (dhcp_probe_parse(data, size, mac, 0, &b) || a.s_addr != b.s_addr)
		abort();
	return 0;
}
