/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Giving up capabilities (capabilities(7)) for good. */
#ifndef KDEV_HARNESS_NETBOOT_CAPABILITIES_H
#define KDEV_HARNESS_NETBOOT_CAPABILITIES_H

#include <linux/capability.h>
#include <stdint.h>
#include <sys/types.h>

#define CAPABILITY(name) (UINT64_C(1) << CAP_##name)

/* Keep these of what we have, and let no program that we start have others. 0, or -1 with errno. */
int capabilities_keep(uint64_t keep);

/* Become a user with one group, who has these capabilities, in the next program as well, and can
 * get no others by it: no_new_privs. 0, or -1 with errno: then nothing may go on. */
int capabilities_become(uid_t uid, gid_t gid, uint64_t keep);

#endif
