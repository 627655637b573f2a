/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/pipeline/netconsole*.c */
/* Datagrams in any order, number and state: each message comes out once, in its place. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "console/pipeline/netconsole.h"
#include "console/pipeline/netconsole_header.h"

#define AT(ms) ((struct monotime){MONO_MS(ms)})

/* What came out, as "seq:text", "gap N", "restart", "text …", with ' ' between. */
struct seen {
	char log[4096];
	size_t len, longest;
	struct netconsole_record last;
};

__attribute__((format(printf, 2, 3))) static void note(struct seen *s, const char *fmt, ...)
{
	va_list ap;

	if (s->len && s->len + 1 < sizeof(s->log))
		s->log[s->len++] = ' ';
	va_start(ap, fmt);
	s->len += (size_t)vsnprintf(s->log + s->len, sizeof(s->log) - s->len, fmt, ap);
	va_end(ap);
	assert_true(s->len < sizeof(s->log));
}

static void on_record(void *arg, const struct netconsole_record *rec)
{
	struct seen *s = arg;
	int shown = rec->len < 40 ? (int)rec->len : 40;

	note(s, "%" PRIu64 ":%.*s%s", rec->seq, shown, rec->text, rec->torn ? "~" : "");
	s->last = *rec;
	s->longest = rec->len > s->longest ? rec->len : s->longest;
}

static void on_text(void *arg, const char *text, size_t n, struct monotime at)
{
	note(arg, "text %.*s", (int)n, text);
}

static void on_gap(void *arg, uint64_t n)
{
	note(arg, "gap %" PRIu64, n);
}

static void on_restart(void *arg)
{
	note(arg, "restart");
}

static struct netconsole *fresh(struct seen *s)
{
	static const struct netconsole_ops ops = {on_record, on_text, on_gap, on_restart};
	struct netconsole *nc = netconsole_new(&ops, s);

	assert_non_null(nc);
	memset(s, 0, sizeof(*s));
	return nc;
}

static void feed(struct netconsole *nc, const char *datagram, struct monotime now)
{
	size_t n = strlen(datagram);
	char *exact = malloc(n ? n : 1);

	assert_non_null(exact);
	memcpy(exact, datagram, n); /* NOLINT(bugprone-not-null-terminated-result): on purpose */
	assert_int_equal(netconsole_feed(nc, exact, n, now), 0);
	free(exact);
}

/* A message "m" with this number at second seq / 10. */
static void feed_seq(struct netconsole *nc, unsigned seq, struct monotime now)
{
	char text[64];

	snprintf(text, sizeof(text), "6,%u,%u,-;m\n", seq, seq * 100000);
	feed(nc, text, now);
}

static void the_header_is_parsed(void **state)
{
	struct netconsole_header h;
	const char *text = "6.4.0-rc1,444,501,2000000,-,caller=T23,cpu=1;hello";

	assert_true(netconsole_header_parse(text, strlen(text), &h));
	assert_int_equal(h.level, 444 & 7);
	assert_int_equal(h.seq, 501);
	assert_int_equal(h.us, 2000000);
	assert_string_equal(h.caller, "T23");
	assert_false(h.fragment);
	assert_string_equal(text + h.length, "hello");

	text = "4,1,2,c,ncfrag=10/12;ab";
	assert_true(netconsole_header_parse(text, strlen(text), &h));
	assert_true(h.fragment);
	assert_int_equal(h.offset, 10);
	assert_int_equal(h.total, 12);
}

static void what_is_no_header_is_refused(void **state)
{
	static const char *const bad[] = {
		"",
		";",
		"6,1,2,-",
		"6,1,2;x",
		"6,1,2,x;x",
		"6,1,,-;x",
		"a,1,2,-;x",
		"6,1,2,-x;x",
		"6,99999999999999999999999,2,-;x",
		"6,1,9999999999999999999,-;x",
		"6,1,2,-,ncfrag=5/5;x",
		"6,1,2,-,ncfrag=5;x",
		"6,1,2,-,ncfrag=0/99999999999;x",
		"[    1.000000] a, b, c, -; d",
	};
	struct netconsole_header h;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_false(netconsole_header_parse(bad[i], strlen(bad[i]), &h));
}

