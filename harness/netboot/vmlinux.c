/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A kernel's packed form taken apart: see vmlinux.h. */
#include "harness/netboot/vmlinux.h"

#include <elf.h>
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define SECTOR        512
#define SETUP_SECTS   0x1f1
#define HEADER_MAGIC  0x202
#define PAYLOAD_FIELD 0x248
#define PAGE          4096

/* scripts/Makefile.lib: behind all but gzip's the unpacked size was appended. */
#define SIZE_APPENDED 4

static const struct {
	const char *magic;
	size_t magic_len;
	const char *program, *suffix;
	size_t appended;
} formats[] = {
	{"\xfd\x37zXZ", 5, "xz", ".xz", SIZE_APPENDED},
	{"\x28\xb5\x2f\xfd", 4, "zstd", ".zst", SIZE_APPENDED},
	{"\x1f\x8b", 2, "gzip", ".gz", 0},
	{"\x02\x21\x4c\x18", 4, "lz4", ".lz4", SIZE_APPENDED},
	{"BZh", 3, "bzip2", ".bz2", SIZE_APPENDED},
	{"\x5d\0\0", 3, "xz", ".lzma", SIZE_APPENDED},
	{"\x89LZO", 4, "lzop", ".lzo", SIZE_APPENDED},
};

static uint32_t le32(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

int vmlinux_payload_find(const void *bzimage, size_t len, struct vmlinux_payload *p)
{
	const uint8_t *b = bzimage;
	size_t sects, kernel, offset, size;

	if (len < PAYLOAD_FIELD + 8 || memcmp(b + HEADER_MAGIC, "HdrS", 4) != 0)
		return -ENOEXEC;
	sects = b[SETUP_SECTS] ? b[SETUP_SECTS] : 4;
	kernel = (sects + 1) * SECTOR;
	offset = le32(b + PAYLOAD_FIELD);
	size = le32(b + PAYLOAD_FIELD + 4);
	if (kernel > len || offset > len - kernel || size > len - kernel - offset)
		return -ENOEXEC;
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		if (size < formats[i].magic_len + formats[i].appended ||
		    memcmp(b + kernel + offset, formats[i].magic, formats[i].magic_len) != 0)
			continue;
		*p = (struct vmlinux_payload){kernel + offset, size - formats[i].appended,
					      formats[i].program, formats[i].suffix};
		return 0;
	}
	return -ENOEXEC;
}

/* The length of a part without the zeros at its end, in whole pages. */
static size_t without_zeros(const uint8_t *p, size_t len)
{
	size_t n = len;

	while (n && !p[n - 1])
		n--;
	n = (n + PAGE - 1) / PAGE * PAGE;
	return n < len ? n : len;
}

size_t vmlinux_trim(void *vmlinux, size_t len)
{
	uint8_t *b = vmlinux;
	size_t end = 0;
	Elf64_Ehdr eh;
	Elf64_Phdr ph;

	if (len < sizeof(eh))
		return 0;
	memcpy(&eh, b, sizeof(eh));
	if (memcmp(eh.e_ident, ELFMAG, SELFMAG) != 0 || eh.e_ident[EI_CLASS] != ELFCLASS64 ||
	    eh.e_machine != EM_X86_64 || eh.e_phentsize != sizeof(ph) || eh.e_phoff > len ||
	    eh.e_phnum > (len - eh.e_phoff) / sizeof(ph))
		return 0;
	for (unsigned i = 0; i < eh.e_phnum; i++) {
		uint8_t *at = b + eh.e_phoff + i * sizeof(ph);

		memcpy(&ph, at, sizeof(ph));
		if (ph.p_type != PT_LOAD && ph.p_type != PT_NOTE)
			continue;
		if (ph.p_offset > len || ph.p_filesz > len - ph.p_offset)
			return 0;
		if (ph.p_type == PT_LOAD)
			ph.p_filesz = without_zeros(b + ph.p_offset, ph.p_filesz);
		memcpy(at, &ph, sizeof(ph));
		if (ph.p_offset + ph.p_filesz > end)
			end = ph.p_offset + ph.p_filesz;
	}
	/* kexec-tools moves an ET_DYN only; the sections' headers are cut off. */
	eh.e_type = ET_DYN;
	eh.e_shoff = 0;
	eh.e_shnum = eh.e_shstrndx = 0;
	memcpy(b, &eh, sizeof(eh));
	return end;
}
