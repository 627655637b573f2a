/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The stable names of a bug and of the way to it. */
#include "console/detector/signature.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define VARIANT_FRAMES 6

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

static uint64_t hash_bug(const struct crash_report *r)
{
	const char *in = strstr(r->title, " in ");
	size_t kind = in && r->function ? (size_t)(in - r->title) : strlen(r->title);
	uint64_t h = 0xcbf29ce484222325;

	h = hash_text(h, crash_class_name(r->klass));
	h = hash(h, r->title, kind);
	h = hash_text(h, r->function);
	return hash_text(h, r->module);
}

/* What is above the guilty function differs from time to time: where a hang was interrupted, how
 * the report was printed. */
static size_t guilty_at(const struct crash_report *r)
{
	for (size_t i = 0; r->function && i < r->n_frames; i++)
		if (!strcmp(r->frames[i].function, r->function))
			return i;
	return 0;
}

static uint64_t hash_way(const struct crash_report *r, uint64_t h)
{
	size_t from = guilty_at(r);

	for (size_t i = from; i < r->n_frames && i < from + VARIANT_FRAMES; i++) {
		h = hash_text(h, r->frames[i].function);
		h = hash_text(h, r->frames[i].module);
	}
	return h;
}

static char *hex(uint64_t h)
{
	char text[16];

	for (size_t i = sizeof(text); i-- > 0; h >>= 4)
		text[i] = "0123456789abcdef"[h & 15];
	return strndup(text, sizeof(text));
}

int signature_make(struct crash_report *r)
{
	uint64_t bug = hash_bug(r);
	char *signature = hex(bug), *variant = hex(hash_way(r, bug));

	if (!signature || !variant) {
		free(signature);
		free(variant);
		return -ENOMEM;
	}
	free(r->signature);
	free(r->variant);
	r->signature = signature;
	r->variant = variant;
	return 0;
}
