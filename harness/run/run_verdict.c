/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names and exit codes of phases and verdicts. */
#include "harness/exit_code.h"
#include "harness/run/run_machine.h"

static const char *const phases[] = {
	[RUN_IDLE] = "idle",          [RUN_LOCKING] = "lock",       [RUN_PREPARING] = "prepare",
	[RUN_PUSHING] = "push",       [RUN_LOADING] = "load",       [RUN_TESTING] = "test",
	[RUN_UNLOADING] = "unload",   [RUN_SETTLING] = "settle",    [RUN_PROBING] = "probe",
	[RUN_COLLECTING] = "collect", [RUN_RECOVERING] = "recover", [RUN_DONE] = "done",
};

static const struct {
	const char *name;
	int exit_code;
} verdicts[] = {
	[RUN_PASS] = {"pass", EXIT_PASS},    [RUN_INFRA] = {"infra", EXIT_INFRA},
	[RUN_FAIL] = {"fail", EXIT_FAIL},    [RUN_INTERRUPTED] = {"interrupted", EXIT_INTERRUPTED},
	[RUN_RESET] = {"reset", EXIT_RESET}, [RUN_HANG] = {"hang", EXIT_HANG},
	[RUN_CRASH] = {"crash", EXIT_CRASH},
};

const char *run_phase_name(enum run_phase p)
{
	return phases[p];
}

const char *run_verdict_name(enum run_verdict v)
{
	return verdicts[v].name;
}

int run_verdict_exit_code(enum run_verdict v)
{
	return verdicts[v].exit_code;
}
