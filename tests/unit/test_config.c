/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/config/config_file.c harness/config/ini_file.c harness/config/config_keys.c */
/* LINK: harness/config/config_value.c harness/config/config_print.c harness/config/config.c */
/* LINK: harness/config/duration.c harness/commands/nearest.c harness/log.c harness/paths.c */
/* LINK: harness/paths_file.c harness/paths_remove.c */
/* LIBS: inih */
/* Configuration: values and their messages, sections, layers, and what is printed. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/config/config_file.h"
#include "harness/log.h"
#include "harness/paths.h"

#define ROW(rows) (sizeof(rows) / sizeof((rows)[0]))

/* A place of its own: no configuration of the user who runs the tests is read. */
struct place {
	char *dir, *before;
	struct board_config b;
	char err[256];
};

static int setup(void **state)
{
	char template[] = "/tmp/kdev-test-config.XXXXXX";
	struct place *p = calloc(1, sizeof(*p));

	assert_non_null(p);
	assert_non_null(mkdtemp(template));
	p->dir = strdup(template);
	p->before = getcwd(NULL, 0);
	setenv("XDG_CONFIG_HOME", p->dir, 1);
	*state = p;
	return chdir(p->dir);
}

static int teardown(void **state)
{
	struct place *p = *state;
	int err = chdir(p->before);

	unsetenv("XDG_CONFIG_HOME");
	path_remove_tree(p->dir);
	free(p->dir);
	free(p->before);
	free(p);
	return err;
}

static void put(const char *path, const char *text)
{
	assert_int_equal(path_write_atomic(path, text, strlen(text), 0600), 0);
}

static int load(struct place *p, const char *file, const char *name)
{
	p->err[0] = 0;
	return config_load(file, name, &p->b, p->err, sizeof(p->err));
}

/* What is said of a file with this content, without "f:". */
static const char *complaint(struct place *p, const char *text)
{
	put("f", text);
	assert_int_equal(load(p, "f", NULL), -EINVAL);
	assert_memory_equal(p->err, "f:", 2);
	return p->err + 2;
}

static void durations_are_read(void **state)
{
	static const struct {
		const char *text;
		int64_t us;
	} rows[] = {{"10s", 10000000}, {"1.5s", 1500000},   {"500ms", 500000},
		    {"2m", 120000000}, {"8h", 28800000000}, {"7us", 7},
		    {"0s", 0},         {"0.001ms", 1},      {"1.0000019s", 1000001},
		    {"007s", 7000000}, {"0.5h", 1800000000}};

	for (size_t i = 0; i < ROW(rows); i++) {
		int64_t us = -1;

		assert_int_equal(duration_parse(rows[i].text, &us), 0);
		assert_int_equal(us, rows[i].us);
	}
}

static void what_is_no_duration_is_refused(void **state)
{
	static const char *const bad[] = {"",
					  "s",
					  "10",
					  "10 s",
					  " 10s",
					  "10s ",
					  "-1s",
					  "+1s",
					  "1.s",
					  ".5s",
					  "1e3s",
					  "10S",
					  "10sec",
					  "1,5s",
					  "1..5s",
					  "9223372036854775808us",
					  "2562047789h",
					  "99999999999999999999s",
					  "9223372036854775807.9s"};

	for (size_t i = 0; i < ROW(bad); i++) {
		int64_t us = 42;

		assert_int_equal(duration_parse(bad[i], &us), -EINVAL);
		assert_int_equal(us, 42);
	}
}

static void durations_are_printed_without_a_fraction(void **state)
{
	static const struct {
		int64_t us;
		const char *text;
	} rows[] = {{0, "0s"},
		    {1, "1us"},
		    {1500000, "1500ms"},
		    {90000000, "90s"},
		    {120000000, "2m"},
		    {28800000000, "8h"},
		    {INT64_MAX, "9223372036854775807us"}};
	char text[32];

	for (size_t i = 0; i < ROW(rows); i++) {
		assert_int_equal(duration_format(rows[i].us, text, sizeof(text)), 0);
		assert_string_equal(text, rows[i].text);
	}
	assert_int_equal(duration_format(90000000, text, 3), -ENOSPC);
	assert_int_equal(duration_format(-1, text, sizeof(text)), -EINVAL);
}

