/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What begins a report, and what it is called. One line a rule; the tables are
 * in rules_*.c. To add one: a line in the table of its kind and an example in
 * tests/logs/NAME.log with what is expected of it in NAME.expect.
 *
 * Rules with the same trigger are tried in the order of the table; the first
 * whose `match` and `with` fit gives the title. All patterns are those of
 * console/detector/pattern.h.
 */
#ifndef KDEV_CONSOLE_RULES_H
#define KDEV_CONSOLE_RULES_H

#include "console/detector/crash.h"
#include "console/detector/pattern.h"

/* Which function is the guilty one. */
enum guilt {
	GUILT_NONE,  /* the title names none */
	GUILT_LINE,  /* the first %f of `match` or `with`, if no plumbing; else as GUILT_TRACE */
	GUILT_NAMED, /* the first %f, whatever it is */
	GUILT_TRACE, /* the first frame from the instruction pointer up that is no plumbing */
	GUILT_ENTRY, /* the entry into the subsystem that does not come to an end or goes too deep
		      */
	GUILT_HANG,  /* who waits: below scheduler and locks */
	GUILT_LOCK,  /* who takes the lock of lockdep's story */
	GUILT_CHAIN, /* the same, or who took one of the others */
	GUILT_SAFE,  /* who took the lock that interrupts take too */
	GUILT_OWNER, /* who allocated the page */
};

enum rule_flags {
	RULE_ANYWHERE = 1,      /* the trigger may stand after any text (but in a word) */
	RULE_CONTINUES = 2,     /* inside a report it is part of that report */
	RULE_PRELUDE = 4,       /* announces a BUG() or WARN() that follows and belongs to it */
	RULE_PANIC = 8,         /* the kernel ends here */
	RULE_NO_TRACE = 16,     /* complete without a call trace */
	RULE_IGNORE = 32,       /* looks like a trigger and is none */
	RULE_GLUED = 64,        /* printed without a line feed before it: may stand in a word */
	RULE_CONSEQUENCE = 256, /* never comes alone: if it does, the cause was lost */
	RULE_ALT_ORIGIN = 512,  /* the alternative title names where the value came from */
	RULE_UNKNOWN = 1024,    /* too general for what firmware prints before a kernel does */
	RULE_HEADER = 128, /* lockdep's two lines below the title, release and ruler, must follow */
};

struct rule {
	const char *trigger; /* literal, four bytes or more, case counts; at the message's start or
				after "word: " */
	const char *match;   /* what follows the trigger; NULL: anything */
	const char *with;    /* a line of the report that must be there too; NULL: none */
	const char *title;   /* %1 … captures of `match`, then `with`; %F the guilty function;
				NULL: the line itself, numbers and addresses made general */
	enum guilt guilt;
	const char *type; /* NULL: none, or by the title (console/types.c) */
	const char
		*alt; /* "X": alternative title "X in FUNCTION"; with a %: all of it; NULL: none */
	enum crash_class klass;
	unsigned flags;
};

/* All tables; ends with a NULL. Each table ends with a rule without a trigger. */
extern const struct rule *const rule_tables[];
extern const struct rule rules_oops[], rules_memory[], rules_locking[], rules_hang[], rules_warn[],
	rules_other[];

extern const struct rule rule_reboot;

struct rule_hit {
	const struct rule *rule; /* the first rule of the trigger that fits the line */
	size_t at;               /* where the trigger begins in the line */
};

/* The tables made ready for fast look-up. NULL: out of memory. */
struct rule_index;

struct rule_index *rules_index_new(void);
void rules_index_free(struct rule_index *x);

/* Does a report begin on this line? False for harmless look-alikes. */
bool rules_find(const struct rule_index *x, struct span line, struct rule_hit *hit);

/* The rule that gives the title: like hit->rule or a later one of the same trigger.
 * `line_of(arg, i)` gives the report's lines to search for `with`, n of them.
 * `cap` gets the captures. NULL: none fits with all it asks for. */
struct rule_lines {
	struct span (*line_of)(const void *arg, size_t i);
	const void *arg;
	size_t n, trigger; /* how many; the index of the first line of the report itself */
};

/* What follows the trigger in the line that it was found in. */
struct span rules_rest(const struct rule_hit *hit, struct span line);

const struct rule *rules_decide(const struct rule_hit *hit, struct span line,
				const struct rule_lines *lines, struct captures *cap);

#endif
