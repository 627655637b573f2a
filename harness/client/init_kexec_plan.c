/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a kernel is laid out for kexec. Pure. */
#include <asm/bootparam.h>
#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/client/init_kexec.h"

#define IMAGE_MAX       (512ULL << 20)
#define ROUND_UP(x, to) (((x) + (to)-1) / (to) * (to))

static int add_part(struct kexec_image *out, const Elf64_Phdr *ph, size_t len)
{
	uint64_t end = ROUND_UP(ph->p_paddr + ph->p_memsz, KEXEC_PAGE);

	if (out->n == KEXEC_PARTS || ph->p_offset > len || ph->p_filesz > len - ph->p_offset ||
	    ph->p_filesz > ph->p_memsz || ph->p_memsz > IMAGE_MAX || ph->p_paddr > UINT32_MAX ||
	    ph->p_paddr % KEXEC_PAGE || ph->p_offset % KEXEC_PAGE)
		return -ENOEXEC;
	out->parts[out->n++] = (struct kexec_part){.offset = ph->p_offset,
						   .bytes = ph->p_filesz,
						   .address = ph->p_paddr,
						   .space = end - ph->p_paddr};
	if (ph->p_paddr < out->low)
		out->low = ph->p_paddr;
	if (end > out->high)
		out->high = end;
	return 0;
}

int kexec_parse(const void *file, size_t len, struct kexec_image *out)
{
	Elf64_Ehdr eh;
	Elf64_Phdr ph;

	*out = (struct kexec_image){.low = UINT64_MAX};
	if (len < sizeof(eh))
		return -ENOEXEC;
	memcpy(&eh, file, sizeof(eh));
	if (memcmp(eh.e_ident, ELFMAG, SELFMAG) != 0 || eh.e_ident[EI_CLASS] != ELFCLASS64 ||
	    eh.e_machine != EM_X86_64 || eh.e_phentsize != sizeof(ph) || eh.e_phoff > len ||
	    eh.e_phnum > (len - eh.e_phoff) / sizeof(ph))
		return -ENOEXEC;
	for (unsigned i = 0; i < eh.e_phnum; i++) {
		memcpy(&ph, (const char *)file + eh.e_phoff + i * sizeof(ph), sizeof(ph));
		if (ph.p_type == PT_LOAD && ph.p_memsz && add_part(out, &ph, len))
			return -ENOEXEC;
	}
	out->entry = eh.e_entry;
	if (!out->n || out->high - out->low > IMAGE_MAX || out->entry < out->low ||
	    out->entry >= out->high)
		return -ENOEXEC;
	return 0;
}

/* ---- the memory map ---- */

int kexec_map_read(const void *boot_params, size_t len, struct kexec_map *map)
{
	const size_t table = offsetof(struct boot_params, e820_table);
	struct boot_e820_entry e;
	size_t n;

	if (len < sizeof(struct boot_params))
		return -EINVAL;
	n = ((const uint8_t *)boot_params)[offsetof(struct boot_params, e820_entries)];
	if (!n || n > KEXEC_E820_MAX)
		return -EINVAL;
	map->n = n;
	for (size_t i = 0; i < n; i++) {
		memcpy(&e, (const char *)boot_params + table + i * sizeof(e), sizeof(e));
		map->ranges[i] = (struct kexec_range){e.addr, e.size, e.type};
	}
	return 0;
}

int kexec_map_format(const struct kexec_map *map, char *buf, size_t size)
{
	size_t at = 0;

	for (size_t i = 0; i < map->n; i++) {
		const struct kexec_range *r = &map->ranges[i];
		int n = snprintf(buf + at, size - at, "%s%llx+%llx:%x", i ? "," : "",
				 (unsigned long long)r->start, (unsigned long long)r->size,
				 (unsigned)r->type);

		if (n < 0 || (size_t)n >= size - at)
			return -ENOSPC;
		at += (size_t)n;
	}
	return 0;
}

