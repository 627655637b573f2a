/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/pipeline/kmsg*.c console/pipeline/netconsole_header.c */
/* Records lie inside their line, one behind the other, and have values in their ranges. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "console/pipeline/kmsg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(const struct log_record *rec)
{
	size_t n = strnlen(rec->caller, sizeof(rec->caller));

	if (rec->level < -1 || rec->level > 7 || rec->kernel_us < -1)
		abort();
	if (n == sizeof(rec->caller) || (n && rec->caller[0] != 'T' && rec->caller[0] != 'C'))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* In memory of its own size, for the address sanitizer. */
	char *line = malloc(size ? size : 1);
	struct log_record rec;
	const char *at = line;
	uint64_t dropped;
	struct kmsg k;

	if (!line)
		abort();
	memcpy(line, data, size);
	kmsg_begin(&k, line, size);
	while (kmsg_next(&k, &rec)) {
		if (rec.text < at || rec.text + rec.len > line + size)
			abort();
		at = rec.text + rec.len;
		check(&rec);
		kmsg_remark(rec.text, rec.len, &dropped);
	}
	free(line);
	return 0;
}
