/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The layers of configuration: built-in, files, environment. */
#include "harness/config/config.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <net/if.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "console/monotime.h"
#include "harness/commands/nearest.h"
#include "harness/config/config_file.h"
#include "harness/config/config_keys.h"
#include "harness/log.h"
#include "harness/paths.h"

#define FILE_MAX     (1u << 20)
#define SYSTEM_FILE  "/etc/kdev/kdev.conf"
#define LOCAL_FILE   ".kdev.conf"
#define SIGN_US      MONO_SEC(5)
#define OVMF_SIGN_US MONO_SEC(30) /* under TCG, on a busy machine */
#define BUILT_IN     "virtual"
#define ENV_PREFIX   "KDEV_"

extern char **environ;

struct message {
	char *text;
	size_t size;
};

__attribute__((format(printf, 3, 4))) static int fail(const struct message *m, int err,
						      const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(m->text, m->size, fmt, ap);
	va_end(ap);
	return err;
}

void board_config_defaults(struct board_config *b, const char *name)
{
	*b = (struct board_config){
		.type = BOARD_VIRTUAL,
		.mac = "52:54:00:6b:64:01",
		.address = "10.77.0.2",
		.server = "10.77.0.1",
		.prefix = 24,
		.memory_mib = 1024,
		.cpus = 2,
		.nic = "auto",
		.accel = "auto",
		.firmware = "bios",
		.flavour = "fast",
		.console = "qemu",
		.power = "qmp",
		.power_button = "none",
		.reset_button = "none",
		.nmi_button = "none",
		.mains = "none",
		.mains_cut = "closes",
		.power_sense = "none",
		.press_us = MONO_MS(500),
		.reset_us = MONO_SEC(1),
		.hold_us = MONO_SEC(8),
		.off_us = MONO_SEC(5),
		.power_us = MONO_SEC(10),
		.recovery = "agent, sysrq, reset, hold, mains",
		.sign_us = SIGN_US,
		.crash_kernel = "off",
		.vmcore_us = MONO_SEC(120),
		.boot_us = MONO_SEC(120),
		.load_us = MONO_SEC(30),
		.test_us = MONO_SEC(60),
		.unload_us = MONO_SEC(30),
		.settle_us = MONO_SEC(3),
		.heartbeat_us = MONO_SEC(5),
		.collect_us = MONO_SEC(10),
		.boot_tries = 3,
	};
	snprintf(b->name, sizeof(b->name), "%s", name);
}

static int read_file(struct config_set *set, const char *path, bool required,
		     const struct message *m)
{
	size_t len;
	char *text = path_read(path, FILE_MAX, &len);
	int err;

	if (!text && !required && (errno == ENOENT || errno == ENOTDIR))
		return 0;
	if (!text) {
		err = -errno;
		return fail(m, err, "%s: %s", path,
			    err == -EFBIG ? "longer than 1 MiB, expected a configuration file"
					  : strerror(-err));
	}
	err = config_file_parse(set, path, text, len, m->text, m->size);
	free(text);
	return err;
}

/* $XDG_CONFIG_HOME/kdev/kdev.conf or ~/.config/kdev/kdev.conf. */
static char *user_file(void)
{
	const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	const struct passwd *pw;

	if (xdg && xdg[0] == '/')
		return path_format("%s/kdev/kdev.conf", xdg);
	if (!home || home[0] != '/') {
		pw = getpwuid(geteuid());
		home = pw && pw->pw_dir ? pw->pw_dir : "/nonexistent";
	}
	return path_format("%s/.config/kdev/kdev.conf", home);
}

static int read_files(struct config_set *set, const char *file, const struct message *m)
{
	char *user;
	int err;

	if (file)
		return read_file(set, file, true, m);
	user = user_file();
	if (!user)
		return fail(m, -ENOMEM, "out of memory");
	err = read_file(set, SYSTEM_FILE, false, m);
	if (!err)
		err = read_file(set, user, false, m);
	if (!err)
		err = read_file(set, LOCAL_FILE, false, m);
	free(user);
	return err;
}

