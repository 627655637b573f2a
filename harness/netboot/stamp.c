/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What something was made from, as a text to compare. */
#include "harness/netboot/stamp.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/paths.h"

#define FILE_MAX (64 << 20)

static void make_one_line(char *p)
{
	for (; *p; p++) {
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			*p = '?';
	}
}

void stamp_add(struct stamp *s, const char *key, const char *value)
{
	size_t room = sizeof(s->text) - s->len;
	int n = snprintf(s->text + s->len, room, "%s %s", key, value);

	if (n < 0 || (size_t)n + 1 >= room) {
		s->text[s->len] = '\0';
		s->overflow = true;
		return;
	}
	make_one_line(s->text + s->len);
	s->len += (size_t)n;
	s->text[s->len++] = '\n';
	s->text[s->len] = '\0';
}

static uint64_t fnv1a(const unsigned char *p, size_t n)
{
	uint64_t h = 0xcbf29ce484222325;

	while (n--)
		h = (h ^ *p++) * 0x100000001b3;
	return h;
}

void stamp_add_file(struct stamp *s, const char *key, const char *path)
{
	char value[32] = "missing";
	size_t len;
	char *bytes = path_read(path, FILE_MAX, &len);

	if (bytes)
		snprintf(value, sizeof(value), "%016llx",
			 (unsigned long long)fnv1a((unsigned char *)bytes, len));
	stamp_add(s, key, value);
	free(bytes);
}

bool stamp_is_at(const struct stamp *s, const char *path)
{
	size_t len = 0;
	char *text = path_read(path, STAMP_MAX, &len);
	bool same = text && !s->overflow && len == s->len && !memcmp(text, s->text, len);

	free(text);
	return same;
}
