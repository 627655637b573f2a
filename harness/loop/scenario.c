/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A scenario file: its sections, and what does not fit together. */
#include "harness/loop/scenario.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness/config/ini_file.h"
#include "harness/loop/scenario_keys.h"

struct reader {
	struct scenario *s;
	struct scenario_case defaults, *at; /* of the section; NULL before the first */
	unsigned said[64];                  /* line of each key in the section; 0: none */
};

static struct scenario_case *add_case(struct scenario *s)
{
	struct scenario_case *more = reallocarray(s->cases, s->n_cases + 1, sizeof(*more));

	if (!more)
		return NULL;
	s->cases = more;
	more[s->n_cases] = (struct scenario_case){0};
	return &more[s->n_cases++];
}

void scenario_free(struct scenario *s)
{
	for (size_t i = 0; i < s->n_cases; i++)
		scenario_case_free(&s->cases[i]);
	free(s->cases);
	free(s->description);
	*s = (struct scenario){0};
}

/* ---- sections and keys ---- */

/* Does what the section says fit together? */
static void check_case(struct reader *r, struct ini_file *f, const struct scenario_case *c)
{
	const struct scenario_expect *e = &c->expect;
	bool crash = !strcmp(e->verdict, "crash") || !strcmp(e->verdict, "hang");
	unsigned line = f->line;

	if (f->status)
		return;
	f->line = c->line;
	if (!c->n_modules)
		ini_file_fail(f, "[%s]: no module, expected module = FILE.ko", c->name);
	else if ((e->klass || e->function || e->title) && !crash)
		ini_file_fail(f, "[%s]: expect_%s needs expect = crash or expect = hang", c->name,
			      e->klass      ? "class"
			      : e->function ? "function"
					    : "title");
	else if (c->cycles && (c->test || c->commands[SCENARIO_BOARD_DURING].n ||
			       c->commands[SCENARIO_HOST_DURING].n || c->offline_us))
		ini_file_fail(f,
			      "[%s]: cycles load and unload at once, expected no test, no "
			      "board_during, no host_during and no offline",
			      c->name);
	else if (c->cycles && c->n_modules > 1)
		ini_file_fail(f, "[%s]: cycles need one module, there are %zu", c->name,
			      c->n_modules);
	f->line = line;
}

static void close_section(struct reader *r, struct ini_file *f)
{
	if (r->at && r->at != &r->defaults)
		check_case(r, f, r->at);
	if (!f->status && scenario_round(r->s) > SCENARIO_ROUND_MAX)
		ini_file_fail(f, "a round has more than %d iterations", SCENARIO_ROUND_MAX);
}

static void open_case(struct reader *r, struct ini_file *f, const char *line, const char *name)
{
	if (!*name || strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789._-") != strlen(name)) {
		ini_file_fail(f, "%s: bad name, expected letters, digits, '.', '_' and '-'", line);
		return;
	}
	for (size_t i = 0; i < r->s->n_cases; i++) {
		if (!strcmp(r->s->cases[i].name, name)) {
			ini_file_fail(f, "%s: given twice, first in line %u", line,
				      r->s->cases[i].line);
			return;
		}
	}
	if (r->s->n_cases == SCENARIO_CASES_MAX) {
		ini_file_fail(f, "%s: more than %d cases", line, SCENARIO_CASES_MAX);
		return;
	}
	r->at = add_case(r->s);
	if (!r->at || scenario_case_copy(r->at, &r->defaults, name))
		ini_file_no_memory(f);
	else
		r->at->line = f->line;
}

static void on_section(void *arg, struct ini_file *f, const char *line, const char *kind,
		       const char *name)
{
	struct reader *r = arg;

	close_section(r, f);
	if (f->status)
		return;
	memset(r->said, 0, sizeof(r->said));
	if (kind && !strcmp(kind, "scenario") && !*name) {
		if (r->at)
			ini_file_fail(f, "%s: expected once, before every [case NAME]", line);
		r->at = &r->defaults;
		r->defaults.line = f->line;
	} else if (kind && !strcmp(kind, "case")) {
		open_case(r, f, line, name);
	} else {
		ini_file_fail(f, "%s: unknown section, expected [scenario] or [case NAME]", line);
	}
}

