/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The lists behind console/detector/plumbing.h; each ends with NULL. */
#ifndef KDEV_CONSOLE_PLUMBING_LISTS_H
#define KDEV_CONSOLE_PLUMBING_LISTS_H

extern const char *const plumbing_always_list[],
	*const plumbing_waits_list[],
		*const plumbing_dispatches_list[],
			*const plumbing_interrupts_list[],
				*const plumbing_reports_list[],
					*const plumbing_schedules_list[],
						*const plumbing_waits_for_cpus_list[];

#endif
