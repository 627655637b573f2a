/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The functions of modules by their addresses, as /proc/kallsyms (kernel/kallsyms.c, s_show()) had
 * them: once a module is unloaded the kernel has forgotten what it called them.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/client/agent.h"

/* Its size is not known where none follows: more than this is another's. */
#define LAST_FUNCTION_MAX 4096

bool agent_is_module_function(const char *line)
{
	const char *type = strchr(line, ' ');

	return type && (type[1] == 't' || type[1] == 'T') && strchr(line, '[');
}

int agent_names_add(struct agent_names *names, const char *line)
{
	struct agent_name *grown, n = {.address = strtoull(line, NULL, 16)};

	if (!agent_is_module_function(line) ||
	    sscanf(line, "%*s %*c %127s [%63[^]]", n.function, n.module) != 2)
		return 0;
	grown = reallocarray(names->list, names->n + 1, sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	names->list = grown;
	names->list[names->n++] = n;
	return 0;
}

static int by_address(const void *a, const void *b)
{
	const struct agent_name *x = a, *y = b;

	return x->address < y->address ? -1 : x->address > y->address;
}

void agent_names_sort(struct agent_names *names)
{
	if (names->n)
		qsort(names->list, names->n, sizeof(*names->list), by_address);
}

void agent_names_free(struct agent_names *names)
{
	free(names->list);
	*names = (struct agent_names){0};
}

/* The last one that begins at the address or before it. */
static const struct agent_name *find(const struct agent_names *names, uint64_t address,
				     uint64_t *size)
{
	size_t i = 0;

	while (i < names->n && names->list[i].address <= address)
		i++;
	if (!i)
		return NULL;
	*size = LAST_FUNCTION_MAX;
	if (i < names->n && !strcmp(names->list[i].module, names->list[i - 1].module))
		*size = names->list[i].address - names->list[i - 1].address;
	return address - names->list[i - 1].address < *size ? &names->list[i - 1] : NULL;
}

size_t agent_names_put(const struct agent_names *names, const char *line, char *buf, size_t size)
{
	const char *at = strstr(line, "] 0x");
	const struct agent_name *n = NULL;
	uint64_t address = 0, length = 0;
	int len;

	if (at) {
		at += 2;
		address = strtoull(at, NULL, 16);
		n = find(names, address, &length);
	}
	if (n)
		len = snprintf(buf, size, "%.*s%s+0x%" PRIx64 "/0x%" PRIx64 " [%s]",
			       (int)(at - line), line, n->function, address - n->address, length,
			       n->module);
	else
		len = snprintf(buf, size, "%s", line);
	return len < 0 ? 0 : (size_t)len < size ? (size_t)len : size - 1;
}
