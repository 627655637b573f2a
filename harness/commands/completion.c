/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Completion scripts for shells. */
#include "harness/commands/completion.h"

#include <ctype.h>
#include <string.h>

#define INDENT_MAX 4 /* of an option; what is further in goes on with a description */
#define COMMON     "--board --config --json --quiet --verbose --help"

static bool is_word(char c)
{
	return islower((unsigned char)c) || isdigit((unsigned char)c) || c == '-';
}

/* Is this word among those since `from`, with blanks between them? */
static bool has(const struct strbuf *b, size_t from, const char *word, size_t len)
{
	const char *s = strbuf_str(b) + from;

	while (*s) {
		size_t n = strcspn(s, " ");

		if (n == len && !memcmp(s, word, n))
			return true;
		s += n;
		s += strspn(s, " ");
	}
	return false;
}

static void add_options(struct strbuf *b, size_t from, const char *s, size_t len)
{
	const char *end = s + len, *next;

	for (; (s = memmem(s, (size_t)(end - s), "--", 2)); s = next) {
		next = s + 2;
		while (next < end && is_word(*next))
			next++;
		if (next - s < 4 || has(b, from, s, (size_t)(next - s)))
			continue;
		if (b->len > from)
			strbuf_addc(b, ' ');
		strbuf_add(b, s, (size_t)(next - s));
	}
}

/* Where the options of a help's line end and their description begins: at two blanks. */
static size_t options_len(const char *line, size_t n)
{
	size_t indent = strspn(line, " ");
	const char *gap;

	if (indent > INDENT_MAX || indent >= n || line[indent] != '-')
		return 0;
	gap = memmem(line + indent, n - indent, "  ", 2);
	return gap ? (size_t)(gap - line) : n;
}

void completion_options(struct strbuf *b, const struct command *cmd)
{
	size_t from = b->len;

	add_options(b, from, cmd->args, strlen(cmd->args));
	for (const char *line = cmd->help; line && *line;) {
		size_t n = strcspn(line, "\n");

		add_options(b, from, line, options_len(line, n));
		line += n + (line[n] == '\n');
	}
}

void completion_words(struct strbuf *b, const struct command *cmd)
{
	const char *s = cmd->args;

	if (!strchr(s, '|') || strspn(s, "abcdefghijklmnopqrstuvwxyz|") != strcspn(s, " "))
		return;
	for (; *s && *s != ' '; s++)
		strbuf_addc(b, *s == '|' ? ' ' : *s);
}

static void add_names(struct strbuf *b, const struct command *const *cmds)
{
	for (size_t i = 0; cmds[i]; i++)
		if (!cmds[i]->hidden)
			strbuf_addf(b, "%s%s", i ? " " : "", cmds[i]->name);
	strbuf_adds(b, " help");
}

/* The case of each command, in which both shells agree but for what stands around the words. */
static void add_cases(struct strbuf *b, const struct command *const *cmds, const char *open,
		      const char *close)
{
	for (size_t i = 0; cmds[i]; i++) {
		if (cmds[i]->hidden)
			continue;
		strbuf_addf(b, "\t%s) flags=%s" COMMON " ", cmds[i]->name, open);
		completion_options(b, cmds[i]);
		strbuf_addf(b, "%s choices=%s", close, open);
		completion_words(b, cmds[i]);
		strbuf_addf(b, "%s ;;\n", close);
	}
	strbuf_addf(b, "\t''|help) flags=%s" COMMON " --version%s choices=%s", open, close, open);
	add_names(b, cmds);
	strbuf_addf(b, "%s ;;\n", close);
}

#define BOARDS                                                                                     \
	"sed -n 's/^\\[board \\([a-z0-9-]*\\)\\].*/\\1/p' /etc/kdev/kdev.conf "                    \
	"\"${XDG_CONFIG_HOME:-$HOME/.config}/kdev/kdev.conf\" .kdev.conf 2>/dev/null"

int completion_bash(struct strbuf *b, const struct command *const *cmds)
{
	strbuf_adds(b, "# bash completion of kdev, made by `kdev completion bash`\n"
		       "_kdev() {\n"
		       "\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
		       "\tlocal i command= flags choices\n"
		       "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
		       "\t\tcase ${COMP_WORDS[i]} in\n"
		       "\t\t--board|--config) ((i++)) ;;\n"
		       "\t\t-*) ;;\n"
		       "\t\t*) command=${COMP_WORDS[i]}; break ;;\n"
		       "\t\tesac\n"
		       "\tdone\n"
		       "\tif [[ $prev == --board ]]; then\n"
		       "\t\tCOMPREPLY=($(compgen -W \"$(" BOARDS ")\" -- \"$cur\"))\n"
		       "\t\treturn\n"
		       "\tfi\n"
		       "\tcase $command in\n");
	add_cases(b, cmds, "'", "'");
	strbuf_adds(b, "\tesac\n"
		       "\tif [[ $cur == -* ]]; then\n"
		       "\t\tCOMPREPLY=($(compgen -W \"$flags\" -- \"$cur\"))\n"
		       "\telif [[ -n $choices && $i -ge $((COMP_CWORD - 1)) ]]; then\n"
		       "\t\tCOMPREPLY=($(compgen -W \"$choices\" -- \"$cur\"))\n"
		       "\telse\n"
		       "\t\tcompopt -o filenames 2>/dev/null\n"
		       "\t\tCOMPREPLY=($(compgen -f -- \"$cur\"))\n"
		       "\tfi\n"
		       "}\n"
		       "complete -F _kdev kdev\n");
	return b->err;
}

int completion_zsh(struct strbuf *b, const struct command *const *cmds)
{
	strbuf_adds(b, "#compdef kdev\n"
		       "# zsh completion of kdev, made by `kdev completion zsh`\n"
		       "local i command= flags choices prev=$words[CURRENT-1]\n"
		       "for ((i = 2; i < CURRENT; i++)); do\n"
		       "\tcase $words[i] in\n"
		       "\t--board|--config) ((i++)) ;;\n"
		       "\t-*) ;;\n"
		       "\t*) command=$words[i]; break ;;\n"
		       "\tesac\n"
		       "done\n"
		       "if [[ $prev == --board ]]; then\n"
		       "\tcompadd -- ${(f)\"$(" BOARDS ")\"}\n"
		       "\treturn\n"
		       "fi\n"
		       "case $command in\n");
	add_cases(b, cmds, "'", "'");
	strbuf_adds(b, "esac\n"
		       "if [[ $PREFIX == -* ]]; then\n"
		       "\tcompadd -- ${=flags}\n"
		       "elif [[ -n $choices && $i -ge $((CURRENT - 1)) ]]; then\n"
		       "\tcompadd -- ${=choices}\n"
		       "else\n"
		       "\t_files\n"
		       "fi\n");
	return b->err;
}
