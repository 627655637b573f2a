/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Messages for people. Library code calls log_*(); the program chooses where
 * they go with log_to(). Default: stderr, warnings and errors only.
 */
#ifndef KDEV_HARNESS_LOG_H
#define KDEV_HARNESS_LOG_H

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* `text` is one line without '\n', control characters already replaced. */
typedef void (*log_fn)(void *arg, enum log_level level, const char *text);

/* Send messages up to `max` to `fn`; NULL restores stderr. */
void log_to(log_fn fn, void *arg, enum log_level max);

void log_msg(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Replace control characters in place. Text may quote what a board or a file said: no escape
 * sequence gets to the terminal. UTF-8 does; its C1 controls (U+0080 to U+009F, which terminals
 * obey too) do not. */
void log_make_safe(char *s);

#define log_error(...) log_msg(LOG_ERROR, __VA_ARGS__)
#define log_warn(...)  log_msg(LOG_WARN, __VA_ARGS__)
#define log_info(...)  log_msg(LOG_INFO, __VA_ARGS__)
#define log_debug(...) log_msg(LOG_DEBUG, __VA_ARGS__)

#endif
