/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Module parameters as one string, as kernel/params.c:parse_args() takes it apart. Pure. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "harness/client/agent.h"

#define PLACEHOLDER "{iteration}"

static int append(char *buf, size_t size, size_t *at, const char *word)
{
	const char *space = *at ? " " : "";
	const char *eq = strchr(word, '=');
	int n;

	if (!strpbrk(word, " \t\n"))
		n = snprintf(buf + *at, size - *at, "%s%s", space, word);
	else if (strchr(word, '"') || !eq || strcspn(word, " \t\n") < (size_t)(eq - word))
		return -EINVAL; /* the kernel knows no escapes inside of quotes */
	else
		n = snprintf(buf + *at, size - *at, "%s%.*s=\"%s\"", space, (int)(eq - word), word,
			     eq + 1);
	if (n < 0 || (size_t)n >= size - *at)
		return -ENOSPC;
	*at += (size_t)n;
	return 0;
}

int agent_join_params(char *const *words, int n, char *buf, size_t size)
{
	size_t at = 0;
	int err = 0;

	buf[0] = '\0';
	for (int i = 0; i < n && !err; i++)
		err = append(buf, size, &at, words[i]);
	return err;
}

int agent_fill_iteration(const char *params, unsigned long long iteration, char *buf, size_t size)
{
	size_t used = 0;

	while (*params) {
		const char *hole = strstr(params, PLACEHOLDER);
		size_t plain = hole ? (size_t)(hole - params) : strlen(params);
		int n = snprintf(buf + used, size - used, "%.*s", (int)plain, params);

		if (n < 0 || (used += (size_t)n) >= size)
			return -ENOSPC;
		params += plain;
		if (!hole)
			break;
		n = snprintf(buf + used, size - used, "%llu", iteration);
		if (n < 0 || (used += (size_t)n) >= size)
			return -ENOSPC;
		params += sizeof(PLACEHOLDER) - 1;
	}
	buf[used] = '\0';
	return 0;
}
