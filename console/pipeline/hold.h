/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A short queue for serial records whose end is missing, and for what comes behind them: netconsole
 * is likely to bring the whole message within milliseconds. Bounded in number, size and time.
 */
#ifndef KDEV_CONSOLE_HOLD_H
#define KDEV_CONSOLE_HOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console/detector/detector.h"

#define HOLD_MAX  32
#define HOLD_TIME MONO_MS(20)

struct held {
	struct log_record rec;
	char *text; /* what rec.text points to */
	uint64_t id;
	struct monotime until;
};

struct hold {
	struct held held[HOLD_MAX]; /* a ring */
	size_t first, n;
};

static inline bool hold_is_empty(const struct hold *h)
{
	return h->n == 0;
}

/* Copy rec to the end of the queue; it may leave when those before it have and `until` has come.
 * 0, -ENOMEM, or -ENOSPC when the queue is full. */
int hold_add(struct hold *h, const struct log_record *rec, uint64_t id, struct monotime until);

/* The message with this id is known whole: its copy here, if any, goes. */
void hold_drop(struct hold *h, uint64_t id);

/* No whole copy will come any more for what is older than this timestamp. */
void hold_settle(struct hold *h, int64_t kernel_us);

/* The first record if it may leave now and is older than before_us (INT64_MAX: any): the caller
 * frees out->text. False if there is none. */
bool hold_take(struct hold *h, struct monotime now, int64_t before_us, struct held *out);

/* When hold_take() will have one; MONO_NEVER if the queue is empty. */
struct monotime hold_wakeup(const struct hold *h);

void hold_free(struct hold *h);

#endif
