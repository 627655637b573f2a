/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kdev-init: /init of the initrd and then, from the same unlinked file in RAM, PID 1 of the
 * running board. A kernel that mounts the NFS root itself starts it from there (init=); it is
 * locked in memory either way. The stages, in order; init.c calls them.
 *
 * What the kernel command line must hold (pxelinux adds the last with IPAPPEND 2):
 *   kdev.nfs=SERVER:PATH[,opt…]   the NFS root; options go to the mount as they are
 *   kdev.name=NAME                host name (optional)
 *   kdev.init=kdev                stay PID 1 also in a root that has an init of its own (optional)
 *   kdev.rescue                   shells on the consoles, no ssh server, no agent (optional)
 *   kdev.crash=restart|vmcore     what to load for a panic (optional)
 *   kdev.vmcore=MAP               this is the crash kernel: save the memory; MAP is the machine's
 *   ip=CLIENT:SERVER:GATEWAY:MASK
 *   BOOTIF=01-52-54-00-6b-64-01   the MAC address of the network interface that booted
 */
#ifndef KDEV_HARNESS_CLIENT_INIT_H
#define KDEV_HARNESS_CLIENT_INIT_H

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Files in the initrd, put there by `kdev setup`. */
#define INITRD_MODULE_LIST "/kdev/modules"
#define INITRD_AGENT       "/kdev/agent"

/* The same in the NFS root, for a kernel without an initrd. */
#define ROOT_AGENT "/usr/lib/kdev/kdev-agent"

/* In a root that was imported: which program goes on as PID 1, and an ssh server that needs nothing
 * else of the root but its own libraries, in /usr/lib/kdev/lib. `kdev setup` (harness/rootfs) puts
 * them there. */
#define ROOT_OWN_INIT     "/usr/lib/kdev/own-init"
#define ROOT_SSH_SERVER   "/usr/lib/kdev/dropbear"
#define ROOT_SSH_HOST_KEY "/usr/lib/kdev/host_key"

/* What stays visible on the running board. */
#define RUN_DIR   "/run/kdev"
#define RUN_AGENT RUN_DIR "/agent"
#define RUN_NFS   RUN_DIR "/nfs" /* the bare NFS root, below the overlay */

/* It is there when PID 1 is another one's: what SIGTERM means to that is not known. */
#define RUN_OWN_INIT RUN_DIR "/own-init"

/* init_cmdline.c */

struct init_cmdline {
	char nfs_server[INET_ADDRSTRLEN];
	char nfs_path[256];
	char nfs_options[256]; /* "" or a comma-separated list */
	struct in_addr address, server, gateway, mask;
	bool have_address;
	uint8_t mac[6];
	bool have_mac;
	char name[64];
	bool rescue;
	bool keep_init;                   /* kdev.init=kdev */
	bool crash_restart, crash_vmcore; /* kdev.crash= */
	char machine_map[1024];           /* kdev.vmcore=; "" unless this is a crash kernel */
	bool on_nfs;                      /* not from there: the kernel has mounted the root */
};

/* Parse /proc/cmdline. Pure. 0, or -EINVAL with one line in err. */
int init_cmdline_parse(const char *text, struct init_cmdline *c, char *err, size_t err_len);

/* init_modules.c */

/* One line of the module list: "GROUP FILE". Groups are loaded at different times. */
struct init_module {
	char group[8]; /* "net", "log", "fs" */
	char path[248];
};

/* The next entry of the list at *text, which is advanced; comments and empty lines are skipped.
 * 1 for an entry, 0 at the end, -EINVAL for a line that is neither. Pure. */
int init_module_next(const char **text, struct init_module *m);

/* Load every module of `group` in the list's order; params go to its last one. 0 or the
 * first negative errno, which was said on the console. */
int init_modules_load(const char *list, const char *group, const char *params);

/* init_net.c */

/* Wait for the interface with this MAC (or, without one, for any Ethernet interface) and
 * bring it up with its address, for good. 0 or a negative errno that was said. */
