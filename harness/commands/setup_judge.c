/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdev setup --check: can this kernel be netbooted, and which symbols does it lack? */
#include "harness/commands/setup_wish.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>

#include "harness/exit_code.h"
#include "harness/log.h"
#include "harness/netboot/kernel_judge.h"
#include "harness/output/text_json.h"

static json_t *judgement_json(const struct kernel_judgement *j)
{
	json_t *list = json_array();

	for (size_t i = 0; i < j->n; i++) {
		const struct kernel_check *c = &j->checks[i];

		json_array_append_new(
			list, json_pack("{s:o, s:s, s:s, s:s#, s:b, s:o}", "symbol",
					json_sprintf("CONFIG_%s", c->symbol), "need",
					c->need == KERNEL_NEEDED ? "needed" : "advised", "want",
					c->module_will_do ? "y or m" : "y", "have", &c->state, 1,
					"ok", c->ok, "why", json_string(c->why)));
	}
	return json_pack("{s:o, s:o, s:s, s:b, s:b, s:o}", "release",
			 j->release[0] ? text_json(j->release) : json_null(), "config",
			 text_json(j->config), "nic", j->nic, "initrd", j->initrd, "passed",
			 kernel_check_passed(j->checks, j->n), "checks", list);
}

static int print_json(const struct kernel_judgement *j)
{
	json_t *doc = judgement_json(j);
	int err = !doc || json_dumpf(doc, stdout, JSON_INDENT(2)) || putchar('\n') == EOF;

	json_decref(doc);
	return err ? -EIO : 0;
}

static void print_check(const struct kernel_check *c)
{
	const char *verdict = c->need == KERNEL_NEEDED ? "NEEDED" : "advised";
	const char *have = c->state == 'm' ? " (it is a module)" : "";

	printf("  %-7s  CONFIG_%s%s: %s%s\n", c->ok ? "ok" : verdict, c->symbol, c->ok ? "" : "=y",
	       c->why, c->ok ? "" : have);
}

static void print_judgement(const struct kernel_judgement *j, bool all)
{
	bool passed = kernel_check_passed(j->checks, j->n);

	printf("%s%s%s\n", j->release, j->release[0] ? ": " : "", j->config);
	for (size_t i = 0; i < j->n; i++) {
		if (all || !j->checks[i].ok)
			print_check(&j->checks[i]);
	}
	if (passed)
		printf("  can be netbooted %s\n",
		       j->initrd ? "with an initrd" : "without an initrd");
	else
		printf("  can't be netbooted %s: set what is NEEDED and build it again\n",
		       j->initrd ? "with an initrd" : "without an initrd");
}

int setup_judge(const struct common_flags *flags, const struct board_config *b, const char *nic)
{
	struct kernel_judgement j;
	char err[512] = "";
	int rc = kernel_judge(b, nic, &j, err, sizeof(err));

	if (rc) {
		log_error("%s", err);
		return rc == -EINVAL ? EXIT_USAGE : EXIT_INFRA;
	}
	if (flags->json && print_json(&j))
		return EXIT_INFRA;
	if (!flags->json)
		print_judgement(&j, flags->verbosity > 0);
	return kernel_check_passed(j.checks, j.n) ? EXIT_PASS : EXIT_FAIL;
}