static void with_no_file_there_is_the_virtual_board(void **state)
{
	struct place *p = *state;

	assert_int_equal(load(p, NULL, NULL), 0);
	assert_string_equal(p->b.name, "virtual");
	assert_string_equal(p->b.mac, "52:54:00:6b:64:01");
	assert_string_equal(p->b.address, "10.77.0.2");
	assert_int_equal(p->b.memory_mib, 1024);
	assert_int_equal(p->b.boot_us, 120000000);
	assert_int_equal(p->b.boot_tries, 3);
	assert_int_equal(load(p, NULL, "virtual"), 0);
}

static void every_key_is_read(void **state)
{
	struct place *p = *state;

	put("f", "[board lab-1]\n"
		 "type = virtual\nmac = 52:54:00:AB:cd:01\naddress = 192.168.7.2\n"
		 "server=192.168.7.1\nprefix: 16\nmemory = 512\ncpus = 1\n"
		 "nic = virtio-net-pci\naccel = tcg\ncmdline = a=\"b c\" d\n"
		 "boot_timeout = 2m\nboot_tries = 1\nload_timeout = 1s\ntest_timeout = 8h\n"
		 "unload_timeout = 1.5s\nsettle = 0s\nheartbeat_timeout = 3s\n"
		 "collect_timeout = 500ms\n");
	assert_int_equal(load(p, "f", NULL), 0);
	assert_string_equal(p->b.name, "lab-1");
	assert_int_equal(p->b.type, BOARD_VIRTUAL);
	assert_string_equal(p->b.mac, "52:54:00:ab:cd:01");
	assert_string_equal(p->b.address, "192.168.7.2");
	assert_string_equal(p->b.server, "192.168.7.1");
	assert_int_equal(p->b.prefix, 16);
	assert_int_equal(p->b.memory_mib, 512);
	assert_int_equal(p->b.cpus, 1);
	assert_string_equal(p->b.nic, "virtio-net-pci");
	assert_string_equal(p->b.accel, "tcg");
	assert_string_equal(p->b.cmdline, "a=\"b c\" d");
	assert_int_equal(p->b.boot_us, 120000000);
	assert_int_equal(p->b.boot_tries, 1);
	assert_int_equal(p->b.load_us, 1000000);
	assert_int_equal(p->b.test_us, 28800000000);
	assert_int_equal(p->b.unload_us, 1500000);
	assert_int_equal(p->b.settle_us, 0);
	assert_int_equal(p->b.heartbeat_us, 3000000);
	assert_int_equal(p->b.collect_us, 500000);
}

static void comments_blanks_and_line_ends_do_not_matter(void **state)
{
	struct place *p = *state;

	put("f", "\xef\xbb\xbf# a comment\r\n\r\n  [ board\ta ] ; one more\r\n"
		 "\tcpus = 3 ; and one\r\n\tmemory=2048\r\n ; last \xc3\xa9\n[board b]\ncpus=4");
	assert_int_equal(load(p, "f", "a"), 0);
	assert_int_equal(p->b.cpus, 3);
	assert_int_equal(p->b.memory_mib, 2048);
	assert_int_equal(load(p, "f", "b"), 0);
	assert_int_equal(p->b.cpus, 4);
	assert_int_equal(p->b.memory_mib, 1024);
}

static void an_unknown_key_names_its_line_and_the_nearest(void **state)
{
	struct place *p = *state;

	assert_string_equal(complaint(p, "[board a]\n\n# x\nmemroy = 5\n"),
			    "4: memroy: unknown key, did you mean `memory`?");
	assert_string_equal(complaint(p, "[board a]\nboot_time = 5s"),
			    "2: boot_time: unknown key, did you mean `boot_timeout`?");
	assert_string_equal(complaint(p, "[board a]\nfrobnicate = 5"),
			    "2: frobnicate: unknown key");
	assert_string_equal(complaint(p, "memory = 512\n"),
			    "1: memory: no section yet, expected [board NAME] before it");
}

