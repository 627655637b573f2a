/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Programs, and what set-up makes. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/doctor/doctor.h"
#include "harness/module/module_build.h"
#include "harness/netboot/board_services.h"
#include "harness/netboot/nfsd.h"
#include "harness/netboot/privileged.h"
#include "harness/netboot/setup.h"

static void root(struct doctor *d, const char *arg, struct doctor_finding *f)
{
	char err[256];

	if (priv_ready(err, sizeof(err)))
		doctor_fail(f, "start kdev-privileged, or run kdev as root",
			    "network namespaces, DHCP and NFS need root: %s", err);
	else
		doctor_ok(f, priv_is_remote() ? "kdev-privileged does for us what needs root"
					      : "we are root");
}

/* Where programs of the system are, whatever PATH a user has. */
static bool find(const char *name, char *path, size_t size)
{
	const char *env = getenv("PATH");
	char dirs[4096], *dir, *save = NULL;

	snprintf(dirs, sizeof(dirs), "%s:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin",
		 env ? env : "");
	for (dir = strtok_r(dirs, ":", &save); dir; dir = strtok_r(NULL, ":", &save)) {
		snprintf(path, size, "%s/%s", dir, name);
		if (access(path, X_OK) == 0)
			return true;
	}
	return false;
}

/* arg: "PROGRAM PACKAGE" */
static void program(struct doctor *d, const char *arg, struct doctor_finding *f)
{
	char name[64], path[PATH_MAX], fix[128];
	const char *package = strchr(arg, ' ') + 1;

	snprintf(name, sizeof(name), "%.*s", (int)(package - arg - 1), arg);
	snprintf(fix, sizeof(fix), "apt-get install %s", package);
	if (find(name, path, sizeof(path)))
		doctor_ok(f, "%s", path);
	else
		doctor_fail(f, fix, "there is no %s", name);
}

static void qemu(struct doctor *d, const char *arg, struct doctor_finding *f)
{
	if (d->cfg->type == BOARD_VIRTUAL)
		program(d, arg, f);
}

/* arg: "FILE PACKAGE", of a virtual board with UEFI */
static void uefi(struct doctor *d, const char *arg, struct doctor_finding *f)
{
	char path[PATH_MAX], fix[128];
	const char *package = strchr(arg, ' ') + 1;

	if (d->cfg->type != BOARD_VIRTUAL || strcmp(d->cfg->firmware, "uefi") != 0)
		return;
	snprintf(path, sizeof(path), "%.*s", (int)(package - arg - 1), arg);
	snprintf(fix, sizeof(fix), "apt-get install %s", package);
	if (access(path, R_OK))
		doctor_fail(f, fix, "firmware = uefi needs %s", path);
	else
		doctor_ok(f, "%s", path);
}

static int choose_nfs(struct doctor *d, struct nfs_choice *c)
{
	struct nfs_facts facts = {0};

	if (nfs_choice_is_open(d->cfg))
		nfsd_find(&facts);
	return nfs_choose(d->cfg, &facts, c);
}

static void nfs_server(struct doctor *d, const char *arg, struct doctor_finding *f)
{
	struct nfs_choice c;

	if (choose_nfs(d, &c))
		doctor_fail(f, c.fix, "%s", c.why);
	else
		doctor_ok(f, "%s (%s)", c.kernel ? "the kernel's nfsd" : "nfs-ganesha", c.why);
}

static void ganesha(struct doctor *d, const char *arg, struct doctor_finding *f)
{
	struct nfs_choice c;

	if (!choose_nfs(d, &c) && !c.kernel)
		program(d, arg, f);
}

static void set_up(struct doctor *d, const char *arg, struct doctor_finding *f)
{
	char err[256];

	if (netboot_check(d->cfg, err, sizeof(err)))
		doctor_fail(f, "kdev setup", "%s", err);
	else
		doctor_ok(f, "kernel, NFS root, RAM disk and keys are there and fresh");
}

static void headers(struct doctor *d, const char *arg, struct doctor_finding *f)
{
	struct netboot_paths paths;
	char err[512], fix[256];
	char *tree;

	if (netboot_paths(d->cfg, &paths)) {
		doctor_skip(f, "which kernel the board has is not known before kdev setup");
		return;
	}
	tree = module_build_tree(d->cfg, err, sizeof(err));
	snprintf(fix, sizeof(fix), "apt-get install linux-headers-%s", paths.release);
	if (tree)
		doctor_ok(f, "%s, of the board's kernel", tree);
	else
		doctor_warn(f, fix, "kdev run DIRECTORY can't build: no headers of the kernel %s",
			    paths.release);
	free(tree);
	netboot_paths_free(&paths);
}

static const struct doctor_check checks[] = {
	{"root", root, NULL},
	{"qemu", qemu, "qemu-system-x86_64 qemu-system-x86"},
	{"OVMF", uefi, OVMF_CODE " ovmf"},
	{"GRUB", uefi, GRUB_MODULES " grub-efi-amd64-bin"},
	{"ip", program, "ip iproute2"},
	{"dnsmasq", program, "dnsmasq dnsmasq-base"},
	{"rpcbind", program, "rpcbind rpcbind"},
	{"NFS server", nfs_server, NULL},
	{"ganesha", ganesha, "ganesha.nfsd nfs-ganesha nfs-ganesha-vfs"},
	{"mmdebstrap", program, "mmdebstrap mmdebstrap"},
	{"make", program, "make make"},
	{"set-up", set_up, NULL},
	{"headers", headers, NULL},
	{0},
};

extern const struct doctor_section doctor_tools;
const struct doctor_section doctor_tools = {"tools", checks};
