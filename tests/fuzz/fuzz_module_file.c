/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/module/module_file.c harness/module/module_info.c harness/module/module_elf.c */
/* LINK: harness/log.c */
/* LIBS: libkmod */
/*
 * Any bytes as a module file, through libkmod to the end. Its code has no sanitizer in it, but
 * asserts and reads from a mapping of its own, and its allocations are watched.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "harness/module/module_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct module_file m;
	char path[32], err[256];
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (!module_file_read(path, &m, err, sizeof(err))) {
		if (!*m.name || strpbrk(m.name, "/ ;\n"))
			abort();
		module_file_free(&m);
	}
	close(fd);
	return 0;
}
