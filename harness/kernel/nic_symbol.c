/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which symbol of a kernel's configuration is a network card's driver. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/kernel/kernel_check.h"

/* Drivers of cards that motherboards have, and QEMU's names where they are others. */
static const struct {
	const char *driver, *symbol;
} drivers[] = {
	{"8139cp", "8139CP"},
	{"8139too", "8139TOO"},
	{"alx", "ALX"},
	{"atl1", "ATL1"},
	{"atl1c", "ATL1C"},
	{"atl1e", "ATL1E"},
	{"atl2", "ATL2"},
	{"atlantic", "AQTION"},
	{"b44", "B44"},
	{"bnx2", "BNX2"},
	{"bnx2x", "BNX2X"},
	{"bnxt_en", "BNXT"},
	{"e100", "E100"},
	{"e1000", "E1000"},
	{"e1000e", "E1000E"},
	{"forcedeth", "FORCEDETH"},
	{"i40e", "I40E"},
	{"ice", "ICE"},
	{"igb", "IGB"},
	{"igc", "IGC"},
	{"ixgbe", "IXGBE"},
	{"jme", "JME"},
	{"mlx4_en", "MLX4_EN"},
	{"mlx5_core", "MLX5_CORE"},
	{"ne2k-pci", "NE2K_PCI"},
	{"pcnet32", "PCNET32"},
	{"r8169", "R8169"},
	{"rtl8139", "8139CP"}, /* QEMU's has the C+ features, which 8139too refuses */
	{"sis190", "SIS190"},
	{"sis900", "SIS900"},
	{"skge", "SKGE"},
	{"sky2", "SKY2"},
	{"tg3", "TIGON3"},
	{"tulip", "TULIP"},
	{"via-rhine", "VIA_RHINE"},
	{"via-velocity", "VIA_VELOCITY"},
	{"virtio-net-pci", "VIRTIO_NET"},
	{"virtio_net", "VIRTIO_NET"},
	{"vmxnet3", "VMXNET3"},
};

/* modules.alias writes a driver's file name with '_' where the file has '-'. */
static bool same(const char *driver, const char *name, size_t len)
{
	if (strlen(driver) != len)
		return false;
	for (size_t i = 0; i < len; i++) {
		char a = driver[i] == '-' ? '_' : driver[i], b = name[i] == '-' ? '_' : name[i];

		if (a != b)
			return false;
	}
	return true;
}

static const char *symbol_of(const char *name, size_t len)
{
	for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++) {
		if (same(drivers[i].driver, name, len))
			return drivers[i].symbol;
	}
	return NULL;
}

const char *nic_symbol(const char *driver)
{
	return symbol_of(driver, strlen(driver));
}

/* "alias pci:v00008086d000010D3sv*sd*bc*sc*i* e1000e" */
const char *nic_driver_of_pci(const char *alias, unsigned vendor, unsigned device, size_t *len)
{
	char begin[48];
	const char *p;

	snprintf(begin, sizeof(begin), "alias pci:v%08Xd%08Xsv", vendor, device);
	for (p = strstr(alias, begin); p; p = strstr(p + 1, begin)) {
		size_t line = strcspn(p, "\n");
		const char *name = memrchr(p, ' ', line);
		size_t n = name ? line - (size_t)(++name - p) : 0;

		if ((p == alias || p[-1] == '\n') && n && symbol_of(name, n)) {
			*len = n;
			return name;
		}
	}
	return NULL;
}
