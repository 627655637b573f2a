/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The flags that every command takes, wherever they stand. */
#include <errno.h>
#include <string.h>

#include "harness/commands/command.h"

static bool take_letter(struct main_flags *f, char letter)
{
	switch (letter) {
	case 'v': f->common.verbosity++; return true;
	case 'q': f->common.verbosity = -1; return true;
	case 'h': f->help = true; return true;
	default: return false;
	}
}

/* Flags without a value, "-vv" among them. */
static bool take_switch(struct main_flags *f, const char *arg)
{
	size_t letters = arg[0] == '-' ? strspn(arg + 1, "hqv") : 0;

	if (letters && !arg[1 + letters]) {
		while (*++arg)
			take_letter(f, *arg);
		return true;
	}
	if (!strcmp(arg, "--verbose"))
		return take_letter(f, 'v');
	if (!strcmp(arg, "--quiet"))
		return take_letter(f, 'q');
	if (!strcmp(arg, "--help"))
		return take_letter(f, 'h');
	if (!strcmp(arg, "--json"))
		return f->common.json = true;
	if (!strcmp(arg, "--version"))
		return f->version = true;
	return false;
}

/* "--board=x", or "--board" and `next`. Returns how many arguments it took, 0 if it is
 * another option, -EINVAL if the value is missing. */
static int take_value(const char **field, const char *name, const char *arg, const char *next)
{
	size_t n = strlen(name);

	if (strncmp(arg, name, n) != 0)
		return 0;
	if (arg[n] == '=') {
		*field = arg + n + 1;
		return 1;
	}
	if (arg[n])
		return 0;
	if (!next)
		return -EINVAL;
	*field = next;
	return 2;
}

static int take(struct main_flags *f, const char *arg, const char *next)
{
	int n;

	if (take_switch(f, arg))
		return 1;
	n = take_value(&f->common.board, "--board", arg, next);
	if (!n)
		n = take_value(&f->common.config, "--config", arg, next);
	return n;
}

int flags_parse(int *argc, char **argv, struct main_flags *out, char *err, size_t err_len)
{
	int kept = 1, i = 1;

	*out = (struct main_flags){0};
	while (i < *argc && strcmp(argv[i], "--") != 0) {
		int n = take(out, argv[i], i + 1 < *argc ? argv[i + 1] : NULL);

		if (n < 0) {
			snprintf(err, err_len, "%s: a value is missing", argv[i]);
			return n;
		}
		if (!n && kept == 1 && argv[i][0] == '-') {
			snprintf(err, err_len, "%s: unknown option", argv[i]);
			return -EINVAL;
		}
		if (!n)
			argv[kept++] = argv[i];
		i += n ? n : 1;
	}
	while (i < *argc)
		argv[kept++] = argv[i++];
	argv[kept] = NULL;
	*argc = kept;
	return 0;
}
