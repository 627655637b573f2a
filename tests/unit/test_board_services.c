/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/netboot/dnsmasq.c harness/netboot/nfs.c harness/netboot/pxe.c */
/* LINK: harness/netboot/pxe_grub.c harness/netboot/pxe_grub_image.c harness/process.c */
/* LINK: harness/log.c console/pipeline/sanitize.c */
/* LINK: harness/netboot/qemu.c harness/netboot/service_args.c */
/* LINK: harness/paths.c harness/paths_file.c harness/paths_remove.c console/strbuf.c */
/* What the services of a board are told to do. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/netboot/board_services.h"
#include "harness/paths.h"

#define ROOTFS "/var/cache/kdev/rootfs"

static const struct board_config board = {
	.name = "rig-1",
	.mac = "52:54:00:6b:64:0a",
	.address = "10.9.8.7",
	.server = "10.9.8.1",
	.prefix = 24,
	.memory_mib = 768,
	.cpus = 3,
	.nic = "virtio-net-pci",
	.accel = "auto",
	.firmware = "bios",
};
static const struct pxe_menu with_initrd = {.initrd = true}, without_initrd = {0};

static bool has(const struct service_args *a, const char *word)
{
	for (size_t i = 0; i < a->n; i++)
		if (!strcmp(a->argv[i], word))
			return true;
	return false;
}

static const char *option(const struct service_args *a, const char *name)
{
	for (size_t i = 0; i + 1 < a->n; i++)
		if (!strcmp(a->argv[i], name))
			return a->argv[i + 1];
	return "";
}

/* ---- DHCP ---- */

static void dhcp_answers_the_known_mac_with_its_address_and_no_other(void **state)
{
	struct service_args a = {0};

	dnsmasq_args(&board, "/state", &a);
	assert_int_equal(a.err, 0);
	assert_true(has(&a, "--dhcp-host=52:54:00:6b:64:0a,10.9.8.7,infinite"));
	assert_true(has(&a, "--dhcp-range=10.9.8.7,static,infinite"));
	assert_true(has(&a, "--dhcp-ignore=tag:!known"));
	assert_true(has(&a, "--port=0"));
	service_args_free(&a);
}

static void next_to_another_server_it_says_what_to_boot_and_gives_no_address(void **state)
{
	struct board_config beside = board;
	struct service_args a = {0};

	beside.dhcp = BOARD_DHCP_PROXY;
	dnsmasq_args(&beside, "/state", &a);
	assert_int_equal(a.err, 0);
	assert_true(has(&a, "--dhcp-range=10.9.8.1,proxy"));
	assert_true(has(&a, "--dhcp-host=52:54:00:6b:64:0a,set:board"));
	assert_true(has(&a, "--dhcp-ignore=tag:!known"));
	assert_true(has(&a, "--pxe-service=x86PC,kdev,lpxelinux.0,10.9.8.1"));
	assert_true(has(&a, "--pxe-service=7,kdev,grub.efi,10.9.8.1"));
	for (size_t i = 0; i < a.n; i++)
		assert_null(strstr(a.argv[i], "10.9.8.7"));
	assert_false(has(&a, "--enable-ra"));
	service_args_free(&a);
}

static void nobody_else_on_a_shared_segment_is_announced_a_router(void **state)
{
	static const char *const interface[] = {"enp3s0", "macvlan:enp3s0"};

	for (int i = 0; i < 2; i++) {
		struct board_config bare = board;
		struct service_args a = {0};

		bare.type = BOARD_BARE;
		snprintf(bare.interface, sizeof(bare.interface), "%s", interface[i]);
		dnsmasq_args(&bare, "/state", &a);
		assert_int_equal(has(&a, "--enable-ra"), i == 0);
		service_args_free(&a);
	}
}

