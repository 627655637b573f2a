/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/rootfs/partitions*.c harness/rootfs/disk_image.c harness/rootfs/disk_mount.c */
/* LINK: harness/rootfs/root_copy.c harness/netboot/setup_tools.c harness/process.c harness/log.c */
/* LINK: harness/paths.c harness/paths_file.c harness/paths_remove.c console/strbuf.c */
/* LIBS: blkid zlib */
/* Which partition of a disk is the root, without mounting one. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#include "harness/rootfs/disk_image.h"
#include "harness/rootfs/partitions.h"

#define SECTOR  512
#define SECTORS 8192
#define START   2048 /* of the first partition; the second one is behind it */
#define LENGTH  2048

/* EF00 and "root, x86-64", as they are on the disk: the first three fields little-endian */
static const uint8_t guid_esp[16] = {0x28, 0x73, 0x2a, 0xc1, 0x1f, 0xf8, 0xd2, 0x11,
				     0xba, 0x4b, 0x00, 0xa0, 0xc9, 0x3e, 0xc9, 0x3b};
static const uint8_t guid_root[16] = {0xe3, 0xbc, 0x68, 0x4f, 0xcd, 0xe8, 0xb1, 0x4d,
				      0x96, 0xe7, 0xfb, 0xca, 0xf9, 0x84, 0xb7, 0x09};

static char err[512];
static struct setup setup = {.err = err, .err_len = sizeof(err)};
static uint8_t disk[SECTORS * SECTOR];

static void put32(uint8_t *p, uint32_t v)
{
	for (int i = 0; i < 4; i++)
		p[i] = (uint8_t)(v >> 8 * i);
}

static void put64(uint8_t *p, uint64_t v)
{
	put32(p, (uint32_t)v);
	put32(p + 4, (uint32_t)(v >> 32));
}

static void mbr_entry(int i, uint8_t type, uint32_t start, uint32_t length)
{
	uint8_t *e = disk + 446 + 16 * i;

	e[4] = type;
	put32(e + 8, start);
	put32(e + 12, length);
	disk[510] = 0x55;
	disk[511] = 0xaa;
}

/* One header of a GPT, its table at `table`. UEFI 2.10, 5.3.2 */
static void gpt_header(uint64_t at, uint64_t other, uint64_t table)
{
	uint8_t *h = disk + at * SECTOR;

	memcpy(h, "EFI PART", 8);
	put32(h + 8, 0x10000);
	put32(h + 12, 92);
	put64(h + 24, at);
	put64(h + 32, other);
	put64(h + 40, 34);
	put64(h + 48, SECTORS - 34);
	memset(h + 56, 0x11, 16);
	put64(h + 72, table);
	put32(h + 80, 128);
	put32(h + 84, 128);
	put32(h + 88, (uint32_t)crc32(0, disk + table * SECTOR, 128 * 128));
	put32(h + 16, (uint32_t)crc32(0, h, 92));
}

static void gpt_entry(uint64_t table, int i, const uint8_t type[16], uint64_t start)
{
	uint8_t *e = disk + table * SECTOR + 128 * i;

	memcpy(e, type, 16);
	memset(e + 16, 0x20 + i, 16);
	put64(e + 32, start);
	put64(e + 40, start + LENGTH - 1);
}

static void make_gpt(void)
{
	static const uint64_t tables[] = {2, SECTORS - 33};

	mbr_entry(0, 0xee, 1, SECTORS - 1);
	for (int i = 0; i < 2; i++) {
		gpt_entry(tables[i], 0, guid_esp, START);
		gpt_entry(tables[i], 1, guid_root, START + LENGTH);
	}
	gpt_header(1, SECTORS - 1, tables[0]);
	gpt_header(SECTORS - 1, 1, tables[1]);
}

/* What libblkid looks for in an ext4. */
static void make_ext4(uint64_t sector, const char *mounted_on, bool dirty)
{
	uint8_t *s = disk + sector * SECTOR + 1024;

	memset(s, 0, 1024);
	put32(s + 4, LENGTH / 2); /* blocks of 1 KiB */
	put32(s + 20, 1);
	s[56] = 0x53;
	s[57] = 0xef;
	put32(s + 76, 1);
	put32(s + 92, 4);                      /* has a journal */
	put32(s + 96, 0x40 | (dirty ? 4 : 0)); /* extents */
	memset(s + 104, 0xab, 16);
	snprintf((char *)s + 136, 64, "%s", mounted_on);
}

static int read_disk(struct partitions *p)
{
	char path[] = "/tmp/kdev-disk-XXXXXX";
	int fd = mkostemp(path, O_CLOEXEC), rc;

	assert_true(fd >= 0);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(write(fd, disk, sizeof(disk)), sizeof(disk));
	err[0] = '\0';
	rc = partitions_read(&setup, fd, p);
	close(fd);
	return rc;
}

static int clear(void **state)
{
	memset(disk, 0, sizeof(disk));
	return 0;
}

static void a_gpt_names_its_root_by_its_type(void **state)
{
	const struct partition *root;
	struct partitions p;

	make_gpt();
	make_ext4(START, "/", false);
	make_ext4(START + LENGTH, "/somewhere", true);
	assert_int_equal(read_disk(&p), 0);
	assert_int_equal(p.n, 2);
	assert_string_equal(p.list[0].type, "c12a7328-f81f-11d2-ba4b-00a0c93ec93b");
	assert_string_equal(p.list[1].type, "4f68bce3-e8cd-4db1-96e7-fbcaf984b709");
	assert_int_equal(p.list[1].start, (uint64_t)(START + LENGTH) * SECTOR);
	assert_int_equal(p.list[1].size, LENGTH * SECTOR);
	assert_string_equal(p.list[1].fs, "ext4");
	assert_true(p.list[1].dirty);
	assert_false(p.list[0].dirty);
	root = partitions_root(&setup, &p, -1);
	assert_non_null(root);
	assert_int_equal(root->number, 2);
	partitions_free(&p);
}

