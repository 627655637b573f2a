/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The stable name of a bug. */
#include "console/signature.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* FNV-1a; each part ends with a byte that no text has, so that "a"+"b" is not "ab". */
static uint64_t hash(uint64_t h, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		h = (h ^ (unsigned char)s[i]) * 0x100000001b3;
	return (h ^ 0xff) * 0x100000001b3;
}

static uint64_t hash_text(uint64_t h, const char *s)
{
	return hash(h, s ? s : "", s ? strlen(s) : 0);
}

int signature_make(struct crash_report *r)
{
	const char *in = strstr(r->title, " in ");
	size_t kind = in && r->function ? (size_t)(in - r->title) : strlen(r->title);
	uint64_t h = 0xcbf29ce484222325;
	char text[17];

	h = hash_text(h, crash_class_name(r->klass));
	h = hash(h, r->title, kind);
	h = hash_text(h, r->function);
	h = hash_text(h, r->module);
	snprintf(text, sizeof(text), "%016" PRIx64, h);
	free(r->signature);
	r->signature = strdup(text);
	return r->signature ? 0 : -ENOMEM;
}
