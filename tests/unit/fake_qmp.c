/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The fake QMP server: state, answers and faults. */
#include "fake_qmp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define GREETING                                                                                   \
	"{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 22, \"minor\": 2, \"major\": 7}, "         \
	"\"package\": \"fake\"}, \"capabilities\": [\"oob\"]}}\r\n"

static void serve_next(struct fake_qmp *f);

static void on_client_closed(uv_handle_t *h)
{
	struct fake_qmp *f = h->data;

	f->connected = false;
	if (f->waiting)
		serve_next(f);
}

void fake_qmp_hang_up(struct fake_qmp *f)
{
	if (f->connected && !uv_is_closing((uv_handle_t *)&f->client))
		uv_close((uv_handle_t *)&f->client, on_client_closed);
}

static void on_sent(uv_write_t *req, int status)
{
	free(req);
}

static void send_bytes(struct fake_qmp *f, const char *bytes, size_t n)
{
	uv_write_t *req = malloc(sizeof(*req) + n);
	char *copy = (char *)(req + 1);
	uv_buf_t buf;

	assert_non_null(req);
	memcpy(copy, bytes, n);
	buf = uv_buf_init(copy, (unsigned)n);
	assert_int_equal(uv_write(req, (uv_stream_t *)&f->client, &buf, 1, on_sent), 0);
}

void fake_qmp_send(struct fake_qmp *f, const char *text)
{
	size_t n = strlen(text), piece = f->byte_by_byte ? 1 : n;

	for (size_t at = 0; at < n; at += piece)
		send_bytes(f, text + at, piece);
}

static void event(struct fake_qmp *f, const char *name)
{
	char text[160];

	snprintf(text, sizeof(text),
		 "{\"timestamp\": {\"seconds\": 1, \"microseconds\": 2}, \"event\": \"%s\"}\r\n",
		 name);
	fake_qmp_send(f, text);
}

static void answer(struct fake_qmp *f, const json_t *id, const char *value)
{
	char text[256], id_text[64] = "";

	if (id)
		snprintf(id_text, sizeof(id_text), ", \"id\": %lld",
			 (long long)json_integer_value(id));
	snprintf(text, sizeof(text), "{%s%s}\r\n", value, id_text);
	fake_qmp_send(f, text);
}

static void do_fault(struct fake_qmp *f, const json_t *id)
{
	char *longest;

	switch (f->fault) {
	case FAULT_CLOSE_ON_COMMAND: fake_qmp_hang_up(f); break;
	case FAULT_ERROR:
		answer(f, id,
		       "\"error\": {\"class\": \"GenericError\", \"desc\": \"no\\u001b way\"}");
		break;
	case FAULT_GARBAGE: fake_qmp_send(f, "\r\n{\"return\": \r\n"); break;
	case FAULT_LONG_LINE:
		longest = malloc(100001);
		memset(longest, 'x', 100000);
		longest[100000] = '\0';
		fake_qmp_send(f, longest);
		free(longest);
		break;
	default: break; /* no answer */
	}
}

static void reset(struct fake_qmp *f, const json_t *id)
{
	bool silent = f->fault == FAULT_NO_RESET_EVENT;

	if (!silent && !f->event_after_return)
		event(f, "RESET");
	answer(f, id, "\"return\": {}");
	if (!silent && f->event_after_return)
		event(f, "RESET");
	if (!strcmp(f->status, "shutdown"))
		f->status = "paused";
}

static void obey(struct fake_qmp *f, const char *name, const json_t *id)
{
	char value[64];

	if (!strcmp(name, "query-status") && f->fault != FAULT_NO_STATUS) {
		snprintf(value, sizeof(value), "\"return\": {\"status\": \"%s\"}", f->status);
		answer(f, id, value);
		return;
	}
	if (!strcmp(name, "system_reset")) {
		reset(f, id);
		return;
	}
	if (!strcmp(name, "stop")) {
		event(f, "STOP");
		f->status = "paused";
	} else if (!strcmp(name, "cont")) {
		f->status = "running";
		event(f, "RESUME");
	}
	answer(f, id, "\"return\": {}");
}