static bool is_list(enum scenario_kind kind)
{
	return kind == SC_LIST || kind == SC_COMMAND || kind == SC_MODULE || kind == SC_SWEEP;
}

static void set_key(struct reader *r, struct ini_file *f, const struct scenario_key *key,
		    const char *value)
{
	void *where = key->top ? (void *)r->s : r->at;
	char *whole = NULL, expected[192];
	int err;

	/* A shell's ';' is no comment. */
	if (key->kind == SC_COMMAND) {
		whole = strndup(f->value, f->value_len);
		value = whole;
	}
	err = value ? scenario_key_set(key, where, value) : -ENOMEM;
	if (err == -ENOMEM) {
		ini_file_no_memory(f);
	} else if (err == -E2BIG) {
		ini_file_fail(f, "%s: more than %d", key->name, SCENARIO_LIST_MAX);
	} else if (err) {
		scenario_key_expected(key, expected, sizeof(expected));
		ini_file_fail(f, "%s: `%s`: expected %s", key->name, value, expected);
	}
	free(whole);
}

static void on_key(void *arg, struct ini_file *f, const char *name, const char *value)
{
	struct reader *r = arg;
	const struct scenario_key *key;
	const char *near;
	unsigned *said;

	if (!r->at) {
		ini_file_fail(f, "%s: no section yet, expected [scenario] or [case NAME] before it",
			      name);
		return;
	}
	key = scenario_key_find(name, &near);
	if (!key) {
		ini_file_fail(f, near ? "%s: unknown key, did you mean `%s`?" : "%s: unknown key",
			      name, near);
		return;
	}
	if (key->top && r->at != &r->defaults) {
		ini_file_fail(f, "%s: is of the whole scenario, expected under [scenario]", name);
		return;
	}
	said = &r->said[key - scenario_keys];
	if (*said && !is_list(key->kind)) {
		ini_file_fail(f, "%s: given twice, first in line %u", name, *said);
		return;
	}
	set_key(r, f, key, value);
	*said = f->line;
}

/* ---- the whole ---- */

/* The end of the file is the end of its last section. */
static void on_end(void *arg, struct ini_file *f)
{
	struct reader *r = arg;

	close_section(r, f);
	if (f->status)
		return;
	if (!r->at) {
		ini_file_fail(f, "nothing in it, expected [scenario]");
	} else if (!r->s->n_cases) {
		struct scenario_case *c = add_case(r->s);

		if (!c || scenario_case_copy(c, &r->defaults, "scenario")) {
			ini_file_no_memory(f);
			return;
		}
		check_case(r, f, c);
		close_section(r, f);
	}
	if (!f->status && !!r->s->count + !!r->s->for_us + r->s->until_fail > 1)
		ini_file_fail(f, "count, for and until_fail: expected one of them");
}

int scenario_parse(struct scenario *s, const char *name, const char *text, size_t len, char *err,
		   size_t err_len)
{
	static const struct ini_file_ops ops = {on_section, on_key, on_end};
	struct reader r = {.s = s};
	int rc;

	*s = (struct scenario){0};
	rc = scenario_case_init(&r.defaults, "scenario");
	if (!rc)
		rc = ini_file_parse(name, text, len, &ops, &r, err, err_len);
	scenario_case_free(&r.defaults);
	if (rc)
		scenario_free(s);
	return rc;
}

int scenario_of_module(struct scenario *s, const char *file, char *const *params, size_t n_params)
{
	struct scenario_case *c;
	struct scenario_module *m;
	int err;

	*s = (struct scenario){0};
	c = add_case(s);
	err = c ? scenario_case_init(c, "module") : -ENOMEM;
	if (err)
		goto out;
	err = -ENOMEM;
	m = c->modules = calloc(1, sizeof(*m));
	if (!m)
		goto out;
	c->n_modules = 1;
	err = (m->file = strdup(file)) ? 0 : -ENOMEM;
	for (size_t i = 0; i < n_params && !err; i++)
		err = scenario_list_add(&m->params, params[i], strlen(params[i]));
out:
	if (err)
		scenario_free(s);
	return err;
}
