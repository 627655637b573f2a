/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/privileged/request.c harness/privileged/root_check.c harness/privileged/policy.c */
/* LINK: harness/config/config_keys.c harness/config/config_value.c harness/config/duration.c */
/* LINK: harness/commands/nearest.c harness/paths.c harness/paths_file.c harness/paths_remove.c */
/* LIBS: inih */
/* What a user may ask of kdev-privileged: requests, the administrator's file, root file systems. */
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

#include "harness/paths.h"
#include "harness/privileged/request.h"
#include "harness/privileged/root_check.h"

static struct policy policy;
static char err[512];

static struct priv_request good(void)
{
	static const char values[PRIV_N_KEYS][PRIV_VALUE_MAX] = {
		"virtual", "52:54:00:6B:64:01", "10.77.0.2", "10.77.0.1", "24", "server", ""};
	struct priv_request rq = {.name = "virtual"};

	memcpy(rq.value, values, sizeof(values));
	return rq;
}

static int ask(const struct priv_request *rq, struct board_config *b)
{
	return request_board(rq, &policy, 1000, b, err, sizeof(err));
}

static void a_users_board_is_told_from_all_others(void **state)
{
	struct priv_request rq = good();
	struct board_config b;

	assert_int_equal(ask(&rq, &b), 0);
	assert_string_equal(b.name, "1000.virtual");
	assert_string_equal(b.mac, "52:54:00:6b:64:01");
	assert_string_equal(b.server, "10.77.0.1");
	assert_int_equal(b.prefix, 24);
}

static void a_name_that_is_no_boards_is_refused(void **state)
{
	static const char *const names[] = {"", "-x", "a/b", "..", "a.b", "A", "a b", "a\n"};
	struct board_config b;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct priv_request rq = good();

		snprintf(rq.name, sizeof(rq.name), "%s", names[i]);
		assert_int_equal(ask(&rq, &b), -EINVAL);
	}
}

static void a_text_without_an_end_is_refused(void **state)
{
	struct board_config b;
	struct priv_request rq = good();

	memset(rq.name, 'a', sizeof(rq.name));
	assert_int_equal(ask(&rq, &b), -EINVAL);
	for (int i = 0; i < PRIV_N_KEYS; i++) {
		rq = good();
		memset(rq.value[i], '1', PRIV_VALUE_MAX);
		assert_int_equal(ask(&rq, &b), -EINVAL);
	}
	rq = good();
	rq.what = PRIV_DNSMASQ;
	memset(rq.path, '/', sizeof(rq.path));
	assert_int_equal(request_path(&rq, &policy, err, sizeof(err)), -EINVAL);
}

static void a_bare_board_gets_a_card_that_is_allowed_to_the_letter(void **state)
{
	struct priv_request rq = good();
	struct board_config b;

	policy = (struct policy){.interface = {"enp3s0", "macvlan:eno1"}, .n_interfaces = 2};
	strcpy(rq.value[0], "bare");
	strcpy(rq.value[6], "enp3s0");
	assert_int_equal(ask(&rq, &b), 0);
	strcpy(rq.value[6], "macvlan:eno1");
	assert_int_equal(ask(&rq, &b), 0);
	strcpy(rq.value[6], "eno1");
	assert_int_equal(ask(&rq, &b), -EPERM);
	strcpy(rq.value[6], "macvlan:enp3s0");
	assert_int_equal(ask(&rq, &b), -EPERM);
	strcpy(rq.value[6], "");
	assert_int_equal(ask(&rq, &b), -EPERM);
	policy = (struct policy){0};
}

static int path_of_dnsmasq(const char *path)
{
	struct priv_request rq = good();

	rq.what = PRIV_DNSMASQ;
	snprintf(rq.path, sizeof(rq.path), "%s", path);
	return request_path(&rq, &policy, err, sizeof(err));
}

