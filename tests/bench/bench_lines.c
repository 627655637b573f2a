/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/pipeline/lines.c console/pipeline/sanitize.c console/pipeline/kmsg*.c */
/* LINK: console/pipeline/netconsole_header.c */
/* How fast lines are split, checked and parsed, in bytes of clean kernel log a second. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/pipeline/kmsg.h"
#include "console/pipeline/lines.h"
#include "console/pipeline/sanitize.h"

#define SIZE  (64u << 20)
#define CHUNK (64u << 10)

struct sum {
	uint64_t lines, records, bytes;
};

static void count_line(void *arg, const struct line *line)
{
	struct sum *s = arg;

	s->lines++;
	s->bytes += line->len;
}

static void check_line(void *arg, const struct line *line)
{
	struct sum *s = arg;

	s->lines += text_is_plain(line->text, line->len);
}

static void parse_line(void *arg, const struct line *line)
{
	struct sum *s = arg;
	struct log_record rec;
	struct kmsg k;

	if (!text_is_plain(line->text, line->len))
		return;
	kmsg_begin(&k, line->text, line->len);
	while (kmsg_next(&k, &rec))
		s->records++;
}

static char *make_log(void)
{
	static const char *const texts[] = {
		"pci 0000:00:01.3: quirk: [io  0x0600-0x063f] claimed by PIIX4 ACPI",
		"usb 1-1: new full-speed USB device number 2 using xhci_hcd",
		"EXT4-fs (vda1): mounted filesystem with ordered data mode. Quota mode: none.",
		" do_one_initcall+0x59/0x220",
		"RAX: 0000000000000000 RBX: ffffffffc0466000 RCX: 0000000000000000",
		"audit: type=1400 audit(1700000000.000:2): apparmor=\"STATUS\" operation=\"x\"",
	};
	char *log = malloc(SIZE);
	size_t at = 0;

	for (unsigned i = 0; log && at + 256 < SIZE; i++)
		at += (size_t)snprintf(log + at, 256, "[%5u.%06u] %s\r\n", i / 1000, i % 1000 * 997,
				       texts[i % 6]);
	if (log)
		memset(log + at, '\n', SIZE - at);
	return log;
}

static void run(const char *what, line_fn fn, const char *log)
{
	struct lines *l = malloc(sizeof(*l));
	struct monotime from, to;
	struct sum s = {0};

	if (!l)
		return;
	lines_init(l, fn, &s);
	from = mono_now();
	for (size_t i = 0; i < SIZE; i += CHUNK)
		lines_feed(l, log + i, CHUNK, from);
	to = mono_now();
	printf("  %-32s %8.2f GB/s\n", what, SIZE / 1e3 / (double)mono_diff(to, from));
	free(l);
}

int main(void)
{
	char *log = make_log();

	if (!log)
		return 1;
	run("split into lines", count_line, log);
	run("... and checked for controls", check_line, log);
	run("... and parsed into records", parse_line, log);
	free(log);
	return 0;
}