static void a_bad_value_is_quoted_with_what_was_expected(void **state)
{
	static const struct {
		const char *line, *said;
	} rows[] = {
		{"cpus = lots", "cpus: `lots`: expected a number from 1 to 64"},
		{"cpus =", "cpus: ``: expected a number from 1 to 64"},
		{"cpus = 0", "cpus: `0`: expected a number from 1 to 64"},
		{"cpus = 65", "cpus: `65`: expected a number from 1 to 64"},
		{"cpus = +2", "cpus: `+2`: expected a number from 1 to 64"},
		{"cpus = 2x", "cpus: `2x`: expected a number from 1 to 64"},
		{"cpus = 4294967298", "cpus: `4294967298`: expected a number from 1 to 64"},
		{"settle = 3", "settle: `3`: expected a time with its unit from 0s to 24h, such as "
			       "10s"},
		{"settle = 25h", "settle: `25h`: expected a time with its unit from 0s to 24h, "
				 "such as 10s"},
		{"accel = hvf", "accel: `hvf`: expected one of auto, kvm, tcg"},
		{"recovery = reset, kick",
		 "recovery: `reset, kick`: expected some of agent, sysrq, reset, hold, mains"},
		{"recovery = reset reset",
		 "recovery: `reset reset`: expected some of agent, sysrq, reset, hold, mains"},
		{"recovery = ,",
		 "recovery: `,`: expected some of agent, sysrq, reset, hold, mains"},
		{"type = Virtual", "type: `Virtual`: expected one of virtual, bare"},
		{"nic = e1000,addr=3", "nic: `e1000,addr=3`: expected letters, digits, '.', '_' "
				       "and '-', at most 31"},
		{"nic = -x", "nic: `-x`: expected letters, digits, '.', '_' and '-', at most 31"},
		{"cmdline = \xc3\xa9", "cmdline: `\xc3\xa9`: expected at most 511 printable ASCII "
				       "characters"},
	};
	struct place *p = *state;

	for (size_t i = 0; i < ROW(rows); i++) {
		char text[128], said[256];

		snprintf(text, sizeof(text), "[board a]\n%s\n", rows[i].line);
		snprintf(said, sizeof(said), "2: %s", rows[i].said);
		assert_string_equal(complaint(p, text), said);
	}
}

static void bad_addresses_are_refused(void **state)
{
	static const char *const lines[] = {
		"address = 10.77.0",       "address = 10.77.0.256",   "address = 127.0.0.1",
		"address = 0.0.0.1",       "address = 224.0.0.1",     "address = ::1",
		"address = board",         "mac = 52:54:00:6b:64",    "mac = 52:54:00:6b:64:01:02",
		"mac = 52-54-00-6b-64-01", "mac = 00:00:00:00:00:00", "mac = 53:54:00:6b:64:01",
		"mac = ff:ff:ff:ff:ff:ff", "mac = 52:54:00:6b:64:0g"};
	struct place *p = *state;

	for (size_t i = 0; i < ROW(lines); i++) {
		char text[128];

		snprintf(text, sizeof(text), "[board a]\n%s\n", lines[i]);
		assert_non_null(strstr(complaint(p, text), "expected "));
	}
}

static void malformed_lines_are_named(void **state)
{
	struct place *p = *state;

	assert_string_equal(complaint(p, "[board a]\nhello\ncpus = x\n"),
			    "2: hello: expected KEY = VALUE");
	assert_string_equal(complaint(p, "[board a]\ncpus = 2\n= 5"),
			    "3: = 5: expected KEY = VALUE");
	assert_string_equal(complaint(p, "[board a\ncpus = 2\n"),
			    "1: [board a: unknown section, expected [board NAME]");
	assert_string_equal(complaint(p, "[bord a]\n"),
			    "1: [bord a]: unknown section, expected [board NAME]");
	assert_string_equal(complaint(p, "[board]\n"),
			    "1: [board]: unknown section, expected [board NAME]");
	assert_string_equal(complaint(p, "[board a b]\n"),
			    "1: [board a b]: unknown section, expected [board NAME]");
	assert_string_equal(complaint(p, "[board ../x]\n"),
			    "1: [board ../x]: bad name, expected lower-case letters, digits and "
			    "'-', at most 31 of them");
	assert_string_equal(complaint(p, "[board a]\ncpus = 1\n[board b]\n[board a]\ncpus = 2\n"),
			    "5: cpus: given twice, first in line 2");
	assert_string_equal(complaint(p, "[board a]\ncpus = \033[2J\n"),
			    "2: control character, expected text");
}

