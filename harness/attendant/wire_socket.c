/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unix sockets at paths of any length. sun_path holds 107 bytes; a state directory may be
 * deeper, so the directory is opened and the socket named through /proc/self/fd.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "harness/attendant/wire.h"

/* Fill the address for path; *dirfd is to be closed after use (-1: none). */
static int socket_address(const char *path, struct sockaddr_un *sa, int *dirfd)
{
	const char *slash = strrchr(path, '/');
	char dir[4096];

	*dirfd = -1;
	memset(sa, 0, sizeof(*sa));
	sa->sun_family = AF_UNIX;
	if (strlen(path) < sizeof(sa->sun_path)) {
		memcpy(sa->sun_path, path, strlen(path) + 1);
		return 0;
	}
	if (!slash || (size_t)(slash - path) >= sizeof(dir) || strlen(slash + 1) > 64)
		return -ENAMETOOLONG;
	memcpy(dir, path, (size_t)(slash - path));
	dir[slash - path] = '\0';
	*dirfd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (*dirfd < 0)
		return -errno;
	snprintf(sa->sun_path, sizeof(sa->sun_path), "/proc/self/fd/%d/%s", *dirfd, slash + 1);
	return 0;
}

static int socket_at(const char *path, int (*act)(int, const struct sockaddr *, socklen_t))
{
	struct sockaddr_un sa;
	int dirfd, err, fd;

	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	err = socket_address(path, &sa, &dirfd);
	if (!err && act(fd, (struct sockaddr *)&sa, sizeof(sa)))
		err = -errno;
	if (dirfd >= 0)
		close(dirfd);
	if (!err)
		return fd;
	close(fd);
	return err;
}

int wire_socket_connect(const char *path)
{
	return socket_at(path, connect);
}

int wire_socket_listen(const char *path)
{
	int fd;

	/* The caller holds the board's lock file, so a socket found here is a dead one's. */
	if (unlink(path) && errno != ENOENT)
		return -errno;
	fd = socket_at(path, bind);
	if (fd < 0)
		return fd;
	if (chmod(path, 0600) || listen(fd, 16)) {
		int err = -errno;

		close(fd);
		return err;
	}
	return fd;
}