/* A hex number and the character that must follow it; *p is moved behind both. */
static int take_hex(const char **p, const char *end, char stop, uint64_t *out)
{
	uint64_t v = 0;
	unsigned digits = 0;

	for (; *p < end && **p != stop; (*p)++) {
		const char *hex = "0123456789abcdef", *d = strchr(hex, **p);

		if (!**p || !d || ++digits > 16)
			return -EINVAL;
		v = v << 4 | (uint64_t)(d - hex);
	}
	if (!digits || (stop != ',' && *p == end))
		return -EINVAL;
	*p += *p < end;
	*out = v;
	return 0;
}

int kexec_map_parse(const char *text, size_t len, struct kexec_map *map)
{
	const char *p = text, *end = text + len;

	for (map->n = 0; p < end; map->n++) {
		struct kexec_range r;
		uint64_t type;

		if (map->n == KEXEC_E820_MAX || take_hex(&p, end, '+', &r.start) ||
		    take_hex(&p, end, ':', &r.size) || take_hex(&p, end, ',', &type) ||
		    type > UINT32_MAX)
			return -EINVAL;
		r.type = (uint32_t)type;
		map->ranges[map->n] = r;
	}
	return map->n ? 0 : -EINVAL;
}

uint64_t kexec_map_room(const struct kexec_map *map, uint64_t from, uint64_t size, uint64_t align)
{
	uint64_t best = 0;

	for (size_t i = 0; i < map->n; i++) {
		const struct kexec_range *r = &map->ranges[i];
		uint64_t at = ROUND_UP(r->start > from ? r->start : from, align);

		if (r->type == KEXEC_RAM && at >= r->start && at - r->start < r->size &&
		    size <= r->size - (at - r->start) && (!best || at < best))
			best = at;
	}
	return best;
}

int kexec_map_clip(const struct kexec_map *machine, uint64_t from, uint64_t to, uint64_t kept,
		   struct kexec_map *out)
{
	const uint64_t low = 1 << 20;

	out->n = 0;
	for (size_t i = 0; i < machine->n; i++) {
		struct kexec_range r = machine->ranges[i];

		if (r.type == KEXEC_RAM && r.start >= low)
			continue;
		if (r.type == KEXEC_RAM && r.size > low - r.start)
			r.size = low - r.start;
		out->ranges[out->n++] = r;
	}
	if (out->n == KEXEC_E820_MAX || to - from <= kept)
		return -ENOSPC;
	out->ranges[out->n++] = (struct kexec_range){from, to - from - kept, KEXEC_RAM};
	return 0;
}

/* ---- boot parameters ---- */

void kexec_boot_params(uint8_t page[KEXEC_PAGE], const struct kexec_layout *l)
{
	struct boot_params bp;

	memcpy(&bp, page, sizeof(bp));
	bp.sentinel = 0;
	bp.ext_ramdisk_image = (uint32_t)(l->initrd >> 32);
	bp.hdr.ramdisk_image = (uint32_t)l->initrd;
	bp.ext_ramdisk_size = 0;
	bp.hdr.ramdisk_size = (uint32_t)l->initrd_size;
	bp.ext_cmd_line_ptr = (uint32_t)(l->cmdline >> 32);
	bp.hdr.cmd_line_ptr = (uint32_t)l->cmdline;
	bp.hdr.type_of_loader = 0xff; /* none that has a number */
	bp.hdr.loadflags |= LOADED_HIGH;
	bp.hdr.setup_data = 0; /* it lay in memory that is another's by now */
	/* A kernel's second life has no runtime services of the firmware, and asks for none. */
	memset(&bp.efi_info, 0, sizeof(bp.efi_info));
	bp.e820_entries = (uint8_t)l->map->n;
	for (size_t i = 0; i < l->map->n; i++) {
		const struct kexec_range *r = &l->map->ranges[i];

		bp.e820_table[i] = (struct boot_e820_entry){r->start, r->size, r->type};
	}
	memcpy(page, &bp, sizeof(bp));
}