int init_net_up(const struct init_cmdline *c, char ifname[IFNAMSIZ]);

/* Loopback. */
int init_net_lo(void);

/* The same for one that is built in: by configfs. It can't send what was said before. 0 or a
 * negative errno. */
int init_net_netconsole_dynamic(const struct init_cmdline *c, const char *ifname);

/* The parameter that makes netconsole send all records, extended, to the server. */
void init_net_netconsole(const struct init_cmdline *c, const char *ifname, char *buf, size_t size);

/* init_root.c */

/* /proc, /sys, /dev of the initrd. */
int init_root_pseudo(void);

/* The mount options for NFS. Pure. 0 or -ENOSPC. */
int init_root_nfs_options(const struct init_cmdline *c, char *buf, size_t size);

/* Without an initrd: a place in memory where mounts can be made. 0 or a negative errno that was
 * said. */
int init_root_scratch(void);

/* Mount the NFS root alone, read-only, trying for ever; or bind the one that the kernel mounted. */
#define INIT_NFS_DIR "/kdev/nfs"
int init_root_mount_nfs(const struct init_cmdline *c);

/* Mount the NFS root, trying for ever, with a tmpfs over it, and make that our root. The
 * initrd's files are freed. 0 or a negative errno that was said. */
int init_root_enter(const struct init_cmdline *c);

/* init_tune.c */

/* From here on everything is printed. Before netconsole is loaded: what it replays of the log
 * is filtered by the level of that moment. */
void init_tune_console(void);

/* Kernel settings of a test board: everything that hangs is reported within about 10 s. */
void init_tune(const char *hostname);

/* init_services.c */

/* Start what this board runs (agent and ssh, or shells for rescue); then reap and
 * respawn for ever. Returns the reboot(2) command that was asked for by signal. */
int init_services_run(const struct init_cmdline *c);

/* init_own.c */

/* If the root has an init of its own, become it; what kdev needs goes on in a child of it, locked
 * in memory, which init_services_run() never leaves. Returns if there is none, or it may not, or
 * it can't be started. */
void init_own_become(const struct init_cmdline *c);

/* init_crash.c: before a panic */

/* Load what kdev.crash= asks for, in a process of its own: the board is ready without it. */
void init_crash_arm(const struct init_cmdline *c);

/* Words of `cmdline` that the next kernel is to have too: all but the boot loader's own about
 * files, and nothing from kdev.vmcore= on. Pure. 0 or -E2BIG. */
int init_crash_cmdline(const char *cmdline, char *buf, size_t size);

/* init_vmcore.c: after it */

/* Send the crashed kernel's memory and start a fresh kernel. Does not return. */
void init_vmcore_run(const struct init_cmdline *c);

/* The running kernel in the NFS root mounted at `nfs`, as `kdev setup` unpacked it. */
void init_crash_vmlinux(const char *nfs, char *buf, size_t size);

/* The initrd for the next kernel, new memory of *len bytes in *initrd: NULL and 0 for one that
 * needs none. 0 or a negative errno. */
int init_crash_initrd(const struct init_cmdline *c, void **initrd, size_t *len);

/* init_fetch.c */

/* GET http://server/name into new memory of *len bytes, to be freed. NULL with errno. */
void *init_fetch(struct in_addr server, const char *name, size_t *len);

/* init_log.c */

/* One line into the kernel log, and so to every console. level as in <linux/kern_levels.h>. */
void init_say(int level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#define init_info(...)  init_say(5, __VA_ARGS__)
#define init_error(...) init_say(3, __VA_ARGS__)

/* Milliseconds since the kernel started. */
int64_t init_now_ms(void);
void init_sleep_ms(int ms);

/* Write a word to a file of /proc or /sys: 0 or a negative errno. */
int init_write(const char *path, const char *text);

/* Read a small file and cut its last newline: its length or a negative errno. */
ssize_t init_read(const char *path, char *buf, size_t size);

#endif
