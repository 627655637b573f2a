/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: watchdog/heartbeat.c */
/* Whatever is accepted as a heartbeat means the same when it is written and read again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "watchdog/heartbeat.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct heartbeat a, b;
	char text[HEARTBEAT_MAX];
	int n;

	if (heartbeat_parse(data, size, &a))
		return 0;
	n = heartbeat_format(&a, text, sizeof(text));
	if (n < 0 || heartbeat_parse(text, (size_t)n, &b))
		abort();
	if (strcmp(a.boot_id, b.boot_id) != 0 || a.seq != b.seq || a.uptime_ms != b.uptime_ms ||
	    a.ready != b.ready || a.nfs_ms != b.nfs_ms)
		abort();
	return 0;
}
