/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * May this directory be exported by NFS, to a board that the user has in his hand, who is root
 * there?
 *
 * It is DIRECTORY/rootfs or DIRECTORY/roots/NAME, with DIRECTORY allowed by the policy, and nobody
 * but root can make it another one: on the way to it is no symbolic link, and every directory is
 * root's and written by root alone. So it stays what was looked at.
 *
 * And unless the policy says any_filesystem, its file system is mounted at or below DIRECTORY and
 * nowhere else. A client that invents file handles reaches all files of the file system that an
 * exported directory is in (exports(5), subtree_check, which nfs-ganesha does not have): so that
 * must have nothing on it that is not kdev's.
 */
#ifndef KDEV_HARNESS_PRIVILEGED_ROOT_CHECK_H
#define KDEV_HARNESS_PRIVILEGED_ROOT_CHECK_H

#include "harness/privileged/policy.h"

/* 0 or a negative errno with a line in err. */
int root_check(const struct policy *p, const char *path, char *err, size_t err_len);

/* Of the text of /proc/self/mountinfo (proc(5)): is the file system of mount `id` mounted at or
 * below `dir` and nowhere else? Pure. */
bool mounted_below_alone(const char *mountinfo, unsigned long long id, const char *dir);

#endif
