/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A GPIO line by libgpiod 2. */
#include "watchdog/power/gpio_line.h"

#if !KDEV_GPIOD_V1

#include <errno.h>
#include <stdlib.h>

struct gpio_line {
	struct gpiod_line_request *request;
	unsigned offset;
};

static int failure(void)
{
	return errno ? -errno : -EIO;
}

/* What the kernel is asked for, in three objects that live as long as the question. */
struct question {
	struct gpiod_line_settings *settings;
	struct gpiod_line_config *lines;
	struct gpiod_request_config *request;
};

static int make_question(struct question *q, unsigned offset, bool output, bool active_low)
{
	q->settings = gpiod_line_settings_new();
	q->lines = gpiod_line_config_new();
	q->request = gpiod_request_config_new();
	if (!q->settings || !q->lines || !q->request)
		return -ENOMEM;
	errno = 0;
	if (gpiod_line_settings_set_direction(q->settings, output ? GPIOD_LINE_DIRECTION_OUTPUT
								  : GPIOD_LINE_DIRECTION_INPUT))
		return failure();
	gpiod_line_settings_set_active_low(q->settings, active_low);
	if (output && gpiod_line_settings_set_output_value(q->settings, GPIOD_LINE_VALUE_INACTIVE))
		return failure();
	if (gpiod_line_config_add_line_settings(q->lines, &offset, 1, q->settings))
		return failure();
	gpiod_request_config_set_consumer(q->request, "kdev");
	return 0;
}

/* libgpiod's accept NULL. */
static void free_question(struct question *q)
{
	gpiod_request_config_free(q->request);
	gpiod_line_config_free(q->lines);
	gpiod_line_settings_free(q->settings);
}

int gpio_line_open(const char *chip, unsigned offset, bool output, bool active_low,
		   struct gpio_line **out)
{
	struct gpio_line *l = calloc(1, sizeof(*l));
	struct question q = {0};
	struct gpiod_chip *c;
	int err;

	if (!l)
		return -ENOMEM;
	l->offset = offset;
	errno = 0;
	c = gpiod_chip_open(chip);
	err = c ? make_question(&q, offset, output, active_low) : failure();
	if (!err) {
		errno = 0;
		l->request = gpiod_chip_request_lines(c, q.request, q.lines);
		if (!l->request)
			err = failure();
	}
	free_question(&q);
	if (c)
		gpiod_chip_close(c);
	if (err) {
		free(l);
		return err;
	}
	*out = l;
	return 0;
}

int gpio_line_set(struct gpio_line *l, bool active)
{
	errno = 0;
	return gpiod_line_request_set_value(l->request, l->offset,
					    active ? GPIOD_LINE_VALUE_ACTIVE
						   : GPIOD_LINE_VALUE_INACTIVE)
		       ? failure()
		       : 0;
}

int gpio_line_get(struct gpio_line *l)
{
	enum gpiod_line_value v;

	errno = 0;
	v = gpiod_line_request_get_value(l->request, l->offset);
	if (v == GPIOD_LINE_VALUE_ERROR)
		return failure();
	return v == GPIOD_LINE_VALUE_ACTIVE;
}

void gpio_line_close(struct gpio_line *l)
{
	if (!l)
		return;
	gpiod_line_request_release(l->request);
	free(l);
}

#endif
