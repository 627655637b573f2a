/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Receive a file: all of it or nothing. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/client/agent.h"

#define CHUNK 65536

static int write_all(int fd, const char *buf, size_t n)
{
	while (n) {
		ssize_t w = write(fd, buf, n);

		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return -errno;
		buf += w;
		n -= (size_t)w;
	}
	return 0;
}

/* Copies what is there, at most `size` bytes; *got tells how many. */
static int receive(int fd, unsigned long long size, unsigned long long *got)
{
	static char buf[CHUNK];
	int err = 0;

	*got = 0;
	while (*got < size && !err) {
		unsigned long long left = size - *got;
		ssize_t r = read(STDIN_FILENO, buf, left < sizeof(buf) ? left : sizeof(buf));

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			err = -errno;
		if (r <= 0)
			break;
		err = write_all(fd, buf, (size_t)r);
		*got += (unsigned long long)r;
	}
	return err;
}

static int parse_size(const char *text, unsigned long long *size)
{
	char *end;

	errno = 0;
	*size = strtoull(text, &end, 10);
	return errno || end == text || *end || text[0] == '-' ? -EINVAL : 0;
}

int agent_push(int argc, char **argv)
{
	unsigned long long size, got = 0;
	char part[PATH_MAX];
	int fd, err;

	if (argc < 3 || argc > 4 || parse_size(argv[2], &size))
		return 2;
	/* A torn transfer never has the file's own name. */
	if ((size_t)snprintf(part, sizeof(part), "%s.part", argv[1]) >= sizeof(part))
		return agent_fail("push %s: %s", argv[1], strerror(ENAMETOOLONG));
	fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0)
		return agent_fail("push %s: %s", part, strerror(errno));
	err = receive(fd, size, &got);
	if (close(fd) && !err)
		err = -errno;
	if (!err && got == size && rename(part, argv[1]))
		err = -errno;
	if (!err && got == size) {
		if (argc == 4 && !strcmp(argv[3], "facts"))
			agent_print_kernel();
		return 0;
	}
	unlink(part);
	if (err)
		return agent_fail("push %s: %s", argv[1], strerror(-err));
	return agent_fail("push %s: only %llu of %llu bytes came", argv[1], got, size);
}
