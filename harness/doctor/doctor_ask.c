/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What checks ask the attendant. */
#include "harness/doctor/doctor.h"

json_t *doctor_ask(struct doctor *d, const char *op, json_t *fields)
{
	if (d->link)
		return link_call(d->link, op, fields);
	json_decref(fields);
	return NULL;
}

bool doctor_answered(const json_t *reply)
{
	return json_is_true(json_object_get(reply, "ok"));
}

static void on_time(uv_timer_t *t)
{
	*(bool *)t->data = true;
}

static void on_closed(uv_handle_t *h)
{
	*(bool *)h->data = true;
}

void doctor_pause(struct doctor *d, unsigned ms)
{
	bool over = false;
	uv_timer_t timer;

	uv_timer_init(d->loop, &timer);
	timer.data = &over;
	uv_update_time(d->loop);
	uv_timer_start(&timer, on_time, ms, 0);
	while (!over)
		uv_run(d->loop, UV_RUN_ONCE);
	over = false;
	uv_close((uv_handle_t *)&timer, on_closed);
	while (!over)
		uv_run(d->loop, UV_RUN_ONCE);
}
