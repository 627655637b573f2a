/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Module names and string tables of ELF files. */
#include "console/symbolizer/elf_sections.h"

#include <stdlib.h>
#include <string.h>

#define MODULE_NAME_MAX  64 /* MODULE_NAME_LEN in include/linux/moduleparam.h, rounded up */
#define DECOMPRESSED_MAX (1ULL << 30)

/* The next section of that name after `scn` (NULL: the first), or NULL. */
static Elf_Scn *next_named(Elf *elf, Elf_Scn *scn, const char *wanted, GElf_Shdr *shdr)
{
	size_t names;

	if (elf_getshdrstrndx(elf, &names) != 0)
		return NULL;
	while ((scn = elf_nextscn(elf, scn))) {
		const char *name;

		if (!gelf_getshdr(scn, shdr))
			continue;
		name = elf_strptr(elf, names, shdr->sh_name);
		if (name && !strcmp(name, wanted))
			return scn;
	}
	return NULL;
}

/* "my-mod.ko" and "my-mod.ko.debug" are the module my_mod. */
static char *name_of_path(const char *path)
{
	const char *base = strrchr(path, '/');
	char *name;

	base = base ? base + 1 : path;
	name = strndup(base, strcspn(base, "."));
	for (char *c = name; c && *c; c++)
		*c = *c == '-' ? '_' : *c;
	return name;
}

char *elf_module_name(Elf *elf, const char *path)
{
	GElf_Shdr shdr;
	Elf_Scn *scn = next_named(elf, NULL, ".modinfo", &shdr);
	Elf_Data *data = scn && shdr.sh_type == SHT_PROGBITS ? elf_getdata(scn, NULL) : NULL;

	for (size_t at = 0; data && data->d_buf && at < data->d_size;) {
		const char *s = (const char *)data->d_buf + at;
		size_t n = strnlen(s, data->d_size - at);

		if (n > 5 && !memcmp(s, "name=", 5))
			return strndup(s + 5, n - 5 < MODULE_NAME_MAX ? n - 5 : MODULE_NAME_MAX);
		at += n + 1;
	}
	return name_of_path(path);
}

static bool ends(Elf_Scn *scn, const GElf_Shdr *shdr)
{
	Elf_Data *data;
	GElf_Chdr chdr;

	if (shdr->sh_type == SHT_NOBITS) /* split off, to another file */
		return true;
	if ((shdr->sh_flags & SHF_COMPRESSED) &&
	    (!gelf_getchdr(scn, &chdr) || chdr.ch_size > DECOMPRESSED_MAX ||
	     elf_compress(scn, 0, 0) < 0))
		return false;
	data = elf_getdata(scn, NULL);
	if (!data || !data->d_size)
		return true;
	return data->d_buf && !((const char *)data->d_buf)[data->d_size - 1];
}

bool elf_strings_end(Elf *elf)
{
	static const char *const tables[] = {".debug_str", ".debug_line_str"};

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		Elf_Scn *scn = NULL;
		GElf_Shdr shdr;

		while ((scn = next_named(elf, scn, tables[i], &shdr)))
			if (!ends(scn, &shdr))
				return false;
	}
	return true;
}
