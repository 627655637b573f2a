/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdev-init: the stages of a boot, in order. init.h says what each one does. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/reboot.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/client/init.h"
#include "harness/client/sync_for.h"

#define GIVE_UP_S 30
#define LIST_MAX  8192

/* When each stage was done, in ms since the kernel started. */
struct stamps {
	int64_t start, network, root;
};

/* The NFS client's modules are loaded beside the network's: they take as long. */
static pid_t load_beside(const char *list, const char *group)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(init_modules_load(list, group, "") ? 1 : 0);
	if (pid < 0)
		init_error("fork: %s", strerror(errno));
	return pid;
}

static void await(pid_t pid)
{
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* The list that an initrd would have. What is not there is built in. */
static int list_without_initrd(char *list, size_t size)
{
	char path[192];
	struct utsname u;

	*list = '\0';
	if (uname(&u))
		return -errno;
	snprintf(path, sizeof(path), "/lib/modules/%.64s/kernel/drivers/net/netconsole.ko",
		 u.release);
	if (access(path, R_OK) == 0)
		snprintf(list, size, "log %s\n", path);
	return 0;
}

static int read_list(const struct init_cmdline *c, char *list, size_t size)
{
	ssize_t n = c->on_nfs ? list_without_initrd(list, size)
			      : init_read(INITRD_MODULE_LIST, list, size);

	if (n < 0)
		init_error("%s: %s", INITRD_MODULE_LIST, strerror((int)-n));
	return n < 0 ? (int)n : 0;
}

static int start_netconsole(const struct init_cmdline *c, const char *list, const char *ifname)
{
	char params[192];

	if (c->on_nfs && !*list)
		return init_net_netconsole_dynamic(c, ifname);
	init_net_netconsole(c, ifname, params, sizeof(params));
	return init_modules_load(list, "log", params);
}

static int boot(struct init_cmdline *c, struct stamps *t)
{
	char text[4096], list[LIST_MAX], err[256], ifname[IFNAMSIZ];
	pid_t beside;
	ssize_t n;
	int r;

	r = init_root_pseudo();
	if (r)
		return r;
	n = init_read("/proc/cmdline", text, sizeof(text));
	if (n < 0 || init_cmdline_parse(text, c, err, sizeof(err))) {
		init_error("%s", n < 0 ? "cannot read /proc/cmdline" : err);
		return -EINVAL;
	}
	c->on_nfs = access(INITRD_MODULE_LIST, F_OK) != 0;
	r = read_list(c, list, sizeof(list));
	if (!r && c->on_nfs)
		r = init_root_scratch();
	if (r)
		return r;
	init_tune_console();
	beside = load_beside(list, "fs");
	/* A module that fails was named; whether the board can do without it shows next. */
	init_modules_load(list, "net", "");
	r = init_net_up(c, ifname);
	if (r)
		return r;
	/* A crash kernel's messages would be taken for the crashed one's. */
	if (!c->machine_map[0])
		start_netconsole(c, list, ifname);
	t->network = init_now_ms();
	await(beside);
	if (c->machine_map[0])
		init_vmcore_run(c);
	r = init_root_enter(c);
	t->root = init_now_ms();
	return r;
}

static void boot_id(char *buf, size_t size)
{
	if (init_read("/proc/sys/kernel/random/boot_id", buf, size) < 0)
		snprintf(buf, size, "?");
}

static void give_up(void)
{
	init_error("this boot has failed, see above; restarting in %d s", GIVE_UP_S);
	init_sleep_ms(GIVE_UP_S * 1000);
	reboot(RB_AUTOBOOT);
}

int main(void)
{
	struct stamps t = {.start = init_now_ms()};
	struct init_cmdline c;
	char id[64];
	sigset_t all;
	int command;

	if (getpid() != 1) {
		fprintf(stderr, "kdev-init: this is a board's /init, not for a running system\n");
		return 1;
	}
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	mlockall(MCL_CURRENT | MCL_FUTURE);
	if (boot(&c, &t)) {
		give_up();
		return 1;
	}
	init_net_lo();
	init_tune(c.name[0] ? c.name : "kdev");
	boot_id(id, sizeof(id));
	init_info("ready in %lld ms: kernel %lld, network %lld, root %lld; boot %s%s",
		  (long long)init_now_ms(), (long long)t.start, (long long)(t.network - t.start),
		  (long long)(t.root - t.network), id, c.rescue ? ", rescue" : "");
	if (!c.rescue) {
		init_crash_arm(&c);
		init_own_become(&c);
	}
	command = init_services_run(&c);
	init_info("%s", command == RB_AUTOBOOT ? "restarting" : "powering off");
	sync_for(2);
	reboot(command);
	return 1;
}