static void a_caller_that_is_none_is_not_kept(void **state)
{
	static const char *const odd[] = {"6,1,2,-,caller=T12345678901234567890;x",
					  "6,1,2,-,caller=\x1b[1m;x", "6,1,2,-,caller=;x"};
	struct netconsole_header h;

	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		assert_true(netconsole_header_parse(odd[i], strlen(odd[i]), &h));
		assert_string_equal(h.caller, "");
	}
}

static void text_is_unescaped_and_the_dictionary_left_out(void **state)
{
	struct seen s;
	struct netconsole *nc = fresh(&s);

	feed(nc,
	     "6,1,2,-,caller=C3;a\\x0ab \\x5c\\xc3\\xa9 \\xzz\\x4\n SUBSYSTEM=pci\n DEVICE=+x\n",
	     AT(0));
	assert_string_equal(s.log, "1:a\nb \\\xc3\xa9 \\xzz\\x4");
	assert_string_equal(s.last.caller, "C3");
	assert_int_equal(s.last.us, 2);
	netconsole_free(nc);
}

static void a_basic_datagram_is_passed_as_text(void **state)
{
	struct seen s;
	struct netconsole *nc = fresh(&s);

	feed(nc, "[    1.000000] x", AT(0));
	assert_string_equal(s.log, "text [    1.000000] x");
	netconsole_free(nc);
}

static void messages_in_order_come_at_once(void **state)
{
	struct seen s;
	struct netconsole *nc = fresh(&s);

	for (unsigned i = 7; i < 10; i++)
		feed_seq(nc, i, AT(0));
	assert_string_equal(s.log, "7:m 8:m 9:m");
	assert_true(mono_is_never(netconsole_wakeup(nc)));
	netconsole_free(nc);
}

static void small_disorder_is_put_right(void **state)
{
	struct seen s;
	struct netconsole *nc = fresh(&s);

	feed_seq(nc, 1, AT(0));
	feed_seq(nc, 4, AT(0));
	feed_seq(nc, 3, AT(0));
	feed_seq(nc, 2, AT(1));
	assert_string_equal(s.log, "1:m 2:m 3:m 4:m");
	netconsole_free(nc);
}

static void a_gap_is_told_after_a_short_wait(void **state)
{
	struct seen s;
	struct netconsole *nc = fresh(&s);

	feed_seq(nc, 1, AT(0));
	feed_seq(nc, 4, AT(10));
	feed_seq(nc, 7, AT(12));
	assert_int_equal(netconsole_wakeup(nc).us, MONO_MS(10) + NETCONSOLE_AHEAD_WAIT);
	netconsole_tick(nc, AT(11));
	assert_string_equal(s.log, "1:m");
	netconsole_tick(nc, AT(15));
	assert_string_equal(s.log, "1:m gap 2 4:m");
	netconsole_tick(nc, AT(17));
	assert_string_equal(s.log, "1:m gap 2 4:m gap 2 7:m");
	/* One of the lost was only late. */
	feed_seq(nc, 3, AT(18));
	assert_string_equal(s.log, "1:m gap 2 4:m gap 2 7:m 3:m");
	feed_seq(nc, 8, AT(18));
	assert_string_equal(s.log, "1:m gap 2 4:m gap 2 7:m 3:m 8:m");
	netconsole_free(nc);
}

static void too_many_that_wait_do_not_wait(void **state)
{
	struct seen s;
	struct netconsole *nc = fresh(&s);

	feed_seq(nc, 1, AT(0));
	for (unsigned i = 3; i < 3 + NETCONSOLE_AHEAD; i++)
		feed_seq(nc, i, AT(0));
	assert_string_equal(s.log, "1:m");
	feed_seq(nc, 3 + NETCONSOLE_AHEAD, AT(0));
	assert_non_null(strstr(s.log, "1:m gap 1 3:m 4:m"));
	assert_non_null(strstr(s.log, " 19:m"));
	assert_true(mono_is_never(netconsole_wakeup(nc)));
	netconsole_free(nc);
}

