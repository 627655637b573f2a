/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The chip behind the fakes of libgpiod 1 and 2: eight lines at /dev/gpiochip-fake. */
#ifndef KDEV_TESTS_FAKES_GPIO_CHIP_H
#define KDEV_TESTS_FAKES_GPIO_CHIP_H

#include <stdbool.h>

#define FAKE_CHIP  "/dev/gpiochip-fake"
#define FAKE_LINES 8

struct fake_line {
	bool requested, output, active_low, busy, stuck;
	bool level; /* on the wire */
	unsigned requests;
};

extern struct fake_line fake_lines[FAKE_LINES];
extern int fake_chips_open;

#endif
