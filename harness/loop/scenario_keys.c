/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of a scenario's keys. docs/kdev-scenario.5 explains each. */
#include "harness/loop/scenario_keys.h"

#include <stdio.h>
#include <string.h>

#include "harness/commands/nearest.h"
#include "harness/config/config.h"

static const char *const verdicts[] = {"pass", "fail", "crash", "hang", "reset", NULL};
static const char *const classes[] = {"oops",    "panic",  "memory", "locking", "hang",
				      "warning", "reboot", "other",  NULL};
static const char *const reboots[] = {[REBOOT_AFTER_CRASH] = "after-crash",
				      [REBOOT_AFTER_WARN] = "after-warn",
				      [REBOOT_EACH] = "each",
				      [REBOOT_NEVER] = "never",
				      NULL};

#define IN(field)  .offset = offsetof(struct scenario_case, field)
#define TOP(field) .top = true, .offset = offsetof(struct scenario, field)
#define HOUR_US    INT64_C(3600000000)
#define DAY_US     (24 * HOUR_US)

const struct scenario_key scenario_keys[] = {
	{"description", SC_TEXT, TOP(description)},
	{"count", SC_COUNT, TOP(count)},
	{"for", SC_DURATION, TOP(for_us), .min = 1000000, .max = 30 * DAY_US},
	{"until_fail", SC_FLAG, TOP(until_fail)},

	{"module", SC_MODULE, IN(modules)},
	{"sweep", SC_SWEEP, IN(sweeps)},
	{"repeat", SC_NUMBER, IN(repeat), .min = 1, .max = SCENARIO_ROUND_MAX},
	{"cycles", SC_NUMBER, IN(cycles), .min = 0, .max = SCENARIO_CYCLES_MAX},

	{"board_before", SC_COMMAND, IN(commands[SCENARIO_BOARD_BEFORE])},
	{"board_during", SC_COMMAND, IN(commands[SCENARIO_BOARD_DURING])},
	{"board_after", SC_COMMAND, IN(commands[SCENARIO_BOARD_AFTER])},
	{"host_before", SC_COMMAND, IN(commands[SCENARIO_HOST_BEFORE])},
	{"host_during", SC_COMMAND, IN(commands[SCENARIO_HOST_DURING])},
	{"host_after", SC_COMMAND, IN(commands[SCENARIO_HOST_AFTER])},
	{"test", SC_TEXT, IN(test)},
	{"parallel", SC_NUMBER, IN(parallel), .min = 1, .max = 64},
	{"offline", SC_DURATION, IN(offline_us), .min = 0, .max = HOUR_US},

	{"expect", SC_WORD, IN(expect.verdict), .words = verdicts},
	{"expect_class", SC_WORD, IN(expect.klass), .words = classes},
	{"expect_function", SC_TEXT, IN(expect.function)},
	{"expect_title", SC_TEXT, IN(expect.title)},
	{"expect_status", SC_STATUS, IN(expect.exit_status), .min = 0, .max = 255},
	{"expect_ktap", SC_FLAG, IN(expect.ktap)},
	{"expect_log", SC_LIST, IN(expect.log)},
	{"expect_no_log", SC_LIST, IN(expect.no_log)},
	{"expect_taint", SC_TEXT, IN(expect.taint)},
	{"expect_no_leak", SC_FLAG, IN(expect.kmemleak)},

	{"allow_warn", SC_FLAG, IN(allow_warn)},
	{"reboot", SC_CHOICE, IN(reboot), .words = reboots},
	{"quarantine", SC_NUMBER, IN(quarantine), .min = 0, .max = SCENARIO_ROUND_MAX},
	{"load_timeout", SC_DURATION, IN(load_us), .min = 1000, .max = DAY_US},
	{"test_timeout", SC_DURATION, IN(test_us), .min = 1000, .max = 7 * DAY_US},
	{"unload_timeout", SC_DURATION, IN(unload_us), .min = 1000, .max = DAY_US},
	{"settle", SC_DURATION, IN(settle_us), .min = 0, .max = DAY_US},
};

const size_t scenario_n_keys = sizeof(scenario_keys) / sizeof(scenario_keys[0]);

const struct scenario_key *scenario_key_find(const char *name, const char **near)
{
	struct nearest n = {.word = name};

	for (size_t i = 0; i < scenario_n_keys; i++) {
		if (!strcmp(scenario_keys[i].name, name))
			return &scenario_keys[i];
		nearest_consider(&n, scenario_keys[i].name);
	}
	*near = n.best;
	return NULL;
}

static void expected_words(const char *const *words, char *buf, size_t size)
{
	int used = snprintf(buf, size, "one of ");

	for (size_t i = 0; words[i] && used >= 0 && (size_t)used < size; i++)
		used += snprintf(buf + used, size - (size_t)used, "%s%s", i ? ", " : "", words[i]);
}

void scenario_key_expected(const struct scenario_key *key, char *buf, size_t size)
{
	char low[24] = "", high[24] = "";

	switch (key->kind) {
	case SC_WORD:
	case SC_CHOICE: expected_words(key->words, buf, size); break;
	case SC_FLAG: snprintf(buf, size, "yes or no"); break;
	case SC_MODULE:
		snprintf(buf, size, "FILE.ko [PARAM=VALUE ...], such as good.ko count=3");
		break;
	case SC_SWEEP:
		snprintf(buf, size,
			 "[MODULE.]PARAM: VALUE, VALUE ..., such as count: 0, 1, 100, each "
			 "parameter once and at most %d choices in all",
			 SCENARIO_ROUND_MAX);
		break;
	case SC_STATUS:
	case SC_NUMBER:
		snprintf(buf, size, "a number from %lld to %lld", (long long)key->min,
			 (long long)key->max);
		break;
	case SC_COUNT: snprintf(buf, size, "a number from 1 on"); break;
	case SC_DURATION:
		duration_format(key->min, low, sizeof(low));
		duration_format(key->max, high, sizeof(high));
		snprintf(buf, size, "a time with its unit from %s to %s, such as 10s", low, high);
		break;
	default: snprintf(buf, size, "text, at most %d lines of it", SCENARIO_LIST_MAX); break;
	}
}
