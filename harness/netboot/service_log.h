/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Why did a service end? Its log knows, if anything does. */
#ifndef KDEV_HARNESS_NETBOOT_SERVICE_LOG_H
#define KDEV_HARNESS_NETBOOT_SERVICE_LOG_H

#include <stddef.h>

/*
 * The line of a log's end that tells best why its writer ended: the last one that names an error,
 * if it is among the last ten, else the very last. A farewell ("exiting") names none. Always
 * terminated; "" for an empty text. The text is cut up.
 */
void service_log_pick(char *text, char *buf, size_t size);

/* The same for the file DIR/NAME.log; control characters are made harmless. */
void service_log_reason(const char *dir, const char *name, char *buf, size_t size);

#endif
