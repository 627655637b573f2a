/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names the nature of a bad address; see the header for the sources. */
#include "console/explain/address.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#define ILLEGAL_POINTER     0xdead000000000000ULL /* CONFIG_ILLEGAL_POINTER_VALUE */
#define KASAN_SHADOW_OFFSET 0xdffffc0000000000ULL
#define MAX_ERRNO           4095
#define STRUCT_MAX          0x1000  /* members further in are rare */
#define NULL_REACH          0x10000 /* vm.mmap_min_addr: nothing is mapped below it */
#define STACK_SIZE          0x4000  /* THREAD_SIZE on x86-64 */
#define GUARD_SIZE          0x1000

/* All bytes are the same. */
static const struct {
	uint8_t byte;
	const char *what;
} patterns[] = {
	{0x6b, "slab poison POISON_FREE (0x6b): read from an object that was freed"},
	{0x5a, "slab poison POISON_INUSE (0x5a): read from an object that was never set"},
	{0xa5, "slab poison POISON_END (0xa5): read behind the end of an object"},
	{0xbb, "slab red zone (0xbb): read outside of an object that is free"},
	{0xcc, "red zone or POISON_FREE_INITMEM (0xcc): read outside of an object, or from freed "
	       "init memory"},
	{0xaa, "page poison (0xaa): read from a freed page, or a local variable never set"},
	{0xa7, "DMA pool poison (0xa7): read from a freed block"},
	{0xa9, "DMA pool poison (0xa9): read from a block that was never set"},
};

/* ILLEGAL_POINTER plus a little. */
static const struct {
	uint16_t offset;
	uint16_t reach; /* how far a member of what it points to may be */
	const char *what;
} illegal[] = {
	{0x100, 0x20, "LIST_POISON1: the next of a list entry that was deleted already"},
	{0x122, 0x20, "LIST_POISON2: the prev of a list entry that was deleted already"},
	{0x40, 0, "PP_SIGNATURE: a page of a page pool"},
	{0xf5, 0, "VFS_PTR_POISON"},
	{0x300, 0x20, "TIMER_ENTRY_STATIC: a timer that was not set up"},
	{0x400, 0x100, "TAIL_MAPPING: the mapping of a compound page's tail"},
	{0x500, 0x100, "MUTEX_POISON_WW_CTX"},
	{0xeb9f, 0, "BPF_PTR_POISON"},
};

/* Codes that never reach user space. */
static const struct {
	unsigned code;
	const char *name;
} kernel_errors[] = {
	{512, "ERESTARTSYS"},
	{513, "ERESTARTNOINTR"},
	{514, "ERESTARTNOHAND"},
	{515, "ENOIOCTLCMD"},
	{516, "ERESTART_RESTARTBLOCK"},
	{517, "EPROBE_DEFER"},
	{518, "EOPENSTALE"},
	{519, "ENOPARAM"},
	{524, "ENOTSUPP"},
	{529, "EIOCBQUEUED"},
};

/* Regions of the upper half, each from `begin` to the next. KASLR moves direct map, vmalloc space
 * and vmemmap about in theirs (arch/x86/mm/kaslr.c), so they can't be told apart. */
struct region {
	uint64_t begin;
	enum address_kind kind;
	const char *what;
};

#define MEMORY_WORDS "kernel memory (direct map, vmalloc or vmemmap)"

static const struct region regions_4_level[] = {
	{0xffff800000000000, ADDRESS_SPECIAL, "the hypervisor's guard hole"},
	{0xffff880000000000, ADDRESS_MEMORY,
	 "the direct map of a kernel before 4.20, or the LDT remap"},
	{0xffff888000000000, ADDRESS_MEMORY, MEMORY_WORDS},
	{0xffffec0000000000, ADDRESS_SPECIAL, "KASAN's shadow memory, or an unused hole"},
};

