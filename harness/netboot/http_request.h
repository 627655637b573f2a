/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The little of HTTP/1.0 (RFC 1945) that a boot loader speaks: GET and HEAD of a file in one
 * directory. Pure.
 */
#ifndef KDEV_HARNESS_NETBOOT_HTTP_REQUEST_H
#define KDEV_HARNESS_NETBOOT_HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>

#define HTTP_REQUEST_MAX 2048 /* bytes of a request's head; a longer one is refused */

struct http_request {
	bool head;      /* HEAD: the answer has no body */
	char name[128]; /* a file's name, never a path and never hidden; "" if it is another thing
			 */
};

/* 1: the head is complete and *r is filled; 0: more bytes are needed; -EINVAL: this is no request
 * that we know, or it is too long. */
int http_request_parse(const char *bytes, size_t n, struct http_request *r);

#endif
