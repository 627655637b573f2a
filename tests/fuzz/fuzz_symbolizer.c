/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/symbolizer/symbolizer.c console/symbolizer/debug_file.c */
/* LINK: console/symbolizer/elf_symbols.c console/symbolizer/dwarf_lines.c */
/* LINK: console/explain/source_path.c console/pipeline/printable.c console/pipeline/sanitize.c */
/* LINK: console/strbuf.c console/detector/crash.c console/detector/guilty_frame.c */
/* LINK: console/detector/trace*.c console/detector/pattern.c console/symbolizer/elf_sections.c */
/* LIBS: libdw libelf */
/* Any bytes as a module or kernel with debug information, through libdw to the end. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "console/symbolizer/symbolizer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The functions of the seed, once as the kernel's and once as a module's. */
static struct crash_report *make_report(void)
{
	static const char *const functions[] = {"poke", "outer", "poke", "outer"};
	struct crash_report *r = calloc(1, sizeof(*r));

	if (!r || !(r->frames = calloc(4, sizeof(*r->frames))))
		abort();
	for (size_t i = 0; i < 4; i++) {
		struct crash_frame *f = &r->frames[r->n_frames++];

		f->function = strdup(functions[i]);
		f->module = i < 2 ? strdup("gadget") : NULL;
		f->offset = i % 2 ? 9 : 5;
		f->exact = i % 2 == 0;
		if (!f->function)
			abort();
	}
	r->function = strdup("poke");
	return r;
}

static void check_text(const char *s)
{
	for (; s && *s; s++)
		if ((unsigned char)*s < 0x20 && *s != '\n')
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct symbolizer *s = symbolizer_new();
	struct crash_report *r = make_report();
	struct strbuf text = {0};
	char path[32];
	int fd = memfd_create("gadget", MFD_CLOEXEC);

	if (!s || fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (symbolizer_add(s, path, &text) && !text.len)
		abort();
	if (symbolizer_report(s, r, &text))
		abort();
	check_text(strbuf_str(&text));
	for (size_t i = 0; i < r->n_frames; i++) {
		check_text(r->frames[i].function);
		check_text(r->frames[i].file);
	}
	crash_report_free(r);
	symbolizer_free(s);
	strbuf_free(&text);
	close(fd);
	return 0;
}
