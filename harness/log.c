/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages for people: made safe for a terminal, sent where the program wants them. */
#include "harness/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

/* Longer messages are cut: they are one line for people. */
#define TEXT_MAX 1024

static void to_stderr(void *arg, enum log_level level, const char *text);

/* The one thing a process has one of. One thread writes messages: that of the loop. */
static struct {
	log_fn fn;
	void *arg;
	enum log_level max;
} target = {to_stderr, NULL, LOG_WARN};

static void to_stderr(void *arg, enum log_level level, const char *text)
{
	static const char *const prefix[] = {[LOG_ERROR] = "error: ",
					     [LOG_WARN] = "warning: ",
					     [LOG_INFO] = "",
					     [LOG_DEBUG] = ""};

	fprintf(stderr, "kdev: %s%s\n", prefix[level], text);
}

void log_to(log_fn fn, void *arg, enum log_level max)
{
	target.fn = fn ? fn : to_stderr;
	target.arg = fn ? arg : NULL;
	target.max = max;
}

void log_make_safe(char *text)
{
	for (unsigned char *p = (unsigned char *)text; *p; p++) {
		if (*p < 0x20 || *p == 0x7f)
			*p = *p == '\n' || *p == '\t' ? ' ' : '?';
		else if (*p == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0)
			p[0] = p[1] = '?';
	}
}

void log_msg(enum log_level level, const char *fmt, ...)
{
	char text[TEXT_MAX];
	int saved = errno;
	va_list ap;

	if (level > target.max)
		return;
	va_start(ap, fmt);
	if (vsnprintf(text, sizeof(text), fmt, ap) < 0)
		text[0] = 0;
	va_end(ap);
	log_make_safe(text);
	target.fn(target.arg, level, text);
	errno = saved;
}
