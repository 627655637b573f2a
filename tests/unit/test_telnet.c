/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/sources/telnet.c */
/* Telnet: exact bytes, in pieces of any size, and other sides that misbehave. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "console/sources/telnet.h"

struct bench {
	struct telnet t;
	uint8_t data[65536], sent[65536];
	size_t data_n, sent_n;
};

static struct bench bench;

static void on_data(void *arg, const uint8_t *bytes, size_t n)
{
	struct bench *b = arg;

	assert_true(n && b->data_n + n <= sizeof(b->data));
	memcpy(b->data + b->data_n, bytes, n);
	b->data_n += n;
}

static void on_send(void *arg, const uint8_t *bytes, size_t n)
{
	struct bench *b = arg;

	assert_true(n && b->sent_n + n <= sizeof(b->sent));
	memcpy(b->sent + b->sent_n, bytes, n);
	b->sent_n += n;
}

static const struct telnet_ops ops = {.data = on_data, .send = on_send};

/* A string literal's bytes. */
#define TAKE(b, text) telnet_take(&(b)->t, (const uint8_t *)(text), sizeof(text) - 1)
#define TYPE(b, text) telnet_write(&(b)->t, (const uint8_t *)(text), sizeof(text) - 1)
#define SENT(b, text)                                                                              \
	do {                                                                                       \
		assert_int_equal((b)->sent_n, sizeof(text) - 1);                                   \
		assert_memory_equal((b)->sent, text, sizeof(text) - 1);                            \
		(b)->sent_n = 0;                                                                   \
	} while (0)
#define DATA(b, text)                                                                              \
	do {                                                                                       \
		assert_int_equal((b)->data_n, sizeof(text) - 1);                                   \
		assert_memory_equal((b)->data, text, sizeof(text) - 1);                            \
		(b)->data_n = 0;                                                                   \
	} while (0)

#define WILL_BINARY   "\xff\xfb\x00"
#define WILL_SGA      "\xff\xfb\x03"
#define WILL_COM_PORT "\xff\xfb\x2c"
#define DO_BINARY     "\xff\xfd\x00"
#define DO_SGA        "\xff\xfd\x03"
#define DO_COM_PORT   "\xff\xfd\x2c"
#define DONT_COM_PORT "\xff\xfe\x2c"

#define SETTINGS_115200                                                                            \
	"\xff\xfa\x2c\x01\x00\x01\xc2\x00\xff\xf0"                                                 \
	"\xff\xfa\x2c\x02\x08\xff\xf0"                                                             \
	"\xff\xfa\x2c\x03\x01\xff\xf0"                                                             \
	"\xff\xfa\x2c\x04\x01\xff\xf0"                                                             \
	"\xff\xfa\x2c\x05\x01\xff\xf0"                                                             \
	"\xff\xfa\x2c\x05\x08\xff\xf0"                                                             \
	"\xff\xfa\x2c\x05\x0b\xff\xf0"

static struct bench *begin(unsigned baud)
{
	memset(&bench, 0, sizeof(bench));
	telnet_begin(&bench.t, &ops, &bench, baud);
	return &bench;
}

static void it_asks_for_what_it_wants(void **state)
{
	struct bench *b = begin(115200);

	SENT(b, WILL_BINARY WILL_SGA WILL_COM_PORT DO_BINARY DO_SGA);
}

static void the_port_is_set_when_the_option_is_agreed_upon(void **state)
{
	struct bench *b = begin(115200);

	b->sent_n = 0;
	TAKE(b, DO_COM_PORT);
	SENT(b, SETTINGS_115200);
	TAKE(b, DO_COM_PORT); /* said again: no loop */
	SENT(b, "");
}

/* 16711680 baud is 00 ff 00 00: RFC 2217 has an IAC in a value doubled. */
static void an_iac_in_a_setting_is_doubled(void **state)
{
	struct bench *b = begin(16711680);

	b->sent_n = 0;
	TAKE(b, DO_COM_PORT);
	assert_memory_equal(b->sent, "\xff\xfa\x2c\x01\x00\xff\xff\x00\x00\xff\xf0", 11);
}

static void an_iac_of_the_line_is_doubled_both_ways(void **state)
{
	struct bench *b = begin(9600);

	b->sent_n = 0;
	TAKE(b, "a\xff\xff"
		"b\xff\xff\xff\xff");
	DATA(b, "a\xff"
		"b\xff\xff");
	TYPE(b, "\xffx\xff");
	SENT(b, "\xff\xffx\xff\xff");
}

