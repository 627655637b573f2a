/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Network cards and their drivers. */
#include "harness/netboot/nic_drivers.h"

#include <stddef.h>
#include <string.h>

/* What boots from the network on boards of the last twenty years, and QEMU's. */
static const char *const usual[] = {
	"e1000",   "e1000e", "igb",        "igc",        "ixgbe", "i40e",
	"r8169",   "tg3",    "bnx2",       "atlantic",   "alx",   "atl1c",
	"atl1e",   "sky2",   "skge",       "forcedeth",  "jme",   "via-velocity",
	"8139too", "8139cp", "virtio_pci", "virtio_net", NULL,
};

static const char *const rtl8139[] = {"8139cp", "8139too", NULL};
static const char *const virtio[] = {"virtio_pci", "virtio_net", NULL};

/* Where QEMU's name of the device is not the driver's. */
static const struct nic_drivers table[] = {
	{"auto", usual, true},
	{"rtl8139", rtl8139, false},
	{"virtio-net-pci", virtio, false},
};

void nic_drivers_of(const char *nic, const char *room[2], struct nic_drivers *out)
{
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (!strcmp(table[i].nic, nic)) {
			*out = table[i];
			return;
		}
	}
	room[0] = nic;
	room[1] = NULL;
	*out = (struct nic_drivers){nic, room, false};
}
