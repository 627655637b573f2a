/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which build of kdev is this? */
#ifndef KDEV_HARNESS_OWN_BUILD_H
#define KDEV_HARNESS_OWN_BUILD_H

#define OWN_BUILD_MAX 65

/* The linker's build id of the running program in hex, else its version. */
void own_build(char text[OWN_BUILD_MAX]);

#endif