/*
 * What `kdev power learn` found out of a board is below all files: read before them, so that they
 * win. Of the board that was chosen alone, or a file there would choose it.
 */
static int add_learned(struct config_set *set, const char *file, const char *name,
		       const struct message *m)
{
	char *path = path_board(name, LEARNED_FILE);
	struct config_set all = {0};
	int err = -ENOMEM;

	if (!path)
		return fail(m, err, "out of memory");
	err = access(path, F_OK) ? 0 : read_file(&all, path, false, m);
	if (!err && all.n) {
		err = read_files(&all, file, m);
		config_set_free(set);
		*set = all;
	} else {
		config_set_free(&all);
	}
	free(path);
	return err;
}

/* *out holds the built-in board. */
static int choose_board(const struct config_set *set, const char *name, struct board_config *out,
			const struct message *m)
{
	struct nearest near = {.word = name};
	const struct config_board *b;

	if (name)
		b = config_set_find(set, name);
	else
		b = set->n ? &set->boards[0] : NULL;
	if (b)
		*out = b->cfg;
	if (b || !name || !strcmp(name, BUILT_IN))
		return 0;
	for (size_t i = 0; i < set->n; i++)
		nearest_consider(&near, set->boards[i].cfg.name);
	nearest_consider(&near, BUILT_IN);
	if (near.best)
		return fail(m, -EINVAL, "no board `%s` is configured, did you mean `%s`?", name,
			    near.best);
	return fail(m, -EINVAL, "no board `%s` is configured, expected a [board %s] section", name,
		    name);
}

/* KDEV_BOOT_TRIES to boot_tries, up to the '='. False: not one of ours, or too long for a key. */
static bool key_of_variable(const char *variable, char *key, size_t size)
{
	size_t i, prefix = strlen(ENV_PREFIX);

	if (strncmp(variable, ENV_PREFIX, prefix) != 0)
		return false;
	variable += prefix;
	for (i = 0; variable[i] && variable[i] != '='; i++) {
		if (i + 1 >= size)
			return false;
		key[i] = (char)tolower((unsigned char)variable[i]);
	}
	key[i] = 0;
	return variable[i] == '=';
}

static void warn_of_variable(const char *variable, const char *near)
{
	char name[64];
	size_t i;

	for (i = 0; i < sizeof(name) - 1 && near[i]; i++)
		name[i] = (char)toupper((unsigned char)near[i]);
	name[i] = 0;
	log_warn("%.*s in the environment is no setting, did you mean %s%s?",
		 (int)strcspn(variable, "="), variable, ENV_PREFIX, name);
}

static int read_environment(struct board_config *b, const struct message *m)
{
	for (char **e = environ; e && *e; e++) {
		const struct config_key *key;
		char name[NEAREST_MAX], expected[192];
		const char *near;

		if (!key_of_variable(*e, name, sizeof(name)))
			continue;
		key = config_key_find(name, &near);
		if (!key) {
			/* KDEV_ANYTHING may be somebody else's; a slip is not. */
			if (near)
				warn_of_variable(*e, near);
			continue;
		}
		if (config_key_set(key, b, strchr(*e, '=') + 1, false)) {
			config_key_expected(key, expected, sizeof(expected));
			return fail(m, -EINVAL, "%.*s in the environment: `%s`: expected %s",
				    (int)strcspn(*e, "="), *e, strchr(*e, '=') + 1, expected);
		}
	}
	return 0;
}

