/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The last words of a service. */
#include "harness/netboot/service_log.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/log.h"
#include "harness/paths.h"

#define TAIL_MAX   4096
#define LINES_BACK 10

static bool says_any(const char *line, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcasestr(line, words[i]))
			return true;
	return false;
}

static bool names_an_error(const char *line)
{
	static const char *const bad[] = {"error",  "fail",   "cannot", "can't",     "could not",
					  "unable", "denied", "in use", "not found", "no such"};
	static const char *const farewell[] = {"exiting", "shutting down"};

	return says_any(line, bad, sizeof(bad) / sizeof(*bad)) &&
	       !says_any(line, farewell, sizeof(farewell) / sizeof(*farewell));
}

/* nfs-ganesha begins each line with date, epoch, host, thread and function. */
static const char *without_prefix(const char *line)
{
	static const char *const levels[] = {" :CRIT :", " :FATAL :", " :MAJ :"};

	for (size_t i = 0; i < sizeof(levels) / sizeof(*levels); i++) {
		const char *at = strstr(line, levels[i]);

		if (at)
			return at + strlen(levels[i]);
	}
	return line;
}

/* Cut the last line off the text. */
static char *last_line(char *text)
{
	char *end = text + strlen(text), *line;

	while (end > text && strchr("\n\r ", end[-1]))
		*--end = '\0';
	line = strrchr(text, '\n');
	if (!line)
		return text;
	*line = '\0';
	return line + 1;
}

void service_log_pick(char *text, char *buf, size_t size)
{
	char *line = last_line(text), *picked = line;

	for (int i = 0; i < LINES_BACK; i++) {
		if (names_an_error(line)) {
			picked = line;
			break;
		}
		if (line == text)
			break;
		line = last_line(text);
	}
	snprintf(buf, size, "%s", without_prefix(picked));
}

void service_log_reason(const char *dir, const char *name, char *buf, size_t size)
{
	char *path = path_format("%s/%s.log", dir, name), tail[TAIL_MAX + 1];
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	off_t at = fd >= 0 ? lseek(fd, 0, SEEK_END) : 0;
	ssize_t n = fd >= 0 ? pread(fd, tail, TAIL_MAX, at > TAIL_MAX ? at - TAIL_MAX : 0) : 0;

	tail[n > 0 ? n : 0] = '\0';
	service_log_pick(tail, buf, size);
	log_make_safe(buf);
	if (fd >= 0)
		close(fd);
	free(path);
}