static void dnsmasq_reads_and_writes_nothing_of_the_host(void **state)
{
	struct service_args a = {0};
	size_t files = 0;

	dnsmasq_args(&board, "/a b/%s\"/rig-1", &a);
	assert_true(has(&a, "--conf-file=/dev/null"));
	assert_true(has(&a, "--no-hosts"));
	assert_true(has(&a, "--no-resolv"));
	assert_true(has(&a, "--pid-file="));
	assert_true(has(&a, "--dhcp-leasefile=/a b/%s\"/rig-1/dnsmasq.leases"));
	assert_true(has(&a, "--tftp-root=/a b/%s\"/rig-1/tftp"));
	for (size_t i = 0; i < a.n; i++)
		files += strstr(a.argv[i], "/etc") || strstr(a.argv[i], "/var");
	assert_int_equal(files, 0);
	service_args_free(&a);
}

/* ---- NFS ---- */

static void the_export_is_read_only_and_for_the_board_alone(void **state)
{
	struct strbuf s = {0};

	assert_int_equal(ganesha_config(&board, "/state/rig-1", ROOTFS, 1, &s), 0);
	assert_non_null(strstr(strbuf_str(&s), "Access_Type = None;"));
	assert_non_null(strstr(strbuf_str(&s), "Clients = 10.9.8.7; Access_Type = RO;"));
	assert_null(strstr(strbuf_str(&s), "RW"));
	assert_non_null(strstr(strbuf_str(&s), "Path = \"" ROOTFS "\";"));
	strbuf_free(&s);
}

static void another_tree_at_the_same_path_is_another_export(void **state)
{
	struct strbuf a = {0}, b = {0};

	assert_int_equal(ganesha_config(&board, "/s", ROOTFS, 1, &a), 0);
	assert_int_equal(ganesha_config(&board, "/s", ROOTFS, 2, &b), 0);
	assert_string_not_equal(strbuf_str(&a), strbuf_str(&b));
	strbuf_free(&a);
	strbuf_free(&b);
}

static void a_path_that_would_end_its_quotes_is_refused(void **state)
{
	static const char *const bad[] = {"/a\"; Access_Type = RW; #", "/a\nb", "/a\\", "/\r"};
	struct strbuf s = {0};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_int_equal(ganesha_config(&board, "/s", bad[i], 1, &s), -EINVAL);
		assert_int_equal(ganesha_config(&board, bad[i], ROOTFS, 1, &s), -EINVAL);
		assert_int_equal(s.len, 0);
	}
}

static void the_boot_loader_is_the_one_that_the_firmware_can_start(void **state)
{
	struct service_args a = {0};

	dnsmasq_args(&board, "/state", &a);
	assert_true(has(&a, "--dhcp-match=set:uefi,option:client-arch,7"));
	assert_true(has(&a, "--dhcp-match=set:uefi,option:client-arch,9"));
	assert_true(has(&a, "--dhcp-boot=tag:uefi,grub.efi,,10.9.8.1"));
	assert_true(has(&a, "--dhcp-boot=tag:!uefi,lpxelinux.0,,10.9.8.1"));
	service_args_free(&a);
}

/* ---- GRUB ---- */

static void the_menu_of_uefi_says_the_card_that_pxelinux_would_append(void **state)
{
	struct strbuf s = {0};
	const char *text;

	assert_int_equal(grub_config(&board, ROOTFS, &with_initrd, &s), 0);
	text = strbuf_str(&s);
	assert_non_null(strstr(text, "set default=0\n"));
	assert_non_null(strstr(text, "\tlinux (tftp,10.9.8.1)/vmlinuz 'console=tty0' "));
	assert_non_null(strstr(text, " BOOTIF=01-52-54-00-6b-64-0a\n"));
	assert_non_null(strstr(text, "\tinitrd (tftp,10.9.8.1)/initrd\n"));
	/* The first entry is not the rescue one. */
	assert_true(strstr(text, "kdev.rescue\n") > strstr(text, "menuentry 'rescue"));
	assert_null(strstr(text, "memtest"));
	strbuf_free(&s);
	assert_int_equal(grub_config(&board, ROOTFS, &without_initrd, &s), 0);
	assert_null(strstr(strbuf_str(&s), "\tinitrd "));
	strbuf_free(&s);
}