static void a_line_too_long_for_the_parser_is_an_error_not_two_lines(void **state)
{
	struct place *p = *state;
	char text[512];

	snprintf(text, sizeof(text), "[board a]\ncmdline = %0187d\n", 1);
	put("f", text);
	assert_int_equal(load(p, "f", NULL), 0);
	assert_int_equal(strlen(p->b.cmdline), 187);
	snprintf(text, sizeof(text), "[board a]\ncmdline = %0188d\n", 1);
	assert_string_equal(complaint(p, text), "2: line too long, expected at most 197 bytes");
}

static void parts_of_a_command_line_are_joined_but_not_across_files(void **state)
{
	struct place *p = *state;
	char text[2048];

	put("f", "[board a]\ncmdline = one two\ncmdline =\ncmdline = three\n");
	assert_int_equal(load(p, "f", NULL), 0);
	assert_string_equal(p->b.cmdline, "one two three");

	assert_int_equal(path_mkdirs("kdev", 0700), 0);
	assert_int_equal(rename("f", "kdev/kdev.conf"), 0);
	put(".kdev.conf", "[board a]\ncmdline = four\n");
	assert_int_equal(load(p, NULL, NULL), 0);
	assert_string_equal(p->b.cmdline, "four");

	snprintf(text, sizeof(text),
		 "[board a]\ncmdline = %0180d\ncmdline = %0180d\ncmdline = %0150d", 1, 1, 1);
	assert_non_null(strstr(complaint(p, text), "4: cmdline: `000"));
}

static void later_layers_win(void **state)
{
	struct place *p = *state;

	assert_int_equal(path_mkdirs("kdev", 0700), 0);
	put("kdev/kdev.conf", "[board a]\ncpus = 3\nmemory = 512\nsettle = 1s\n");
	put(".kdev.conf", "[board b]\n[board a]\nmemory = 768\nsettle = 2s\n");
	setenv("KDEV_SETTLE", "7s", 1);
	assert_int_equal(load(p, NULL, NULL), 0);
	assert_string_equal(p->b.name, "a"); /* the first mentioned, also across files */
	assert_int_equal(p->b.cpus, 3);
	assert_int_equal(p->b.memory_mib, 768);
	assert_int_equal(p->b.settle_us, 7000000);

	/* A file that is named is read alone, but the environment still counts. */
	put("f", "[board b]\ncpus = 5\n");
	assert_int_equal(load(p, "f", NULL), 0);
	assert_string_equal(p->b.name, "b");
	assert_int_equal(p->b.memory_mib, 1024);
	assert_int_equal(p->b.settle_us, 7000000);
	unsetenv("KDEV_SETTLE");
}

static void what_was_learned_of_a_board_is_below_all_files(void **state)
{
	struct place *p = *state;
	char *dir = path_board("a", NULL), *learned = path_board("a", LEARNED_FILE);

	assert_int_equal(path_mkdirs(dir, 0700), 0);
	put(learned, "[board a]\nreset_time = 400ms\nhold_time = 7s\n");
	put("f", "[board b]\n[board a]\nhold_time = 9s\n");
	assert_int_equal(load(p, "f", "a"), 0);
	assert_int_equal(p->b.reset_us, 400000);
	assert_int_equal(p->b.hold_us, 9000000);
	/* It neither adds to other boards nor makes its own the first. */
	assert_int_equal(load(p, "f", NULL), 0);
	assert_string_equal(p->b.name, "b");
	assert_int_equal(p->b.reset_us, 1000000);

	put(learned, "[board a]\nreset_tme = 400ms\n");
	assert_int_equal(load(p, "f", "a"), -EINVAL);
	assert_non_null(strstr(p->err, "a/" LEARNED_FILE ":2: reset_tme: "));
	path_remove_tree(dir);
	free(learned);
	free(dir);
}

