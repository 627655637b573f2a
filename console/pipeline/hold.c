/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A bounded queue of torn records that wait for their whole copy. */
#include "console/pipeline/hold.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define AT_ONCE ((struct monotime){INT64_MIN})

static struct held *at(struct hold *h, size_t i)
{
	return &h->held[(h->first + i) % HOLD_MAX];
}

int hold_add(struct hold *h, const struct log_record *rec, uint64_t id, struct monotime until)
{
	struct held *e = at(h, h->n);
	char *text;

	if (h->n == HOLD_MAX)
		return -ENOSPC;
	text = malloc(rec->len + 1);
	if (!text)
		return -ENOMEM;
	memcpy(text, rec->text, rec->len);
	text[rec->len] = 0;
	*e = (struct held){.rec = *rec, .text = text, .id = id, .until = until};
	e->rec.text = text;
	h->n++;
	return 0;
}

void hold_drop(struct hold *h, uint64_t id)
{
	for (size_t i = 0; i < h->n; i++) {
		struct held *e = at(h, i);

		if (e->id != id || !e->text)
			continue;
		free(e->text);
		e->text = NULL;
		e->until = AT_ONCE;
		return;
	}
}

void hold_settle(struct hold *h, int64_t kernel_us)
{
	for (size_t i = 0; i < h->n; i++)
		if (at(h, i)->rec.kernel_us < kernel_us)
			at(h, i)->until = AT_ONCE;
}

bool hold_take(struct hold *h, struct monotime now, int64_t before_us, struct held *out)
{
	while (h->n && mono_due(at(h, 0)->until, now)) {
		if (at(h, 0)->text && at(h, 0)->rec.kernel_us >= before_us)
			return false;
		*out = *at(h, 0);
		h->first = (h->first + 1) % HOLD_MAX;
		h->n--;
		if (out->text)
			return true;
	}
	return false;
}

struct monotime hold_wakeup(const struct hold *h)
{
	return h->n ? h->held[h->first].until : MONO_NEVER;
}

void hold_free(struct hold *h)
{
	for (size_t i = 0; i < h->n; i++)
		free(at(h, i)->text);
	h->n = 0;
}
