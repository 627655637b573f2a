/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of sections: a line here and a file doctor_SECTION.c make one. */
#include "harness/doctor/doctor.h"

extern const struct doctor_section doctor_tools, doctor_places, doctor_card, doctor_network,
	doctor_console, doctor_power, doctor_reset;

const struct doctor_section *const doctor_sections[] = {
	&doctor_tools,   &doctor_places, &doctor_card,  &doctor_network,
	&doctor_console, &doctor_power,  &doctor_reset, NULL,
};
