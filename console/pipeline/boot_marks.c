/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Knows the banners and complaints of firmware and boot loaders, and the messages about boot and
 * NFS of the kernel and of kdev-init. */
#include "console/pipeline/boot_marks.h"

#include <string.h>

#include "console/span.h"

/* What a message begins with. '#' is a digit: "PXELINUX 6.04" is a banner, "PXELINUX says" not. */
static const char *const firmware[] = {
	/* PC firmware */
	"SeaBIOS (version ",
	"UEFI firmware (version ",
	"BdsDxe: loading Boot####",
	"BdsDxe: failed to load Boot####",
	">>Start PXE over IPv",
	">>Start HTTP Boot over IPv",
	"American Megatrends",
	"Phoenix SecureCore",
	"coreboot-#",
	/* option ROMs of network cards */
	"iPXE (http",
	"iPXE (PCI ",
	"iPXE initialising devices",
	"iPXE #",
	"gPXE (http",
	"gPXE initialising devices",
	"Intel(R) Boot Agent ",
	"Initializing Intel(R) Boot Agent ",
	"CLIENT MAC ADDR: ",
	"PXE-E##",
	"PXE-M##",
	/* boot loaders */
	"PXELINUX #",
	"SYSLINUX #",
	"ISOLINUX #",
	"EXTLINUX #",
	"GNU GRUB  version ",
	"Welcome to GRUB!",
	"GRUB loading",
	"U-Boot ####.",
	"U-Boot SPL ####.",
	"U-Boot TPL ####.",
	"barebox ####.",
	"NOTICE:  BL1: ",
	"NOTICE:  BL2: ",
};

/* kernel/reboot.c with and without its prefix, arch/x86/kernel/reboot.c, kernel/panic.c,
 * kernel/kexec_core.c, drivers/tty/sysrq.c */
static const char *const restart[] = {
	"reboot: Restarting system",
	"reboot: Power down",
	"reboot: System halted",
	"reboot: machine restart",
	"Restarting system.",
	"Restarting system with command ",
	"Power down.",
	"System halted.",
	"Rebooting in # second",
	"Rebooting in ## second",
	"Rebooting in ### second",
	"kexec_core: Starting new kernel",
	"kexec: Starting new kernel",
	"sysrq: Resetting",
	"sysrq: Power Off",
};

/* What keeps a boot from getting on: kdev-init's own words, PXELINUX (core/fs/pxe, com32),
 * iPXE, SeaBIOS, init/do_mounts.c, net/ipv4/ipconfig.c. */
static const char *const trouble[] = {
	"kdev-init: NFS root ",
	"kdev-init: no network interface ",
	"Unable to locate configuration file",
	"Could not find kernel image: ",
	"Failed to load ",
	"No configuration methods succeeded",
	"Nothing to boot: ",
	"No bootable device",
	"VFS: Unable to mount root fs via NFS",
	"VFS: Cannot open root device ",
	"IP-Config: Auto-configuration of network failed",
};

/* After which a loader goes no further: PXELINUX (core/pxelinux.asm, kaboom). */
static const char *const gave_up[] = {
	"Boot failed: press a key to retry",
};

static bool begins_with(struct span text, const char *form)
{
	size_t n = strlen(form);

	if (text.n < n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (form[i] == '#' ? text.s[i] < '0' || text.s[i] > '9' : text.s[i] != form[i])
			return false;
	return true;
}

static bool begins_with_any(struct span text, const char *const *forms, size_t n)
{
	for (size_t i = 0; i < n && text.n; i++)
		if (text.s[0] == forms[i][0] && begins_with(text, forms[i]))
			return true;
	return false;
}

static bool ends_with(struct span text, const char *end)
{
	size_t n = strlen(end);

	return text.n >= n && span_is(span_skip(text, text.n - n), end);
}

/* "nfs: server 10.0.0.1 not responding, still trying" and "nfs: server 10.0.0.1 OK"
 * (net/sunrpc/clnt.c). */
static bool is_nfs(struct span text, enum boot_mark *mark)
{
	if (!span_starts(text, "nfs: server "))
		return false;
	if (ends_with(text, " not responding, still trying"))
		*mark = BOOT_NFS_STALLED;
	else if (ends_with(text, " OK"))
		*mark = BOOT_NFS_OK;
	else
		return false;
	return true;
}

/* init/version.c: "Linux version 6.1.0 (builder) (compiler) #1 …". */
static bool is_linux_banner(struct span text)
{
	return begins_with(text, "Linux version #") && span_find(text, " (");
}

bool boot_mark_of(const char *text, size_t len, enum boot_mark *mark)
{
	struct span t = span_trim((struct span){text, len});

	if (is_nfs(t, mark))
		return true;
	if (is_linux_banner(t))
		*mark = BOOT_KERNEL;
	else if (begins_with_any(t, restart, sizeof(restart) / sizeof(*restart)))
		*mark = BOOT_RESTART;
	else if (begins_with_any(t, firmware, sizeof(firmware) / sizeof(*firmware)))
		*mark = BOOT_FIRMWARE;
	else if (begins_with(t, "kdev-agent: kdev# boot="))
		*mark = BOOT_HEARTBEAT;
	else if (begins_with_any(t, trouble, sizeof(trouble) / sizeof(*trouble)))
		*mark = BOOT_TROUBLE;
	else if (begins_with_any(t, gave_up, sizeof(gave_up) / sizeof(*gave_up)))
		*mark = BOOT_GAVE_UP;
	else
		return false;
	return true;
}
