/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One line of a GPIO chip, by libgpiod: version 1 and 2 have different interfaces, gpio_line_v1.c
 * and gpio_line_v2.c hide that. The header that is installed decides which of the two has content.
 */
#ifndef KDEV_WATCHDOG_POWER_GPIO_LINE_H
#define KDEV_WATCHDOG_POWER_GPIO_LINE_H

#include <gpiod.h>
#include <stdbool.h>

/* libgpiod 2 has no line bulks; neither version has a number in its header. */
#ifdef GPIOD_LINE_BULK_MAX_LINES
#define KDEV_GPIOD_V1 1
#else
#define KDEV_GPIOD_V1 0
#endif

struct gpio_line;

/* `chip` is a path. An output begins inactive. 0 or a negative errno. */
int gpio_line_open(const char *chip, unsigned offset, bool output, bool active_low,
		   struct gpio_line **out);
/* 0 or a negative errno; one ioctl on a descriptor that a forked child has too. */
int gpio_line_set(struct gpio_line *l, bool active);
int gpio_line_get(struct gpio_line *l);    /* 1, 0 or a negative errno */
void gpio_line_close(struct gpio_line *l); /* accepts NULL */

#endif
