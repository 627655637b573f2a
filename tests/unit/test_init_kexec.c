/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/client/init_kexec_*.c harness/netboot/vmlinux.c */
/* How one kernel is prepared to start another. */
#include <asm/bootparam.h>
#include <elf.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "harness/client/init_kexec.h"
#include "harness/netboot/vmlinux.h"

#define MIB (1ULL << 20)

/* ---- a small vmlinux: text, data with a bss behind it ---- */

static struct {
	Elf64_Ehdr eh;
	Elf64_Phdr ph[2];
	uint8_t pad[4096 - sizeof(Elf64_Ehdr) - 2 * sizeof(Elf64_Phdr)];
	uint8_t text[4096], data[3 * 4096];
} elf;

static void make_elf(void)
{
	memset(&elf, 0, sizeof(elf));
	memcpy(elf.eh.e_ident, ELFMAG, SELFMAG);
	elf.eh.e_ident[EI_CLASS] = ELFCLASS64;
	elf.eh.e_type = ET_EXEC;
	elf.eh.e_machine = EM_X86_64;
	elf.eh.e_phoff = sizeof(elf.eh);
	elf.eh.e_phentsize = sizeof(elf.ph[0]);
	elf.eh.e_phnum = 2;
	elf.eh.e_entry = 0x1000040;
	elf.ph[0] = (Elf64_Phdr){.p_type = PT_LOAD,
				 .p_offset = 4096,
				 .p_paddr = 0x1000000,
				 .p_filesz = 4096,
				 .p_memsz = 4096};
	elf.ph[1] = (Elf64_Phdr){.p_type = PT_LOAD,
				 .p_offset = 8192,
				 .p_paddr = 0x1200000,
				 .p_filesz = sizeof(elf.data),
				 .p_memsz = sizeof(elf.data) + 100};
	memset(elf.text, 0xcc, sizeof(elf.text));
	elf.data[4100] = 1;
}

static void zeros_behind_a_part_are_left_out(void **state)
{
	struct kexec_image image;

	make_elf();
	assert_int_equal(vmlinux_trim(&elf, sizeof(elf)), 4 * 4096);
	assert_int_equal(elf.ph[1].p_filesz, 8192);
	assert_int_equal(elf.eh.e_type, ET_DYN);
	assert_int_equal(kexec_parse(&elf, (size_t)4 * 4096, &image), 0);
	assert_int_equal(image.n, 2);
	assert_int_equal(image.low, 0x1000000);
	assert_int_equal(image.high, 0x1204000);
	assert_int_equal(image.entry, 0x1000040);
	assert_int_equal(image.parts[1].bytes, 8192);
	assert_int_equal(image.parts[1].space, 16384);
}

static void a_file_that_is_cut_or_lies_is_refused(void **state)
{
	struct kexec_image image;

	make_elf();
	assert_int_equal(kexec_parse(&elf, 16383, &image), -ENOEXEC);
	assert_int_equal(kexec_parse(&elf, 10, &image), -ENOEXEC);
	elf.ph[0].p_memsz = 10; /* less than is in the file */
	assert_int_equal(kexec_parse(&elf, sizeof(elf), &image), -ENOEXEC);
	make_elf();
	elf.ph[1].p_paddr = UINT64_MAX - 4095;
	assert_int_equal(kexec_parse(&elf, sizeof(elf), &image), -ENOEXEC);
	make_elf();
	elf.eh.e_entry = 0x1300000;
	assert_int_equal(kexec_parse(&elf, sizeof(elf), &image), -ENOEXEC);
	make_elf();
	elf.eh.e_phoff = sizeof(elf) - 8;
	assert_int_equal(kexec_parse(&elf, sizeof(elf), &image), -ENOEXEC);
	assert_int_equal(vmlinux_trim(&elf, sizeof(elf)), 0);
	make_elf();
	elf.ph[1].p_offset = UINT64_MAX;
	assert_int_equal(vmlinux_trim(&elf, sizeof(elf)), 0);
}

static void the_packed_kernel_is_found_in_its_image(void **state)
{
	static uint8_t image[4096];
	struct vmlinux_payload p;

	memcpy(image + 0x202, "HdrS", 4);
	image[0x1f1] = 1;
	image[0x249] = 1; /* payload_offset 256: at 1024 + 256 */
	image[0x24c] = 100;
	memcpy(image + 1280, "\x28\xb5\x2f\xfd", 4);
	assert_int_equal(vmlinux_payload_find(image, sizeof(image), &p), 0);
	assert_int_equal(p.offset, 1280);
	assert_int_equal(p.len, 96);
	assert_string_equal(p.program, "zstd");
	image[0x24e] = 1; /* longer than the file */
	assert_int_equal(vmlinux_payload_find(image, sizeof(image), &p), -ENOEXEC);
	image[0x24e] = 0;
	image[1280] = 'x';
	assert_int_equal(vmlinux_payload_find(image, sizeof(image), &p), -ENOEXEC);
	assert_int_equal(vmlinux_payload_find(image, 0x210, &p), -ENOEXEC);
}

