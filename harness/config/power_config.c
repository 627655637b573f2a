/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a board's configuration says of its power. */
#include "harness/config/power_config.h"

#include <string.h>

struct power_settings power_settings_of(const struct board_config *b, const char *qmp_socket)
{
	return (struct power_settings){
		.driver = b->power,
		.device = strcmp(b->power, "qmp") != 0 ? b->power_device : qmp_socket,
		.power_button = b->power_button,
		.reset_button = b->reset_button,
		.nmi_button = b->nmi_button,
		.mains = b->mains,
		.sense = b->power_sense,
		.mains_opens = !strcmp(b->mains_cut, "opens"),
		.press_us = b->press_us,
		.reset_us = b->reset_us,
		.hold_us = b->hold_us,
		.off_us = b->off_us,
		.verify_us = b->power_us,
	};
}
