/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Read the head of an HTTP request. Pure. */
#include "harness/netboot/http_request.h"

#include <errno.h>
#include <string.h>

#define NAME_CHARS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"

/* What asks for anything but a plain file gets "" and so a 404: no way leads out of the
 * directory. */
static void take_name(const char *path, size_t n, struct http_request *r)
{
	r->name[0] = '\0';
	if (n < 2 || n > sizeof(r->name) || path[0] != '/' || path[1] == '.')
		return;
	for (size_t i = 1; i < n; i++) {
		if (!path[i] || !strchr(NAME_CHARS, path[i]))
			return;
	}
	memcpy(r->name, path + 1, n - 1);
	r->name[n - 1] = '\0';
}

static int parse_line(const char *line, size_t n, struct http_request *r)
{
	const char *path, *end;
	size_t method;

	path = memchr(line, ' ', n);
	if (!path)
		return -EINVAL;
	method = (size_t)(path - line);
	path++;
	end = memchr(path, ' ', n - method - 1);
	/* HTTP/0.9 had no version, and no boot loader speaks that. */
	if (!end || (size_t)(line + n - end) < 6 || memcmp(end, " HTTP/", 6) != 0)
		return -EINVAL;
	if (method == 4 && !memcmp(line, "HEAD", 4))
		r->head = true;
	else if (method == 3 && !memcmp(line, "GET", 3))
		r->head = false;
	else
		return -EINVAL;
	take_name(path, (size_t)(end - path), r);
	return 1;
}

int http_request_parse(const char *bytes, size_t n, struct http_request *r)
{
	const char *eol;

	if (!memmem(bytes, n, "\r\n\r\n", 4))
		return n < HTTP_REQUEST_MAX ? 0 : -EINVAL;
	eol = memmem(bytes, n, "\r\n", 2);
	return parse_line(bytes, (size_t)(eol - bytes), r);
}
