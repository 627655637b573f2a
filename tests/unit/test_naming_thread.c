/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/output/naming_thread.c console/detector/finding.c console/detector/crash.c */
/* LINK: console/detector/facts.c console/detector/frames.c console/detector/guilt.c */
/* LINK: console/detector/pattern.c console/detector/plumbing*.c console/detector/report_buffer.c */
/* LINK: console/detector/rules*.c console/detector/signature.c console/strbuf.c */
/* LINK: console/detector/title*.c console/detector/torn.c console/detector/trace*.c */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/output/naming_thread.h"

struct seen {
	atomic_uint reports;
	unsigned wrong;      /* out of order, or not named */
	useconds_t us;       /* that each takes */
	atomic_uint in_work; /* added and not yet seen */
	unsigned most;       /* of those that were in work at a time */
};

static void add_line(struct finding *f, const char *text)
{
	const struct log_record rec = {.text = text, .len = strlen(text), .kernel_us = -1};

	assert_int_equal(report_buffer_add(&f->buf, &rec), 0);
}

static struct finding find(const struct rule_index *rules, unsigned n)
{
	struct finding f = {.r = calloc(1, sizeof(*f.r))};
	const char first[] = "divide error: 0000 [#1] SMP";
	char ip[64];

	assert_non_null(f.r);
	assert_true(rules_find(rules, span_of(first), &f.hit));
	snprintf(ip, sizeof(ip), "RIP: 0010:f%u+0x1/0x2", n);
	add_line(&f, first);
	add_line(&f, ip);
	return f;
}

static void note(void *arg, struct crash_report *r)
{
	struct seen *seen = arg;
	char title[64];

	snprintf(title, sizeof(title), "divide error in f%u", seen->reports);
	seen->wrong += strcmp(r->title, title) != 0;
	crash_report_free(r);
	usleep(seen->us);
	seen->in_work--;
	seen->reports++;
}

static void add(struct naming_thread *t, struct seen *seen, const struct rule_index *rules,
		unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		struct finding f = find(rules, i);

		seen->in_work++;
		naming_thread_add(t, &f);
		report_buffer_free(&f.buf);
		if (seen->in_work > seen->most)
			seen->most = seen->in_work;
	}
}

static void reports_are_named_in_the_order_in_which_they_were_found(void **state)
{
	struct rule_index *rules = rules_index_new();
	struct seen seen = {0};
	struct naming_thread *t = naming_thread_new(note, &seen);

	add(t, &seen, rules, 2000);
	naming_thread_wait(t);
	assert_int_equal(seen.reports, 2000);
	assert_int_equal(seen.wrong, 0);
	naming_thread_free(t);
	rules_index_free(rules);
}

static void who_finds_more_than_can_be_named_has_to_wait(void **state)
{
	struct rule_index *rules = rules_index_new();
	struct seen seen = {.us = 200};
	struct naming_thread *t = naming_thread_new(note, &seen);

	add(t, &seen, rules, 500);
	naming_thread_free(t);
	assert_int_equal(seen.reports, 500);
	assert_in_range(seen.most, 2, 100);
	rules_index_free(rules);
}

static void few_are_named_when_no_more_come(void **state)
{
	struct rule_index *rules = rules_index_new();
	struct seen seen = {0};
	struct naming_thread *t = naming_thread_new(note, &seen);

	add(t, &seen, rules, 1);
	naming_thread_wake(t);
	for (int i = 0; i < 5000 && !seen.reports; i++)
		usleep(1000);
	assert_int_equal(seen.reports, 1);
	naming_thread_free(t);
	rules_index_free(rules);
}

static void a_buffer_comes_back_empty(void **state)
{
	struct rule_index *rules = rules_index_new();
	struct seen seen = {0};
	struct naming_thread *t = naming_thread_new(note, &seen);
	struct finding f = find(rules, 0);

	naming_thread_add(t, &f);
	assert_null(f.buf.text);
	naming_thread_wait(t);
	f = find(rules, 1);
	naming_thread_add(t, &f);
	assert_non_null(f.buf.text);
	assert_int_equal(f.buf.n, 0);
	assert_int_equal(f.buf.len, 0);
	report_buffer_free(&f.buf);
	naming_thread_free(t);
	assert_int_equal(seen.wrong, 0);
	rules_index_free(rules);
}

static void to_wait_for_nothing_takes_no_time(void **state)
{
	struct seen seen = {0};
	struct naming_thread *t = naming_thread_new(note, &seen);

	naming_thread_wait(t);
	naming_thread_wait(t);
	naming_thread_free(t);
	naming_thread_free(NULL);
	assert_int_equal(seen.reports, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reports_are_named_in_the_order_in_which_they_were_found),
		cmocka_unit_test(who_finds_more_than_can_be_named_has_to_wait),
		cmocka_unit_test(few_are_named_when_no_more_come),
		cmocka_unit_test(a_buffer_comes_back_empty),
		cmocka_unit_test(to_wait_for_nothing_takes_no_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
