/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdev completion: what makes a shell complete kdev's commands and options. */
#include <stdio.h>
#include <string.h>

#include "harness/commands/command.h"
#include "harness/commands/completion.h"
#include "harness/exit_code.h"

extern const struct command command_completion;

static int completion(const struct common_flags *flags, int argc, char **argv)
{
	struct strbuf b = {0};
	bool zsh = argc == 2 && !strcmp(argv[1], "zsh");
	int err;

	if (argc != 2 || (!zsh && strcmp(argv[1], "bash") != 0))
		return command_usage(&command_completion, "expected bash or zsh");
	err = zsh ? completion_zsh(&b, commands) : completion_bash(&b, commands);
	if (err)
		return command_usage(&command_completion, "%s", strerror(-err));
	fputs(strbuf_str(&b), stdout);
	strbuf_free(&b);
	return fflush(stdout) ? EXIT_INFRA : EXIT_PASS;
}

const struct command command_completion = {
	.name = "completion",
	.args = "bash|zsh",
	.summary = "print what completes kdev's commands and options in a shell",
	.help = "For this shell:  source <(kdev completion bash)\n"
		"`make install` puts both where shells look for them.\n",
	.run = completion,
};
