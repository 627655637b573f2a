/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A scenario: what is run on a board, how, and what is expected of it. An INI file, described in
 * docs/kdev-scenario.5. Pure: bytes in, struct out.
 *
 * [scenario] has defaults for the [case NAME] sections after it; without a case it is one itself.
 * An iteration of a loop runs one case with one choice of its swept parameters. A round is all of
 * them: each case as often as it repeats, each choice in its turn.
 */
#ifndef KDEV_HARNESS_SCENARIO_H
#define KDEV_HARNESS_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a scenario may have at most; more is a mistake. */
#define SCENARIO_CASES_MAX  256
#define SCENARIO_LIST_MAX   64      /* of a list key: modules, commands, lines */
#define SCENARIO_ROUND_MAX  1000000 /* iterations of a round */
#define SCENARIO_CYCLES_MAX 1000000

/* All zeroes is an empty one. */
struct scenario_list {
	char **s;
	size_t n;
};

struct scenario_module {
	char *file; /* as in the file: the reader of the scenario knows where it is */
	struct scenario_list params;
};

/* One parameter and the values it takes in turn. */
struct scenario_sweep {
	char *param; /* "MODULE.PARAM", or "PARAM" of the last module */
	struct scenario_list values;
};

enum scenario_command {
	SCENARIO_BOARD_BEFORE, /* the modules are loaded */
	SCENARIO_BOARD_DURING, /* the modules are loaded now */
	SCENARIO_BOARD_AFTER,  /* they are unloaded */
	SCENARIO_HOST_BEFORE,
	SCENARIO_HOST_DURING, /* at the same time as the board's */
	SCENARIO_HOST_AFTER,
	SCENARIO_COMMANDS,
};

/* Texts are NULL where nothing is expected; verdict is one of run.json's words, never NULL. */
struct scenario_expect {
	char *verdict;
	char *klass, *function, *title; /* of the first crash; of the title a part */
	int exit_status;                /* of the commands while the modules are loaded; -1: 0 */
	bool ktap;                      /* there are results, and all are well */
	bool kmemleak;                  /* nothing leaks */
	char *taint;                    /* flags that may be set afterwards, "" for none */
	struct scenario_list log;       /* each is in a line of the kernel's log */
	struct scenario_list no_log;    /* none is */
};

enum scenario_reboot {
	REBOOT_AFTER_WARN,  /* the default */
	REBOOT_AFTER_CRASH, /* a WARNING that is allowed goes on */
	REBOOT_EACH,
	REBOOT_NEVER, /* even a board that crashed is used on, as long as it answers */
};

struct scenario_case {
	char *name;
	unsigned line; /* where its section begins */
	struct scenario_module *modules;
	size_t n_modules;
	struct scenario_list commands[SCENARIO_COMMANDS];
	char *test; /* a script of the host, or NULL */
	struct scenario_expect expect;
	int64_t load_us, test_us, unload_us, settle_us; /* -1: the board's own */
	bool allow_warn;
	enum scenario_reboot reboot;
	unsigned repeat; /* in a round */
	unsigned
		cycles; /* load and unload so many times within an iteration; 0: once, with tests */
	unsigned parallel;   /* so many at once of the board's commands while loaded */
	int64_t offline_us;  /* the board's network goes down for so long while loaded */
	unsigned quarantine; /* not run any more after so many crashes in a row; 0: for ever */
	struct scenario_sweep *sweeps;
	size_t n_sweeps;
};

struct scenario {
	char *description; /* NULL: none */
	struct scenario_case *cases;
	size_t n_cases;
	/* How long, where the command does not say; at most one is set. 0, 0: one round. */
	uint64_t count;
	int64_t for_us;
	bool until_fail;
};

/*
 * Read a file's text; `name` is for messages. On failure returns -EINVAL or -ENOMEM with one line
 * in err, "FILE:LINE: KEY: …, expected …", which may quote control characters; *s is then empty.
 */
int scenario_parse(struct scenario *s, const char *name, const char *text, size_t len, char *err,
		   size_t err_len);

/* One module, run again and again: what `kdev loop MODULE.ko` is. 0 or -ENOMEM. */
int scenario_of_module(struct scenario *s, const char *file, char *const *params, size_t n_params);

void scenario_free(struct scenario *s); /* accepts half-built ones; leaves all zeroes */

/* ---- scenario_round.c: what an iteration runs ---- */

struct scenario_item {
	const struct scenario_case *c;
	size_t point;  /* which choice of the swept values */
	uint64_t more; /* so many iterations after this one run the very same */
};

/* How many iterations a round has; at least 1, at most SCENARIO_ROUND_MAX. */
uint64_t scenario_round(const struct scenario *s);
/* How many choices of swept values. */
size_t scenario_points(const struct scenario_case *c);
/* Iteration n, from 0 on, of a loop that goes round and round. */
struct scenario_item scenario_at(const struct scenario *s, uint64_t n);

/* What takes the place of "{iteration}" and "{seed}" in parameters and commands. */
struct scenario_values {
	uint64_t iteration, seed;
};

/*
 * The parameters of module `m` of the case at that point: its own, the swept ones in the place of
 * those of the same name, or after them. Placeholders are filled in; values NULL: left as they are.
 * The caller frees with scenario_list_free(). 0 or -ENOMEM.
 */
int scenario_params(const struct scenario_case *c, size_t m, size_t point,
		    const struct scenario_values *values, struct scenario_list *out);

/* New string with the placeholders filled in. NULL: out of memory. */
char *scenario_fill(const char *text, const struct scenario_values *values);

void scenario_list_free(struct scenario_list *l);
int scenario_list_add(struct scenario_list *l, const char *text, size_t len); /* 0 or -ENOMEM */

#endif