static void a_directory_for_dnsmasq_is_absolute_and_has_no_comma(void **state)
{
	assert_int_equal(path_of_dnsmasq("/home/u/.local/state/kdev/boards/virtual"), 0);
	assert_int_equal(path_of_dnsmasq(""), -EINVAL);
	assert_int_equal(path_of_dnsmasq("home"), -EINVAL);
	assert_int_equal(path_of_dnsmasq("/home,br1"), -EINVAL);
	assert_int_equal(path_of_dnsmasq("/home/../x"), -EINVAL);
	assert_int_equal(path_of_dnsmasq("/home/u\n"), -EINVAL);
}

/* ---- file systems ---- */

#define ROOT_MOUNT  "20 1 254:0 / / rw - ext4 /dev/vda rw\n"
#define CACHE_MOUNT "30 20 7:0 / /var/cache/kdev rw,nosuid - ext4 /dev/loop0 rw\n"
#define DIR         "/var/cache/kdev"

static void a_file_system_of_kdevs_own_is_told_from_others(void **state)
{
	assert_true(mounted_below_alone(ROOT_MOUNT CACHE_MOUNT, 30, DIR));
	assert_true(mounted_below_alone(ROOT_MOUNT "31 20 7:0 / " DIR "/rootfs rw - ext4 x rw\n",
					31, DIR));
	assert_false(mounted_below_alone(ROOT_MOUNT CACHE_MOUNT, 20, DIR));
	assert_false(mounted_below_alone(ROOT_MOUNT CACHE_MOUNT, 99, DIR));
	/* A part of a larger one, and one that is somewhere else as well. */
	assert_false(mounted_below_alone(
		ROOT_MOUNT "31 20 254:0 /srv " DIR " rw - ext4 /dev/vda rw\n", 31, DIR));
	assert_false(mounted_below_alone(
		ROOT_MOUNT CACHE_MOUNT "32 20 7:0 / /mnt rw - ext4 /dev/loop0 rw\n", 30, DIR));
	assert_false(mounted_below_alone(
		ROOT_MOUNT "31 20 7:0 / " DIR "2 rw - ext4 /dev/loop0 rw\n", 31, DIR));
	assert_false(mounted_below_alone("31 20 7:0", 31, DIR));
	assert_false(mounted_below_alone("", 0, DIR));
}

/* ---- directories; the test's own must be one that root alone can change ---- */

static int make_home(void **state)
{
	char template[] = "/var/cache/kdev-test.XXXXXX";

	*state = geteuid() ? NULL : strdup(mkdtemp(template));
	policy = (struct policy){.n_roots = 1, .any_filesystem = true};
	if (!*state)
		return 0;
	snprintf(policy.roots[0], sizeof(policy.roots[0]), "%s", (char *)*state);
	return chmod(*state, 0755);
}

static int remove_home(void **state)
{
	int rc = *state ? path_remove_tree(*state) : 0;

	policy = (struct policy){0};
	free(*state);
	return rc;
}

static int check(void **state, const char *leaf)
{
	char *path = path_format("%s/%s", (char *)*state, leaf);
	int rc = root_check(&policy, path, err, sizeof(err));

	free(path);
	return rc;
}

static void make_dir(void **state, const char *leaf, mode_t mode)
{
	char *path = path_format("%s/%s", (char *)*state, leaf);

	assert_int_equal(path_mkdirs(path, 0755), 0);
	assert_int_equal(chmod(path, mode), 0);
	free(path);
}

