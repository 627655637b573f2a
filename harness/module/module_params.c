/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Module parameters, read the way the kernel does: kernel/params.c, lib/kstrtox.c. What it would
 * take is let through; a type that a module made up itself takes anything.
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "console/strbuf.h"
#include "harness/commands/nearest.h"
#include "harness/module/module_file.h"

/* param_set_charp() and param_set_copystring() take no more. */
#define STRING_MAX 1024

/* No more than this of a wrong word is repeated to the user. */
#define SHOWN_MAX 64

struct integer_type {
	const char *name;
	long long min;
	unsigned long long max;
};

static const struct integer_type integers[] = {
	{"byte", 0, UINT8_MAX},       {"short", INT16_MIN, INT16_MAX}, {"ushort", 0, UINT16_MAX},
	{"int", INT_MIN, INT_MAX},    {"uint", 0, UINT_MAX},           {"hexint", 0, UINT_MAX},
	{"long", LONG_MIN, LONG_MAX}, {"ulong", 0, ULONG_MAX},         {"ullong", 0, ULLONG_MAX},
};

/* Parameters that the kernel itself takes for every module. */
static const char *const of_every_module[] = {"dyndbg", "async_probe"};

static bool integer_fits(const struct integer_type *t, const char *value)
{
	char *end;

	/* The kernel takes no white space, and a sign only where there can be one. */
	if (isspace((unsigned char)*value))
		return false;
	errno = 0;
	if (*value == '-') {
		long long n = strtoll(value, &end, 0);

		return t->min < 0 && !errno && end != value && !*end && n >= t->min;
	}
	return strtoull(value, &end, 0) <= t->max && !errno && end != value && !*end;
}

/* kstrtobool() looks at one letter, at two after an 'o'. */
static bool is_bool(const char *value)
{
	int c = tolower((unsigned char)value[0]), d = c ? tolower((unsigned char)value[1]) : 0;

	return c && (strchr("yn10tf", c) || (c == 'o' && (d == 'n' || d == 'f')));
}

static bool is_bool_type(const char *type)
{
	return !strcmp(type, "bool") || !strcmp(type, "invbool") || !strcmp(type, "bint");
}

/* NULL if the value is one of that type, else what was expected. */
static const char *expected(const char *type, const char *value)
{
	if (is_bool_type(type))
		return is_bool(value) ? NULL : "y or n";
	if (!strcmp(type, "charp") || !strcmp(type, "string"))
		return strlen(value) <= STRING_MAX ? NULL : "a string of at most 1024 bytes";
	for (size_t i = 0; i < sizeof(integers) / sizeof(integers[0]); i++)
		if (!strcmp(type, integers[i].name))
			return integer_fits(&integers[i], value) ? NULL : "a number";
	return NULL;
}

/* "array of int": each element, as the kernel splits them. */
static const char *expected_of_list(const char *type, const char *values)
{
	const char *wrong = NULL;

	for (bool more = true; more && !wrong;) {
		size_t len = strcspn(values, ",");
		char *one = strndup(values, len);

		wrong = one ? expected(type, one) : "something shorter";
		free(one);
		more = values[len] == ',';
		values += len + more;
	}
	return wrong;
}

/* '-' and '_' are the same, as in the kernel's parameqn(). */
static bool same_name(const char *name, const char *word, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (name[i] != word[i] && !(strchr("-_", name[i]) && strchr("-_", word[i])))
			return false;
	return !name[len];
}

static const struct module_param *find_param(const struct module_file *m, const char *word,
					     size_t len)
{
	for (size_t i = 0; i < m->n_params; i++)
		if (same_name(m->params[i].name, word, len))
			return &m->params[i];
	return NULL;
}

static int unknown(const struct module_file *m, const char *word, size_t len, char *err,
		   size_t err_len)
{
	char *name = strndup(word, len);
	struct nearest near = {.word = name};
	struct strbuf hint = {0};
	int e;

	if (!name)
		return module_error(err, err_len, -ENOMEM, "out of memory");
	for (size_t i = 0; i < m->n_params; i++)
		nearest_consider(&near, m->params[i].name);
	if (near.best)
		strbuf_addf(&hint, "did you mean '%s'?", near.best);
	else if (!m->n_params)
		strbuf_adds(&hint, "it has none");
	for (size_t i = 0; i < m->n_params && !near.best; i++)
		strbuf_addf(&hint, "%s%s", i ? ", " : "it has ", m->params[i].name);
	e = module_error(err, err_len, -EINVAL, "%s has no parameter '%.*s'; %s", m->name,
			 SHOWN_MAX, name, strbuf_str(&hint));
	strbuf_free(&hint);
	free(name);
	return e;
}

static int check_value(const struct module_file *m, const struct module_param *p, const char *value,
		       char *err, size_t err_len)
{
	static const char array[] = "array of ";
	const char *type = p->type, *wrong;

	if (!strncmp(type, array, sizeof(array) - 1))
		wrong = expected_of_list(type + sizeof(array) - 1, value);
	else
		wrong = expected(type, value);
	if (!wrong)
		return 0;
	return module_error(err, err_len, -EINVAL, "%s: parameter %s=%.*s: expected %s (%s)",
			    m->name, p->name, SHOWN_MAX, value, wrong, type);
}

static int check_word(const struct module_file *m, const char *word, char *err, size_t err_len)
{
	size_t len = strcspn(word, "=");
	const struct module_param *p = find_param(m, word, len);

	/* A quote inside a value can't be written in a way that the kernel reads. */
	if (strchr(word, '"'))
		return module_error(err, err_len, -EINVAL,
				    "%s: parameter %.*s: a '\"' cannot be given to a module",
				    m->name, (int)(len < SHOWN_MAX ? len : SHOWN_MAX), word);
	for (size_t i = 0; !p && i < sizeof(of_every_module) / sizeof(of_every_module[0]); i++)
		if (same_name(of_every_module[i], word, len))
			return 0;
	if (!p)
		return unknown(m, word, len, err, err_len);
	if (word[len])
		return check_value(m, p, word + len + 1, err, err_len);
	if (is_bool_type(p->type)) /* the name alone switches it on */
		return 0;
	return module_error(err, err_len, -EINVAL, "%s: parameter %s needs a value: %s=VALUE (%s)",
			    m->name, p->name, p->name, p->type);
}

int module_file_check_params(const struct module_file *m, char *const *words, size_t n, char *err,
			     size_t err_len)
{
	for (size_t i = 0; i < n; i++) {
		int e = check_word(m, words[i], err, err_len);

		if (e)
			return e;
	}
	return 0;
}

char *module_params_line(char *const *words, size_t n)
{
	struct strbuf line = {0};

	strbuf_adds(&line, "");
	for (size_t i = 0; i < n; i++) {
		size_t len = strcspn(words[i], "=");
		const char *value = words[i] + len;
		bool quote = *value && strpbrk(value, " \t\n\v\f\r");

		if (i)
			strbuf_addc(&line, ' ');
		strbuf_add(&line, words[i], len);
		if (*value)
			strbuf_addf(&line, quote ? "=\"%s\"" : "=%s", value + 1);
	}
	return strbuf_take(&line);
}
