/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One word for a POSIX shell. */
#include <stdlib.h>
#include <string.h>

#include "harness/ssh/ssh.h"

/* Inside single quotes only the single quote itself is special: it is put outside of them. */
char *ssh_quote(const char *word)
{
	size_t size = 3, n = 0;
	char *out;

	for (const char *s = word; *s; s++)
		size += *s == '\'' ? 4 : 1;
	out = malloc(size);
	if (!out)
		return NULL;
	out[n++] = '\'';
	for (const char *s = word; *s; s++) {
		if (*s == '\'') {
			memcpy(out + n, "'\\''", 4);
			n += 4;
		} else {
			out[n++] = *s;
		}
	}
	out[n++] = '\'';
	out[n] = '\0';
	return out;
}
