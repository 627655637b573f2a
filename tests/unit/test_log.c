/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/log.c */
/* Messages: what reaches whom, and that nothing dangerous does. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/log.h"

struct heard {
	enum log_level level;
	char text[2048];
	int n;
};

static void hear(void *arg, enum log_level level, const char *text)
{
	struct heard *h = arg;

	h->level = level;
	snprintf(h->text, sizeof(h->text), "%s", text);
	h->n++;
	errno = EIO;
}

static void only_messages_up_to_the_level_are_passed_on(void **state)
{
	struct heard h = {0};

	log_to(hear, &h, LOG_INFO);
	log_debug("no");
	assert_int_equal(h.n, 0);
	log_info("port %d", 69);
	assert_int_equal(h.n, 1);
	assert_int_equal(h.level, LOG_INFO);
	assert_string_equal(h.text, "port 69");
	log_error("x");
	assert_int_equal(h.level, LOG_ERROR);
	log_to(NULL, NULL, LOG_WARN);
	log_info("no");
	assert_int_equal(h.n, 2);
}

static void control_characters_are_replaced(void **state)
{
	struct heard h = {0};

	log_to(hear, &h, LOG_DEBUG);
	log_warn("%s", "a\033[2Jb\rc\nd\te\x7f");
	assert_string_equal(h.text, "a?[2Jb?c d e?");
	log_warn("%s", "\xc2\x9b"
		       "31m \xc3\xa9 \xc2\xb5s \xc2");
	assert_string_equal(h.text, "??31m \xc3\xa9 \xc2\xb5s \xc2");
	log_to(NULL, NULL, LOG_WARN);
}

static void a_long_message_is_cut(void **state)
{
	struct heard h = {0};

	log_to(hear, &h, LOG_DEBUG);
	log_warn("%5000s", "x");
	assert_int_equal(strlen(h.text), 1023);
	log_to(NULL, NULL, LOG_WARN);
}

static void errno_survives_a_message(void **state)
{
	struct heard h = {0};

	log_to(hear, &h, LOG_DEBUG);
	errno = ENOENT;
	log_warn("%s", "x");
	assert_int_equal(errno, ENOENT);
	log_to(NULL, NULL, LOG_WARN);
}

static void warnings_go_to_stderr_by_default(void **state)
{
	int fds[2], saved = dup(2);
	char got[256] = "";
	ssize_t n;

	assert_int_equal(pipe(fds), 0);
	dup2(fds[1], 2);
	log_info("not this");
	log_warn("this");
	log_error("and that");
	dup2(saved, 2);
	close(saved);
	close(fds[1]);
	n = read(fds[0], got, sizeof(got) - 1);
	close(fds[0]);
	assert_true(n > 0);
	assert_string_equal(got, "kdev: warning: this\nkdev: error: and that\n");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_messages_up_to_the_level_are_passed_on),
		cmocka_unit_test(control_characters_are_replaced),
		cmocka_unit_test(a_long_message_is_cut),
		cmocka_unit_test(errno_survives_a_message),
		cmocka_unit_test(warnings_go_to_stderr_by_default),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
