/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What records of pstore there are: see pstore_text.h. */
#include "harness/attendant/pstore_text.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "console/strbuf.h"

#define NAMES_MAX 4096

static bool is_name(const char *s, size_t n)
{
	if (!n || n > 100 || !isalpha((unsigned char)*s))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!isalnum((unsigned char)s[i]) && !strchr("-._", s[i]))
			return false;
	return true;
}

char *pstore_remove_command(const char *text, size_t len)
{
	const size_t mark = strlen(PSTORE_HEADING);
	struct strbuf names = {0};
	const char *p = text, *end = text + len;
	char *command = NULL;

	while (p < end && names.len < NAMES_MAX) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));
		size_t n = (size_t)((nl ? nl : end) - p);

		if (n > mark && !memcmp(p, PSTORE_HEADING, mark) && is_name(p + mark, n - mark)) {
			strbuf_adds(&names, " ");
			strbuf_add(&names, p + mark, n - mark);
		}
		p += n + (nl != NULL);
	}
	if (names.len && !names.err) {
		struct strbuf c = {0};

		strbuf_addf(&c, "cd /sys/fs/pstore && rm -f --%s", strbuf_str(&names));
		command = c.err ? NULL : strdup(strbuf_str(&c));
		strbuf_free(&c);
	}
	strbuf_free(&names);
	return command;
}
