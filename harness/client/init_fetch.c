/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file of the boot server once more, for the next kernel: HTTP/1.0, as boot loaders do it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "harness/client/init.h"

#define HTTP_PORT 80
#define HEAD_MAX  1024
#define FILE_MAX  (256 << 20)
#define QUIET_S   10

static int connect_to(struct in_addr server)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons(HTTP_PORT), .sin_addr = server};
	struct timeval quiet = {.tv_sec = QUIET_S};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &quiet, sizeof(quiet));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &quiet, sizeof(quiet));
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	close(fd);
	return -1;
}

/* The head of the answer, byte by byte: nothing of the body is to be read along. */
static int read_head(int fd, char head[HEAD_MAX])
{
	size_t n = 0;

	while (n < HEAD_MAX - 1 && read(fd, head + n, 1) == 1) {
		head[++n] = '\0';
		if (n >= 4 && !memcmp(head + n - 4, "\r\n\r\n", 4))
			return 0;
	}
	return -1;
}

static long length_of(const char *head)
{
	const char *field = strstr(head, "\r\nContent-Length: ");
	long n = field ? strtol(field + 18, NULL, 10) : -1;

	return strncmp(head, "HTTP/1.0 200 ", 13) == 0 && n > 0 && n <= FILE_MAX ? n : -1;
}

static void *read_body(int fd, size_t len)
{
	char *body = malloc(len);
	size_t got = 0;

	while (body && got < len) {
		ssize_t n = read(fd, body + got, len - got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			if (!n)
				errno = EPIPE;
			free(body);
			return NULL;
		}
		got += (size_t)n;
	}
	return body;
}

void *init_fetch(struct in_addr server, const char *name, size_t *len)
{
	char head[HEAD_MAX];
	void *body = NULL;
	int fd = connect_to(server), err;
	long n;

	if (fd < 0)
		return NULL;
	if (dprintf(fd, "GET /%s HTTP/1.0\r\n\r\n", name) > 0 && read_head(fd, head) == 0) {
		n = length_of(head);
		errno = ENOENT;
		if (n > 0)
			body = read_body(fd, (size_t)n);
		*len = body ? (size_t)n : 0;
	}
	err = errno;
	close(fd);
	errno = err;
	return body;
}
