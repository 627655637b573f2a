/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads a kernel's configuration: see kconfig.h. */
#include "harness/kernel/kconfig.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define PREFIX   "CONFIG_"
#define UNSET    " is not set"
#define NAME_MAX 96

/* One line that says something of a symbol. */
struct setting {
	const char *name, *value; /* value: NULL if it is not set */
	size_t name_len, value_len;
};

static bool is_name(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char ch = p[i];

		if (!((ch >= 'A' && ch <= 'Z') || (ch >= 'a' && ch <= 'z') ||
		      (ch >= '0' && ch <= '9') || ch == '_'))
			return false;
	}
	return n > 0 && n < NAME_MAX;
}

static bool begins(const char *p, size_t n, const char *with)
{
	return n >= strlen(with) && !memcmp(p, with, strlen(with));
}

static bool parse_line(const char *p, size_t n, struct setting *s)
{
	const char *equals;

	while (n && (p[n - 1] == '\r' || p[n - 1] == ' '))
		n--;
	if (begins(p, n, "# " PREFIX)) {
		p += strlen("# " PREFIX);
		n -= strlen("# " PREFIX);
		if (n <= strlen(UNSET) || !begins(p + n - strlen(UNSET), strlen(UNSET), UNSET))
			return false;
		*s = (struct setting){.name = p, .name_len = n - strlen(UNSET)};
		return is_name(s->name, s->name_len);
	}
	if (!begins(p, n, PREFIX))
		return false;
	p += strlen(PREFIX);
	n -= strlen(PREFIX);
	equals = memchr(p, '=', n);
	if (!equals || equals + 1 == p + n)
		return false;
	*s = (struct setting){p, equals + 1, (size_t)(equals - p), (size_t)(p + n - equals - 1)};
	return is_name(s->name, s->name_len);
}

/* The next setting at or after *at. */
static bool next(const struct kconfig *k, size_t *at, struct setting *s)
{
	while (*at < k->len) {
		const char *line = k->text + *at;
		const char *end = memchr(line, '\n', k->len - *at);
		size_t n = end ? (size_t)(end - line) : k->len - *at;

		*at += n + (end != NULL);
		if (parse_line(line, n, s))
			return true;
	}
	return false;
}

int kconfig_open(struct kconfig *k, const char *text, size_t len)
{
	struct setting s;
	size_t at = 0;

	*k = (struct kconfig){text, len};
	while (next(k, &at, &s)) {
		if (s.value)
			return 0;
	}
	return -ENOEXEC;
}

static struct setting find(const struct kconfig *k, const char *name, size_t len)
{
	struct setting s, found = {0};
	size_t at = 0;

	while (next(k, &at, &s)) {
		if (s.name_len == len && !memcmp(s.name, name, len))
			found = s;
	}
	return found;
}

static char state_of(const struct setting *s)
{
	if (!s->value || (s->value_len == 1 && *s->value == 'n'))
		return 'n';
	if (s->value_len == 1 && (*s->value == 'y' || *s->value == 'm'))
		return *s->value;
	return 'v';
}

char kconfig_state(const struct kconfig *k, const char *symbol)
{
	struct setting s = find(k, symbol, strlen(symbol));

	return state_of(&s);
}

int kconfig_vermagic(const struct kconfig *k, const char *release, char *buf, size_t size)
{
	bool preempt = kconfig_state(k, "PREEMPT_BUILD") == 'y';
	const char *how = kconfig_state(k, "PREEMPT_RT") == 'y' ? "preempt_rt " : "";
	int n;

	if (kconfig_state(k, "RANDSTRUCT") == 'y')
		return -ENOTSUP;
	n = snprintf(buf, size, "%s %s%s%s%s", release,
		     kconfig_state(k, "SMP") == 'y' ? "SMP " : "", preempt ? "preempt " : how,
		     kconfig_state(k, "MODULE_UNLOAD") == 'y' ? "mod_unload " : "",
		     kconfig_state(k, "MODVERSIONS") == 'y' ? "modversions " : "");
	return n < 0 || (size_t)n >= size ? -ENOSPC : 0;
}

static bool is_same(const struct setting *a, const struct setting *b)
{
	if (state_of(a) != 'v' || state_of(b) != 'v')
		return state_of(a) == state_of(b);
	return a->value && b->value && a->value_len == b->value_len &&
	       !memcmp(a->value, b->value, a->value_len);
}

bool kconfig_missing(const struct kconfig *wanted, size_t *at, const struct kconfig *k, char *buf,
		     size_t size)
{
	struct setting want, have;

	while (next(wanted, at, &want)) {
		have = find(k, want.name, want.name_len);
		if (is_same(&have, &want))
			continue;
		snprintf(buf, size, "%.*s", (int)want.name_len, want.name);
		return true;
	}
	return false;
}
