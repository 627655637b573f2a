/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What each iteration of a scenario runs, and with which parameters. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "console/strbuf.h"
#include "harness/loop/scenario.h"

/* 0: more than a round may have. */
size_t scenario_points(const struct scenario_case *c)
{
	size_t points = 1;

	for (size_t i = 0; i < c->n_sweeps; i++)
		if (__builtin_mul_overflow(points, c->sweeps[i].values.n, &points) ||
		    points > SCENARIO_ROUND_MAX)
			return 0;
	return points;
}

/* At most 256 cases of 10^6 points, 10^6 times each: fits. */
static uint64_t share(const struct scenario_case *c)
{
	return (uint64_t)scenario_points(c) * c->repeat;
}

uint64_t scenario_round(const struct scenario *s)
{
	uint64_t n = 0;

	for (size_t i = 0; i < s->n_cases; i++)
		n += share(&s->cases[i]);
	return n ? n : 1; /* no cases: not a parsed scenario */
}

struct scenario_item scenario_at(const struct scenario *s, uint64_t n)
{
	uint64_t round = scenario_round(s), at = n % round;
	const struct scenario_case *c = s->cases;
	struct scenario_item item;

	for (; at >= share(c); c++)
		at -= share(c);
	item = (struct scenario_item){
		.c = c,
		.point = (size_t)(at / c->repeat),
		.more = c->repeat - 1 - at % c->repeat,
	};
	/* A round of but one thing goes on with itself. */
	if (round == c->repeat)
		item.more = UINT64_MAX - n;
	return item;
}

char *scenario_fill(const char *text, const struct scenario_values *values)
{
	struct strbuf b = {0};

	while (*text) {
		size_t plain = strcspn(text, "{");

		strbuf_add(&b, text, plain);
		text += plain;
		if (!strncmp(text, "{iteration}", 11)) {
			strbuf_addf(&b, "%" PRIu64, values->iteration);
			text += 11;
		} else if (!strncmp(text, "{seed}", 6)) {
			strbuf_addf(&b, "%" PRIu64, values->seed);
			text += 6;
		} else if (*text) {
			strbuf_addc(&b, *text++);
		}
	}
	return strbuf_take(&b);
}

/* The module's name as a sweep has it: the file's, without directory and ".ko". */
static bool is_of_module(const char *name, size_t len, const char *file)
{
	const char *slash = strrchr(file, '/');
	const char *base = slash ? slash + 1 : file;

	return strlen(base) == len + 3 && !memcmp(base, name, len);
}

/* The swept parameter's own name, if it is one of module m, else NULL. */
static const char *param_of(const struct scenario_case *c, size_t m, const char *param)
{
	const char *dot = strchr(param, '.');

	if (!dot)
		return m + 1 == c->n_modules ? param : NULL;
	return is_of_module(param, (size_t)(dot - param), c->modules[m].file) ? dot + 1 : NULL;
}

/* Its value at that point: the last one listed changes fastest. */
static const char *value_at(const struct scenario_case *c, size_t sweep, size_t point)
{
	for (size_t i = c->n_sweeps; i-- > sweep + 1;)
		point /= c->sweeps[i].values.n;
	return c->sweeps[sweep].values.s[point % c->sweeps[sweep].values.n];
}

static int add(struct scenario_list *out, const char *name, const char *value,
	       const struct scenario_values *values)
{
	struct strbuf b = {0};
	char *word, *filled;
	int err;

	strbuf_adds(&b, name);
	if (value)
		strbuf_addf(&b, "=%s", value);
	word = strbuf_take(&b);
	filled = word && values ? scenario_fill(word, values) : word;
	err = filled ? scenario_list_add(out, filled, strlen(filled)) : -ENOMEM;
	if (filled != word)
		free(filled);
	free(word);
	return err;
}

/* Is "NAME=VALUE" swept? */
static bool is_swept(const struct scenario_case *c, size_t m, const char *word)
{
	size_t len = strcspn(word, "=");

	for (size_t i = 0; i < c->n_sweeps; i++) {
		const char *name = param_of(c, m, c->sweeps[i].param);

		if (name && strlen(name) == len && !memcmp(name, word, len))
			return true;
	}
	return false;
}

int scenario_params(const struct scenario_case *c, size_t m, size_t point,
		    const struct scenario_values *values, struct scenario_list *out)
{
	const struct scenario_list *own = &c->modules[m].params;
	int err = 0;

	*out = (struct scenario_list){0};
	for (size_t i = 0; i < own->n && !err; i++)
		if (!is_swept(c, m, own->s[i]))
			err = add(out, own->s[i], NULL, values);
	for (size_t i = 0; i < c->n_sweeps && !err; i++) {
		const char *name = param_of(c, m, c->sweeps[i].param);

		if (name)
			err = add(out, name, value_at(c, i, point), values);
	}
	if (err)
		scenario_list_free(out);
	return err;
}
