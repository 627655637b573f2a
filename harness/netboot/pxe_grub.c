/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The menu of boards with UEFI firmware, for GRUB. Unlike pxelinux it does not tell the kernel by
 * which card the firmware booted (IPAPPEND): that is said here, where it is known as well. Debian's
 * image of it has no HTTP.
 */
#include "harness/netboot/board_services.h"

static void add_mac(const struct board_config *b, struct strbuf *out)
{
	for (const char *ch = b->mac; *ch; ch++)
		strbuf_addf(out, "%c", *ch == ':' ? '-' : *ch);
}

/*
 * Each option in single quotes, in which nothing but their end is special to GRUB. An option with
 * blanks GRUB itself puts into double quotes again, and those that come to it are escaped, which
 * the kernel does not understand: they are left out.
 */
static void add_options(const char *cmdline, struct strbuf *out)
{
	bool quoted = false, word = false;

	for (const char *ch = cmdline; *ch; ch++) {
		if (*ch == '"')
			quoted = !quoted;
		if (*ch == '"' || (*ch == ' ' && !word))
			continue;
		if (*ch == ' ' && !quoted) {
			strbuf_adds(out, "'");
			word = false;
			continue;
		}
		if (!word)
			strbuf_adds(out, " '");
		word = true;
		if (*ch == '\'')
			strbuf_adds(out, "'\\''");
		else
			strbuf_addf(out, "%c", *ch);
	}
	if (word)
		strbuf_adds(out, "'");
}

static void add_cmdline(const struct board_config *b, const char *cmdline, struct strbuf *out)
{
	add_options(cmdline, out);
	strbuf_adds(out, " BOOTIF=01-");
	add_mac(b, out);
}

static void add_entry(const struct board_config *b, const char *entry, const char *cmdline,
		      const char *more, bool initrd, struct strbuf *out)
{
	strbuf_addf(out, "menuentry %s {\n\tlinux (tftp,%s)/vmlinuz", entry, b->server);
	add_cmdline(b, cmdline, out);
	strbuf_addf(out, "%s\n", more);
	if (initrd)
		strbuf_addf(out, "\tinitrd (tftp,%s)/initrd\n", b->server);
	strbuf_adds(out, "}\n");
}

int grub_config(const struct board_config *b, const char *rootfs, const struct pxe_menu *menu,
		struct strbuf *out)
{
	struct strbuf cmdline = {0};
	int rc = pxe_cmdline(b, rootfs, menu->initrd, &cmdline);

	if (rc) {
		strbuf_free(&cmdline);
		return rc;
	}
	strbuf_addf(out,
		    "# Made by kdev for board %s; made anew at each start.\n"
		    "set default=0\n"
		    "set timeout_style=countdown\n" /* Esc shows the menu */
		    "set timeout=1\n",
		    b->name);
	add_entry(b, "kdev --hotkey=k", strbuf_str(&cmdline), "", menu->initrd, out);
	add_entry(b, "'rescue: a shell on serial and VGA, no tests' --hotkey=r",
		  strbuf_str(&cmdline), " kdev.rescue", menu->initrd, out);
	strbuf_adds(out, "menuentry 'local boot' --hotkey=l {\n\texit 1\n}\n");
	if (menu->memtest)
		strbuf_adds(out, "menuentry 'memory test' --hotkey=m {\n"
				 "\tchainloader /" PXE_MEMTEST_UEFI "\n"
				 "}\n");
	strbuf_free(&cmdline);
	return out->err;
}
