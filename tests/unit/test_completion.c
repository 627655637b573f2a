/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/commands/completion.c console/strbuf.c */
/* What a shell is told of the commands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "harness/commands/completion.h"

static const struct command fly = {
	.name = "fly",
	.args = "[--high [--yes]] [FILE]",
	.help = "Tells more; see --low too.\n"
		"  -f, --far N     so far, not --near\n"
		"  --high          up\n"
		"                  --deep is of another command\n",
};
static const struct command push = {.name = "push", .args = "on|off|reset"};
static const struct command secret = {.name = "secret", .args = "--fd N", .hidden = true};

static void options_of(const struct command *cmd, const char *expected)
{
	struct strbuf b = {0};

	completion_options(&b, cmd);
	assert_string_equal(strbuf_str(&b), expected);
	strbuf_free(&b);
}

static void options_are_those_of_usage_and_help_each_once(void **state)
{
	options_of(&fly, "--high --yes --far");
	options_of(&push, "");
}

static void words_are_offered_where_the_usage_has_a_choice(void **state)
{
	struct strbuf b = {0};

	completion_words(&b, &push);
	assert_string_equal(strbuf_str(&b), "on off reset");
	strbuf_free(&b);
	completion_words(&b, &fly);
	assert_string_equal(strbuf_str(&b), "");
	completion_words(&b, &(struct command){.args = "DIR|MODULE.ko [param=value ...]"});
	assert_string_equal(strbuf_str(&b), "");
	strbuf_free(&b);
}

static void hidden_commands_are_not_offered(void **state)
{
	const struct command *const cmds[] = {&fly, &push, &secret, NULL};
	struct strbuf b = {0};

	assert_int_equal(completion_bash(&b, cmds), 0);
	assert_non_null(strstr(strbuf_str(&b), "choices='fly push help'"));
	assert_null(strstr(strbuf_str(&b), "secret"));
	strbuf_free(&b);
	assert_int_equal(completion_zsh(&b, cmds), 0);
	assert_null(strstr(strbuf_str(&b), "secret"));
	strbuf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_are_those_of_usage_and_help_each_once),
		cmocka_unit_test(words_are_offered_where_the_usage_has_a_choice),
		cmocka_unit_test(hidden_commands_are_not_offered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
