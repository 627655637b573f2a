/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdev-init's messages and the few helpers that every stage uses. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "harness/client/init.h"

void init_say(int level, const char *fmt, ...)
{
	char line[512];
	size_t prefix, n;
	va_list ap;
	int fd;

	prefix = (size_t)snprintf(line, sizeof(line), "<%d>", level);
	n = prefix + (size_t)snprintf(line + prefix, sizeof(line) - prefix, "kdev-init: ");
	va_start(ap, fmt);
	vsnprintf(line + n, sizeof(line) - n - 1, fmt, ap);
	va_end(ap);
	n = strlen(line);
	line[n++] = '\n';

	/* Each write(2) is one record, and not seekable, so stdio will not do. Before /dev is
	 * mounted there is only the console. */
	fd = open("/dev/kmsg", O_WRONLY | O_CLOEXEC);
	if (fd < 0 || write(fd, line, n) < 0)
		dprintf(STDERR_FILENO, "%.*s", (int)(n - prefix), line + prefix);
	if (fd >= 0)
		close(fd);
}

int64_t init_now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_BOOTTIME, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void init_sleep_ms(int ms)
{
	struct timespec ts = {.tv_sec = ms / 1000, .tv_nsec = (ms % 1000) * 1000000L};

	nanosleep(&ts, NULL);
}

int init_write(const char *path, const char *text)
{
	size_t n = strlen(text);
	ssize_t w;
	int fd, err = 0;

	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	w = write(fd, text, n);
	if (w < 0)
		err = -errno;
	else if ((size_t)w != n)
		err = -EIO;
	close(fd);
	return err;
}

ssize_t init_read(const char *path, char *buf, size_t size)
{
	size_t got = 0;
	ssize_t r;
	int fd, err = 0;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	while (got < size - 1) {
		r = read(fd, buf + got, size - 1 - got);
		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			err = -errno;
		if (r <= 0)
			break;
		got += (size_t)r;
	}
	close(fd);
	if (err)
		return err;
	if (got && buf[got - 1] == '\n')
		got--;
	buf[got] = '\0';
	return (ssize_t)got;
}
