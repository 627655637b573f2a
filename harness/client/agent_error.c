/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the module loader's error numbers mean: kernel/module/main.c. Pure. */
#include <errno.h>

#include "harness/client/agent.h"

struct meaning {
	int err;
	const char *text;
};

static const struct meaning on_load[] = {
	{ENOEXEC, "invalid module format: built for another kernel, or no module; the kernel log "
		  "says which"},
	{ENOENT, "unknown symbol: a module that it needs is not loaded; the kernel log names the "
		 "symbol"},
	{EEXIST, "a module of this name is loaded already"},
	{EBUSY, "a module of this name is being loaded or unloaded, or its init said so"},
	{EINVAL, "a parameter's value is not valid, or its init said so"},
	{EPERM, "not root, or module loading is disabled (kernel.modules_disabled, lockdown)"},
	{EKEYREJECTED, "the signature is not valid and the kernel demands one"},
	{ENOKEY, "signed with a key that the kernel does not know, and it demands one"},
	{ENOMEM, "not enough memory, or its init said so"},
	{ETXTBSY, "the file is open for writing"},
};

static const struct meaning on_unload[] = {
	{ENOENT, "no such module is loaded"},
	{EAGAIN, "in use"},
	{EBUSY, "it has no exit function, or its init or exit is still running"},
	{EPERM, "not root, or module unloading is disabled"},
};

static const char *find(const struct meaning *m, size_t n, int err)
{
	for (size_t i = 0; i < n; i++) {
		if (m[i].err == err)
			return m[i].text;
	}
	return NULL;
}

const char *agent_load_meaning(int err)
{
	const char *text = find(on_load, sizeof(on_load) / sizeof(on_load[0]), err);

	/* The loader itself returns no other: so it is what module_init returned. */
	return text ? text : "its init function failed with this";
}

const char *agent_unload_meaning(int err)
{
	const char *text = find(on_unload, sizeof(on_unload) / sizeof(on_unload[0]), err);

	return text ? text : "";
}
