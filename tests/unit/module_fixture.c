/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small kernel modules made in memory. */
#include <elf.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/module_fixture.h"

#include <cmocka.h>

#define SECTIONS_MAX 12
#define NAMES_MAX    256

/* Grows as sections are added; the headers come last, as the linker has it. */
struct builder {
	unsigned char *bytes;
	size_t n;
	Elf64_Shdr headers[SECTIONS_MAX];
	unsigned n_headers;
	char names[NAMES_MAX];
	size_t names_len;
};

static size_t append(struct builder *b, const void *bytes, size_t n)
{
	size_t at = b->n;

	b->bytes = realloc(b->bytes, b->n + n + 1);
	assert_non_null(b->bytes);
	if (n)
		memcpy(b->bytes + at, bytes, n);
	b->n += n;
	return at;
}

static void add_section(struct builder *b, const char *name, unsigned type, const void *bytes,
			size_t n)
{
	Elf64_Shdr *sh = &b->headers[b->n_headers++];
	size_t len = strlen(name) + 1;

	assert_true(b->n_headers <= SECTIONS_MAX && b->names_len + len <= NAMES_MAX);
	sh->sh_name = (Elf64_Word)b->names_len;
	memcpy(b->names + b->names_len, name, len);
	b->names_len += len;
	sh->sh_type = type;
	sh->sh_offset = append(b, bytes, n);
	sh->sh_size = n;
}

static void add_symbols(struct builder *b, const struct fixture *f)
{
	struct builder syms = {0}, strs = {0}, versions = {0};
	Elf64_Sym none = {0};

	append(&syms, &none, sizeof(none));
	append(&strs, "", 1);
	for (size_t i = 0; i < f->n_symbols; i++) {
		const struct fixture_symbol *s = &f->symbols[i];
		Elf64_Sym sym = {.st_info = ELF64_ST_INFO(s->weak ? STB_WEAK : STB_GLOBAL, 0)};
		struct {
			uint64_t crc;
			char name[56];
		} version = {.crc = s->crc};

		sym.st_name = (Elf64_Word)append(&strs, s->name, strlen(s->name) + 1);
		append(&syms, &sym, sizeof(sym));
		(void)snprintf(version.name, sizeof(version.name), "%s", s->name);
		if (s->crc)
			append(&versions, &version, sizeof(version));
	}
	if (versions.n)
		add_section(b, "__versions", SHT_PROGBITS, versions.bytes, versions.n);
	add_section(b, ".symtab", SHT_SYMTAB, syms.bytes, syms.n);
	add_section(b, ".strtab", SHT_STRTAB, strs.bytes, strs.n);
	free(syms.bytes);
	free(strs.bytes);
	free(versions.bytes);
}

static void add_build_id(struct builder *b, const char *id)
{
	struct {
		Elf64_Nhdr head;
		char name[4], id[20];
	} note = {{4, 20, NT_GNU_BUILD_ID}, ELF_NOTE_GNU, ""};

	memcpy(note.id, id, sizeof(note.id));
	add_section(b, ".note.gnu.build-id", SHT_NOTE, &note, sizeof(note));
}

unsigned char *fixture_make(const struct fixture *f, size_t *n)
{
	static const char this_module[64];
	struct builder b = {0};
	Elf64_Ehdr eh = {
		.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
			    EV_CURRENT},
		.e_type = ET_REL,
		.e_machine = EM_X86_64,
		.e_version = EV_CURRENT,
		.e_ehsize = sizeof(Elf64_Ehdr),
		.e_shentsize = sizeof(Elf64_Shdr),
	};
	unsigned char *exact;

	append(&b, &eh, sizeof(eh));
	add_section(&b, "", SHT_NULL, NULL, 0);
	if (f->modinfo)
		add_section(&b, ".modinfo", SHT_PROGBITS, f->modinfo, f->modinfo_len);
	if (f->build_id)
		add_build_id(&b, f->build_id);
	add_section(&b, ".gnu.linkonce.this_module", SHT_PROGBITS, this_module,
		    sizeof(this_module));
	add_symbols(&b, f);
	eh.e_shstrndx = (Elf64_Half)b.n_headers;
	add_section(&b, ".shstrtab", SHT_STRTAB, b.names, 0);
	b.headers[eh.e_shstrndx].sh_size = b.names_len;
	append(&b, b.names, b.names_len);
	eh.e_shnum = (Elf64_Half)b.n_headers;
	eh.e_shoff = append(&b, b.headers, b.n_headers * sizeof(b.headers[0]));
	memcpy(b.bytes, &eh, sizeof(eh));

	exact = malloc(b.n);
	assert_non_null(exact);
	memcpy(exact, b.bytes, b.n);
	free(b.bytes);
	*n = b.n;
	return exact;
}

size_t fixture_header(const unsigned char *bytes, const char *section)
{
	Elf64_Ehdr eh;
	Elf64_Shdr sh, names;

	memcpy(&eh, bytes, sizeof(eh));
	memcpy(&names, bytes + eh.e_shoff + eh.e_shstrndx * sizeof(names), sizeof(names));
	for (unsigned i = 1; i < eh.e_shnum; i++) {
		memcpy(&sh, bytes + eh.e_shoff + i * sizeof(sh), sizeof(sh));
		if (!strcmp((const char *)bytes + names.sh_offset + sh.sh_name, section))
			return eh.e_shoff + i * sizeof(sh);
	}
	return 0;
}

char *fixture_write(const char *dir, const char *name, const void *bytes, size_t n)
{
	size_t len = strlen(dir) + strlen(name) + 2;
	char *path = malloc(len);
	FILE *f;

	assert_non_null(path);
	(void)snprintf(path, len, "%s/%s", dir, name);
	f = fopen(path, "we");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
	return path;
}
