/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is the ssh server listening? Read from the kernel's socket table: a test connection would
 * cost the server a process and a key exchange each time. Pure.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/client/agent.h"

#define TCP_LISTEN 0x0A /* include/net/tcp_states.h */

bool agent_listens(const char *table, unsigned port)
{
	const char *line;

	/* "  0: 00000000:0016 00000000:0000 0A …", after a heading. */
	for (line = strchr(table, '\n'); line; line = strchr(line, '\n')) {
		char local[5], state[3];

		line++;
		if (sscanf(line,
			   " %*u: %*[0-9A-Fa-f]:%4[0-9A-Fa-f] %*[0-9A-Fa-f]:%*[0-9A-Fa-f] "
			   "%2[0-9A-Fa-f]",
			   local, state) == 2 &&
		    strtoul(local, NULL, 16) == port && strtoul(state, NULL, 16) == TCP_LISTEN)
			return true;
	}
	return false;
}
