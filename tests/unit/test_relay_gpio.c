/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: watchdog/power/relay_gpio.c watchdog/power/relay_at_once.c tests/unit/relay_gpio_tests.c */
/* LINK: watchdog/power/gpio_line_v1.c watchdog/power/gpio_line_v2.c tests/fakes/gpiod1.c */
/* LIBS: libuv */
/* GPIO lines by the version of libgpiod that is installed: 1 on Debian 12. */
#include "tests/unit/relay_gpio_tests.h"

int main(void)
{
	return relay_gpio_tests();
}