static const struct region regions_5_level[] = {
	{0xff00000000000000, ADDRESS_SPECIAL, "the hypervisor's guard hole"},
	{0xff10000000000000, ADDRESS_SPECIAL, "the LDT remap"},
	{0xff11000000000000, ADDRESS_MEMORY, MEMORY_WORDS},
	{0xffdf000000000000, ADDRESS_SPECIAL, "KASAN's shadow memory, or an unused hole"},
};

/* The same with both. */
static const struct region regions_top[] = {
	{0xfffffc0000000000, ADDRESS_SPECIAL, "an unused hole of the kernel's address space"},
	{0xfffffe0000000000, ADDRESS_SPECIAL, "the CPU entry area"},
	{0xfffffe8000000000, ADDRESS_SPECIAL, "an unused hole of the kernel's address space"},
	{0xffffff0000000000, ADDRESS_SPECIAL, "an %esp fixup stack"},
	{0xffffff8000000000, ADDRESS_SPECIAL, "an unused hole of the kernel's address space"},
	{0xffffffef00000000, ADDRESS_SPECIAL, "EFI's run-time mapping"},
	{0xffffffff00000000, ADDRESS_SPECIAL, "an unused hole of the kernel's address space"},
	{0xffffffff80000000, ADDRESS_KERNEL, "the kernel's own code and data"},
	{0xffffffffc0000000, ADDRESS_MODULE, "module memory, which is gone when its module is"},
	{0xffffffffff000000, ADDRESS_SPECIAL, "the fixmap"},
	{0xffffffffff600000, ADDRESS_SPECIAL, "the vsyscall page"},
	{0xffffffffff601000, ADDRESS_SPECIAL, "an unused hole of the kernel's address space"},
};

/* " + 0x10", " - 0x10" or nothing. */
static void add_offset(struct strbuf *out, int64_t offset)
{
	if (offset)
		strbuf_addf(out, " %c 0x%" PRIx64, offset < 0 ? '-' : '+',
			    offset < 0 ? (uint64_t)-offset : (uint64_t)offset);
}

/* address - base if that is within reach. */
static bool near(uint64_t address, uint64_t base, int64_t reach, int64_t *offset)
{
	*offset = (int64_t)(address - base);
	return *offset >= -reach && *offset <= reach;
}

/* Also what container_of() makes of NULL: members are aligned, most codes are not. */
static void describe_error(uint64_t address, struct strbuf *out)
{
	unsigned code = (unsigned)-address;
	const char *name = strerrorname_np((int)code);

	for (size_t i = 0; i < ARRAY_SIZE(kernel_errors); i++)
		if (kernel_errors[i].code == code)
			name = kernel_errors[i].name;
	if (code % sizeof(void *) == 0)
		strbuf_addf(out, "NULL - 0x%x: container_of() of a null pointer, or ", code);
	if (name)
		strbuf_addf(out, "ERR_PTR(-%s)", name);
	else
		strbuf_addf(out, "ERR_PTR(-%u)", code);
	strbuf_adds(out, ": an error code, and nobody asked IS_ERR()");
}

static bool describe_pattern(uint64_t address, struct strbuf *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++) {
		uint64_t all = 0x0101010101010101ULL * patterns[i].byte;
		int64_t offset;

		if (!near(address, all, STRUCT_MAX, &offset) &&
		    !near(address, all >> 32, STRUCT_MAX, &offset))
			continue;
		strbuf_adds(out, patterns[i].what);
		if (offset) {
			strbuf_adds(out, ", and used as pointer");
			add_offset(out, offset);
		}
		return true;
	}
	return false;
}

static bool describe_illegal(uint64_t address, struct strbuf *out)
{
	for (size_t i = 0; i < ARRAY_SIZE(illegal); i++) {
		int64_t offset;

		if (!near(address, ILLEGAL_POINTER + illegal[i].offset, illegal[i].reach, &offset))
			continue;
		strbuf_adds(out, illegal[i].what);
		if (offset) {
			strbuf_adds(out, ", used as pointer");
			add_offset(out, offset);
		}
		return true;
	}
	return false;
}

