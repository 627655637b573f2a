/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sync(2) before a reboot. */
#ifndef KDEV_HARNESS_CLIENT_SYNC_FOR_H
#define KDEV_HARNESS_CLIENT_SYNC_FOR_H

/* Nothing on a board is worth saving, but what a test wrote elsewhere may be. A dead server must
 * not stop the reboot, so nobody waits longer than this. */
void sync_for(int seconds);

#endif