/* What no key can tell alone. */
static int check_network(const struct board_config *b, const struct message *m)
{
	struct in_addr address, server;
	uint32_t mask = ~(uint32_t)0 << (32 - b->prefix);
	uint32_t a, s;

	if (inet_pton(AF_INET, b->address, &address) != 1 ||
	    inet_pton(AF_INET, b->server, &server) != 1)
		return fail(m, -EINVAL, "board %s: no address", b->name);
	a = ntohl(address.s_addr);
	s = ntohl(server.s_addr);
	if ((a & mask) != (s & mask))
		return fail(m, -EINVAL,
			    "board %s: address %s and server %s are in different networks, "
			    "expected both in one of prefix %u",
			    b->name, b->address, b->server, b->prefix);
	if (a == s)
		return fail(m, -EINVAL,
			    "board %s: address and server are both %s, expected two of them",
			    b->name, b->address);
	if (!(a & ~mask) || !(~a & ~mask) || !(s & ~mask) || !(~s & ~mask))
		return fail(m, -EINVAL,
			    "board %s: address %s or server %s is the network's own or its "
			    "broadcast address with prefix %u, expected hosts",
			    b->name, b->address, b->server, b->prefix);
	return 0;
}

/* As the kernel takes it: dev_valid_name() of net/core/dev.c. */
static bool is_link_name(const char *s)
{
	size_t n = strlen(s);

	if (!n || n >= IFNAMSIZ || !strcmp(s, ".") || !strcmp(s, "..") || *s == '-')
		return false;
	for (; *s; s++)
		if (*s <= ' ' || *s == '/' || *s == ':' || *s == 0x7f)
			return false;
	return true;
}

/* On a network of others the built-in addresses mean nothing. */
static int check_proxy(const struct board_config *b, const struct message *m)
{
	struct board_config defaults;

	if (b->type != BOARD_BARE)
		return fail(
			m, -EINVAL,
			"board %s: dhcp = proxy is for type = bare: a virtual board's network has "
			"no other server",
			b->name);
	board_config_defaults(&defaults, b->name);
	if (!strcmp(b->address, defaults.address) || !strcmp(b->server, defaults.server))
		return fail(m, -EINVAL,
			    "board %s: dhcp = proxy: expected address and server to be two of the "
			    "segment's network that its DHCP server gives to nobody else",
			    b->name);
	return 0;
}

/* What a virtual board has by itself. */
static int check_bare(const struct board_config *b, const struct message *m)
{
	struct board_config defaults;

	board_config_defaults(&defaults, b->name);
	if (!is_link_name(board_interface(b)))
		return fail(m, -EINVAL,
			    "board %s: interface = %s: expected the network card that leads to it, "
			    "such as enp3s0 (kdev's alone) or macvlan:enp3s0 (shared)",
			    b->name, b->interface);
	if (!strcmp(b->mac, defaults.mac))
		return fail(m, -EINVAL,
			    "board %s: mac is missing: expected that of the board's network card, "
			    "as its firmware shows it when it boots from the network",
			    b->name);
	if (!strcmp(b->console, defaults.console))
		return fail(
			m, -EINVAL,
			"board %s: console is missing: expected where its serial port is heard, "
			"such as serial:/dev/serial/by-id/...",
			b->name);
	if (!strcmp(b->power, defaults.power))
		return fail(
			m, -EINVAL,
			"board %s: power is missing: expected what presses its buttons, such as "
			"lcus, or command",
			b->name);
	return 0;
}

int config_load(const char *file, const char *name, struct board_config *out, char *err,
		size_t err_len)
{
	const struct message m = {err, err_len};
	struct config_set set = {0};
	struct board_config b;
	int status = read_files(&set, file, &m);

	board_config_defaults(&b, BUILT_IN);
	if (!status)
		status = choose_board(&set, name, &b, &m);
	if (!status)
		status = add_learned(&set, file, b.name, &m);
	if (!status)
		status = choose_board(&set, b.name, &b, &m);
	if (!status)
		status = read_environment(&b, &m);
	if (!status)
		status = check_network(&b, &m);
	if (!status && b.type == BOARD_BARE)
		status = check_bare(&b, &m);
	if (!status && b.dhcp == BOARD_DHCP_PROXY)
		status = check_proxy(&b, &m);
	/* OVMF says its first word late. */
	if (b.type == BOARD_VIRTUAL && !strcmp(b.firmware, "uefi") && b.sign_us == SIGN_US)
		b.sign_us = OVMF_SIGN_US;
	if (!status)
		*out = b;
	else
		log_make_safe(err);
	config_set_free(&set);
	return status;
}
