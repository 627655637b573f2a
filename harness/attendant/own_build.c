/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The running program's build id, from its own note segment (NT_GNU_BUILD_ID). */
#include "harness/attendant/own_build.h"

#include <elf.h>
#include <link.h>
#include <stdio.h>
#include <string.h>

/* The linker's: where the program's ELF header is in memory. */
extern const unsigned char __ehdr_start[];

#define ALIGN4(n) (((size_t)(n) + 3) & ~(size_t)3)

static void hex(char *text, const unsigned char *bytes, size_t n)
{
	for (size_t i = 0; i < n && 2 * i + 2 < OWN_BUILD_MAX; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
}

static void look_in(const unsigned char *p, size_t size, char *text)
{
	ElfW(Nhdr) n;

	while (size >= sizeof(n)) {
		size_t name, desc;

		memcpy(&n, p, sizeof(n));
		name = ALIGN4(n.n_namesz);
		desc = ALIGN4(n.n_descsz);
		if (name > size - sizeof(n) || desc > size - sizeof(n) - name)
			return;
		if (n.n_type == NT_GNU_BUILD_ID && n.n_namesz == 4 &&
		    !memcmp(p + sizeof(n), "GNU", 4))
			hex(text, p + sizeof(n) + name, n.n_descsz);
		p += sizeof(n) + name + desc;
		size -= sizeof(n) + name + desc;
	}
}

/* The notes are in the first segment, which the headers begin, as linkers lay it out. */
static void look_in_program(char *text)
{
	ElfW(Ehdr) eh;
	ElfW(Phdr) ph;
	size_t mapped = 0;

	memcpy(&eh, __ehdr_start, sizeof(eh));
	for (size_t i = 0; i < eh.e_phnum; i++) {
		memcpy(&ph, __ehdr_start + eh.e_phoff + i * sizeof(ph), sizeof(ph));
		if (ph.p_type == PT_LOAD && !ph.p_offset)
			mapped = ph.p_filesz;
	}
	for (size_t i = 0; i < eh.e_phnum; i++) {
		memcpy(&ph, __ehdr_start + eh.e_phoff + i * sizeof(ph), sizeof(ph));
		if (ph.p_type == PT_NOTE && ph.p_offset <= mapped &&
		    ph.p_filesz <= mapped - ph.p_offset)
			look_in(__ehdr_start + ph.p_offset, ph.p_filesz, text);
	}
}

void own_build(char text[OWN_BUILD_MAX])
{
	text[0] = '\0';
	look_in_program(text);
	if (!text[0])
		snprintf(text, OWN_BUILD_MAX, "%s", KDEV_VERSION);
}
