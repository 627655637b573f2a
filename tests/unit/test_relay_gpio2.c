/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: watchdog/power/relay_gpio.c watchdog/power/relay_at_once.c tests/unit/relay_gpio_tests.c */
/* LINK: tests/fakes/gpiod2.c */
/* LIBS: libuv */
/* GPIO lines by libgpiod 2, whichever version is installed. */
#include "tests/fakes/gpiod2.h"
#include "tests/unit/relay_gpio_tests.h"
#include "watchdog/power/gpio_line_v2.c" /* NOLINT(bugprone-suspicious-include) */

int main(void)
{
	return relay_gpio_tests();
}
