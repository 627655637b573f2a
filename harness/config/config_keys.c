/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of configuration keys. Add a key here and it can be read, set and printed. */
#include "harness/config/config_keys.h"

#include <string.h>

#include "console/monotime.h"
#include "harness/commands/nearest.h"

#define FIELD(f)                                                                                   \
	.offset = offsetof(struct board_config, f), .size = sizeof(((struct board_config *)0)->f)
#define HOURS(n) MONO_SEC((n)*3600)

static const char *const types[] = {[BOARD_VIRTUAL] = "virtual", [BOARD_BARE] = "bare", NULL};
static const char *const dhcps[] = {
	[BOARD_DHCP_SERVER] = "server", [BOARD_DHCP_PROXY] = "proxy", NULL};
static const char *const nfs_servers[] = {[BOARD_NFS_AUTO] = "auto",
					  [BOARD_NFS_KERNEL] = "kernel",
					  [BOARD_NFS_GANESHA] = "ganesha",
					  NULL};
static const char *const accels[] = {"auto", "kvm", "tcg", NULL};
static const char *const firmwares[] = {"bios", "uefi", NULL};
static const char *const powers[] = {"qmp",       "lcus",      "lcus-hid",  "numato",  "kmtronic",
				     "kmtronic4", "kmtronic8", "devantech", "dcttech", "line",
				     "gpio",      "pdudaemon", "command",   NULL};
static const char *const rungs[] = {"agent", "sysrq", "reset", "hold", "mains", NULL};
static const char *const crash_kernels[] = {"off", "restart", "vmcore", NULL};
static const char *const flavours[] = {"fast", "debug", "kasan", NULL};
static const char *const cuts[] = {"closes", "opens", NULL};