static void on_command(struct fake_qmp *f, const char *line, size_t len)
{
	json_t *msg = json_loadb(line, len, 0, NULL);
	const json_t *id = json_object_get(msg, "id");
	const char *name = json_string_value(json_object_get(msg, "execute"));
	size_t used = strlen(f->said);

	assert_non_null(name);
	if (!strcmp(name, "qmp_capabilities") && !f->negotiated) {
		f->negotiated = f->fault != FAULT_REFUSE_NEGOTIATION;
		answer(f, id, f->negotiated ? "\"return\": {}" : "\"error\": {\"desc\": \"no\"}");
	} else {
		assert_true(f->negotiated);
		snprintf(f->said + used, sizeof(f->said) - used, " %s", name);
		if (!strcmp(name, "chardev-send-break"))
			assert_string_equal(json_string_value(json_object_get(
						    json_object_get(msg, "arguments"), "id")),
					    "serial0");
		if (f->fault >= FAULT_NO_ANSWER && f->fault <= FAULT_LONG_LINE && f->faults_left) {
			f->faults_left--;
			do_fault(f, id);
		} else {
			obey(f, name, id);
		}
	}
	json_decref(msg);
}

static void on_alloc(uv_handle_t *h, size_t hint, uv_buf_t *buf)
{
	struct fake_qmp *f = h->data;

	*buf = uv_buf_init(f->buf + f->used, (unsigned)(sizeof(f->buf) - f->used));
}

static void on_read(uv_stream_t *h, ssize_t n, const uv_buf_t *buf)
{
	struct fake_qmp *f = h->data;
	char *nl;

	if (n <= 0) {
		fake_qmp_hang_up(f);
		return;
	}
	f->used += (size_t)n;
	while ((nl = memchr(f->buf, '\n', f->used))) {
		size_t len = (size_t)(nl + 1 - f->buf);

		on_command(f, f->buf, len);
		f->used -= len;
		memmove(f->buf, nl + 1, f->used);
	}
}

static void serve_next(struct fake_qmp *f)
{
	f->waiting = false;
	uv_pipe_init(f->listener.loop, &f->client, 0);
	f->client.data = f;
	assert_int_equal(uv_accept((uv_stream_t *)&f->listener, (uv_stream_t *)&f->client), 0);
	f->connected = true;
	f->connections++;
	f->negotiated = false;
	f->used = 0;
	uv_read_start((uv_stream_t *)&f->client, on_alloc, on_read);
	if (f->fault == FAULT_WRONG_GREETING)
		fake_qmp_send(f, "{\"hello\": 1}\r\n");
	else if (f->fault != FAULT_NO_GREETING)
		fake_qmp_send(f, GREETING);
	/* QEMU may have something to say at any time. */
	if (f->fault == FAULT_NONE)
		event(f, "NIC_RX_FILTER_CHANGED");
}

static void on_connection(uv_stream_t *server, int status)
{
	struct fake_qmp *f = server->data;

	assert_int_equal(status, 0);
	f->waiting = true;
	if (!f->connected)
		serve_next(f);
}

void fake_qmp_start(struct fake_qmp *f, uv_loop_t *loop, const char *path)
{
	unlink(path);
	uv_pipe_init(loop, &f->listener, 0);
	f->listener.data = f;
	assert_int_equal(uv_pipe_bind(&f->listener, path), 0);
	assert_int_equal(uv_listen((uv_stream_t *)&f->listener, 1, on_connection), 0);
}

void fake_qmp_stop(struct fake_qmp *f)
{
	fake_qmp_hang_up(f);
	f->waiting = false;
	uv_close((uv_handle_t *)&f->listener, NULL);
}
