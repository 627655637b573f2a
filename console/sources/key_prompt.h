/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A boot ROM that waits for a key. iPXE offers its command line for BANNER_TIMEOUT (2 s as it is
 * shipped; config/general.h), and goes on at once when any key but Ctrl-B comes (hci/shell.c,
 * shell_banner(), and hci/tui's prompt()): a sixth of a virtual board's boot. Pure.
 */
#ifndef KDEV_CONSOLE_KEY_PROMPT_H
#define KDEV_CONSOLE_KEY_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

/* Begin with {0}. */
struct key_prompt {
	unsigned matched;
};

/* Feed what the firmware says, in pieces of any size. True when the prompt's text came to its end
 * in this piece: a key now spares the wait. */
bool key_prompt_feed(struct key_prompt *k, const void *bytes, size_t n);

#endif