static void an_mbr_tells_it_by_where_it_was_mounted(void **state)
{
	const struct partition *root;
	struct partitions p;

	mbr_entry(0, 0x83, START, LENGTH);
	mbr_entry(1, 0x83, START + LENGTH, LENGTH);
	make_ext4(START, "/boot", false);
	make_ext4(START + LENGTH, "/", false);
	assert_int_equal(read_disk(&p), 0);
	assert_string_equal(p.list[0].type, "0x83");
	assert_string_equal(p.list[0].mounted_on, "/boot");
	root = partitions_root(&setup, &p, -1);
	assert_non_null(root);
	assert_int_equal(root->number, 2);
	root = partitions_root(&setup, &p, 1);
	assert_int_equal(root->number, 1);
	assert_null(partitions_root(&setup, &p, 3));
	assert_non_null(strstr(err, "partition 3: there is none"));
	partitions_free(&p);
}

static void a_disk_without_a_table_is_one_file_system(void **state)
{
	const struct partition *root;
	struct partitions p;

	make_ext4(0, "", false);
	assert_int_equal(read_disk(&p), 0);
	root = partitions_root(&setup, &p, -1);
	assert_non_null(root);
	assert_int_equal(root->number, 0);
	assert_int_equal(root->start, 0);
	partitions_free(&p);
}

static void an_empty_disk_has_none(void **state)
{
	struct partitions p;

	assert_int_equal(read_disk(&p), -ENOENT);
	assert_null(p.list);
}

static void a_damaged_table_does_no_harm(void **state)
{
	struct partitions p;

	make_gpt();
	memset(disk + SECTOR + 72, 0xff, 20);
	memset(disk + (SECTORS - 1) * SECTOR + 72, 0xff, 20);
	if (read_disk(&p) == 0) {
		assert_null(partitions_root(&setup, &p, -1));
		partitions_free(&p);
	}
	mbr_entry(0, 0x83, 0xfffffff0, 0xffffffff);
	mbr_entry(1, 0x05, START, 0xffffffff);
	if (read_disk(&p) == 0) {
		assert_null(partitions_root(&setup, &p, -1));
		partitions_free(&p);
	}
}

static void when_it_is_not_clear_the_user_is_asked(void **state)
{
	struct partition list[] = {{.number = 1, .fs = "ext4", .label = "one", .size = 5 << 20},
				   {.number = 2, .fs = "xfs", .size = 7 << 20}};
	struct partitions p = {.list = list, .n = 2};

	assert_null(partitions_root(&setup, &p, -1));
	assert_non_null(strstr(err, "SOURCE:N"));
	assert_non_null(strstr(err, "1 ext4 5 MiB one, 2 xfs 7 MiB"));
	snprintf(list[1].label, sizeof(list[1].label), "rootfs");
	assert_ptr_equal(partitions_root(&setup, &p, -1), &list[1]);
}

static void a_home_or_boot_partition_is_not_taken_for_the_root(void **state)
{
	struct partition list[] = {
		{.number = 1, .fs = "ext4", .type = "bc13c2ff-59e6-4262-a352-b275fd6f7172"},
		{.number = 2, .fs = "xfs", .type = "933ac7e1-2eb4-4f13-b844-0e14e2aef915"},
		{.number = 3, .fs = "xfs", .type = "0fc63daf-8483-4772-8e79-3d69d8477de4"}};
	struct partitions p = {.list = list, .n = 3};

	assert_ptr_equal(partitions_root(&setup, &p, -1), &list[2]);
}

static void what_is_not_supported_is_named(void **state)
{
	struct partition list[] = {{.number = 1, .fs = "vfat"}, {.number = 2, .fs = "LVM2_member"}};
	struct partitions p = {.list = list, .n = 2};

	assert_null(partitions_root(&setup, &p, -1));
	assert_non_null(strstr(err, "partition 2 holds LVM, which is not supported"));
	snprintf(list[1].fs, sizeof(list[1].fs), "crypto_LUKS");
	assert_null(partitions_root(&setup, &p, -1));
	assert_non_null(strstr(err, "encrypted"));
}

static void a_qcow2_that_needs_another_file_is_refused(void **state)
{
	uint8_t h[QCOW2_HEADER] = "QFI\xfb\0\0\0\3";

	assert_int_equal(qcow2_check(&setup, h, sizeof(h)), 1);
	assert_int_equal(qcow2_check(&setup, h, 20), 0);
	h[15] = 104;
	assert_int_equal(qcow2_check(&setup, h, sizeof(h)), -EINVAL);
	h[15] = 0;
	h[79] = 4;
	assert_int_equal(qcow2_check(&setup, h, sizeof(h)), -EINVAL);
	h[0] = 'X';
	assert_int_equal(qcow2_check(&setup, h, sizeof(h)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_gpt_names_its_root_by_its_type, clear),
		cmocka_unit_test_setup(an_mbr_tells_it_by_where_it_was_mounted, clear),
		cmocka_unit_test_setup(a_disk_without_a_table_is_one_file_system, clear),
		cmocka_unit_test_setup(an_empty_disk_has_none, clear),
		cmocka_unit_test_setup(a_damaged_table_does_no_harm, clear),
		cmocka_unit_test(when_it_is_not_clear_the_user_is_asked),
		cmocka_unit_test(a_home_or_boot_partition_is_not_taken_for_the_root),
		cmocka_unit_test(what_is_not_supported_is_named),
		cmocka_unit_test(a_qcow2_that_needs_another_file_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