static void nothing_in_a_command_line_is_special_to_grub(void **state)
{
	struct board_config b = board;
	struct strbuf s = {0};

	snprintf(b.cmdline, sizeof(b.cmdline), "a=$x;{} dyndbg=\"file x.c  +p\"  it's");
	assert_int_equal(grub_config(&b, ROOTFS, &with_initrd, &s), 0);
	assert_non_null(
		strstr(strbuf_str(&s), " 'a=$x;{}' 'dyndbg=file x.c  +p' 'it'\\''s' BOOTIF=01-"));
	strbuf_free(&s);
}

static void the_memory_test_is_offered_where_it_is_installed(void **state)
{
	const struct pxe_menu menu = {.initrd = true, .memtest = true};
	struct strbuf bios = {0}, uefi = {0};

	assert_int_equal(pxe_config(&board, ROOTFS, &menu, &bios), 0);
	assert_non_null(strstr(strbuf_str(&bios), "\tLINUX memtest.bin\n"));
	assert_non_null(strstr(strbuf_str(&bios), "\tLOCALBOOT -1\n"));
	assert_int_equal(grub_config(&board, ROOTFS, &menu, &uefi), 0);
	assert_non_null(strstr(strbuf_str(&uefi), "\tchainloader /memtest.efi\n"));
	strbuf_free(&bios);
	strbuf_free(&uefi);
	assert_int_equal(pxe_config(&board, ROOTFS, &with_initrd, &bios), 0);
	assert_null(strstr(strbuf_str(&bios), "memtest"));
	strbuf_free(&bios);
}

/* ---- pxelinux ---- */

static void the_menu_boots_by_itself_and_has_a_rescue_entry(void **state)
{
	struct strbuf s = {0};
	const char *text;

	assert_int_equal(pxe_config(&board, ROOTFS, &with_initrd, &s), 0);
	text = strbuf_str(&s);
	assert_null(strstr(text, "SERIAL")); /* by its firmware */
	assert_non_null(strstr(text, "ONTIMEOUT kdev\n"));
	assert_non_null(strstr(
		text, "\tKERNEL http://10.9.8.1/vmlinuz\n\tINITRD http://10.9.8.1/initrd\n"));
	assert_non_null(strstr(text, "MENU DEFAULT\n"));
	assert_non_null(strstr(strstr(text, "LABEL rescue\n"), "kdev.rescue"));
	/* The first entry is not the rescue one. */
	assert_true(strstr(text, "kdev.rescue") > strstr(text, "LABEL rescue\n"));
	strbuf_free(&s);
}

static void a_motherboards_menu_is_on_its_serial_line(void **state)
{
	struct board_config bare = board;
	struct strbuf s = {0};

	bare.type = BOARD_BARE;
	assert_int_equal(pxe_config(&bare, ROOTFS, &with_initrd, &s), 0);
	assert_non_null(strstr(strbuf_str(&s), "\nSERIAL 0 115200\n"));
	strbuf_free(&s);
}

static void the_kernel_speaks_on_serial_and_vga_and_finds_its_root(void **state)
{
	struct board_config b = board;
	struct strbuf s = {0};

	snprintf(b.cmdline, sizeof(b.cmdline), "slub_debug=FZP kasan.fault=report");
	assert_int_equal(pxe_cmdline(&b, ROOTFS, true, &s), 0);
	assert_non_null(strstr(strbuf_str(&s), "console=tty0 console=ttyS0,115200"));
	assert_non_null(strstr(strbuf_str(&s), " kdev.nfs=10.9.8.1:" ROOTFS ","));
	assert_non_null(strstr(strbuf_str(&s), " panic=0 "));
	/* What the user adds comes last and wins. */
	assert_string_equal(strstr(strbuf_str(&s), " slub_debug"),
			    " slub_debug=FZP kasan.fault=report");
	assert_null(strchr(strbuf_str(&s), '\n'));
	strbuf_free(&s);
}

