/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/loop/scenario.c harness/loop/scenario_case.c harness/loop/scenario_keys.c */
/* LINK: harness/config/ini_file.c harness/loop/scenario_value.c harness/loop/scenario_round.c */
/* LINK: harness/config/duration.c harness/commands/nearest.c console/strbuf.c */
/* LIBS: inih */
/* Whatever scenario is accepted has something to run in each iteration of its round. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "harness/loop/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_item(const struct scenario *s, uint64_t n)
{
	struct scenario_values values = {n, 1};
	struct scenario_item item = scenario_at(s, n);

	if (item.c < s->cases || item.c >= s->cases + s->n_cases || !item.c->n_modules ||
	    item.point >= scenario_points(item.c))
		abort();
	for (size_t m = 0; m < item.c->n_modules; m++) {
		struct scenario_list params;

		if (scenario_params(item.c, m, item.point, &values, &params))
			continue;
		for (size_t i = 0; i < params.n; i++)
			if (!strchr(params.s[i], '='))
				abort();
		scenario_list_free(&params);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct scenario s;
	char err[256] = "";
	int rc = scenario_parse(&s, "f", (const char *)data, size, err, sizeof(err));

	if (rc ? !err[0] || s.cases : !!err[0])
		abort(); /* a message if and only if it failed */
	if (rc)
		return 0;
	check_item(&s, 0);
	check_item(&s, scenario_round(&s) - 1);
	check_item(&s, UINT64_MAX - 1);
	scenario_free(&s);
	return 0;
}
