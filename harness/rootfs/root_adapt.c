/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A root that was made for something else becomes a board's. */
#include "harness/rootfs/root_adapt.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/log.h"
#include "harness/paths.h"
#include "harness/rootfs/fstab.h"

#define SMALL_MAX  (1 << 20)
#define RECORD_MAX (4 << 20)

/* Read last, so that what a distribution or an administrator set gives way. */
#define SYSCTL_FILE "/etc/sysctl.d/zz-kdev.conf"
static const char sysctls[] = "# The board's console and SysRq are kdev's evidence.\n"
			      "kernel.printk = 8 4 1 7\n"
			      "kernel.printk_devkmsg = on\n"
			      "kernel.sysrq = 1\n"
			      "kernel.kptr_restrict = 0\n"
			      "kernel.dmesg_restrict = 0\n";

void root_changed(struct adaptation *a, const char *fmt, ...)
{
	char line[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	log_make_safe(line);
	strbuf_addf(&a->changes, "%s\n", line);
}

/* Programs of another architecture would not start, and nobody would say why. */
static int check_machine(struct setup *s)
{
	Elf64_Ehdr h = {0};
	int fd = open("/bin/sh", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, &h, sizeof(h));

	if (fd < 0)
		return setup_fail(s, -ENOEXEC,
				  "it is no root file system for a board: it has no /bin/sh");
	close(fd);
	if (n != sizeof(h) || memcmp(h.e_ident, ELFMAG, SELFMAG) != 0)
		return setup_fail(s, -ENOEXEC, "its /bin/sh is no program");
	if (h.e_machine != EM_X86_64 && h.e_machine != EM_386)
		return setup_fail(s, -ENOEXEC,
				  "it is for another architecture (ELF machine %u) than the board, "
				  "x86-64",
				  h.e_machine);
	return 0;
}

static int adapt_fstab(struct setup *s, struct adaptation *a)
{
	char *text = path_read("/etc/fstab", SMALL_MAX, NULL), *save = NULL, *line, *list;
	struct strbuf out = {0}, dropped = {0};
	int err = 0;

	fstab_adapt(text ? text : "", &out, &dropped);
	err = out.err ? out.err : dropped.err;
	if (err)
		setup_complain(s, "out of memory");
	if (!err && dropped.len)
		err = root_write(s, "/etc/fstab", strbuf_str(&out), 0644);
	list = strbuf_take(&dropped);
	for (line = list ? strtok_r(list, "\n", &save) : NULL; line && !err;
	     line = strtok_r(NULL, "\n", &save))
		root_changed(a, "/etc/fstab: %s: not mounted, the root is on NFS", line);
	free(list);
	strbuf_free(&out);
	free(text);
	return err;
}

/* 32 hex digits. An empty one would make a first boot of each boot. */
static int adapt_machine_id(struct setup *s, struct adaptation *a)
{
	char *id = path_read("/etc/machine-id", 256, NULL), random[16], text[40];
	bool fresh = !id || strspn(id, "0123456789abcdef") != 32;
	int fd;

	free(id);
	if (!fresh || a->init != INIT_SYSTEMD)
		return 0;
	/* No /dev in here. */
	fd = getentropy(random, sizeof(random));
	if (fd)
		return setup_fail(s, -errno, "getentropy: %s", strerror(errno));
	for (size_t i = 0; i < sizeof(random); i++)
		snprintf(text + 2 * i, 3, "%02x", (unsigned char)random[i]);
	text[2 * sizeof(random)] = '\n';
	text[2 * sizeof(random) + 1] = '\0';
	return root_set(s, a, "/etc/machine-id", text, "made, else each boot would be the first");
}

/* Its words would tear the kernel's lines on the serial console. */
static int quiet_systemd(struct setup *s, struct adaptation *a)
{
	static const char dir[] = "/etc/systemd/system.conf.d";
	int err;

	if (a->init != INIT_SYSTEMD)
		return 0;
	err = root_make_dir(s, dir, 0755);
	return err ? err
		   : root_set(s, a, "/etc/systemd/system.conf.d/zz-kdev.conf",
			      "[Manager]\nShowStatus=no\nLogLevel=notice\n",
			      "no progress of the boot on the console");
}

static int adapt_selinux(struct setup *s, struct adaptation *a)
{
	if (access("/etc/selinux/config", F_OK))
		return 0;
	return root_set(s, a, "/etc/selinux/config", "SELINUX=disabled\nSELINUXTYPE=targeted\n",
			"disabled: NFS keeps no labels");
}

/* udev would rename the card that carries the root, and netconsole. */
static int keep_card_name(struct setup *s, struct adaptation *a)
{
	static const char path[] = "/etc/udev/rules.d/80-net-setup-link.rules";
	char target[16] = "";

	if (access("/usr/lib/udev/rules.d", F_OK) && access("/lib/udev/rules.d", F_OK))
		return 0;
	if (readlink(path, target, sizeof(target) - 1) > 0 && !strcmp(target, "/dev/null"))
		return 0;
	if (root_make_dir(s, "/etc/udev/rules.d", 0755))
		return -EIO;
	unlink(path);
	if (symlink("/dev/null", path))
		return setup_fail(s, -errno, "%s: %s", path, strerror(errno));
	root_changed(a, "%s: masked, the network card keeps its name", path);
	return 0;
}

static int adapt_settings(struct setup *s, struct adaptation *a)
{
	int err = adapt_fstab(s, a);

	if (!err)
		err = root_make_dir(s, "/etc/sysctl.d", 0755);
	if (!err)
		err = root_set(s, a, SYSCTL_FILE, sysctls,
			       "console and netconsole print everything, SysRq does all");
	if (!err)
		err = adapt_machine_id(s, a);
	if (!err)
		err = quiet_systemd(s, a);
	if (!err)
		err = adapt_selinux(s, a);
	if (!err)
		err = keep_card_name(s, a);
	return err;
}

/* What was changed before stays in it. */
static int write_record(struct setup *s, struct adaptation *a)
{
	char *old = path_read(ROOT_RECORD, RECORD_MAX, NULL);
	struct strbuf text = {0};
	int err = 0;

	if (old)
		strbuf_adds(&text, old);
	else
		strbuf_addf(&text,
			    "# What kdev changed in this root file system. It came from\n"
			    "# %s%s%s\n",
			    a->source, a->note ? ": " : "", a->note ? a->note : "");
	strbuf_adds(&text, strbuf_str(&a->changes));
	err = text.err || a->changes.err ? -ENOMEM : 0;
	if (err)
		setup_complain(s, "out of memory");
	if (!err && (a->changes.len || !old))
		err = root_write(s, ROOT_RECORD, strbuf_str(&text), 0644);
	strbuf_free(&text);
	free(old);
	return err;
}

int root_adapt(struct setup *s, void *arg)
{
	struct adaptation *a = arg;
	int err = check_machine(s);

	if (!err)
		err = root_adapt_layout(s, a);
	if (!err)
		err = root_adapt_services(s, a);
	if (!err)
		err = adapt_settings(s, a);
	if (!err)
		err = root_adapt_login(s, a);
	if (!err)
		err = write_record(s, a);
	strbuf_free(&a->changes);
	return err;
}