static void a_root_path_that_a_command_line_cant_hold_is_refused(void **state)
{
	static const char *const bad[] = {"/my root", "/a,port=1", "/a\nb", "/\"a", "/caf\xc3\xa9"};
	struct strbuf s = {0};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		assert_int_equal(pxe_cmdline(&board, bad[i], true, &s), -EINVAL);
		assert_int_equal(pxe_config(&board, bad[i], &with_initrd, &s), -EINVAL);
		assert_int_equal(s.len, 0);
	}
}

static void a_command_line_longer_than_the_kernels_is_refused(void **state)
{
	struct strbuf s = {0};
	char path[1800];

	memset(path, 'a', sizeof(path));
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(pxe_cmdline(&board, path, true, &s), -E2BIG);
	strbuf_free(&s);
}

static void without_an_initrd_the_kernel_mounts_the_root_and_starts_our_init(void **state)
{
	struct strbuf s = {0};

	assert_int_equal(pxe_config(&board, ROOTFS, &without_initrd, &s), 0);
	assert_null(strstr(strbuf_str(&s), "INITRD"));
	assert_non_null(strstr(strbuf_str(&s), " root=/dev/nfs ro nfsroot="));
	assert_non_null(strstr(strbuf_str(&s), ":" ROOTFS ",vers=3,proto=tcp,hard,"));
	assert_non_null(strstr(strbuf_str(&s), " init=/usr/lib/kdev/kdev-init"));
	assert_non_null(strstr(strbuf_str(&s), " kdev.nfs="));
	assert_non_null(strstr(strbuf_str(&s), " ip=10.9.8.7:10.9.8.1:10.9.8.1:255.255.255.0 "));
	assert_non_null(strstr(strbuf_str(&s), "\tIPAPPEND 2\n"));
	strbuf_free(&s);
	assert_int_equal(pxe_config(&board, ROOTFS, &with_initrd, &s), 0);
	assert_null(strstr(strbuf_str(&s), "nfsroot="));
	strbuf_free(&s);
}

static char *write_file(const char *dir, const char *leaf)
{
	char *path = path_format("%s/%s", dir, leaf);

	assert_non_null(path);
	assert_int_equal(path_write_atomic(path, leaf, strlen(leaf), 0600), 0);
	return path;
}

static void
the_loader_of_uefi_is_made_and_what_was_linked_to_its_place_is_not_written_to(void **state)
{
	char dir[] = "/tmp/kdev-test-XXXXXX", err[256] = "", *image, *host, *text;

	if (access(GRUB_MODULES, R_OK))
		skip();
	assert_non_null(mkdtemp(dir));
	host = write_file(dir, "host");
	image = path_format("%s/" PXE_UEFI_LOADER, dir);
	text = path_format("%s/grub", dir);
	assert_int_equal(mkdir(text, 0755), 0);
	free(text);
	assert_int_equal(link(host, image), 0);
	if (grub_image_make(&board, dir, err, sizeof(err)))
		fail_msg("%s", err);
	text = path_read(image, 4 << 20, NULL);
	assert_non_null(text);
	assert_memory_equal(text, "MZ", 2);
	free(text);
	text = path_read(host, 16, NULL);
	assert_string_equal(text, "host");
	free(text);
	assert_int_equal(path_remove_tree(dir), 0);
	free(image);
	free(host);
}

