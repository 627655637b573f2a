/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One word for a POSIX shell. */
#include <stdlib.h>
#include <string.h>

#include "harness/ssh.h"

/* Inside single quotes only the single quote itself is special: it is put outside of them. */
char *ssh_quote(const char *word)
{
	size_t n = 3;
	char *out, *p;

	for (const char *s = word; *s; s++)
		n += *s == '\'' ? 4 : 1;
	out = p = malloc(n);
	if (!out)
		return NULL;
	*p++ = '\'';
	for (const char *s = word; *s; s++) {
		if (*s == '\'')
			p = stpcpy(p, "'\\''");
		else
			*p++ = *s;
	}
	*p++ = '\'';
	*p = '\0';
	return out;
}
