/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which functions are plumbing, and the names that one function goes by. */
#include "console/detector/plumbing.h"

#include "console/detector/plumbing_lists.h"

/* '*' stands for any text, and never follows another. Names are short: going back is cheap. */
bool plumbing_fits(struct span name, const char *glob)
{
	for (; *glob; glob++, name = span_skip(name, 1)) {
		if (*glob == '*') {
			const char *tail = glob + 1;
			size_t n = strlen(tail);

			/* the usual cases: the rest is any text, or any text and an ending */
			if (!strchr(tail, '*'))
				return name.n >= n && !memcmp(name.s + name.n - n, tail, n);
			for (;; name = span_skip(name, 1)) {
				const char *at = name.n ? memchr(name.s, *tail, name.n) : NULL;

				if (!at)
					return false;
				name = span_skip(name, (size_t)(at - name.s));
				if (plumbing_fits(name, tail))
					return true;
			}
		}
		if (!name.n || name.s[0] != *glob)
			return false;
	}
	return name.n == 0;
}

static bool matches(struct span name, const char *const *list)
{
	char first = name.n ? name.s[0] : '\0';

	/* Most begin with another letter. */
	for (; *list; list++)
		if ((**list == first || **list == '*') && plumbing_fits(name, *list))
			return true;
	return false;
}

bool plumbing_always(struct span function)
{
	return matches(function, plumbing_always_list);
}

bool plumbing_dispatches(struct span function)
{
	return matches(function, plumbing_dispatches_list);
}

bool plumbing_interrupts(struct span function)
{
	return matches(function, plumbing_interrupts_list);
}

/* System call wrappers: what becomes of the prefix in titles, and in one more name. */
static const struct {
	const char *prefix, *general, *other;
} wrappers[] = {
	{"__x64_sys_", "sys_", NULL},
	{"__arm64_sys_", "sys_", NULL},
	{"__ia32_sys_", "sys_", NULL},
	{"__riscv_sys_", "sys_", NULL},
	{"__s390x_sys_", "sys_", NULL},
	{"__se_sys_", "", "sys_"},
	{"__do_sys_", "", "sys_"},
	{"__ia32_compat_sys_", "compat_sys_", NULL},
	{"__se_compat_sys_", "", "sys_"},
	{"compat_SyS_", "", NULL},
	{"SyS_", "", NULL},
	{"SYSC_", "", NULL},
	{"C_SYSC_", "", NULL},
};

/* Variants of one function that fail for the same reason. */
static const struct {
	const char *variants[3], *general;
} families[] = {
	{{"synchronize_rcu_expedited", "synchronize_sched"}, "synchronize_rcu"},
	{{"smp_call_function_*"}, "smp_call_function"},
	{{"__rtnl_lock", "rtnl_lock_*"}, "rtnl_lock"},
};

static void join(char name[128], const char *prefix, struct span rest)
{
	size_t n = strlen(prefix), room = 127 - n;

	memcpy(name, prefix, n);
	if (rest.n > room)
		rest.n = room;
	memcpy(name + n, rest.s, rest.n);
	name[n + rest.n] = '\0';
}

unsigned plumbing_names(struct span name, char names[PLUMBING_NAMES][128])
{
	unsigned n = 0;

	for (size_t i = 0; i < sizeof(wrappers) / sizeof(wrappers[0]) && !n; i++) {
		struct span rest = span_skip(name, strlen(wrappers[i].prefix));

		if (!span_starts(name, wrappers[i].prefix))
			continue;
		join(names[n++], wrappers[i].general, rest);
		if (wrappers[i].other)
			join(names[n++], wrappers[i].other, rest);
	}
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]) && !n; i++)
		if (matches(name, families[i].variants))
			join(names[n++], families[i].general, (struct span){"", 0});
	join(names[n++], "", name);
	return n;
}