/* In the order in which they are explained. */
const struct config_key config_keys[] = {
	{.name = "type",
	 .kind = KEY_ENUM,
	 FIELD(type),
	 .words = types,
	 .doc = "Kind of board. A virtual one is a QEMU machine that boots from its network card "
		"as a motherboard does; a bare one is such a motherboard."},
	{.name = "mac",
	 .kind = KEY_MAC,
	 FIELD(mac),
	 .doc = "Hardware address of the board's network card. DHCP answers this card alone."},
	{.name = "address",
	 .kind = KEY_ADDRESS,
	 FIELD(address),
	 .doc = "The board's fixed IPv4 address."},
	{.name = "server",
	 .kind = KEY_ADDRESS,
	 FIELD(server),
	 .doc = "Our address on the board's network: DHCP, TFTP and NFS server."},
	{.name = "prefix",
	 .kind = KEY_NUMBER,
	 FIELD(prefix),
	 .min = 8,
	 .max = 30,
	 .doc = "Length of their network's prefix in bits."},
	{.name = "interface",
	 .kind = KEY_TEXT,
	 FIELD(interface),
	 .doc = "Our network card on a bare board's segment. It is taken out of this machine's "
		"network "
		"while the board is up, as long as it is not shared: macvlan:NAME."},
	{.name = "dhcp",
	 .kind = KEY_ENUM,
	 FIELD(dhcp),
	 .words = dhcps,
	 .doc = "Who gives a bare board's firmware an address: server for us, proxy for the DHCP "
		"server that its segment has already, to which we add what to boot. With proxy, "
		"address and server are to be free on that segment."},
	{.name = "nfs",
	 .kind = KEY_ENUM,
	 FIELD(nfs),
	 .words = nfs_servers,
	 .doc = "Who serves the NFS root: kernel for this machine's nfsd, which needs root and the "
		"package nfs-kernel-server, ganesha for nfs-ganesha. auto takes the kernel's for a "
		"bare board where it can."},
	{.name = "memory",
	 .kind = KEY_NUMBER,
	 FIELD(memory_mib),
	 .min = 256,
	 .max = 65536,
	 .doc = "Memory of a virtual board in MiB."},
	{.name = "cpus",
	 .kind = KEY_NUMBER,
	 FIELD(cpus),
	 .min = 1,
	 .max = 64,
	 .doc = "CPUs of a virtual board."},
	{.name = "nic",
	 .kind = KEY_WORD,
	 FIELD(nic),
	 .doc = "The board's network card: a driver's name, or for a virtual board QEMU's name of "
		"a device that can boot from the network, such as e1000. auto has the drivers of "
		"the cards that motherboards have; a virtual board gets virtio-net-pci."},
	{.name = "accel",
	 .kind = KEY_CHOICE,
	 FIELD(accel),
	 .words = accels,
	 .doc = "How QEMU runs the board's CPUs: auto takes KVM where it works, else TCG."},
	{.name = "firmware",
	 .kind = KEY_CHOICE,
	 FIELD(firmware),
	 .words = firmwares,
	 .doc = "What a virtual board starts with: bios for SeaBIOS, uefi for OVMF. A bare board "
		"is "
		"answered whichever it has."},
	{.name = "cmdline",
	 .kind = KEY_TEXT,
	 FIELD(cmdline),
	 .doc = "Added to the kernel's command line. May be given several times in a section: "
		"the parts are joined."},
	{.name = "kernel",
	 .kind = KEY_TEXT,
	 FIELD(kernel),
	 .doc = "The board's kernel: debian for Debian's with a small initrd, source for one built "
		"from Debian's linux-source, or the path of a bzImage or of a built kernel tree. "
		"Where it is not set, what kdev setup --kernel said last, at first debian."},
	{.name = "flavour",
	 .kind = KEY_CHOICE,
	 FIELD(flavour),
	 .words = flavours,
	 .doc = "Which one is built with kernel = source: fast for a small one, debug for lockdep, "
		"kmemleak, object and list debugging, and LKDTM, kasan for bad memory accesses."},
	{.name = "kernel_modules",
	 .kind = KEY_TEXT,
	 FIELD(kernel_modules),
	 .doc = "The modules of a bzImage: the directory that is named after its release."},
	{.name = "root",
	 .kind = KEY_TEXT,
	 FIELD(root),
	 .doc = "The board's root file system: debian for a small one, debian:SUITE[:ARCH] with "
		"root_packages, or the path of a directory, a tar, a container image or a disk "
		"image (PATH:N: its partition N). Where it is not set, what kdev setup --root "
		"said last, at first debian."},
	{.name = "root_packages",
	 .kind = KEY_TEXT,
	 FIELD(root_packages),
	 .doc = "More packages in Debian's root file system. With an init, such as systemd-sysv, "
		"that runs on the board."},
	{.name = "console",
	 .kind = KEY_TEXT,
	 FIELD(console),
	 .doc = "Where the board's serial console is: qemu for a virtual board, serial:PATH[,BAUD] "
		"(/dev/serial/by-id/...), tcp:HOST:PORT, rfc2217:HOST:PORT[,BAUD] as ser2net has "
		"it, command:PROGRAM [ARGUMENT...] or unix:PATH."},
	{.name = "power",
	 .kind = KEY_CHOICE,
	 FIELD(power),
	 .words = powers,
	 .doc = "What presses the board's buttons: qmp for a virtual board, a kind of relay, line "
		"for DTR and RTS of a spare serial port, gpio, pdudaemon for an outlet, or command "
		"for a program."},
	{.name = "power_device",
	 .kind = KEY_TEXT,
	 FIELD(power_device),
	 .doc = "Where that is: a path that survives replugging (/dev/serial/by-id/...), a HID "
		"relay's name or any, a GPIO chip's path (,low behind it for lines active when "
		"low), HOST[:PORT]/PDU/OUTLET, or a program with its arguments."},
	{.name = "power_button",
	 .kind = KEY_WORD,
	 FIELD(power_button),
	 .doc = "Channel of the relay across the power button, or none."},
	{.name = "reset_button",
	 .kind = KEY_WORD,
	 FIELD(reset_button),
	 .doc = "Channel of the relay across the reset button, or none."},
	{.name = "nmi_button",
	 .kind = KEY_WORD,
	 FIELD(nmi_button),
	 .doc = "Channel of the relay across the NMI button, or none."},
	{.name = "mains",
	 .kind = KEY_WORD,
	 FIELD(mains),
	 .doc = "Channel of the relay in the board's mains, or none."},
	{.name = "mains_cut",
	 .kind = KEY_CHOICE,
	 FIELD(mains_cut),
	 .words = cuts,
	 .doc = "What that relay does to cut the mains. With closes, the normally-closed contact, "
		"the board has power whatever becomes of the relay."},
	{.name = "power_sense",
	 .kind = KEY_WORD,
	 FIELD(power_sense),
	 .doc = "Channel that is closed while the board is on, as its power LED can tell, or none. "
		"Only devices with inputs have one: gpio and line."},
	{.name = "press_time",
	 .kind = KEY_DURATION,
	 FIELD(press_us),
	 .min = MONO_MS(50),
	 .max = MONO_SEC(3),
	 .doc = "How long the power and NMI buttons are pressed."},
	{.name = "reset_time",
	 .kind = KEY_DURATION,
	 FIELD(reset_us),
	 .min = MONO_MS(50),
	 .max = MONO_SEC(30),
	 .doc = "How long the reset button is pressed."},
	{.name = "hold_time",
	 .kind = KEY_DURATION,
	 FIELD(hold_us),
	 .min = MONO_SEC(4),
	 .max = MONO_SEC(30),
	 .doc = "How long the power button is held to force the board off. Four seconds is the "
		"specification, and some boards need more."},
	{.name = "off_time",
	 .kind = KEY_DURATION,
	 FIELD(off_us),
	 .min = MONO_MS(100),
	 .max = MONO_SEC(60),
	 .doc = "How long the board stays without power in a cycle, for its supply to run empty."},
	{.name = "power_timeout",
	 .kind = KEY_DURATION,
	 FIELD(power_us),
	 .min = MONO_SEC(1),
	 .max = MONO_SEC(120),
	 .doc = "How long the board may take to follow a button, where something can tell."},
	{.name = "recovery",
	 .kind = KEY_LIST,
	 FIELD(recovery),
	 .words = rungs,
	 .doc = "What may be done to get a crashed or hung board to boot, always from the gentlest "
		"to "
		"the surest: ask its agent to reboot, SysRq-b on its console, the reset button, "
		"the "
		"power button held, the mains. What the board does not have is passed over."},
	{.name = "reset_timeout",
	 .kind = KEY_DURATION,
	 FIELD(sign_us),
	 .min = MONO_SEC(1),
	 .max = MONO_SEC(600),
	 .doc = "How long after a reset the first sign of a boot may take, until the next step of "
		"the recovery: a firmware's or a kernel's first words on the console. A board "
		"whose "
		"firmware is silent there needs the time of its self-test."},
	{.name = "crash_kernel",
	 .kind = KEY_CHOICE,
	 FIELD(crash_kernel),
	 .words = crash_kernels,
	 .doc = "What the kernel starts when it panics, and then an oops is a panic: off for "
		"nothing, "
		"restart for a fresh kernel at once, without the firmware, or vmcore for a kernel "
		"that first sends the memory of the crashed one. It reserves 192 MiB of a board's "
		"memory; a virtual one gets that much more."},
	{.name = "vmcore_timeout",
	 .kind = KEY_DURATION,
	 FIELD(vmcore_us),
	 .min = MONO_SEC(5),
	 .max = HOURS(1),
	 .doc = "For a crash kernel to send the memory, until the board is reset."},
	{.name = "boot_timeout",
	 .kind = KEY_DURATION,
	 FIELD(boot_us),
	 .min = MONO_SEC(1),
	 .max = HOURS(1),
	 .doc = "From power-on or reset until the board is ready. One that gets on, but slowly, "
		"has up "
		"to twice this."},
	{.name = "boot_tries",
	 .kind = KEY_NUMBER,
	 FIELD(boot_tries),
	 .min = 1,
	 .max = 100,
	 .doc = "Resets in a row before a board that does not get ready is given up."},
	{.name = "load_timeout",
	 .kind = KEY_DURATION,
	 FIELD(load_us),
	 .min = MONO_MS(100),
	 .max = HOURS(24),
	 .doc = "For the module's init function to return."},
	{.name = "test_timeout",
	 .kind = KEY_DURATION,
	 FIELD(test_us),
	 .min = MONO_MS(100),
	 .max = HOURS(24),
	 .doc = "For the test command to end."},
	{.name = "unload_timeout",
	 .kind = KEY_DURATION,
	 FIELD(unload_us),
	 .min = MONO_MS(100),
	 .max = HOURS(24),
	 .doc = "For the module's exit function to return."},
	{.name = "settle",
	 .kind = KEY_DURATION,
	 FIELD(settle_us),
	 .min = 0,
	 .max = HOURS(24),
	 .doc = "How long the board is watched for delayed crashes after the module was "
		"unloaded."},
	{.name = "heartbeat_timeout",
	 .kind = KEY_DURATION,
	 FIELD(heartbeat_us),
	 .min = MONO_SEC(2),
	 .max = HOURS(1),
	 .doc = "Silence of the board's agent, which sends a heartbeat each second, that means "
		"a hang."},
	{.name = "collect_timeout",
	 .kind = KEY_DURATION,
	 FIELD(collect_us),
	 .min = MONO_MS(100),
	 .max = HOURS(1),
	 .doc = "For a crash report to come to its end before the board is reset."},
};

const size_t config_n_keys = sizeof(config_keys) / sizeof(config_keys[0]);

_Static_assert(sizeof(config_keys) / sizeof(config_keys[0]) <= CONFIG_KEYS_MAX,
	       "more keys than CONFIG_KEYS_MAX");

const struct config_key *config_key_find(const char *name, const char **near)
{
	struct nearest n = {.word = name};

	for (size_t i = 0; i < config_n_keys; i++) {
		if (!strcmp(config_keys[i].name, name))
			return &config_keys[i];
		nearest_consider(&n, config_keys[i].name);
	}
	if (near)
		*near = n.best;
	return NULL;
}