static void another_source_that_is_ahead_ends_the_wait(void **state)
{
	struct seen s;
	struct netconsole *nc = fresh(&s);

	feed_seq(nc, 1, AT(0));
	feed_seq(nc, 3, AT(0));
	feed_seq(nc, 5, AT(0));
	netconsole_release_before(nc, 300000);
	assert_string_equal(s.log, "1:m");
	netconsole_release_before(nc, 300001);
	assert_string_equal(s.log, "1:m gap 1 3:m");
	netconsole_flush(nc);
	assert_string_equal(s.log, "1:m gap 1 3:m gap 1 5:m");
	netconsole_free(nc);
}

static void copies_are_dropped(void **state)
{
	struct seen s;
	struct netconsole *nc = fresh(&s);

	for (unsigned i = 1; i < 4; i++) {
		feed_seq(nc, i, AT(0));
		feed_seq(nc, i, AT(0));
		feed_seq(nc, 1, AT(0));
	}
	feed_seq(nc, 5, AT(0));
	feed_seq(nc, 5, AT(0));
	feed_seq(nc, 4, AT(0));
	assert_string_equal(s.log, "1:m 2:m 3:m 4:m 5:m");
	netconsole_free(nc);
}

static void a_reboot_is_seen_whatever_its_numbers(void **state)
{
	struct seen s;
	struct netconsole *nc = fresh(&s);

	/* Far back. */
	feed(nc, "6,900,50000000,-;a", AT(0));
	feed(nc, "6,500,3000000,-;b", AT(0));
	/* To a number that was seen, at another time. */
	feed(nc, "6,500,3100000,-;c", AT(0));
	/* Forward, but the clock went back. */
	feed(nc, "6,501,9000000,-;d", AT(0));
	feed(nc, "6,520,3200000,-;e", AT(0));
	assert_string_equal(s.log, "900:a restart 500:b restart 500:c 501:d restart 520:e");
	netconsole_free(nc);
}

static void what_waits_comes_before_a_restart(void **state)
{
	struct seen s;
	struct netconsole *nc = fresh(&s);

	feed(nc, "6,900,50000000,-;a", AT(0));
	feed(nc, "6,902,50000001,-;b", AT(0));
	feed(nc, "6,5,0,-;c", AT(0));
	assert_string_equal(s.log, "900:a gap 1 902:b restart 5:c");
	netconsole_free(nc);
}

