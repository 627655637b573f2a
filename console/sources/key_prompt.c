/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds iPXE's prompt in a stream of bytes. */
#include "console/sources/key_prompt.h"

#include <string.h>

static const char prompt[] = "Press Ctrl-B for the iPXE command line...";

bool key_prompt_feed(struct key_prompt *k, const void *bytes, size_t n)
{
	const char *p = bytes;
	bool found = false;

	for (size_t i = 0; i < n; i++) {
		/* Its first letter pair does not come again in it, so a mismatch begins anew. */
		if (p[i] != prompt[k->matched])
			k->matched = 0;
		if (p[i] == prompt[k->matched])
			k->matched++;
		if (k->matched == strlen(prompt)) {
			k->matched = 0;
			found = true;
		}
	}
	return found;
}
