/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A scenario's values: checked, and put into the struct. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness/config/config.h"
#include "harness/loop/scenario_keys.h"

#define BLANKS " \t"

int scenario_list_add(struct scenario_list *l, const char *text, size_t len)
{
	char **more = reallocarray(l->s, l->n + 1, sizeof(*more));

	if (!more)
		return -ENOMEM;
	l->s = more;
	more[l->n] = strndup(text, len);
	return more[l->n] ? (l->n++, 0) : -ENOMEM;
}

void scenario_list_free(struct scenario_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->s[i]);
	free(l->s);
	*l = (struct scenario_list){0};
}

static int set_list(struct scenario_list *l, const char *text)
{
	if (!*text)
		return -EINVAL;
	return l->n == SCENARIO_LIST_MAX ? -E2BIG : scenario_list_add(l, text, strlen(text));
}

static int set_text(char **field, const char *text)
{
	char *copy = strdup(text);

	if (!copy)
		return -ENOMEM;
	free(*field);
	*field = copy;
	return 0;
}

static int find_word(const char *const *words, const char *text)
{
	for (int i = 0; words[i]; i++)
		if (!strcmp(words[i], text))
			return i;
	return -EINVAL;
}

static int parse_number(const char *text, uint64_t min, uint64_t max, uint64_t *out)
{
	char *end;

	/* strtoull() alone would take blanks and signs. */
	if (!isdigit((unsigned char)*text))
		return -EINVAL;
	errno = 0;
	*out = strtoull(text, &end, 10);
	return *end || errno || *out < min || *out > max ? -EINVAL : 0;
}

/* FILE PARAM=VALUE …, where a value in double quotes may have blanks. */
static int set_module(struct scenario_case *c, const char *text)
{
	struct scenario_module *more, *m;
	size_t len = strcspn(text, BLANKS);

	if (c->n_modules == SCENARIO_LIST_MAX)
		return -E2BIG;
	if (len < 4 || strncmp(text + len - 3, ".ko", 3) != 0)
		return -EINVAL;
	more = reallocarray(c->modules, c->n_modules + 1, sizeof(*more));
	if (!more)
		return -ENOMEM;
	c->modules = more;
	m = &more[c->n_modules++];
	*m = (struct scenario_module){.file = strndup(text, len)};
	if (!m->file)
		return -ENOMEM;
	for (text += len; *(text += strspn(text, BLANKS)); text += len) {
		char word[1024];
		size_t n = 0;
		bool quoted = false;
		int err;

		for (len = 0; text[len] && (quoted || !strchr(BLANKS, text[len])); len++) {
			if (text[len] == '"')
				quoted = !quoted;
			else if (n < sizeof(word) - 1)
				word[n++] = text[len];
		}
		word[n] = '\0';
		if (quoted || *word == '=' || !strchr(word, '='))
			return -EINVAL;
		err = m->params.n == SCENARIO_LIST_MAX ? -E2BIG
						       : scenario_list_add(&m->params, word, n);
		if (err)
			return err;
	}
	return 0;
}

/* PARAM: VALUE, VALUE … */
static int set_sweep(struct scenario_case *c, const char *text)
{
	size_t len = strcspn(text, ":"), name = len;
	struct scenario_sweep *more, *s;

	while (name && strchr(BLANKS, text[name - 1]))
		name--;
	if (!name || text[len] != ':' || memchr(text, '=', len) || strcspn(text, BLANKS) < name)
		return -EINVAL;
	for (size_t i = 0; i < c->n_sweeps; i++)
		if (strlen(c->sweeps[i].param) == name && !memcmp(c->sweeps[i].param, text, name))
			return -EINVAL;
	if (c->n_sweeps == SCENARIO_LIST_MAX)
		return -E2BIG;
	more = reallocarray(c->sweeps, c->n_sweeps + 1, sizeof(*more));
	if (!more)
		return -ENOMEM;
	c->sweeps = more;
	s = &more[c->n_sweeps++];
	*s = (struct scenario_sweep){.param = strndup(text, name)};
	if (!s->param)
		return -ENOMEM;
	do {
		size_t value;

		text += len + 1;
		text += strspn(text, BLANKS);
		value = len = strcspn(text, ",");
		while (value && strchr(BLANKS, text[value - 1]))
			value--;
		if (!value)
			return -EINVAL;
		if (scenario_list_add(&s->values, text, value))
			return -ENOMEM;
	} while (text[len]);
	return scenario_points(c) ? 0 : -EINVAL;
}

int scenario_key_set(const struct scenario_key *key, void *where, const char *text)
{
	void *field = (char *)where + key->offset;
	uint64_t n;
	int64_t us;
	int word;

	switch (key->kind) {
	case SC_TEXT: return set_text(field, text);
	case SC_LIST:
	case SC_COMMAND: return set_list(field, text);
	case SC_MODULE: return set_module(where, text);
	case SC_SWEEP: return set_sweep(where, text);
	case SC_WORD:
		word = find_word(key->words, text);
		return word < 0 ? word : set_text(field, text);
	case SC_CHOICE:
		word = find_word(key->words, text);
		if (word >= 0)
			*(enum scenario_reboot *)field = (enum scenario_reboot)word;
		return word < 0 ? word : 0;
	case SC_FLAG:
		*(bool *)field = !strcmp(text, "yes");
		return *(bool *)field || !strcmp(text, "no") ? 0 : -EINVAL;
	case SC_NUMBER:
	case SC_STATUS:
		if (parse_number(text, (uint64_t)key->min, (uint64_t)key->max, &n))
			return -EINVAL;
		if (key->kind == SC_NUMBER)
			*(unsigned *)field = (unsigned)n;
		else
			*(int *)field = (int)n;
		return 0;
	case SC_COUNT: return parse_number(text, 1, UINT64_MAX - 1, field);
	case SC_DURATION:
		if (duration_parse(text, &us) || us < key->min || us > key->max)
			return -EINVAL;
		*(int64_t *)field = us;
		return 0;
	}
	return -EINVAL;
}
