/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A GPIO line by libgpiod 1. */
#include "watchdog/power/gpio_line.h"

#if KDEV_GPIOD_V1

#include <errno.h>
#include <stdlib.h>

struct gpio_line {
	struct gpiod_chip *chip;
	struct gpiod_line *line; /* belongs to the chip */
};

static int failure(void)
{
	return errno ? -errno : -EIO;
}

int gpio_line_open(const char *chip, unsigned offset, bool output, bool active_low,
		   struct gpio_line **out)
{
	struct gpio_line *l = calloc(1, sizeof(*l));
	int flags = active_low ? GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW : 0, err = 0;

	if (!l)
		return -ENOMEM;
	errno = 0;
	l->chip = gpiod_chip_open(chip);
	if (l->chip)
		l->line = gpiod_chip_get_line(l->chip, offset);
	if (!l->line || (output ? gpiod_line_request_output_flags(l->line, "kdev", flags, 0)
				: gpiod_line_request_input_flags(l->line, "kdev", flags)))
		err = failure();
	if (err) {
		gpio_line_close(l);
		return err;
	}
	*out = l;
	return 0;
}

int gpio_line_set(struct gpio_line *l, bool active)
{
	errno = 0;
	return gpiod_line_set_value(l->line, active) ? failure() : 0;
}

int gpio_line_get(struct gpio_line *l)
{
	int v;

	errno = 0;
	v = gpiod_line_get_value(l->line);
	return v < 0 ? failure() : v;
}

void gpio_line_close(struct gpio_line *l)
{
	if (!l)
		return;
	if (l->chip)
		gpiod_chip_close(l->chip);
	free(l);
}

#endif
