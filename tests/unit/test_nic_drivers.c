/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/netboot/nic_drivers.c */
/* Which drivers the initrd has. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "harness/netboot/nic_drivers.h"

static bool has(const struct nic_drivers *d, const char *module)
{
	for (size_t i = 0; d->modules[i]; i++)
		if (!strcmp(d->modules[i], module))
			return true;
	return false;
}

static void a_drivers_name_is_that_driver(void **state)
{
	const char *room[2];
	struct nic_drivers d;

	nic_drivers_of("igc", room, &d);
	assert_string_equal(d.modules[0], "igc");
	assert_null(d.modules[1]);
	assert_false(d.those_there_are);
}

static void a_device_of_qemus_has_its_drivers(void **state)
{
	const char *room[2];
	struct nic_drivers d;

	nic_drivers_of("virtio-net-pci", room, &d);
	assert_true(has(&d, "virtio_net") && has(&d, "virtio_pci"));
	assert_false(d.those_there_are);
}

static void auto_has_the_usual_cards_and_forgives_a_kernel_that_lacks_one(void **state)
{
	static const char *const cards[] = {"e1000e", "igb", "igc", "r8169", "tg3", "virtio_net"};
	const char *room[2];
	struct nic_drivers d;

	nic_drivers_of("auto", room, &d);
	for (size_t i = 0; i < sizeof(cards) / sizeof(cards[0]); i++)
		assert_true(has(&d, cards[i]));
	assert_true(d.those_there_are);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_drivers_name_is_that_driver),
		cmocka_unit_test(a_device_of_qemus_has_its_drivers),
		cmocka_unit_test(auto_has_the_usual_cards_and_forgives_a_kernel_that_lacks_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
