/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Foreign text for people's screens. */
#include "console/pipeline/printable.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "console/pipeline/sanitize.h"

int strbuf_add_printable(struct strbuf *b, const char *s, size_t n)
{
	char *clean = malloc(n + 1);

	if (!clean)
		return b->err = b->err ? b->err : -ENOMEM;
	for (size_t used = 0; used < n;) {
		size_t len;

		used += text_clean(s + used, n - used, clean, &len);
		for (char *tab = clean; (tab = memchr(tab, '\t', len - (size_t)(tab - clean)));)
			*tab = ' ';
		strbuf_add(b, clean, len);
		if (used < n)
			strbuf_addc(b, ' ');
	}
	free(clean);
	return b->err;
}

size_t printable_columns(const char *s, size_t n)
{
	size_t columns = 0;

	for (size_t i = 0; i < n; i++)
		columns += ((unsigned char)s[i] & 0xc0) != 0x80;
	return columns;
}

size_t printable_fit(const char *s, size_t n, size_t columns)
{
	for (size_t i = 0; i < n; i++) {
		if (((unsigned char)s[i] & 0xc0) == 0x80)
			continue;
		if (!columns--)
			return i;
	}
	return n;
}