/* ---- memory ---- */

static const struct kexec_map machine = {
	.ranges = {{0, 0x9fc00, 1},
		   {0xf0000, 0x10000, 2},
		   {0x100000, 0x3fee0000, 1},
		   {0x3ffe0000, 0x20000, 2},
		   {0x100000000, 0x40000000, 1}},
	.n = 5,
};

static void same_map(const struct kexec_map *m)
{
	assert_int_equal(m->n, machine.n);
	for (size_t i = 0; i < m->n; i++) {
		assert_int_equal(m->ranges[i].start, machine.ranges[i].start);
		assert_int_equal(m->ranges[i].size, machine.ranges[i].size);
		assert_int_equal(m->ranges[i].type, machine.ranges[i].type);
	}
}

static void a_map_survives_the_command_line(void **state)
{
	struct kexec_map back;
	char text[512];

	assert_int_equal(kexec_map_format(&machine, text, sizeof(text)), 0);
	assert_string_equal(text, "0+9fc00:1,f0000+10000:2,100000+3fee0000:1,3ffe0000+20000:2,"
				  "100000000+40000000:1");
	assert_int_equal(kexec_map_parse(text, strlen(text), &back), 0);
	same_map(&back);
	assert_int_equal(kexec_map_format(&machine, text, 20), -ENOSPC);
}

static void a_word_that_is_no_map_is_refused(void **state)
{
	static const char *const bad[] = {
		"",      "0",       "0+1",    "0+1:",          "+1:1",
		"0+:1",  "0+1:1,",  "0+1:1 ", "0+1:100000000", "11111111111111111+1:1",
		"x+1:1", "0+1:1,,", "-1+1:1",
	};
	struct kexec_map m;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		int rc = kexec_map_parse(bad[i], strlen(bad[i]), &m);

		/* One comma at the end changes nothing. */
		if (strcmp(bad[i], "0+1:1,") == 0)
			assert_int_equal(rc, 0);
		else
			assert_int_equal(rc, -EINVAL);
	}
}

static void a_kernel_is_put_where_there_is_room(void **state)
{
	assert_int_equal(kexec_map_room(&machine, 16 * MIB, 60 * MIB, 2 * MIB), 16 * MIB);
	assert_int_equal(kexec_map_room(&machine, 1000 * MIB, 60 * MIB, 2 * MIB), 0x100000000);
	assert_int_equal(kexec_map_room(&machine, 0, 2000 * MIB, 2 * MIB), 0);
	assert_int_equal(kexec_map_room(&machine, UINT64_MAX - 4, 1, 2 * MIB), 0);
}

static void a_crash_kernel_believes_in_its_own_memory_alone(void **state)
{
	struct kexec_map m;

	assert_int_equal(kexec_map_clip(&machine, 512 * MIB, 704 * MIB, 65536, &m), 0);
	assert_int_equal(m.n, 4);
	assert_int_equal(m.ranges[0].size, 0x9fc00);
	assert_int_equal(m.ranges[2].type, 2);
	assert_int_equal(m.ranges[3].start, 512 * MIB);
	assert_int_equal(m.ranges[3].size, 192 * MIB - 65536);
	assert_int_equal(kexec_map_clip(&machine, MIB, MIB + 10, 65536, &m), -ENOSPC);
}

/* ---- what is told ---- */

static void boot_parameters_are_the_next_kernels(void **state)
{
	static uint8_t page[KEXEC_PAGE];
	struct kexec_layout l = {0x4000000, 0x105000000, 1146534, &machine};
	struct kexec_map read;
	struct boot_params bp;

	memset(page, 0xff, sizeof(page));
	kexec_boot_params(page, &l);
	memcpy(&bp, page, sizeof(bp));
	assert_int_equal(bp.hdr.cmd_line_ptr, 0x4000000);
	assert_int_equal(bp.ext_cmd_line_ptr, 0);
	assert_int_equal(bp.hdr.ramdisk_image, 0x5000000);
	assert_int_equal(bp.ext_ramdisk_image, 1);
	assert_int_equal(bp.hdr.ramdisk_size, 1146534);
	assert_int_equal(bp.hdr.setup_data, 0);
	assert_int_equal(bp.sentinel, 0);
	assert_int_equal(kexec_map_read(page, sizeof(page), &read), 0);
	same_map(&read);
	assert_int_equal(kexec_map_read(page, 100, &read), -EINVAL);
}

