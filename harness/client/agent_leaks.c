/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kmemleak before and after a module (Documentation/dev-tools/kmemleak.rst): what leaks is told in
 * the kernel's log, in the kernel's words, with the names that the module's functions had while it
 * was loaded.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "harness/client/agent.h"

#define DEBUGFS    "/sys/kernel/debug"
#define KMEMLEAK   DEBUGFS "/kmemleak"
#define NAMES_FILE "/run/kdev/leaks.names"

/* An object is told of when it is five seconds old (mm/kmemleak.c, MSECS_MIN_AGE). */
#define AGE_S       6
#define OBJECTS_MAX 16
#define LINE_MAX    512

static int open_kmemleak(int flags)
{
	int fd = open(KMEMLEAK, flags | O_CLOEXEC);

	if (fd < 0 && errno == ENOENT && mount("debugfs", DEBUGFS, "debugfs", 0, NULL) == 0)
		fd = open(KMEMLEAK, flags | O_CLOEXEC);
	return fd;
}

static int fail(void)
{
	if (errno == ENOENT || errno == ENODEV)
		return agent_fail("the kernel has no kmemleak: it wants CONFIG_DEBUG_KMEMLEAK");
	return agent_fail("%s: %s", KMEMLEAK, strerror(errno));
}

static int command(const char *word)
{
	int fd = open_kmemleak(O_WRONLY), err = 0;

	if (fd < 0 || write(fd, word, strlen(word)) < 0)
		err = fail();
	if (fd >= 0)
		close(fd);
	return err;
}

/* While they are loaded. */
static int keep_names(void)
{
	FILE *in = fopen("/proc/kallsyms", "re"), *out = fopen(NAMES_FILE, "we");
	char line[LINE_MAX];
	int err = in && out ? 0 : agent_fail("%s: %s", NAMES_FILE, strerror(errno));

	while (!err && fgets(line, sizeof(line), in))
		if (agent_is_module_function(line))
			fputs(line, out);
	if (in)
		fclose(in);
	if (out && fclose(out) && !err)
		err = agent_fail("%s: %s", NAMES_FILE, strerror(errno));
	return err;
}

/* Without names the leaks are told all the same. */
static void read_names(struct agent_names *names)
{
	FILE *in = fopen(NAMES_FILE, "re");
	char line[LINE_MAX];

	while (in && fgets(line, sizeof(line), in) && agent_names_add(names, line) == 0)
		;
	if (in)
		fclose(in);
	agent_names_sort(names);
}

/* *objects: how many were found; OBJECTS_MAX of them are told. */
static int tell(const struct agent_names *names, unsigned *objects)
{
	int fd = open_kmemleak(O_RDONLY), kmsg = open("/dev/kmsg", O_WRONLY | O_CLOEXEC), len;
	FILE *in = fd < 0 ? NULL : fdopen(fd, "r");
	char line[LINE_MAX], named[LINE_MAX], record[LINE_MAX + 8];

	*objects = 0;
	if (!in || kmsg < 0) {
		if (fd >= 0 && !in)
			close(fd);
		return fail();
	}
	while (fgets(line, sizeof(line), in)) {
		line[strcspn(line, "\n")] = '\0';
		*objects += strncmp(line, "unreferenced object", 19) == 0;
		if (*objects > OBJECTS_MAX)
			continue;
		agent_names_put(names, line, named, sizeof(named));
		len = snprintf(record, sizeof(record), "<4>%s\n", named);
		if (write(kmsg, record, (size_t)len) != len)
			break;
	}
	fclose(in);
	close(kmsg);
	return 0;
}

static int scan(void)
{
	struct agent_names names = {0};
	unsigned objects = 0;
	int err = command("scan");

	if (!err) {
		sleep(AGE_S);
		err = command("scan");
	}
	if (!err) {
		read_names(&names);
		err = tell(&names, &objects);
	}
	agent_names_free(&names);
	unlink(NAMES_FILE);
	if (!err && objects)
		err = agent_fail("%u object%s leaked", objects, objects == 1 ? "" : "s");
	return err;
}

int agent_leaks(int argc, char **argv)
{
	if (argc != 2)
		return 2;
	if (!strcmp(argv[1], "clear"))
		return command("clear");
	if (!strcmp(argv[1], "names"))
		return keep_names();
	return !strcmp(argv[1], "scan") ? scan() : 2;
}
