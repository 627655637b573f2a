/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: watchdog/power/p*.c watchdog/power/qmp*.c watchdog/power/atx.c */
/* LINK: watchdog/power/relay*.c watchdog/power/gpio_line_v*.c console/sources/serial_port.c */
/* LINK: console/sources/argv.c */
/* LINK: watchdog/power/serial_poll.c */
/* LIBS: libuv jansson libserialport hidapi-hidraw libgpiod */
/* Outlets behind pdudaemon: the requests that it gets, and its answers. */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "tests/unit/power_bench.h"

/* A server of one request at a time, in the loop of the test. */
struct bench {
	struct power_bench p;
	uv_tcp_t server, client;
	bool serving, connected, mute, drops;
	const char *answer;
	unsigned port;
	char device[64], buf[1024], got[1024];
	size_t n;
	uv_write_t write;
};

static void on_closed(uv_handle_t *h)
{
	((struct bench *)h->data)->connected = false;
}

static void on_written(uv_write_t *w, int status)
{
	struct bench *b = w->data;

	if (!uv_is_closing((uv_handle_t *)&b->client))
		uv_close((uv_handle_t *)&b->client, on_closed);
}

static void on_alloc(uv_handle_t *h, size_t hint, uv_buf_t *buf)
{
	struct bench *b = h->data;

	*buf = uv_buf_init(b->buf, sizeof(b->buf));
}

static void on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *buf)
{
	struct bench *b = s->data;
	uv_buf_t answer = uv_buf_init((char *)b->answer, (unsigned)strlen(b->answer));

	if (n < 0 || b->drops) {
		if (!uv_is_closing((uv_handle_t *)s))
			uv_close((uv_handle_t *)s, on_closed);
		return;
	}
	memcpy(b->got + b->n, buf->base, (size_t)n);
	b->n += (size_t)n;
	b->got[b->n] = 0;
	if (strstr(b->got, "\r\n\r\n") && !b->mute) {
		b->write.data = b;
		assert_int_equal(uv_write(&b->write, s, &answer, 1, on_written), 0);
	}
}

static void on_connection(uv_stream_t *s, int status)
{
	struct bench *b = s->data;

	assert_false(b->connected);
	uv_tcp_init(&b->p.loop, &b->client);
	b->client.data = b;
	b->connected = true;
	b->n = 0;
	assert_int_equal(uv_accept(s, (uv_stream_t *)&b->client), 0);
	uv_read_start((uv_stream_t *)&b->client, on_alloc, on_read);
}

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	struct sockaddr_in sin = {.sin_family = AF_INET};
	int len = sizeof(sin);

	assert_non_null(b);
	uv_loop_init(&b->p.loop);
	b->answer = "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\nOK - accepted request: on";
	uv_tcp_init(&b->p.loop, &b->server);
	b->server.data = b;
	sin.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(uv_tcp_bind(&b->server, (struct sockaddr *)&sin, 0), 0);
	assert_int_equal(uv_listen((uv_stream_t *)&b->server, 1, on_connection), 0);
	uv_tcp_getsockname(&b->server, (struct sockaddr *)&sin, &len);
	b->port = ntohs(sin.sin_port);
	b->serving = true;
	snprintf(b->device, sizeof(b->device), "127.0.0.1:%u/apc-1.lab/7", b->port);
	*state = b;
	return 0;
}

static void stop_serving(struct bench *b)
{
	if (b->serving)
		uv_close((uv_handle_t *)&b->server, NULL);
	b->serving = false;
	if (b->connected && !uv_is_closing((uv_handle_t *)&b->client))
		uv_close((uv_handle_t *)&b->client, on_closed);
}

static int teardown(void **state)
{
	struct bench *b = *state;

	power_close(b->p.power);
	b->p.power = NULL;
	stop_serving(b);
	power_bench_end(&b->p);
	assert_int_equal(uv_loop_close(&b->p.loop), 0);
	free(b);
	return 0;
}

static void begin(struct bench *b)
{
	assert_int_equal(power_bench_open(&b->p, "pdudaemon", b->device), 0);
}

static void each_verb_is_its_request(void **state)
{
	static const struct {
		enum power_verb verb;
		const char *word;
		int on;
	} cases[] = {{POWER_ON, "on", 1}, {POWER_OFF, "off", 0}, {POWER_CYCLE, "reboot", 1}};
	struct bench *b = *state;
	char expected[256];

	begin(b);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(power_bench_act(&b->p, cases[i].verb), 0);
		assert_int_equal(b->p.on, cases[i].on);
		snprintf(expected, sizeof(expected),
			 "GET /power/control/%s?hostname=apc-1.lab&port=7 HTTP/1.0\r\n"
			 "Host: 127.0.0.1\r\n\r\n",
			 cases[i].word);
		assert_string_equal(b->got, expected);
		while (b->connected)
			uv_run(&b->p.loop, UV_RUN_NOWAIT);
	}
}

