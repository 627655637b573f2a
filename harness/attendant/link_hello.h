/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The first words to an attendant: is it of our build? */
#ifndef KDEV_HARNESS_LINK_HELLO_H
#define KDEV_HARNESS_LINK_HELLO_H

#include "harness/attendant/link.h"

/*
 * An attendant that was started by another build of kdev is said so, in one line. If nothing goes
 * on there and `start` allows it, it is asked to end and its end is awaited: true, and the caller
 * connects anew, to one of our build that adopts the board.
 */
bool link_hello(struct link *l, const struct board_config *cfg, bool start);

#endif
