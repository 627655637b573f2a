/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where an outlet behind pdudaemon is: HOST[:PORT]/PDU/OUTLET. Pure. */
#ifndef KDEV_WATCHDOG_POWER_PDU_OUTLET_H
#define KDEV_WATCHDOG_POWER_PDU_OUTLET_H

#include <stdbool.h>

/* What goes into a URL as it is: letters, digits, '.', '_' and '-'. */
struct pdu_outlet {
	char host[128], port[8], pdu[128], outlet[16];
};

/* False: it is none. */
bool pdu_outlet_parse(struct pdu_outlet *p, const char *where);

#endif