static void a_bad_variable_is_named(void **state)
{
	struct place *p = *state;

	setenv("KDEV_MEMORY", "1G\033", 1);
	assert_int_equal(load(p, NULL, NULL), -EINVAL);
	assert_string_equal(p->err, "KDEV_MEMORY in the environment: `1G?`: expected a number from "
				    "256 to 65536");
	unsetenv("KDEV_MEMORY");
}

static void keep_text(void *arg, enum log_level level, const char *text)
{
	snprintf(arg, 128, "%s", text);
}

static void a_mistyped_variable_is_warned_of(void **state)
{
	struct place *p = *state;
	char warning[128] = "";

	log_to(keep_text, warning, LOG_WARN);
	setenv("KDEV_SOMETHING_ELSE", "1", 1);
	assert_int_equal(load(p, NULL, NULL), 0);
	assert_string_equal(warning, "");
	setenv("KDEV_MEMROY", "512", 1);
	assert_int_equal(load(p, NULL, NULL), 0);
	assert_int_equal(p->b.memory_mib, 1024);
	assert_string_equal(warning, "KDEV_MEMROY in the environment is no setting, did you mean "
				     "KDEV_MEMORY?");
	unsetenv("KDEV_MEMROY");
	unsetenv("KDEV_SOMETHING_ELSE");
	log_to(NULL, NULL, LOG_WARN);
}

static void a_file_that_is_named_must_be_there_and_be_a_file(void **state)
{
	struct place *p = *state;

	assert_int_equal(load(p, "none.conf", NULL), -ENOENT);
	assert_string_equal(p->err, "none.conf: No such file or directory");
	assert_int_equal(load(p, ".", NULL), -EISDIR);
	assert_int_equal(path_mkdirs(".kdev.conf", 0700), 0);
	assert_int_equal(load(p, NULL, NULL), -EISDIR);
}

static void an_unknown_board_is_an_error_with_the_nearest(void **state)
{
	struct place *p = *state;

	put("f", "[board lab1]\n");
	assert_int_equal(load(p, "f", "lab2"), -EINVAL);
	assert_string_equal(p->err, "no board `lab2` is configured, did you mean `lab1`?");
	assert_int_equal(load(p, "f", "q\033"), -EINVAL);
	assert_string_equal(p->err, "no board `q?` is configured, expected a [board q?] section");
	assert_int_equal(load(p, "f", "virtual"), 0);
	assert_int_equal(load(p, "f", NULL), 0);
	assert_string_equal(p->b.name, "lab1");
}

static void address_and_server_must_be_neighbours(void **state)
{
	struct place *p = *state;

	put("f", "[board a]\naddress = 10.78.0.2\n");
	assert_int_equal(load(p, "f", NULL), -EINVAL);
	assert_string_equal(p->err, "board a: address 10.78.0.2 and server 10.77.0.1 are in "
				    "different networks, expected both in one of prefix 24");
	put("f", "[board a]\naddress = 10.78.0.2\nprefix = 8\n");
	assert_int_equal(load(p, "f", NULL), 0);
	put("f", "[board a]\naddress = 10.77.0.1\n");
	assert_int_equal(load(p, "f", NULL), -EINVAL);
	put("f", "[board a]\naddress = 10.77.0.255\n");
	assert_int_equal(load(p, "f", NULL), -EINVAL);
	put("f", "[board a]\nserver = 10.77.0.0\n");
	assert_int_equal(load(p, "f", NULL), -EINVAL);
}

static void a_board_with_ovmf_has_time_for_its_first_word(void **state)
{
	struct place *p = *state;

	put("f", "[board a]\nfirmware = uefi\n");
	assert_int_equal(load(p, "f", NULL), 0);
	assert_int_equal(p->b.sign_us, 30000000);
	put("f", "[board a]\nfirmware = uefi\nreset_timeout = 8s\n");
	assert_int_equal(load(p, "f", NULL), 0);
	assert_int_equal(p->b.sign_us, 8000000);
}

