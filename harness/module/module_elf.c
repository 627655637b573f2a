/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Look an object file through before anybody trusts it. */
#include "harness/module/module_elf.h"

#include <elf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* As in the kernel's include/linux/module_signature.h. */
#define SIGNATURE_MARK "~Module signature appended~\n"

/* struct modversion_info of a 64-bit kernel: a CRC in 8 bytes, then the name. */
#define VERSION_SIZE 64
#define VERSION_NAME 8

/*
 * libkmod compares each undefined symbol with each version. The largest modules (amdgpu, i915)
 * have some two thousand of both; and KSYM_NAME_LEN is 512.
 */
#define SYMBOLS_MAX     16384
#define SYMBOL_NAME_MAX 512

struct view {
	const unsigned char *bytes;
	size_t n;
	Elf64_Ehdr eh;
	Elf64_Shdr names; /* the section of section names */
	char *why;
	size_t why_len;
};

static int __attribute__((format(printf, 2, 3))) refuse(struct view *v, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(v->why, v->why_len, fmt, ap);
	va_end(ap);
	return -ENOEXEC;
}

size_t module_elf_size(const void *bytes, size_t n)
{
	const size_t mark = sizeof(SIGNATURE_MARK) - 1;

	if (n >= mark && !memcmp((const char *)bytes + n - mark, SIGNATURE_MARK, mark))
		return n - mark;
	return n;
}

/* What people give by mistake deserves a word of its own. */
static int check_magic(struct view *v)
{
	static const struct {
		unsigned char magic[4], n;
		const char *tool;
	} packed[] = {
		{{0x1f, 0x8b}, 2, "gzip"},
		{{0xfd, '7', 'z', 'X'}, 4, "xz"},
		{{0x28, 0xb5, 0x2f, 0xfd}, 4, "zstd"},
	};

	if (!v->n)
		return refuse(v, "the file is empty");
	for (size_t i = 0; i < sizeof(packed) / sizeof(packed[0]); i++)
		if (v->n >= packed[i].n && !memcmp(v->bytes, packed[i].magic, packed[i].n))
			return refuse(v, "it is compressed; unpack it with %s -d first",
				      packed[i].tool);
	if (v->n < SELFMAG || memcmp(v->bytes, ELFMAG, SELFMAG) != 0)
		return refuse(v, "no ELF object file, as kbuild makes them (NAME.ko)");
	return 0;
}

static int check_header(struct view *v)
{
	int err = check_magic(v);

	if (err)
		return err;
	if (v->n <= sizeof(v->eh))
		return refuse(v, "the file is cut short: %zu bytes", v->n);
	memcpy(&v->eh, v->bytes, sizeof(v->eh));
	if (v->eh.e_ident[EI_CLASS] != ELFCLASS64 || v->eh.e_ident[EI_DATA] != ELFDATA2LSB ||
	    v->eh.e_machine != EM_X86_64)
		return refuse(v,
			      "built for another processor (ELF machine %u), the board is an "
			      "x86-64",
			      v->eh.e_machine);
	if (v->eh.e_type == ET_EXEC || v->eh.e_type == ET_DYN)
		return refuse(v, "it is a program or a shared library");
	if (v->eh.e_type != ET_REL)
		return refuse(v, "ELF file of type %u, expected a relocatable object",
			      v->eh.e_type);
	return 0;
}

static bool inside(const struct view *v, uint64_t offset, uint64_t size)
{
	return offset <= v->n && size <= v->n - offset;
}

static Elf64_Shdr section(const struct view *v, unsigned i)
{
	Elf64_Shdr sh;

	memcpy(&sh, v->bytes + v->eh.e_shoff + (size_t)i * sizeof(sh), sizeof(sh));
	return sh;
}

static int check_sections(struct view *v)
{
	if (v->eh.e_shentsize != sizeof(Elf64_Shdr) || v->eh.e_shnum < 2 ||
	    v->eh.e_shstrndx == SHN_UNDEF || v->eh.e_shstrndx >= v->eh.e_shnum)
		return refuse(v, "its section headers are damaged");
	if (!inside(v, v->eh.e_shoff, (uint64_t)v->eh.e_shnum * sizeof(Elf64_Shdr)))
		return refuse(v, "the file is cut short: its section headers are missing");
	for (unsigned i = 1; i < v->eh.e_shnum; i++) {
		Elf64_Shdr sh = section(v, i);

		if (sh.sh_type != SHT_NOBITS && !inside(v, sh.sh_offset, sh.sh_size))
			return refuse(v, "the file is cut short: section %u of %u is missing", i,
				      v->eh.e_shnum);
	}
	v->names = section(v, v->eh.e_shstrndx);
	if (v->names.sh_type == SHT_NOBITS || !v->names.sh_size ||
	    v->bytes[v->names.sh_offset + v->names.sh_size - 1])
		return refuse(v, "its section names are damaged");
	return 0;
}