static void a_nul_after_cr_is_telnet_s_until_binary_is_agreed_upon(void **state)
{
	struct bench *b = begin(9600);

	b->sent_n = 0;
	TAKE(b, "a\r\0b\r\nc\0");
	DATA(b, "a\rb\r\nc\0");
	TYPE(b, "x\ry");
	SENT(b, "x\r\0y");
	TAKE(b, WILL_BINARY DO_BINARY);
	SENT(b, ""); /* both are answers to what we asked */
	TAKE(b, "a\r\0b");
	DATA(b, "a\r\0b");
	TYPE(b, "x\ry");
	SENT(b, "x\ry");
}

static void break_is_set_and_ended_by_the_option(void **state)
{
	struct bench *b = begin(115200);

	TAKE(b, DO_COM_PORT);
	b->sent_n = 0;
	telnet_break(&b->t, true);
	SENT(b, "\xff\xfa\x2c\x05\x05\xff\xf0");
	telnet_break(&b->t, false);
	SENT(b, "\xff\xfa\x2c\x05\x06\xff\xf0");
}

static void without_the_option_break_is_telnet_s_own(void **state)
{
	struct bench *b = begin(115200);

	TAKE(b, DONT_COM_PORT);
	b->sent_n = 0;
	telnet_break(&b->t, true);
	SENT(b, "\xff\xf3");
	telnet_break(&b->t, false);
	SENT(b, "");
}

static void other_options_are_refused_once_each_time(void **state)
{
	struct bench *b = begin(9600);

	b->sent_n = 0;
	TAKE(b, "\xff\xfb\x01\xff\xfd\x18"); /* WILL ECHO, DO TERMINAL-TYPE */
	SENT(b, "\xff\xfe\x01\xff\xfc\x18");
	TAKE(b, "\xff\xfc\x01\xff\xfe\x18"); /* it agrees: nothing is to be said */
	SENT(b, "");
}

static void an_option_that_is_taken_back_is_given_up(void **state)
{
	struct bench *b = begin(9600);

	TAKE(b, DO_COM_PORT);
	b->sent_n = 0;
	TAKE(b, DONT_COM_PORT);
	SENT(b, "\xff\xfc\x2c");
	TAKE(b, DO_COM_PORT);
	assert_memory_equal(b->sent, WILL_COM_PORT, 3);
}

static void what_the_server_says_of_the_port_is_no_data(void **state)
{
	struct bench *b = begin(9600);

	TAKE(b, "a\xff\xfa\x2c\x6b\x30\xff\xff\xff\xf0"
		"b"); /* modem state, an IAC in it */
	DATA(b, "ab");
	TAKE(b, "\xff\xf1"
		"c\xff\xf9"
		"d"); /* no-operation, go ahead */
	DATA(b, "cd");
}

static void pieces_of_any_size_make_the_same(void **state)
{
	static const char in[] = "ab\xff\xff" DO_COM_PORT "c\r\0d" WILL_BINARY
				 "\xff\xfa\x2c\x65\xff\xff\x01\xff\xf0\r\0e";
	struct bench *b;

	for (size_t size = 1; size < sizeof(in); size++) {
		b = begin(115200);
		b->sent_n = 0;
		for (size_t at = 0; at < sizeof(in) - 1; at += size) {
			size_t left = sizeof(in) - 1 - at;

			telnet_take(&b->t, (const uint8_t *)in + at, left < size ? left : size);
		}
		DATA(b, "ab\xff"
			"c\rd\r\0e");
		SENT(b, SETTINGS_115200);
	}
}

static void much_data_comes_whole(void **state)
{
	static uint8_t in[20000];
	struct bench *b = begin(9600);

	memset(in, 'x', sizeof(in));
	telnet_take(&b->t, in, sizeof(in));
	assert_int_equal(b->data_n, sizeof(in));
	b->sent_n = 0;
	memset(in, 0xff, sizeof(in));
	telnet_write(&b->t, in, sizeof(in));
	assert_int_equal(b->sent_n, 2 * sizeof(in));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_asks_for_what_it_wants),
		cmocka_unit_test(the_port_is_set_when_the_option_is_agreed_upon),
		cmocka_unit_test(an_iac_in_a_setting_is_doubled),
		cmocka_unit_test(an_iac_of_the_line_is_doubled_both_ways),
		cmocka_unit_test(a_nul_after_cr_is_telnet_s_until_binary_is_agreed_upon),
		cmocka_unit_test(break_is_set_and_ended_by_the_option),
		cmocka_unit_test(without_the_option_break_is_telnet_s_own),
		cmocka_unit_test(other_options_are_refused_once_each_time),
		cmocka_unit_test(an_option_that_is_taken_back_is_given_up),
		cmocka_unit_test(what_the_server_says_of_the_port_is_no_data),
		cmocka_unit_test(pieces_of_any_size_make_the_same),
		cmocka_unit_test(much_data_comes_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