static void a_bare_board_needs_what_a_virtual_one_has_by_itself(void **state)
{
	static const char *const lines[] = {
		"interface = enp3s0\n",
		"mac = 04:42:1a:90:5c:77\n",
		"console = serial:/dev/ttyUSB0\n",
		"power = lcus\n",
	};
	static const char *const missing[] = {"interface", "mac", "console", "power"};
	struct place *p = *state;
	char text[256];

	for (size_t i = 0; i < ROW(missing); i++) {
		snprintf(text, sizeof(text), "[board bench]\ntype = bare\n%s%s%s",
			 i > 0 ? lines[0] : "", i > 1 ? lines[1] : "", i > 2 ? lines[2] : "");
		put("f", text);
		assert_int_equal(load(p, "f", NULL), -EINVAL);
		assert_memory_equal(p->err, "board bench: ", 13);
		assert_memory_equal(p->err + 13, missing[i], strlen(missing[i]));
		assert_non_null(strstr(p->err, "expected"));
	}
	snprintf(text, sizeof(text), "[board bench]\ntype = bare\n%s%s%s%s", lines[0], lines[1],
		 lines[2], lines[3]);
	put("f", text);
	assert_int_equal(load(p, "f", NULL), 0);
	assert_int_equal(p->b.type, BOARD_BARE);
	assert_string_equal(board_interface(&p->b), "enp3s0");
	assert_false(board_shares_interface(&p->b));
	assert_string_equal(board_nic(&p->b), "auto");
	put("f", "[board b]\ntype = bare\nmac = 04:42:1a:90:5c:77\nconsole = unix:/x\n"
		 "power = lcus\ninterface = macvlan:eno1\n");
	assert_int_equal(load(p, "f", NULL), 0);
	assert_string_equal(board_interface(&p->b), "eno1");
	assert_true(board_shares_interface(&p->b));
}

static void an_interface_is_one_that_the_kernel_could_have(void **state)
{
	static const char *const bad[] = {
		"../x", "a b", "-x", "sixteen-letters-", "macvlan:", "macvlan:macvlan:x"};
	struct place *p = *state;
	char text[256];

	for (size_t i = 0; i < ROW(bad); i++) {
		snprintf(text, sizeof(text),
			 "[board b]\ntype = bare\nmac = 04:42:1a:90:5c:77\nconsole = unix:/x\n"
			 "power = lcus\ninterface = %s\n",
			 bad[i]);
		put("f", text);
		assert_int_equal(load(p, "f", NULL), -EINVAL);
		assert_non_null(strstr(p->err, "interface"));
	}
}

static void next_to_another_dhcp_server_addresses_are_that_networks(void **state)
{
	static const char bare[] =
		"[board b]\ntype = bare\nmac = 04:42:1a:90:5c:77\nconsole = unix:/x\n"
		"power = lcus\ninterface = macvlan:eno1\ndhcp = proxy\n";
	struct place *p = *state;
	char text[512];

	put("f", bare);
	assert_int_equal(load(p, "f", NULL), -EINVAL);
	assert_non_null(strstr(p->err, "expected address and server"));
	snprintf(text, sizeof(text), "%saddress = 192.168.7.2\nserver = 192.168.7.3\n", bare);
	put("f", text);
	assert_int_equal(load(p, "f", NULL), 0);
	assert_int_equal(p->b.dhcp, BOARD_DHCP_PROXY);
	put("f", "[board b]\ndhcp = proxy\naddress = 192.168.7.2\nserver = 192.168.7.3\n");
	assert_int_equal(load(p, "f", NULL), -EINVAL);
	assert_non_null(strstr(p->err, "type = bare"));
}

static void too_many_boards_are_refused(void **state)
{
	struct place *p = *state;
	char text[4096] = "";
	size_t used = 0;

	for (int i = 0; i <= CONFIG_BOARDS_MAX; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "[board b%d]\n", i);
	assert_string_equal(complaint(p, text), "65: [board b64]: more than 64 boards");
}

