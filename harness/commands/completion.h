/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a shell may offer behind `kdev`, made of the commands' own usage and help: an option that is
 * told to people is offered, and no other. Pure.
 */
#ifndef KDEV_HARNESS_COMPLETION_H
#define KDEV_HARNESS_COMPLETION_H

#include "console/strbuf.h"
#include "harness/commands/command.h"

/* Append the long options of cmd, a blank between two: those of its usage line and those with
 * which a line of its help begins. Each once. */
void completion_options(struct strbuf *b, const struct command *cmd);

/* Append the words that its first argument may be, from a usage like "on|off|reset"; nothing where
 * that is something else. */
void completion_words(struct strbuf *b, const struct command *cmd);

/* The whole script: for bash, or for zsh. 0 or b->err. */
int completion_bash(struct strbuf *b, const struct command *const *cmds);
int completion_zsh(struct strbuf *b, const struct command *const *cmds);

#endif
