/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel started by another, without the firmware: kexec_load(2) with our own layout, because
 * what is wanted here kexec-tools can't do: a memory map that is larger than the running kernel's,
 * a "crash kernel" that takes the whole machine, and devices that are silenced on the way.
 *
 * init_kexec_plan.c  pure: a vmlinux's parts, the memory map as a word, boot parameters
 * init_kexec_core.c  pure: what a crash kernel is told of the crashed one
 * init_kexec.c       files and system calls
 */
#ifndef KDEV_HARNESS_CLIENT_INIT_KEXEC_H
#define KDEV_HARNESS_CLIENT_INIT_KEXEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KEXEC_PARTS    8
#define KEXEC_E820_MAX 128  /* E820_MAX_ENTRIES_ZEROPAGE of <asm/bootparam.h> */
#define KEXEC_PAGE     4096 /* also the size of boot_params and of the trampoline */
#define KEXEC_CMDLINE  2048 /* COMMAND_LINE_SIZE of x86 */
#define KEXEC_RAM      1    /* E820_TYPE_RAM */

/* One loadable part of a vmlinux. */
struct kexec_part {
	size_t offset, bytes;    /* in the file */
	uint64_t address, space; /* where it was linked to be (physical), and how much it needs */
};

struct kexec_image {
	struct kexec_part parts[KEXEC_PARTS];
	size_t n;
	uint64_t low, high; /* of all parts, at their linked addresses; page aligned */
	uint64_t entry;
};

/* Read the headers of an uncompressed x86-64 vmlinux. 0, or -ENOEXEC. */
int kexec_parse(const void *file, size_t len, struct kexec_image *out);

struct kexec_range {
	uint64_t start, size;
	uint32_t type; /* as in <asm/e820.h>: 1 RAM, 2 reserved … */
};

/* The machine's memory, as its firmware told. */
struct kexec_map {
	struct kexec_range ranges[KEXEC_E820_MAX];
	size_t n;
};

/* From boot_params as in /sys/kernel/boot_params/data. 0 or -EINVAL. */
int kexec_map_read(const void *boot_params, size_t len, struct kexec_map *map);
/* As a word for a command line, "START+SIZE:TYPE,…" in hex, and back. 0, -ENOSPC or -EINVAL. */
int kexec_map_format(const struct kexec_map *map, char *buf, size_t size);
int kexec_map_parse(const char *text, size_t len, struct kexec_map *map);
/* The lowest address at or above `from` where `size` bytes of RAM are; a multiple of `align`.
 * 0: there is none. */
uint64_t kexec_map_room(const struct kexec_map *map, uint64_t from, uint64_t size, uint64_t align);

/* What a crash kernel that keeps to [from, to) may believe of the machine: RAM only there, without
 * the `kept` bytes at its end, and below 1 MiB. 0 or -ENOSPC. */
int kexec_map_clip(const struct kexec_map *machine, uint64_t from, uint64_t to, uint64_t kept,
		   struct kexec_map *out);

#define KEXEC_NOTES_MAX 257 /* a CPU's registers each, and vmcoreinfo */

/* Where the crashed kernel leaves its notes. */
struct kexec_notes {
	struct {
		uint64_t at, size;
	} list[KEXEC_NOTES_MAX];
	size_t n;
};

/*
 * The ELF header of /proc/vmcore, which elfcorehdr= points to, in buf of `size` bytes. kcore is the
 * beginning of /proc/kcore: it says where kernel and memory are mapped. [from, to) is the crash
 * kernel's and left out, as is the first MiB, which it uses too. Returns its length, or -EINVAL,
 * -ENOSPC.
 */
int kexec_core_header(void *buf, size_t size, const void *kcore, size_t kcore_len,
		      const struct kexec_notes *notes, uint64_t from, uint64_t to);

/* Where things lie in the new kernel's world. */
struct kexec_layout {
	uint64_t cmdline, initrd, initrd_size;
	const struct kexec_map *map;
};

/* Make the running kernel's boot parameters into the next one's, in place. */
void kexec_boot_params(uint8_t bp[KEXEC_PAGE], const struct kexec_layout *l);

/*
 * The code between two kernels, to lie at physical `at`: no PCI device but bridges may write to
 * memory any more until its driver takes it, then `entry` is called with the boot parameters.
 */
void kexec_trampoline(uint8_t page[KEXEC_PAGE], uint64_t at, uint64_t entry, uint64_t boot_params);

/* What is to be started. */
struct kexec_job {
	const char *vmlinux; /* path */
	const void *initrd;
	size_t initrd_size;
	const char *cmdline;
	struct kexec_map map;
	uint64_t from, to; /* to lie in this memory, `to` excluded; 0, 0: where the map has room */
	bool on_panic;
	const void *header; /* of /proc/vmcore, at header_at; NULL: none */
	size_t header_size;
	uint64_t header_at;
};

/* Load it. 0, or a negative errno that was said on the console. */
int kexec_load_job(const struct kexec_job *job);

#endif
