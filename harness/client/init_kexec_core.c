/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a crash kernel is told of the crashed one: the header of /proc/vmcore. Pure. */
#include <elf.h>
#include <errno.h>
#include <string.h>

#include "harness/client/init_kexec.h"

#define LOW_MIB 0x100000ULL

/* A header that grows. */
struct header {
	uint8_t *bytes;
	size_t size, phdrs;
};

static size_t length(const struct header *h, size_t phdrs)
{
	return sizeof(Elf64_Ehdr) + phdrs * sizeof(Elf64_Phdr);
}

/* Memory that is found at its physical address: offset and p_paddr are the same. */
static int add(struct header *h, uint32_t type, uint32_t flags, uint64_t at, uint64_t vaddr,
	       uint64_t size)
{
	Elf64_Phdr ph = {.p_type = type,
			 .p_flags = flags,
			 .p_offset = at,
			 .p_paddr = at,
			 .p_vaddr = vaddr,
			 .p_filesz = size,
			 .p_memsz = size};

	if (length(h, h->phdrs + 1) > h->size)
		return -ENOSPC;
	memcpy(h->bytes + length(h, h->phdrs), &ph, sizeof(ph));
	h->phdrs++;
	return 0;
}

/* Of [at, at + size) what is in [from, to). */
static int add_ram(struct header *h, const Elf64_Phdr *ram, uint64_t from, uint64_t to)
{
	uint64_t a = ram->p_paddr > from ? ram->p_paddr : from;
	uint64_t end = ram->p_paddr + ram->p_memsz, b = end < to ? end : to;

	if (a >= b)
		return 0;
	return add(h, PT_LOAD, PF_R | PF_W | PF_X, a, ram->p_vaddr + (a - ram->p_paddr), b - a);
}

/* fs/proc/kcore.c: what is no memory has the physical address -1; the kernel's own text is mapped
 * a second time, and its memory is among the other. */
static int add_mapping(struct header *h, const Elf64_Phdr *ph, uint64_t from, uint64_t to)
{
	const uint64_t text = 0xffffffff80000000ULL; /* __START_KERNEL_map */
	int err;

	if (ph->p_type != PT_LOAD || ph->p_paddr == UINT64_MAX ||
	    ph->p_paddr + ph->p_memsz < ph->p_paddr)
		return 0;
	if (ph->p_vaddr >= text)
		return add(h, PT_LOAD, PF_R | PF_W | PF_X, ph->p_paddr, ph->p_vaddr, ph->p_memsz);
	err = add_ram(h, ph, LOW_MIB, from);
	return err ? err : add_ram(h, ph, to, UINT64_MAX);
}

static void finish(const struct header *h)
{
	Elf64_Ehdr eh = {
		.e_ident = {ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64, ELFDATA2LSB,
			    EV_CURRENT},
		.e_type = ET_CORE,
		.e_machine = EM_X86_64,
		.e_version = EV_CURRENT,
		.e_phoff = sizeof(eh),
		.e_ehsize = sizeof(eh),
		.e_phentsize = sizeof(Elf64_Phdr),
		.e_phnum = (Elf64_Half)h->phdrs,
	};

	memcpy(h->bytes, &eh, sizeof(eh));
}

int kexec_core_header(void *buf, size_t size, const void *kcore, size_t kcore_len,
		      const struct kexec_notes *notes, uint64_t from, uint64_t to)
{
	struct header h = {.bytes = buf, .size = size};
	const uint8_t *k = kcore;
	size_t loads;
	Elf64_Ehdr eh;
	Elf64_Phdr ph;
	int err = 0;

	if (kcore_len < sizeof(eh))
		return -EINVAL;
	memcpy(&eh, k, sizeof(eh));
	if (memcmp(eh.e_ident, ELFMAG, SELFMAG) != 0 || eh.e_phentsize != sizeof(ph) ||
	    eh.e_phoff > kcore_len || eh.e_phnum > (kcore_len - eh.e_phoff) / sizeof(ph))
		return -EINVAL;
	for (size_t i = 0; i < notes->n && !err; i++)
		err = add(&h, PT_NOTE, 0, notes->list[i].at, 0, notes->list[i].size);
	loads = h.phdrs;
	for (unsigned i = 0; i < eh.e_phnum && !err; i++) {
		memcpy(&ph, k + eh.e_phoff + i * sizeof(ph), sizeof(ph));
		err = add_mapping(&h, &ph, from, to);
	}
	if (err)
		return err;
	if (h.phdrs == loads)
		return -EINVAL;
	finish(&h);
	return (int)length(&h, h.phdrs);
}