/* The first section of that name, as libkmod takes it. 1 if there, 0 if not, or -ENOEXEC if it has
 * no bytes that could be read. */
static int find(struct view *v, const char *name, Elf64_Shdr *out)
{
	const char *names = (const char *)v->bytes + v->names.sh_offset;

	for (unsigned i = 1; i < v->eh.e_shnum; i++) {
		Elf64_Shdr sh = section(v, i);

		if (sh.sh_name >= v->names.sh_size || strcmp(names + sh.sh_name, name) != 0)
			continue;
		if (sh.sh_type == SHT_NOBITS || sh.sh_offset >= v->n)
			return refuse(v, "its section %s is damaged", name);
		*out = sh;
		return 1;
	}
	return 0;
}

static int check_modinfo(struct view *v)
{
	Elf64_Shdr sh;
	int found = find(v, ".gnu.linkonce.this_module", &sh);

	if (found > 0)
		found = find(v, ".modinfo", &sh);
	if (found < 0)
		return found;
	if (!found)
		return refuse(v, "a plain object file; kbuild makes NAME.ko of it");
	/* libkmod looks at the byte behind the last one. */
	if (!sh.sh_size || sh.sh_offset + sh.sh_size >= v->n ||
	    v->bytes[sh.sh_offset + sh.sh_size - 1])
		return refuse(v, "its section .modinfo is damaged");
	return 0;
}

static int check_versions(struct view *v)
{
	Elf64_Shdr sh;
	int found = find(v, "__versions", &sh);

	if (found <= 0)
		return found;
	if (sh.sh_size % VERSION_SIZE || sh.sh_size / VERSION_SIZE > SYMBOLS_MAX)
		return refuse(v, "its symbol versions are damaged");
	for (uint64_t i = 0; i < sh.sh_size; i += VERSION_SIZE)
		if (!memchr(v->bytes + sh.sh_offset + i + VERSION_NAME, 0,
			    VERSION_SIZE - VERSION_NAME))
			return refuse(v, "its symbol versions are damaged");
	return 0;
}

static int check_symbols(struct view *v)
{
	Elf64_Shdr syms, strs;
	unsigned undefined = 0;
	const char *names;
	int found = find(v, ".symtab", &syms);

	if (found > 0)
		found = find(v, ".strtab", &strs);
	if (found < 0)
		return found;
	if (!found)
		return refuse(v, "it has no symbols left (stripped?)");
	names = (const char *)v->bytes + strs.sh_offset;
	if (syms.sh_size % sizeof(Elf64_Sym) || !strs.sh_size || names[strs.sh_size - 1])
		return refuse(v, "its symbol table is damaged");
	for (uint64_t i = sizeof(Elf64_Sym); i < syms.sh_size; i += sizeof(Elf64_Sym)) {
		Elf64_Sym sym;

		memcpy(&sym, v->bytes + syms.sh_offset + i, sizeof(sym));
		if (sym.st_shndx != SHN_UNDEF)
			continue;
		if (sym.st_name >= strs.sh_size || ++undefined > SYMBOLS_MAX ||
		    strnlen(names + sym.st_name, SYMBOL_NAME_MAX) == SYMBOL_NAME_MAX)
			return refuse(v, "its symbol table is damaged");
	}
	return 0;
}

int module_elf_check(const void *bytes, size_t n, char *why, size_t why_len)
{
	struct view v = {.bytes = bytes, .n = n, .why = why, .why_len = why_len};
	int err = check_header(&v);

	if (!err)
		err = check_sections(&v);
	if (!err)
		err = check_modinfo(&v);
	if (!err)
		err = check_versions(&v);
	if (!err)
		err = check_symbols(&v);
	return err;
}

void module_elf_build_id(const void *bytes, size_t n, char out[MODULE_BUILD_ID_SIZE])
{
	struct view v = {.bytes = bytes, .n = n};
	const unsigned char *desc;
	Elf64_Nhdr note;
	Elf64_Shdr sh = {0};

	out[0] = 0;
	memcpy(&v.eh, bytes, sizeof(v.eh));
	v.names = section(&v, v.eh.e_shstrndx);
	if (find(&v, ".note.gnu.build-id", &sh) <= 0 ||
	    sh.sh_size < sizeof(note) + sizeof(ELF_NOTE_GNU))
		return;
	memcpy(&note, v.bytes + sh.sh_offset, sizeof(note));
	desc = v.bytes + sh.sh_offset + sizeof(note) + sizeof(ELF_NOTE_GNU);
	if (note.n_type != NT_GNU_BUILD_ID || note.n_namesz != sizeof(ELF_NOTE_GNU) ||
	    note.n_descsz > (MODULE_BUILD_ID_SIZE - 1) / 2 ||
	    note.n_descsz > sh.sh_size - sizeof(note) - sizeof(ELF_NOTE_GNU))
		return;
	for (uint32_t i = 0; i < note.n_descsz; i++)
		(void)sprintf(out + (size_t)i * 2, "%02x", desc[i]);
}