static void the_trampoline_knows_its_places(void **state)
{
	static uint8_t page[KEXEC_PAGE];
	uint64_t entry = 0x123456789abcULL, params = 0xfedcba987654ULL, gdt = 0, v;
	int found = 0;

	kexec_trampoline(page, 0x7000000, entry, params);
	assert_int_equal(page[0], 0xfa); /* cli */
	for (size_t i = 0; i + 8 <= sizeof(page); i++) {
		memcpy(&v, page + i, sizeof(v));
		found += v == entry || v == params;
		/* the flat code segment: the table begins 16 bytes before */
		if (v == 0x00af9a000000ffffULL)
			gdt = 0x7000000 + i - 16;
	}
	assert_int_equal(found, 2);
	assert_true(gdt);
	found = 0;
	for (size_t i = 0; i + 8 <= sizeof(page); i++) {
		memcpy(&v, page + i, sizeof(v));
		found += v == gdt;
	}
	assert_int_equal(found, 1);
}

static void the_crashed_kernel_is_described_without_the_crash_kernels_memory(void **state)
{
	struct {
		Elf64_Ehdr eh;
		Elf64_Phdr ph[4];
	} kcore = {.eh = {.e_ident = ELFMAG,
			  .e_phoff = sizeof(Elf64_Ehdr),
			  .e_phentsize = sizeof(Elf64_Phdr),
			  .e_phnum = 4},
		   .ph = {{.p_type = PT_NOTE},
			  {.p_type = PT_LOAD,
			   .p_vaddr = 0xffffffff9f000000,
			   .p_paddr = 0x1f000000,
			   .p_memsz = 32 * MIB},
			  {.p_type = PT_LOAD,
			   .p_vaddr = 0xffffc00000000000,
			   .p_paddr = UINT64_MAX,
			   .p_memsz = 1000},
			  {.p_type = PT_LOAD,
			   .p_vaddr = 0xffff888000001000,
			   .p_paddr = 0x1000,
			   .p_memsz = 1024 * MIB}}};
	static struct kexec_notes notes = {.list = {{0x5000, 356}, {0x6000, 4096}}, .n = 2};
	struct {
		Elf64_Ehdr eh;
		Elf64_Phdr ph[8];
	} h;

	assert_int_equal(kexec_core_header(&h, sizeof(h), &kcore, sizeof(kcore), &notes, 512 * MIB,
					   704 * MIB),
			 sizeof(Elf64_Ehdr) + 5 * sizeof(Elf64_Phdr));
	assert_int_equal(h.eh.e_type, ET_CORE);
	assert_int_equal(h.eh.e_phnum, 5);
	assert_int_equal(h.ph[0].p_type, PT_NOTE);
	assert_int_equal(h.ph[1].p_offset, 0x6000);
	assert_true(h.ph[2].p_vaddr == 0xffffffff9f000000);
	assert_int_equal(h.ph[3].p_paddr, MIB);
	assert_true(h.ph[3].p_vaddr == 0xffff888000000000 + MIB);
	assert_int_equal(h.ph[3].p_memsz, 511 * MIB);
	assert_int_equal(h.ph[4].p_paddr, 704 * MIB);
	assert_int_equal(h.ph[4].p_memsz, 320 * MIB + 0x1000);

	assert_int_equal(kexec_core_header(&h, 200, &kcore, sizeof(kcore), &notes, MIB, 2 * MIB),
			 -ENOSPC);
	assert_int_equal(kexec_core_header(&h, sizeof(h), &kcore, 100, &notes, MIB, 2 * MIB),
			 -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zeros_behind_a_part_are_left_out),
		cmocka_unit_test(a_file_that_is_cut_or_lies_is_refused),
		cmocka_unit_test(the_packed_kernel_is_found_in_its_image),
		cmocka_unit_test(a_map_survives_the_command_line),
		cmocka_unit_test(a_word_that_is_no_map_is_refused),
		cmocka_unit_test(a_kernel_is_put_where_there_is_room),
		cmocka_unit_test(a_crash_kernel_believes_in_its_own_memory_alone),
		cmocka_unit_test(boot_parameters_are_the_next_kernels),
		cmocka_unit_test(the_trampoline_knows_its_places),
		cmocka_unit_test(the_crashed_kernel_is_described_without_the_crash_kernels_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
