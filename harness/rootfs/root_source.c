/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words that name a root file system. */
#include "harness/rootfs/root_source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOWER      "abcdefghijklmnopqrstuvwxyz"
#define DIGITS     "0123456789"
#define DIGITS_MAX 3

static bool is_word(const char *text, size_t len, size_t size)
{
	return len && len < size && strspn(text, LOWER DIGITS "-") >= len;
}

int root_source_debian(struct setup *s, const char *text, struct root *r)
{
	const char *suite, *arch;

	if (strncmp(text, "debian", 6) != 0 || (text[6] && text[6] != ':'))
		return 0;
	r->kind = ROOT_PLAIN;
	if (!text[6])
		return 1;
	r->kind = ROOT_DEBIAN;
	suite = text + 7;
	arch = strchr(suite, ':');
	if (!is_word(suite, arch ? (size_t)(arch - suite) : strlen(suite), sizeof(r->suite)) ||
	    (arch && strcmp(arch, ":amd64") != 0 && strcmp(arch, ":i386") != 0))
		return setup_fail(s, -EINVAL,
				  "root '%s': expected debian:SUITE[:ARCH], where SUITE is a name "
				  "such as bookworm and ARCH amd64 or i386",
				  text);
	snprintf(r->suite, sizeof(r->suite), "%.*s",
		 arch ? (int)(arch - suite) : (int)strlen(suite), suite);
	if (arch)
		snprintf(r->arch, sizeof(r->arch), "%s", arch + 1);
	return 1;
}

int root_source_packages(const char *text, char *buf, size_t size)
{
	static const char between[] = " \t,";
	size_t at = 0;

	*buf = '\0';
	for (text += strspn(text, between); *text; text += strspn(text, between)) {
		size_t n = strcspn(text, between);

		/* Debian policy 5.6.1; what could be an option or a path is none. */
		if (!memchr(LOWER DIGITS, *text, sizeof(LOWER DIGITS) - 1) ||
		    strspn(text, LOWER DIGITS "+-.") < n)
			return -EINVAL;
		if (at + n + 2 > size)
			return -ENOSPC;
		at += (size_t)snprintf(buf + at, size - at, "%s%.*s", at ? "," : "", (int)n, text);
		text += n;
	}
	return 0;
}

size_t root_source_path(const char *text, int *partition)
{
	const char *colon = strrchr(text, ':');
	size_t n = colon ? strspn(colon + 1, DIGITS) : 0;

	*partition = -1;
	if (!n || n > DIGITS_MAX || colon[1 + n] || colon == text)
		return strlen(text);
	*partition = (int)strtol(colon + 1, NULL, 10);
	return (size_t)(colon - text);
}
