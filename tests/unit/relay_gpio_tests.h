/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tests of the GPIO driver, the same for both versions of libgpiod. */
#ifndef KDEV_TESTS_RELAY_GPIO_TESTS_H
#define KDEV_TESTS_RELAY_GPIO_TESTS_H

int relay_gpio_tests(void); /* what main() returns */

#endif