static void a_root_is_one_that_set_up_has_made(void **state)
{
	if (!*state) {
		skip();
		return;
	}
	make_dir(state, "rootfs/etc", 0755);
	make_dir(state, "roots/bookworm-0123", 0755);
	make_dir(state, "keys", 0750);
	assert_int_equal(check(state, "rootfs"), 0);
	assert_int_equal(check(state, "roots/bookworm-0123"), 0);
	assert_int_equal(check(state, "roots/none"), -ENOENT);
	assert_int_equal(check(state, "keys"), -EPERM);
	assert_int_equal(check(state, "rootfs/etc"), -EPERM);
	assert_int_equal(check(state, "roots"), -EPERM);
	assert_int_equal(check(state, "roots/.."), -EPERM);
	assert_int_equal(check(state, "roots//x"), -EPERM);
	assert_int_equal(check(state, ""), -EPERM);
	assert_int_equal(root_check(&policy, "/etc", err, sizeof(err)), -EPERM);
	policy.any_filesystem = false;
	assert_int_equal(check(state, "rootfs"), -EPERM);
}

static void a_root_that_others_could_change_is_refused(void **state)
{
	char *link;

	if (!*state) {
		skip();
		return;
	}
	make_dir(state, "roots/open", 0775);
	assert_int_equal(check(state, "roots/open"), -EPERM);
	link = path_format("%s/roots/link", (char *)*state);
	assert_non_null(link);
	assert_int_equal(symlink("/", link), 0);
	assert_int_equal(check(state, "roots/link"), -ENOTDIR);
	free(link);
	make_dir(state, "roots/theirs", 0755);
	link = path_format("%s/roots/theirs", (char *)*state);
	assert_non_null(link);
	assert_int_equal(chown(link, 1000, 1000), 0);
	assert_int_equal(check(state, "roots/theirs"), -EPERM);
	free(link);
	make_dir(state, "rootfs", 0755);
	assert_int_equal(chmod(*state, 0777), 0);
	assert_int_equal(check(state, "rootfs"), -EPERM);
}

static int read_policy(void **state, const char *text, mode_t mode)
{
	char *path = path_format("%s/privileged.conf", (char *)*state);
	struct policy p;
	int rc = path_write_atomic(path, text, strlen(text), mode);

	assert_int_equal(rc, 0);
	rc = policy_read(path, &p, err, sizeof(err));
	if (!rc)
		policy = p;
	free(path);
	return rc;
}

static void the_administrators_file_is_read_if_it_is_his(void **state)
{
	if (!*state) {
		skip();
		return;
	}
	assert_int_equal(read_policy(state,
				     "# cards\ninterface = enp3s0\ninterface = macvlan:eno1\n"
				     "roots = /srv/kdev\nany_filesystem = yes\n",
				     0644),
			 0);
	assert_true(policy_allows_interface(&policy, "enp3s0"));
	assert_true(policy_allows_interface(&policy, "macvlan:eno1"));
	assert_false(policy_allows_interface(&policy, "eno1"));
	assert_string_equal(policy.roots[0], "/srv/kdev");
	assert_int_equal(policy.n_roots, 1);
	assert_true(policy.any_filesystem);
	assert_int_equal(read_policy(state, "", 0644), 0);
	assert_string_equal(policy.roots[0], POLICY_ROOTS);
	assert_false(policy.any_filesystem);
	assert_int_equal(read_policy(state, "interfaces = x\n", 0644), -EINVAL);
	assert_int_equal(read_policy(state, "roots = srv\n", 0644), -EINVAL);
	assert_int_equal(read_policy(state, "", 0664), -EPERM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_users_board_is_told_from_all_others),
		cmocka_unit_test(a_name_that_is_no_boards_is_refused),
		cmocka_unit_test(a_text_without_an_end_is_refused),
		cmocka_unit_test(a_bare_board_gets_a_card_that_is_allowed_to_the_letter),
		cmocka_unit_test(a_directory_for_dnsmasq_is_absolute_and_has_no_comma),
		cmocka_unit_test(a_file_system_of_kdevs_own_is_told_from_others),
		cmocka_unit_test_setup_teardown(a_root_is_one_that_set_up_has_made, make_home,
						remove_home),
		cmocka_unit_test_setup_teardown(a_root_that_others_could_change_is_refused,
						make_home, remove_home),
		cmocka_unit_test_setup_teardown(the_administrators_file_is_read_if_it_is_his,
						make_home, remove_home),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
