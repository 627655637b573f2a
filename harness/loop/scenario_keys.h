/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keys of a scenario file: one row each. Nobody but scenario*.c and their tests include this.
 */
#ifndef KDEV_HARNESS_SCENARIO_KEYS_H
#define KDEV_HARNESS_SCENARIO_KEYS_H

#include "harness/loop/scenario.h"

enum scenario_kind {
	SC_TEXT,     /* char *, once */
	SC_LIST,     /* struct scenario_list: each line adds one */
	SC_COMMAND,  /* the same; a ';' in it is the shell's */
	SC_MODULE,   /* FILE [PARAM=VALUE …] */
	SC_SWEEP,    /* [MODULE.]PARAM: VALUE, VALUE … */
	SC_WORD,     /* char *, one of words */
	SC_CHOICE,   /* enum, one of words */
	SC_FLAG,     /* bool: yes or no */
	SC_NUMBER,   /* unsigned, min to max */
	SC_STATUS,   /* int, 0 to 255 */
	SC_COUNT,    /* uint64_t, from 1 on */
	SC_DURATION, /* int64_t microseconds, min to max */
};

struct scenario_key {
	const char *name;
	enum scenario_kind kind;
	bool top; /* of [scenario] alone: the offset is in struct scenario */
	size_t offset;
	int64_t min, max;
	const char *const *words;
};

extern const struct scenario_key scenario_keys[];
extern const size_t scenario_n_keys;

/* NULL if there is none; *near is then what may have been meant, or NULL. */
const struct scenario_key *scenario_key_find(const char *name, const char **near);

/* Put the value into the struct. 0, -EINVAL, -E2BIG (too many in a list) or -ENOMEM. */
int scenario_key_set(const struct scenario_key *key, void *where, const char *value);

/* What was expected, for messages. */
void scenario_key_expected(const struct scenario_key *key, char *buf, size_t size);

/* Its built-in defaults. 0 or -ENOMEM; free it in any case. */
int scenario_case_init(struct scenario_case *c, const char *name);
/* A case of its own with the defaults' values. 0 or -ENOMEM; free it in any case. */
int scenario_case_copy(struct scenario_case *to, const struct scenario_case *from,
		       const char *name);
void scenario_case_free(struct scenario_case *c);

#endif
