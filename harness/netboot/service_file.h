/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The file DIR/services/NAME.json with a service's record, and what /proc says now. */
#ifndef KDEV_HARNESS_NETBOOT_SERVICE_FILE_H
#define KDEV_HARNESS_NETBOOT_SERVICE_FILE_H

#include "harness/netboot/service_record.h"

/* 0 or a negative errno. argv is kept for people. */
int service_file_write(const char *dir, const char *name, const struct service_record *r,
		       char *const *argv);
int service_file_read(const char *dir, const char *name, struct service_record *r);
void service_file_remove(const char *dir, const char *name);

/* Of a live process; 0: there is none. */
unsigned long long service_file_start_time(pid_t pid);

/* This boot of the host; "" if it can't be known. */
void service_file_boot_id(char id[BOOT_ID_SIZE]);

#endif
