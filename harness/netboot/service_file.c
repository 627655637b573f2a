/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where records of services are kept, and what they are held against. */
#include "harness/netboot/service_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/paths.h"

#define RECORD_MAX (1 << 20)
#define STAT_MAX   4096

static char *record_path(const char *dir, const char *name)
{
	return path_format("%s/services/%s.json", dir, name);
}

int service_file_write(const char *dir, const char *name, const struct service_record *r,
		       char *const *argv)
{
	char *services = path_format("%s/services", dir), *path = record_path(dir, name);
	char *text = service_record_format(r, argv);
	int rc = -ENOMEM;

	if (services && path && text)
		rc = path_mkdirs(services, 0755);
	if (!rc)
		rc = path_write_atomic(path, text, strlen(text), 0644);
	free(text);
	free(path);
	free(services);
	return rc;
}

int service_file_read(const char *dir, const char *name, struct service_record *r)
{
	char *path = record_path(dir, name);
	size_t len;
	char *text = path ? path_read(path, RECORD_MAX, &len) : NULL;
	int rc = text ? service_record_parse(text, len, r) : -ENOENT;

	free(text);
	free(path);
	return rc;
}

void service_file_remove(const char *dir, const char *name)
{
	char *path = record_path(dir, name);

	if (path)
		unlink(path);
	free(path);
}

unsigned long long service_file_start_time(pid_t pid)
{
	char path[64], *stat;
	unsigned long long t;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	stat = path_read(path, STAT_MAX, NULL);
	t = stat ? service_start_time(stat) : 0;
	free(stat);
	return t;
}

void service_file_boot_id(char id[BOOT_ID_SIZE])
{
	char *text = path_read("/proc/sys/kernel/random/boot_id", BOOT_ID_SIZE, NULL);

	snprintf(id, BOOT_ID_SIZE, "%s", text ? text : "");
	id[strcspn(id, "\n")] = '\0';
	free(text);
}
