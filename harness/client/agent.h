/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kdev-agent: the one program of ours on a running board. Static and in RAM, so it works
 * while the NFS root does not. Without our init it is of no use.
 *
 *   kdev-agent beat SERVER NFS_DIR     heartbeats, for ever (started by kdev-init)
 *   kdev-agent push PATH SIZE [facts]  exactly SIZE bytes of stdin into PATH; then say which
 *                                      kernel runs here: a crash may leave no later chance
 *   kdev-agent load FILE [param=value…]
 *   kdev-agent unload NAME
 *   kdev-agent cycle NAME FIRST COUNT MS FILE [param=value…]
 *                                      load and unload, COUNT times or for MS milliseconds or
 *                                      until a SIGTERM; "{iteration}" in a parameter is FIRST,
 *                                      FIRST + 1 …; exit status 3: it can't be unloaded
 *   kdev-agent offline MS              take the network down for so long
 *   kdev-agent state [NAME]            the kernel's taint, and what it says of a module
 *   kdev-agent stuck                   the stack of a load or unload that does not return
 *   kdev-agent sysrq l|w|d|m           SysRq, and a line after what it says: watchdog/harvest.h
 *   kdev-agent leaks clear|names|scan  kmemleak: forget what leaked before; remember what the
 *                                      functions of the modules that are loaded are called; after
 *                                      their unload, tell in the kernel's log what leaked, and
 *                                      return 1 if anything did
 *   kdev-agent modprobe NAME…          /sbin/modprobe, with its dependencies
 *   kdev-agent reboot|poweroff         ask kdev-init
 *
 * Each subcommand returns the program's exit status: 0, 1 with one line on stderr, or 2
 * for wrong usage. argv[0] is the subcommand.
 */
#ifndef KDEV_HARNESS_CLIENT_AGENT_H
#define KDEV_HARNESS_CLIENT_AGENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

int agent_beat(int argc, char **argv);
int agent_push(int argc, char **argv);
int agent_load(int argc, char **argv);
int agent_unload(int argc, char **argv);
int agent_cycle(int argc, char **argv);
int agent_offline(int argc, char **argv);
int agent_state(int argc, char **argv);
int agent_stuck(int argc, char **argv);
int agent_sysrq(int argc, char **argv);
int agent_leaks(int argc, char **argv);
int agent_modprobe(int argc, char **argv);
int agent_reboot(int argc, char **argv);

/* "kdev-agent: …" on stderr; returns 1. */
int agent_fail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* agent_error.c: what finit_module's or delete_module's errno usually means, a few words; ""
 * when strerror() says it all. Pure. */
const char *agent_load_meaning(int err);
const char *agent_unload_meaning(int err);

/* agent_params.c: words joined with spaces as the kernel parses them (parameters with a space
 * in their value get quotes). 0, -ENOSPC, or -EINVAL for one with both a space and a
 * quote. Pure. */
int agent_join_params(char *const *words, int n, char *buf, size_t size);

/* Likewise: parameters with each "{iteration}" filled in. 0 or -ENOSPC. Pure. */
int agent_fill_iteration(const char *params, unsigned long long iteration, char *buf, size_t size);

/* agent_probe.c: a child process that asks the NFS server for the file system's state each
 * second, past every cache. It may hang in the kernel for as long as the server is
 * away; nobody waits for it. */
struct nfs_probe;

struct nfs_probe *nfs_probe_start(const char *dir);
/* Milliseconds since the server last answered. */
uint64_t nfs_probe_age(struct nfs_probe *p, uint64_t now_ms);
/* Since then it has answered, but that it knows of no such file system (any more). */
bool nfs_probe_stale(struct nfs_probe *p);
/* Call now and then: starts the child again if it was killed. */
void nfs_probe_keep(struct nfs_probe *p);

/* agent_listen.c: does the text of /proc/net/tcp or tcp6 have a listener on `port`? Pure. */
bool agent_listens(const char *table, unsigned port);

/* agent_module.c: the running kernel's build ID (which vmlinux its addresses are of) and taint, as
 * lines "kdev-kernel HEX" and "kdev-tainted N" for who called us. */
void agent_print_kernel(void);
/* The taint, and a line "kdev-locks off" when lockdep has switched itself off. */
void agent_print_state(void);

/* agent_notes.c: the build ID (in hexadecimal) among ELF notes, as /sys/kernel/notes has them.
 * False if there is none, or the notes are torn before it. Pure. */
#define BUILD_ID_MAX 32
bool agent_build_id(const void *notes, size_t len, char id[2 * BUILD_ID_MAX + 1]);

/* agent_stuck.c: fields of /proc/PID/stat (proc(5)): false if it is none. Pure. */
struct agent_stat {
	char comm[64], state;
	int ppid;
	unsigned long long start; /* clock ticks after boot */
};

bool agent_stat_parse(const char *stat, struct agent_stat *s);

/* The frames of /proc/PID/stack, as a call trace has them, a line each; those that don't fit are
 * left out. Returns the length. Pure. */
size_t agent_stack_frames(const char *stack, char *buf, size_t size);

/* agent_names.c: the functions of modules, from lines of /proc/kallsyms. All pure. */
struct agent_name {
	uint64_t address;
	char function[128], module[64];
};

struct agent_names { /* accepts {0} */
	struct agent_name *list;
	size_t n;
};

bool agent_is_module_function(const char *line);
/* Another line; one of anything else is left out. 0 or -ENOMEM. */
int agent_names_add(struct agent_names *names, const char *line);
void agent_names_sort(struct agent_names *names); /* before the first agent_names_put() */
void agent_names_free(struct agent_names *names);
/* A line of a backtrace with the function's name where only its address is left: "[<…>] 0xf00" is
 * "[<…>] function+0x10/0x40 [module]"; others as they are. Returns the length. */
size_t agent_names_put(const struct agent_names *names, const char *line, char *buf, size_t size);

/* CLOCK_BOOTTIME in milliseconds. */
uint64_t agent_now_ms(void);

#endif
