/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The NFS root, read-only, to one address, by nfs-ganesha: in user space and in the board's own
 * namespace, so that it leaves no trace in the host's exports, ports or state. NFSv3: a server
 * that comes back has nothing to recover, and the board goes on where it stood.
 */
#include <errno.h>
#include <string.h>

#include "console/strbuf.h"
#include "harness/netboot/board_services.h"

void rpcbind_args(struct service_args *a)
{
	service_arg(a, "rpcbind");
	service_arg(a, "-f");
}

void ganesha_args(const char *dir, struct service_args *a)
{
	service_arg(a, "ganesha.nfsd");
	service_arg(a, "-F");
	service_arg(a, "-f");
	service_arg(a, "%s/ganesha.conf", dir);
	service_arg(a, "-p");
	service_arg(a, "%s/ganesha.pid", dir);
	service_arg(a, "-L");
	service_arg(a, "STDOUT");
}

/* A double-quoted string of its configuration has no escape. */
static bool quotable(const char *s)
{
	return !s[strcspn(s, "\"\n\r\\")];
}

int ganesha_config(const struct board_config *b, const char *dir, const char *rootfs,
		   unsigned long long tree, struct strbuf *out)
{
	if (!quotable(rootfs) || !quotable(dir))
		return -EINVAL;
	strbuf_addf(out,
		    "# Made by kdev for board %s; made anew at each start. Tree %llu.\n"
		    "NFS_CORE_PARAM {\n"
		    "\tProtocols = 3;\n"
		    "\tNFS_Port = %d;\n"
		    "\tMNT_Port = %d;\n"
		    "\tmount_path_pseudo = true;\n"
		    "\tEnable_NLM = false;\n"
		    "\tEnable_RQUOTA = false;\n"
		    "}\n"
		    /* Nobody has state to reclaim: no grace period after a restart. */
		    "NFSv4 {\n"
		    "\tGraceless = true;\n"
		    "\tRecoveryRoot = \"%s/ganesha\";\n"
		    "}\n",
		    b->name, tree, NFS_PORT, NFS_MOUNT_PORT, dir);
	strbuf_addf(out,
		    "EXPORT {\n"
		    "\tExport_Id = 1;\n"
		    "\tFilesystem_Id = 107.100;\n" /* the same after a restart */
		    "\tPath = \"%s\";\n"
		    "\tPseudo = \"%s\";\n"
		    "\tAccess_Type = None;\n"
		    "\tSquash = No_Root_Squash;\n"
		    "\tSecType = sys;\n"
		    "\tMaxRead = 1048576;\n"
		    "\tPrefRead = 1048576;\n"
		    "\tFSAL { Name = VFS; }\n"
		    "\tCLIENT { Clients = %s; Access_Type = RO; }\n"
		    "}\n"
		    "LOG { Default_Log_Level = EVENT; }\n",
		    rootfs, rootfs, b->address);
	return out->err;
}
