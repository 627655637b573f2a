/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The build ID among a kernel's ELF notes. */
#include <elf.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "harness/client/agent.h"

/* Names and descriptors are padded to 4 bytes: elf(5), "Notes". */
static size_t padded(uint32_t n)
{
	return ((size_t)n + 3) & ~(size_t)3;
}

bool agent_build_id(const void *notes, size_t len, char id[2 * BUILD_ID_MAX + 1])
{
	const unsigned char *p = notes;
	Elf64_Nhdr h; /* Elf32_Nhdr is the same */

	while (len >= sizeof(h)) {
		size_t name, desc;

		memcpy(&h, p, sizeof(h));
		name = padded(h.n_namesz);
		desc = padded(h.n_descsz);
		p += sizeof(h);
		len -= sizeof(h);
		if (name > len || desc > len - name)
			return false;
		if (h.n_type == NT_GNU_BUILD_ID && h.n_namesz == sizeof(ELF_NOTE_GNU) &&
		    !memcmp(p, ELF_NOTE_GNU, sizeof(ELF_NOTE_GNU)) && h.n_descsz &&
		    h.n_descsz <= BUILD_ID_MAX) {
			for (uint32_t i = 0; i < h.n_descsz; i++)
				snprintf(id + 2 * i, 3, "%02x", p[name + i]);
			return true;
		}
		p += name + desc;
		len -= name + desc;
	}
	return false;
}