static void it_has_no_buttons_and_no_state(void **state)
{
	struct bench *b = *state;

	begin(b);
	assert_int_equal(power_bench_act(&b->p, POWER_RESET), -EOPNOTSUPP);
	assert_int_equal(power_bench_act(&b->p, POWER_PRESS), -EOPNOTSUPP);
	assert_int_equal(power_bench_act(&b->p, POWER_HOLD), -EOPNOTSUPP);
	assert_int_equal(power_bench_act(&b->p, POWER_STATUS), 0);
	assert_int_equal(b->p.on, -1);
}

static void a_refusal_is_told(void **state)
{
	struct bench *b = *state;
	char expected[128];

	begin(b);
	b->answer = "HTTP/1.0 500 Inv\033alid\r\n\r\n";
	assert_int_equal(power_bench_act(&b->p, POWER_ON), -EIO);
	snprintf(expected, sizeof(expected),
		 "pdudaemon at 127.0.0.1:%u: it refused: HTTP/1.0 500 Inv?alid", b->port);
	assert_string_equal(b->p.why, expected);
}

static void another_server_is_told(void **state)
{
	struct bench *b = *state;

	begin(b);
	b->answer = "SSH-2.0-OpenSSH\r\n";
	assert_int_equal(power_bench_act(&b->p, POWER_ON), -EPROTO);
}

static void a_connection_that_breaks_is_told(void **state)
{
	struct bench *b = *state;

	begin(b);
	b->drops = true;
	assert_true(power_bench_act(&b->p, POWER_ON) < 0);
	assert_non_null(strstr(b->p.why, "pdudaemon at 127.0.0.1:"));
}

static void nobody_there_is_told(void **state)
{
	struct bench *b = *state;

	begin(b);
	stop_serving(b);
	uv_run(&b->p.loop, UV_RUN_NOWAIT);
	assert_int_equal(power_bench_act(&b->p, POWER_ON), -ECONNREFUSED);
}

static void no_answer_is_waited_for_5_s(void **state)
{
	struct bench *b = *state;
	struct monotime begun = mono_now();

	begin(b);
	b->mute = true;
	assert_int_equal(power_bench_act(&b->p, POWER_ON), -ETIMEDOUT);
	assert_in_range(mono_diff(mono_now(), begun), MONO_MS(4900), MONO_SEC(9));
	assert_non_null(strstr(b->p.why, "no answer within 5 s"));
}

static void closing_cancels_a_request(void **state)
{
	struct bench *b = *state;

	begin(b);
	b->mute = true;
	assert_int_equal(power_act(b->p.power, POWER_ON, power_bench_done, &b->p), 0);
	assert_int_equal(power_act(b->p.power, POWER_OFF, power_bench_done, &b->p), -EBUSY);
	while (!b->n)
		uv_run(&b->p.loop, UV_RUN_NOWAIT);
	power_close(b->p.power);
	b->p.power = NULL;
	assert_int_equal(b->p.err, -ECANCELED);
}

static void closing_cancels_a_look_up(void **state)
{
	struct bench *b = *state;

	begin(b);
	assert_int_equal(power_act(b->p.power, POWER_ON, power_bench_done, &b->p), 0);
	power_close(b->p.power);
	b->p.power = NULL;
	assert_int_equal(b->p.err, -ECANCELED);
}

static void what_would_change_the_request_is_refused(void **state)
{
	static const char *const bad[] = {
		"host",       "host/pdu",     "/pdu/1",          "host/pdu/",    "host//1",
		"host/a b/1", "host/pdu/1&x", "host/pdu/1\r\nX", "ho\nst/pdu/1", "host:/pdu/1",
	};
	struct bench *b = *state;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(power_bench_open(&b->p, "pdudaemon", bad[i]), -EINVAL);
	b->p.power = NULL;
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(each_verb_is_its_request),
		TEST(it_has_no_buttons_and_no_state),
		TEST(a_refusal_is_told),
		TEST(another_server_is_told),
		TEST(a_connection_that_breaks_is_told),
		TEST(nobody_there_is_told),
		TEST(no_answer_is_waited_for_5_s),
		TEST(closing_cancels_a_request),
		TEST(closing_cancels_a_look_up),
		TEST(what_would_change_the_request_is_refused),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