static void the_commented_configuration_is_the_defaults(void **state)
{
	struct place *p = *state;
	struct board_config defaults;
	size_t len, used = 0;
	FILE *f = fopen("f", "w");
	char *text, live[16384];

	assert_non_null(f);
	assert_int_equal(config_print_commented(f), 0);
	fclose(f);
	assert_int_equal(load(p, "f", NULL), 0);

	/* With each setting's '#' taken away it still is. */
	text = path_read("f", sizeof(live), &len);
	assert_non_null(text);
	for (size_t i = 0; i < len; i++) {
		if (text[i] != '#' || text[i + 1] == ' ')
			live[used++] = text[i];
	}
	free(text);
	assert_int_equal(path_write_atomic("f", live, used, 0600), 0);
	for (size_t i = 0; i < config_n_keys; i++) {
		char line[64];

		snprintf(line, sizeof(line), "\n%s =", config_keys[i].name);
		assert_non_null(memmem(live, used, line, strlen(line)));
	}
	board_config_defaults(&defaults, "virtual");
	assert_int_equal(load(p, "f", NULL), 0);
	for (size_t i = 0; i < config_n_keys; i++) {
		char got[512], want[512];

		assert_int_equal(config_key_get(&config_keys[i], &p->b, got, sizeof(got)), 0);
		assert_int_equal(config_key_get(&config_keys[i], &defaults, want, sizeof(want)), 0);
		assert_string_equal(got, want);
	}
}

static void the_manual_has_every_key_with_its_default(void **state)
{
	struct place *p = *state;
	struct board_config defaults;
	char *path = path_format("%s/docs/kdev.conf.5", p->before), *manual, value[512];
	size_t len;

	assert_non_null(path);
	manual = path_read(path, 1 << 20, &len);
	assert_non_null(manual);
	board_config_defaults(&defaults, "virtual");
	for (size_t i = 0; i < config_n_keys; i++) {
		char heading[64], *entry, *end;

		snprintf(heading, sizeof(heading), "\n.It Cm %s No = ", config_keys[i].name);
		entry = strstr(manual, heading);
		assert_non_null(entry);
		end = strstr(entry + 1, "\n.It ");
		if (end)
			*end = '\0';
		assert_int_equal(config_key_get(&config_keys[i], &defaults, value, sizeof(value)),
				 0);
		assert_non_null(strstr(entry, *value ? value : "default is empty"));
		if (end)
			*end = '\n';
	}
	free(manual);
	free(path);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(durations_are_read),
		cmocka_unit_test(what_is_no_duration_is_refused),
		cmocka_unit_test(durations_are_printed_without_a_fraction),
#define IN_PLACE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
		IN_PLACE(with_no_file_there_is_the_virtual_board),
		IN_PLACE(every_key_is_read),
		IN_PLACE(comments_blanks_and_line_ends_do_not_matter),
		IN_PLACE(an_unknown_key_names_its_line_and_the_nearest),
		IN_PLACE(a_bad_value_is_quoted_with_what_was_expected),
		IN_PLACE(bad_addresses_are_refused),
		IN_PLACE(malformed_lines_are_named),
		IN_PLACE(a_line_too_long_for_the_parser_is_an_error_not_two_lines),
		IN_PLACE(parts_of_a_command_line_are_joined_but_not_across_files),
		IN_PLACE(later_layers_win),
		IN_PLACE(what_was_learned_of_a_board_is_below_all_files),
		IN_PLACE(a_bad_variable_is_named),
		IN_PLACE(a_mistyped_variable_is_warned_of),
		IN_PLACE(a_file_that_is_named_must_be_there_and_be_a_file),
		IN_PLACE(an_unknown_board_is_an_error_with_the_nearest),
		IN_PLACE(address_and_server_must_be_neighbours),
		IN_PLACE(a_board_with_ovmf_has_time_for_its_first_word),
		IN_PLACE(a_bare_board_needs_what_a_virtual_one_has_by_itself),
		IN_PLACE(an_interface_is_one_that_the_kernel_could_have),
		IN_PLACE(next_to_another_dhcp_server_addresses_are_that_networks),
		IN_PLACE(too_many_boards_are_refused),
		IN_PLACE(the_commented_configuration_is_the_defaults),
		IN_PLACE(the_manual_has_every_key_with_its_default),
	};
	char own[] = "/tmp/kdev-test-state.XXXXXX";
	int failed;

	/* Nor is what was learned of the user's own boards. */
	if (!mkdtemp(own) || setenv("XDG_STATE_HOME", own, 1))
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	path_remove_tree(own);
	return failed;
}