/* Eight characters, of which most programs have few: one string too long. */
static bool describe_text(uint64_t address, struct strbuf *out)
{
	for (unsigned i = 0; i < 8; i++) {
		unsigned char c = (unsigned char)(address >> (8 * i));

		if (c < 0x20 || c > 0x7e)
			return false;
	}
	strbuf_adds(out, "the characters \"");
	for (unsigned i = 0; i < 8; i++) /* as they lie in memory */
		strbuf_addc(out, (char)(address >> (8 * i)));
	strbuf_adds(out, "\": a string was written over the pointer");
	return true;
}

static const struct region *find_region(const struct region *regions, size_t n, uint64_t address)
{
	while (n-- > 0)
		if (address >= regions[n].begin)
			return &regions[n];
	return NULL;
}

static enum address_kind describe_region(uint64_t address, const struct address_space *space,
					 struct strbuf *out)
{
	const struct region *r = find_region(regions_top, ARRAY_SIZE(regions_top), address);
	int64_t offset;

	if (!r && space->la57)
		r = find_region(regions_5_level, ARRAY_SIZE(regions_5_level), address);
	else if (!r)
		r = find_region(regions_4_level, ARRAY_SIZE(regions_4_level), address);
	if (!r)
		return ADDRESS_UNKNOWN;
	if (r->kind == ADDRESS_MEMORY && space->stack_pointer &&
	    near(address, space->stack_pointer, STACK_SIZE + GUARD_SIZE, &offset)) {
		strbuf_adds(out, "the kernel stack, at the stack pointer");
		add_offset(out, offset);
		return ADDRESS_STACK;
	}
	strbuf_adds(out, r->what);
	return r->kind;
}

static enum address_kind describe(uint64_t address, const struct address_space *space, bool shadow,
				  struct strbuf *out);

/* What x86-64 makes of an address that is nothing special. The shadow of a shadow is not
 * looked for. */
static enum address_kind describe_x86_64(uint64_t address, const struct address_space *space,
					 bool shadow, struct strbuf *out)
{
	unsigned bits = space->la57 ? 57 : 48;
	uint64_t top = address >> (bits - 1);

	if (top == 0) {
		strbuf_adds(out,
			    "a user-space address: the kernel must use copy_from_user() and the "
			    "like");
		return ADDRESS_USER;
	}
	if (top == UINT64_MAX >> (bits - 1))
		return describe_region(address, space, out);
	if (shadow && address >= KASAN_SHADOW_OFFSET) {
		uint64_t shadowed = (address - KASAN_SHADOW_OFFSET) << 3;

		strbuf_addf(out, "KASAN's shadow of 0x%" PRIx64 ", ", shadowed);
		describe(shadowed, space, false, out);
		return ADDRESS_SHADOW;
	}
	strbuf_adds(out, "not canonical: no such address exists, the pointer is garbage");
	return ADDRESS_NON_CANONICAL;
}

static enum address_kind describe(uint64_t address, const struct address_space *space, bool shadow,
				  struct strbuf *out)
{
	if (address < NULL_REACH) {
		strbuf_adds(out, "NULL");
		add_offset(out, (int64_t)address);
		if (address)
			strbuf_adds(out, address < STRUCT_MAX
						 ? ": a member of a struct that is not there"
						 : ": an array or a big struct that is not there");
		return ADDRESS_NULL;
	}
	if (address >= (uint64_t)-MAX_ERRNO) {
		describe_error(address, out);
		return ADDRESS_ERROR;
	}
	if (describe_pattern(address, out) || describe_illegal(address, out))
		return ADDRESS_POISON;
	if (describe_text(address, out))
		return ADDRESS_TEXT;
	return space->x86_64 ? describe_x86_64(address, space, shadow, out) : ADDRESS_UNKNOWN;
}

enum address_kind address_describe(uint64_t address, const struct address_space *space,
				   struct strbuf *out)
{
	return describe(address, space, true, out);
}