static void the_tftp_directory_is_filled_and_filled_again(void **state)
{
	char dir[] = "/tmp/kdev-test-XXXXXX", err[256] = "", *config, *text;
	struct netboot_paths p = {.rootfs = ROOTFS};

	if (access("/usr/lib/PXELINUX/lpxelinux.0", R_OK))
		skip();
	assert_non_null(mkdtemp(dir));
	p.vmlinuz = write_file(dir, "kernel");
	p.initrd = write_file(dir, "ramdisk");
	for (int i = 0; i < 2; i++) {
		if (pxe_make(&board, dir, &p, err, sizeof(err)))
			fail_msg("%s", err);
	}
	config = path_format("%s/tftp/pxelinux.cfg/01-52-54-00-6b-64-0a", dir);
	text = path_read(config, 1 << 16, NULL);
	assert_non_null(text);
	assert_non_null(strstr(text, ROOTFS));
	free(text);
	free(config);
	config = path_format("%s/tftp/initrd", dir);
	text = path_read(config, 1 << 16, NULL);
	assert_string_equal(text, "ramdisk");
	free(text);
	free(config);
	free(p.vmlinuz);
	free(p.initrd);
	assert_int_equal(path_remove_tree(dir), 0);
}

static void the_initrd_of_another_kernel_goes(void **state)
{
	char dir[] = "/tmp/kdev-test-XXXXXX", err[256] = "", *path;
	struct netboot_paths p = {.rootfs = ROOTFS};

	if (access("/usr/lib/PXELINUX/lpxelinux.0", R_OK))
		skip();
	assert_non_null(mkdtemp(dir));
	p.vmlinuz = write_file(dir, "kernel");
	p.initrd = write_file(dir, "ramdisk");
	assert_int_equal(pxe_make(&board, dir, &p, err, sizeof(err)), 0);
	path = path_format("%s/tftp/initrd", dir);
	assert_int_equal(access(path, R_OK), 0);
	free(p.initrd);
	p.initrd = NULL;
	assert_int_equal(pxe_make(&board, dir, &p, err, sizeof(err)), 0);
	assert_int_equal(access(path, F_OK), -1);
	free(path);
	free(p.vmlinuz);
	assert_int_equal(path_remove_tree(dir), 0);
}

static void a_missing_kernel_is_named(void **state)
{
	char dir[] = "/tmp/kdev-test-XXXXXX", err[256] = "";
	struct netboot_paths p = {
		.rootfs = ROOTFS, .vmlinuz = "/nonexistent/vmlinuz", .initrd = "/nonexistent/i"};

	if (access("/usr/lib/PXELINUX/lpxelinux.0", R_OK))
		skip();
	assert_non_null(mkdtemp(dir));
	assert_int_equal(pxe_make(&board, dir, &p, err, sizeof(err)), -ENOENT);
	assert_non_null(strstr(err, "/nonexistent/vmlinuz"));
	assert_int_equal(path_remove_tree(dir), 0);
}

/* ---- QEMU ---- */

static void the_virtual_board_netboots_and_has_no_other_way(void **state)
{
	struct service_args a = {0};

	qemu_args(&board, false, -1, &a);
	assert_int_equal(a.err, 0);
	assert_non_null(strstr(option(&a, "-device"),
			       "virtio-net-pci,netdev=net0,mac=52:54:00:6b:64:0a,bootindex=1"));
	assert_non_null(strstr(option(&a, "-netdev"), "tap,"));
	assert_string_equal(option(&a, "-kernel"), "");
	assert_string_equal(option(&a, "-drive"), "");
	assert_true(has(&a, "-nodefaults"));
	assert_string_equal(option(&a, "-smp"), "3");
	assert_string_equal(option(&a, "-m"), "768");
	service_args_free(&a);
}

static void with_uefi_its_firmware_is_ovmf_and_the_package_stays_as_it_is(void **state)
{
	struct board_config b = board;
	struct service_args a = {0};

	strcpy(b.firmware, "uefi");
	qemu_args(&b, false, -1, &a);
	assert_true(has(&a, "if=pflash,unit=0,format=raw,readonly=on,"
			    "file=/usr/share/OVMF/OVMF_CODE_4M.fd"));
	assert_true(has(&a, "if=pflash,unit=1,format=raw,snapshot=on,"
			    "file=/usr/share/OVMF/OVMF_VARS_4M.fd"));
	service_args_free(&a);
}

