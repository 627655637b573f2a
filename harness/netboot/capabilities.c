/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Capabilities by the system calls themselves: no library is needed for that. */
#include "harness/netboot/capabilities.h"

#include <errno.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The bounding set, for which CAP_SETPCAP is needed: before it is given up itself. A number above
 * the kernel's last capability is EINVAL. */
static int bound(uint64_t keep)
{
	for (unsigned cap = 0; cap < 64; cap++)
		if (!(keep >> cap & 1) && prctl(PR_CAPBSET_READ, cap, 0, 0, 0) == 1 &&
		    prctl(PR_CAPBSET_DROP, cap, 0, 0, 0))
			return -1;
	return 0;
}

static int set(uint64_t keep, uint64_t inherit)
{
	struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];

	for (int i = 0; i < 2; i++) {
		data[i].effective = data[i].permitted = (uint32_t)(keep >> 32 * i);
		data[i].inheritable = (uint32_t)(inherit >> 32 * i);
	}
	return (int)syscall(SYS_capset, &head, data);
}

int capabilities_keep(uint64_t keep)
{
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) || bound(keep))
		return -1;
	return set(keep, 0);
}

/* Of a user who is not root, exec keeps the ambient ones alone. */
static int make_ambient(uint64_t keep)
{
	for (unsigned cap = 0; cap < 64; cap++)
		if (keep >> cap & 1 && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, cap, 0, 0))
			return -1;
	return 0;
}

int capabilities_become(uid_t uid, gid_t gid, uint64_t keep)
{
	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) || bound(keep))
		return -1;
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) || setgroups(0, NULL) || setresgid(gid, gid, gid) ||
	    setresuid(uid, uid, uid))
		return -1;
	if (set(keep, keep) || prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0))
		return -1;
	if (uid && make_ambient(keep))
		return -1;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}
