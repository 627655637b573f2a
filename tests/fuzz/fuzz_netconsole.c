/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/pipeline/netconsole*.c */
/* The input is datagrams, each behind a byte that says by how many ms the clock moves; they end at
 * a zero byte. Times and sizes stay in their bounds, and nothing waits after a flush. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "console/pipeline/netconsole.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void on_record(void *arg, const struct netconsole_record *rec)
{
	volatile char sum = 0;

	if (rec->len > NETCONSOLE_TEXT_MAX || rec->level < 0 || rec->level > 7 || rec->us < 0)
		abort();
	if (memchr(rec->caller, 0, sizeof(rec->caller)) == NULL)
		abort();
	for (size_t i = 0; i < rec->len; i++)
		sum ^= rec->text[i];
}

static void on_text(void *arg, const char *text, size_t n, struct monotime at)
{
	if (!n)
		abort();
}

static void on_gap(void *arg, uint64_t n)
{
	if (!n)
		abort();
}

static void on_restart(void *arg)
{
}

static void feed(struct netconsole *nc, const uint8_t *data, size_t n, struct monotime now)
{
	char *copy = malloc(n ? n : 1);

	if (!copy)
		abort();
	memcpy(copy, data, n);
	netconsole_feed(nc, copy, n, now);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct netconsole_ops ops = {on_record, on_text, on_gap, on_restart};
	struct netconsole *nc = netconsole_new(&ops, NULL);
	struct monotime now = {0};
	size_t i = 0;

	if (!nc)
		abort();
	while (i < size) {
		const uint8_t *end;

		now = mono_add(now, MONO_MS(data[i++]));
		if (mono_due(netconsole_wakeup(nc), now))
			netconsole_tick(nc, now);
		if (mono_due(netconsole_wakeup(nc), now))
			abort();
		end = i < size ? memchr(data + i, 0, size - i) : NULL;
		feed(nc, data + i, end ? (size_t)(end - data) - i : size - i, now);
		i = end ? (size_t)(end - data) + 1 : size;
	}
	netconsole_flush(nc);
	if (!mono_is_never(netconsole_wakeup(nc)))
		abort();
	netconsole_free(nc);
	return 0;
}
