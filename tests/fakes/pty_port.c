/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ptys that look like serial ports. */
#include "tests/fakes/pty_port.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#define PORTS 1024
#define SYSFS "/sys/class/tty/pts/"

int __lxstat(int version, const char *path, struct stat *st);

static struct pty_port ports[PORTS];

struct pty_port *pty_port(unsigned n)
{
	return &ports[n % PORTS];
}

static bool is_pty(const char *path)
{
	return !strncmp(path, SYSFS, strlen(SYSFS)) && !strchr(path + strlen(SYSFS), '/');
}

ssize_t readlink(const char *path, char *buf, size_t size)
{
	static const char target[] = "../../devices/platform/fake/tty/ttyFAKE";
	ssize_t (*real)(const char *, char *, size_t) = dlsym(RTLD_NEXT, "readlink");

	if (!is_pty(path))
		return real(path, buf, size);
	memcpy(buf, target, sizeof(target) < size ? sizeof(target) : size);
	return (ssize_t)sizeof(target) - 1;
}

int __lxstat(int version, const char *path, struct stat *st)
{
	if (!is_pty(path))
		return lstat(path, st);
	memset(st, 0, sizeof(*st));
	st->st_mode = S_IFLNK | 0777;
	return 0;
}

/* NULL: no pty's slave. */
static struct pty_port *port_of(int fd)
{
	int (*real)(int, unsigned long, ...) = dlsym(RTLD_NEXT, "ioctl");
	char link[32], path[64];
	ssize_t n;
	int master;

	if (!real(fd, TIOCGPTN, &master))
		return NULL;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	if (n <= 9)
		return NULL;
	path[n] = 0;
	if (strncmp(path, "/dev/pts/", 9) != 0)
		return NULL;
	return pty_port((unsigned)strtoul(path + 9, NULL, 10));
}

static void set_lines(struct pty_port *p, int lines)
{
	const int driven = TIOCM_DTR | TIOCM_RTS;

	if ((lines ^ p->lines) & driven)
		p->line_changes++;
	p->lines = (p->lines & ~driven) | (lines & driven);
}

int ioctl(int fd, unsigned long request, ...)
{
	int (*real)(int, unsigned long, ...) = dlsym(RTLD_NEXT, "ioctl");
	struct pty_port *p;
	void *arg;
	va_list ap;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);
	switch (request) {
	case TIOCMGET:
	case TIOCMSET:
	case TIOCMBIS:
	case TIOCMBIC:
	case TIOCSBRK:
	case TIOCCBRK: p = port_of(fd); break;
	default: p = NULL; break;
	}
	if (!p)
		return real(fd, request, arg);
	switch (request) {
	case TIOCMGET: *(int *)arg = p->lines; break;
	case TIOCMSET: set_lines(p, *(int *)arg); break;
	case TIOCMBIS: set_lines(p, p->lines | *(int *)arg); break;
	case TIOCMBIC: set_lines(p, p->lines & ~*(int *)arg); break;
	default:
		p->breaks += request == TIOCSBRK;
		p->in_break = request == TIOCSBRK;
		break;
	}
	return 0;
}
