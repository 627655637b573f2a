/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The keys of a board's section: one table that drives reading, the environment's KDEV_*
 * variables, the messages about bad values and the commented configuration.
 */
#ifndef KDEV_HARNESS_CONFIG_KEYS_H
#define KDEV_HARNESS_CONFIG_KEYS_H

#include <stddef.h>
#include <stdint.h>

#include "harness/config/config.h"

enum key_kind {
	KEY_ENUM,     /* one of words[], stored as its index */
	KEY_CHOICE,   /* one of words[], stored as text */
	KEY_MAC,      /* stored in lower case */
	KEY_ADDRESS,  /* IPv4, of a host */
	KEY_NUMBER,   /* unsigned, from min to max */
	KEY_DURATION, /* int64_t in microseconds, from min to max */
	KEY_LIST,     /* some of words[], stored as text, separated by ", " */
	KEY_WORD,     /* letters, digits, '.', '_', '-': safe in any argument list */
	KEY_TEXT,     /* printable ASCII; said again in a section, it is appended */
};

struct config_key {
	const char *name;
	enum key_kind kind;
	size_t offset, size; /* of its field in struct board_config */
	int64_t min, max;
	const char *const *words; /* NULL at the end */
	const char *doc;          /* a sentence or two */
};

#define CONFIG_KEYS_MAX 48

extern const struct config_key config_keys[];
extern const size_t config_n_keys; /* at most CONFIG_KEYS_MAX */

/* NULL if there is none of that name; `near`, if not NULL, is then the name that may have
 * been meant, or NULL. */
const struct config_key *config_key_find(const char *name, const char **near);

/* Check the text, then store it. `append`: to what a KEY_TEXT holds. 0 or -EINVAL,
 * the board is then as it was. */
int config_key_set(const struct config_key *key, struct board_config *b, const char *text,
		   bool append);

/* The value as it would be written in a file. 0 or -ENOSPC. */
int config_key_get(const struct config_key *key, const struct board_config *b, char *buf,
		   size_t size);

/* What config_key_set() takes, to follow the word "expected": "a number from 1 to 64". */
void config_key_expected(const struct config_key *key, char *buf, size_t size);

#endif