static void its_console_is_kept_while_nobody_listens(void **state)
{
	struct service_args a = {0};

	qemu_args(&board, false, -1, &a);
	assert_non_null(strstr(option(&a, "-chardev"), "path=serial.sock,server=on,wait=off"));
	assert_non_null(strstr(option(&a, "-chardev"), "logfile=serial.log,logappend=on"));
	assert_true(has(&a, "-no-shutdown"));
	assert_false(has(&a, "-no-reboot"));
	service_args_free(&a);
}

static void kvm_needs_the_flag_the_device_and_the_wish(void **state)
{
	static const char intel[] = "processor : 0\nflags\t\t: fpu vme vmx smx\nbugs\t: \n";
	static const char amd[] = "processor : 0\nflags\t\t: fpu svm\nbugs\t: \n";
	static const char none[] = "model name : vmx svm\nflags\t\t: fpu vmxx svmm\nbugs : vmx \n";
	struct board_config b = board;

	assert_true(qemu_kvm_works(&b, intel, true));
	assert_true(qemu_kvm_works(&b, amd, true));
	assert_false(qemu_kvm_works(&b, none, true));
	assert_false(qemu_kvm_works(&b, "", true));
	assert_false(qemu_kvm_works(&b, intel, false));
	strcpy(b.accel, "tcg");
	assert_false(qemu_kvm_works(&b, intel, true));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(dhcp_answers_the_known_mac_with_its_address_and_no_other),
		cmocka_unit_test(next_to_another_server_it_says_what_to_boot_and_gives_no_address),
		cmocka_unit_test(nobody_else_on_a_shared_segment_is_announced_a_router),
		cmocka_unit_test(dnsmasq_reads_and_writes_nothing_of_the_host),
		cmocka_unit_test(the_export_is_read_only_and_for_the_board_alone),
		cmocka_unit_test(another_tree_at_the_same_path_is_another_export),
		cmocka_unit_test(a_path_that_would_end_its_quotes_is_refused),
		cmocka_unit_test(the_menu_boots_by_itself_and_has_a_rescue_entry),
		cmocka_unit_test(a_motherboards_menu_is_on_its_serial_line),
		cmocka_unit_test(the_kernel_speaks_on_serial_and_vga_and_finds_its_root),
		cmocka_unit_test(a_root_path_that_a_command_line_cant_hold_is_refused),
		cmocka_unit_test(a_command_line_longer_than_the_kernels_is_refused),
		cmocka_unit_test(without_an_initrd_the_kernel_mounts_the_root_and_starts_our_init),
		cmocka_unit_test(
			the_loader_of_uefi_is_made_and_what_was_linked_to_its_place_is_not_written_to),
		cmocka_unit_test(the_tftp_directory_is_filled_and_filled_again),
		cmocka_unit_test(the_initrd_of_another_kernel_goes),
		cmocka_unit_test(a_missing_kernel_is_named),
		cmocka_unit_test(the_boot_loader_is_the_one_that_the_firmware_can_start),
		cmocka_unit_test(the_menu_of_uefi_says_the_card_that_pxelinux_would_append),
		cmocka_unit_test(nothing_in_a_command_line_is_special_to_grub),
		cmocka_unit_test(the_memory_test_is_offered_where_it_is_installed),
		cmocka_unit_test(with_uefi_its_firmware_is_ovmf_and_the_package_stays_as_it_is),
		cmocka_unit_test(the_virtual_board_netboots_and_has_no_other_way),
		cmocka_unit_test(its_console_is_kept_while_nobody_listens),
		cmocka_unit_test(kvm_needs_the_flag_the_device_and_the_wish),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
