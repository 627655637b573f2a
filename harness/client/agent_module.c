/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Modules by the bare system calls: no index files, no library to page in. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "harness/client/agent.h"

#define PARAMS_MAX 4096
#define NAME_MAX_  56 /* MODULE_NAME_LEN: include/linux/module.h */

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/*
 * The kernel's taint for who called us. Read whole: procfs gives a number to the first read()
 * alone, so a shell's read, byte by byte, would see but its first digit.
 */
static void print_taint(void)
{
	char buf[32];
	int fd = open("/proc/sys/kernel/tainted", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, buf, sizeof(buf) - 1) : -1;

	if (n > 0)
		printf("kdev-tainted %.*s", (int)n, buf);
	fflush(stdout);
	if (fd >= 0)
		close(fd);
}

/* Lock checking ends with the first report, or when its tables are full; the kernel goes on. */
static bool locks_are_off(void)
{
	static const char word[] = "debug_locks:";
	char line[128];
	FILE *f = fopen("/proc/lockdep_stats", "re");
	bool off = false;

	if (!f)
		return false;
	while (fgets(line, sizeof(line), f)) {
		const char *at = strstr(line, word);

		if (at)
			off = strtol(at + sizeof(word) - 1, NULL, 10) == 0;
	}
	fclose(f);
	return off;
}

void agent_print_state(void)
{
	print_taint();
	if (locks_are_off())
		puts("kdev-locks off");
	fflush(stdout);
}

void agent_print_kernel(void)
{
	char notes[1024], id[2 * BUILD_ID_MAX + 1];
	int fd = open("/sys/kernel/notes", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd >= 0 ? read(fd, notes, sizeof(notes)) : -1;

	if (n > 0 && agent_build_id(notes, (size_t)n, id))
		printf("kdev-kernel %s\n", id);
	if (fd >= 0)
		close(fd);
	print_taint();
}

int agent_load(int argc, char **argv)
{
	char params[PARAMS_MAX];
	int fd, err;

	if (argc < 2)
		return 2;
	err = agent_join_params(argv + 2, argc - 2, params, sizeof(params));
	if (err)
		return agent_fail("load %s: a parameter %s", base_name(argv[1]),
				  err == -ENOSPC ? "list longer than 4095 bytes"
						 : "has both a space and a quote");
	fd = open(argv[1], O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return agent_fail("load %s: %s", argv[1], strerror(errno));
	print_taint();
	err = syscall(SYS_finit_module, fd, params, 0) ? errno : 0;
	close(fd);
	if (err)
		return agent_fail("load %s: %s (%s): %s", base_name(argv[1]),
				  strerrorname_np(err) ? strerrorname_np(err) : "?", strerror(err),
				  agent_load_meaning(err));
	return 0;
}

/* The kernel's own name has '_' where the file may have '-'. */
static int kernel_name(const char *name, char *buf, size_t size)
{
	size_t n = strlen(name);

	if (!n || n >= size)
		return -EINVAL;
	for (size_t i = 0; i <= n; i++) {
		if (name[i] && !isalnum((unsigned char)name[i]) && !strchr("_-.", name[i]))
			return -EINVAL;
		buf[i] = name[i];
		if (buf[i] == '-')
			buf[i] = '_';
	}
	return 0;
}

int agent_unload(int argc, char **argv)
{
	char name[NAME_MAX_];
	const char *meaning;
	int err;

	if (argc != 2)
		return 2;
	if (kernel_name(argv[1], name, sizeof(name)))
		return agent_fail("unload: not a module's name");
	/* O_NONBLOCK: in use is an answer, not something to wait for. */
	err = syscall(SYS_delete_module, name, O_NONBLOCK) ? errno : 0;
	agent_print_state();
	if (!err)
		return 0;
	meaning = agent_unload_meaning(err);
	return agent_fail("unload %s: %s%s%s", name, strerror(err), *meaning ? ": " : "", meaning);
}

/* Print "label text", where text is a file's first line; false when it can't be read. */
static bool print_file(const char *label, const char *path)
{
	char line[256];
	FILE *f = fopen(path, "re");
	bool ok;

	if (!f)
		return false;
	ok = fgets(line, sizeof(line), f) != NULL;
	fclose(f);
	if (ok)
		printf("%s %s", label, line);
	return ok;
}

int agent_state(int argc, char **argv)
{
	char name[NAME_MAX_], path[128];

	if (argc > 2)
		return 2;
	print_file("taint", "/proc/sys/kernel/tainted");
	if (argc == 1)
		return 0;
	if (kernel_name(argv[1], name, sizeof(name)))
		return agent_fail("state: not a module's name");
	snprintf(path, sizeof(path), "/sys/module/%s/initstate", name);
	if (!print_file("state", path))
		return agent_fail("state %s: not loaded", name);
	snprintf(path, sizeof(path), "/sys/module/%s/refcnt", name);
	print_file("users", path);
	return 0;
}

int agent_modprobe(int argc, char **argv)
{
	char **args;

	if (argc < 2)
		return 2;
	args = calloc((size_t)argc + 2, sizeof(*args));
	if (!args)
		return agent_fail("modprobe: %s", strerror(ENOMEM));
	args[0] = "/sbin/modprobe";
	args[1] = "-a"; /* all words are modules, none is a parameter */
	memcpy(args + 2, argv + 1, ((size_t)argc - 1) * sizeof(*args));
	execv(args[0], args);
	free(args);
	return agent_fail("/sbin/modprobe: %s", strerror(errno));
}
