/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A line's words. */
#include "console/sources/argv.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Copy one word; *line comes to stand behind it. The end of the copy, NULL: a quote is open. */
static char *copy_word(const char **line, char *to)
{
	const char *p = *line;
	char quote = 0;

	for (; *p && (quote || !is_blank(*p)); p++) {
		if (*p == quote) {
			quote = 0;
		} else if (!quote && (*p == '\'' || *p == '"')) {
			quote = *p;
		} else {
			if (*p == '\\' && quote != '\'' && p[1])
				p++;
			*to++ = *p;
		}
	}
	*line = p;
	*to++ = 0;
	return quote ? NULL : to;
}

int argv_split(const char *line, unsigned spare, char ***out)
{
	/* Of n characters at most n / 2 + 1 are words, and each has its NUL for a blank. */
	size_t len = strlen(line), max = len / 2 + 2 + spare, n = 0;
	char **argv = calloc(1, max * sizeof(*argv) + len + 1);
	char *to;

	if (!argv)
		return -ENOMEM;
	to = (char *)(argv + max);
	for (;;) {
		while (is_blank(*line))
			line++;
		if (!*line)
			break;
		argv[n++] = to;
		to = copy_word(&line, to);
		if (!to)
			break;
	}
	if (!n || !to) {
		free(argv);
		return -EINVAL;
	}
	*out = argv;
	return 0;
}
