/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a loop runs: the scenario's file, its modules, and for how long. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/exit_code.h"
#include "harness/log.h"
#include "harness/loop/loop.h"
#include "harness/paths.h"

#define SCENARIO_MAX_BYTES (1u << 20)
#define POINTS_CHECKED     1000 /* choices of swept values that are looked at before */

static bool ends_in(const char *s, const char *end)
{
	size_t n = strlen(s), m = strlen(end);

	return n > m && !strcmp(s + n - m, end);
}

/* Where relative paths of a scenario count from. */
static char *directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? path_format("%.*s", (int)(slash - path), path) : strdup(".");
}

int loop_read_scenario(struct loop *l, const struct loop_options *o)
{
	char err[1024] = "out of memory";
	size_t len;
	char *text;
	int rc;

	l->modules_dir = o->modules ? strdup(o->modules) : directory_of(l->source);
	if (!l->modules_dir)
		return EXIT_INFRA;
	if (ends_in(l->source, ".ko")) {
		const char *slash = strrchr(l->source, '/');

		rc = scenario_of_module(&l->scenario, slash ? slash + 1 : l->source, o->params,
					o->n_params);
		if (rc)
			log_error("%s", strerror(-rc));
		return rc ? EXIT_INFRA : 0;
	}
	if (o->n_params) {
		log_error("%s: a scenario has its parameters in the file", l->source);
		return EXIT_USAGE;
	}
	/* Whoever edits the file at night means the next loop, not the rest of this one. */
	text = path_read(o->kept ? o->kept : l->source, SCENARIO_MAX_BYTES, &len);
	if (!text) {
		log_error("%s: %s", o->kept ? o->kept : l->source, strerror(errno));
		return EXIT_USAGE;
	}
	rc = scenario_parse(&l->scenario, l->source, text, len, err, sizeof(err));
	if (rc) {
		log_error("%s", err);
		free(text);
		return EXIT_USAGE;
	}
	l->text = text;
	l->text_len = len;
	return 0;
}

/* ---- modules ---- */

void loop_modules_free(struct loop *l)
{
	for (size_t i = 0; l->modules && i < l->scenario.n_cases; i++) {
		for (size_t k = 0; k < l->modules[i].n; k++)
			module_file_free(&l->modules[i].files[k]);
		free(l->modules[i].files);
		free(l->modules[i].test);
	}
	free(l->modules);
	l->modules = NULL;
}

static char *find_file(const struct loop *l, const char *file)
{
	return *file == '/' ? strdup(file) : path_format("%s/%s", l->modules_dir, file);
}

static int check_params(const struct scenario_case *c, size_t m, const struct module_file *f)
{
	struct scenario_values any = {0};
	size_t points = scenario_points(c);
	char err[1024];
	int rc = 0;

	for (size_t p = 0; p < points && p < POINTS_CHECKED && !rc; p++) {
		struct scenario_list params;

		if (scenario_params(c, m, p, &any, &params))
			return EXIT_INFRA;
		if (module_file_check_params(f, params.s, params.n, err, sizeof(err))) {
			log_error("[%s]: %s", c->name, err);
			rc = EXIT_USAGE;
		}
		scenario_list_free(&params);
	}
	return rc;
}

/* Does the board's kernel take it? A module of the same scenario may be what another one needs. */
static int check_kernel(struct loop *l, const struct scenario_case *c, const struct module_file *f)
{
	struct netboot_paths *p = &l->run.paths;
	struct board_kernel k = {p->release, p->vermagic, p->modules, p->build};
	char err[1024];

	if (c->n_modules > 1 || !module_file_check(f, &k, err, sizeof(err)))
		return 0;
	log_error("%s", err);
	return EXIT_FAIL;
}

static int check_case(struct loop *l, const struct scenario_case *c, struct loop_modules *lm)
{
	char err[1024];
	int rc = 0;

	lm->files = calloc(c->n_modules, sizeof(*lm->files));
	if (!lm->files)
		return EXIT_INFRA;
	for (; lm->n < c->n_modules && !rc; lm->n++) {
		char *path = find_file(l, c->modules[lm->n].file);
		struct module_file *f = &lm->files[lm->n];

		if (!path || module_file_read(path, f, err, sizeof(err))) {
			log_error("[%s]: %s", c->name, path ? err : "out of memory");
			rc = EXIT_USAGE;
		}
		free(path);
		rc = rc ? rc : check_params(c, lm->n, f);
		rc = rc ? rc : check_kernel(l, c, f);
	}
	if (!rc && c->test) {
		lm->test = find_file(l, c->test);
		if (!lm->test || access(lm->test, R_OK)) {
			log_error("[%s]: test = %s: %s", c->name, c->test, strerror(errno));
			rc = EXIT_USAGE;
		}
	}
	if (!rc && c->offline_us >= l->cfg->heartbeat_us) {
		log_error("[%s]: offline is not shorter than the board's heartbeat_timeout: it "
			  "would be taken for a hang",
			  c->name);
		rc = EXIT_USAGE;
	}
	return rc;
}

int loop_check(struct loop *l)
{
	int rc = 0;

	l->modules = calloc(l->scenario.n_cases, sizeof(*l->modules));
	if (!l->modules)
		return EXIT_INFRA;
	for (size_t i = 0; i < l->scenario.n_cases && !rc; i++)
		rc = check_case(l, &l->scenario.cases[i], &l->modules[i]);
	return rc;
}

/* ---- limits ---- */

int loop_limits(struct loop *l, const struct loop_options *o, struct loop_limits *limits)
{
	const struct scenario *s = &l->scenario;
	bool told = o->count || o->for_us || o->until_us || o->until_fail;
	int64_t for_us = told ? o->for_us : s->for_us;

	*limits = (struct loop_limits){
		.count = told ? o->count : s->count,
		.until_fail = told ? o->until_fail : s->until_fail,
		.deadline = MONO_NEVER,
	};
	/* On a resume it is known already. */
	if (!l->until_us)
		l->until_us = for_us ? l->started_us + for_us : o->until_us;
	if (l->until_us)
		limits->deadline = mono_add(mono_now(), l->until_us - loop_wall_us());
	return 0;
}