static void fragments_in_any_order_make_one_message(void **state)
{
	static const char *const frag[] = {"6.1.0,4,9,100,-,ncfrag=0/11;hel",
					   "6.1.0,4,9,100,-,ncfrag=3/11;lo w",
					   "6.1.0,4,9,100,-,ncfrag=7/11;orld"};
	static const int orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
					{1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

	for (size_t o = 0; o < sizeof(orders) / sizeof(*orders); o++) {
		struct seen s;
		struct netconsole *nc = fresh(&s);

		for (int i = 0; i < 3; i++) {
			feed(nc, frag[orders[o][i]], AT(0));
			feed(nc, frag[orders[o][i]], AT(0));
		}
		assert_string_equal(s.log, "9:hello world");
		assert_true(mono_is_never(netconsole_wakeup(nc)));
		netconsole_free(nc);
	}
}

static void an_escape_across_two_fragments_is_undone(void **state)
{
	struct seen s;
	struct netconsole *nc = fresh(&s);

	feed(nc, "4,9,100,-,ncfrag=0/9;ab\\x", AT(0));
	feed(nc, "4,9,100,-,ncfrag=4/9;41cd\n", AT(0));
	assert_string_equal(s.log, "9:abAcd");
	netconsole_free(nc);
}

static void a_message_without_its_last_fragment_is_given_torn(void **state)
{
	struct seen s;
	struct netconsole *nc = fresh(&s);

	feed(nc, "4,8,100,-,ncfrag=0/20;the begin", AT(0));
	feed(nc, "4,9,101,-,ncfrag=4/20;no begin", AT(1));
	netconsole_tick(nc, AT(499));
	assert_string_equal(s.log, "");
	netconsole_tick(nc, AT(501));
	assert_string_equal(s.log, "8:the begin~");
	feed(nc, "4,10,102,-;next", AT(502));
	netconsole_tick(nc, AT(507));
	assert_string_equal(s.log, "8:the begin~ gap 1 10:next");
	netconsole_free(nc);
}

/* The dictionary's end may be missing: the text is whole all the same. */
static void a_torn_dictionary_does_not_make_the_text_torn(void **state)
{
	struct seen s;
	struct netconsole *nc = fresh(&s);

	feed(nc, "4,8,100,-,ncfrag=0/40;text\n SUBSYS", AT(0));
	netconsole_flush(nc);
	assert_string_equal(s.log, "8:text");
	netconsole_free(nc);
}

static void fragments_of_too_many_messages_stay_bounded(void **state)
{
	struct seen s;
	struct netconsole *nc = fresh(&s);
	char text[64];

	for (unsigned i = 0; i < 20; i++) {
		snprintf(text, sizeof(text), "4,%u,100,-,ncfrag=0/16000;x", i);
		feed(nc, text, AT(0));
	}
	/* All but the last four were given up. */
	assert_non_null(strstr(s.log, "15:x~"));
	assert_null(strstr(s.log, "16:x~"));
	netconsole_free(nc);
}

static void fragments_that_do_not_fit_are_ignored(void **state)
{
	struct seen s;
	struct netconsole *nc = fresh(&s);

	feed(nc, "4,8,100,-,ncfrag=0/99999;x", AT(0));
	feed(nc, "4,8,100,-,ncfrag=2/4;xxx", AT(0));
	feed(nc, "4,8,100,-,ncfrag=0/4;", AT(0));
	feed(nc, "4,9,100,-,ncfrag=0/4;ab", AT(0));
	feed(nc, "4,9,100,-,ncfrag=2/5;cd", AT(0));
	feed(nc, "4,9,100,-,ncfrag=2/4;cd", AT(0));
	assert_string_equal(s.log, "9:abcd");
	netconsole_free(nc);
}

static void the_longest_message_comes_whole(void **state)
{
	struct seen s;
	struct netconsole *nc = fresh(&s);
	char text[1100];

	for (size_t at = 0; at < NETCONSOLE_TEXT_MAX; at += 512) {
		int n = snprintf(text, sizeof(text), "4,9,100,-,ncfrag=%zu/%d;", at,
				 NETCONSOLE_TEXT_MAX);

		memset(text + n, 'x', 512);
		text[n + 512] = 0;
		feed(nc, text, AT(0));
	}
	assert_int_equal(s.longest, NETCONSOLE_TEXT_MAX);
	assert_false(s.last.torn);
	netconsole_free(nc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_header_is_parsed),
		cmocka_unit_test(what_is_no_header_is_refused),
		cmocka_unit_test(a_caller_that_is_none_is_not_kept),
		cmocka_unit_test(text_is_unescaped_and_the_dictionary_left_out),
		cmocka_unit_test(a_basic_datagram_is_passed_as_text),
		cmocka_unit_test(messages_in_order_come_at_once),
		cmocka_unit_test(small_disorder_is_put_right),
		cmocka_unit_test(a_gap_is_told_after_a_short_wait),
		cmocka_unit_test(too_many_that_wait_do_not_wait),
		cmocka_unit_test(another_source_that_is_ahead_ends_the_wait),
		cmocka_unit_test(copies_are_dropped),
		cmocka_unit_test(a_reboot_is_seen_whatever_its_numbers),
		cmocka_unit_test(what_waits_comes_before_a_restart),
		cmocka_unit_test(fragments_in_any_order_make_one_message),
		cmocka_unit_test(an_escape_across_two_fragments_is_undone),
		cmocka_unit_test(a_message_without_its_last_fragment_is_given_torn),
		cmocka_unit_test(a_torn_dictionary_does_not_make_the_text_torn),
		cmocka_unit_test(fragments_of_too_many_messages_stay_bounded),
		cmocka_unit_test(fragments_that_do_not_fit_are_ignored),
		cmocka_unit_test(the_longest_message_comes_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
