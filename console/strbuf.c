/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A growing string with a sticky error. */
#include "console/strbuf.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_SPACE 64

/* Room for n bytes more and the NUL. */
static int reserve(struct strbuf *b, size_t n)
{
	size_t need, space = b->space ? b->space : FIRST_SPACE;
	char *s;

	if (b->err)
		return b->err;
	if (__builtin_add_overflow(b->len, n, &need) || need > SIZE_MAX / 2 - 1)
		return b->err = -EOVERFLOW;
	need++;
	if (need <= b->space)
		return 0;
	while (space < need)
		space *= 2;
	s = realloc(b->s, space);
	if (!s)
		return b->err = -ENOMEM;
	b->s = s;
	b->space = space;
	return 0;
}

int strbuf_add_growing(struct strbuf *b, const void *bytes, size_t n)
{
	if (reserve(b, n))
		return b->err;
	if (n)
		memcpy(b->s + b->len, bytes, n);
	b->len += n;
	b->s[b->len] = 0;
	return 0;
}

char *strbuf_room_growing(struct strbuf *b, size_t n)
{
	return reserve(b, n) ? NULL : b->s + b->len;
}

int strbuf_fill(struct strbuf *b, char c, size_t n)
{
	if (reserve(b, n))
		return b->err;
	memset(b->s + b->len, c, n);
	b->len += n;
	b->s[b->len] = 0;
	return 0;
}

int strbuf_addf(struct strbuf *b, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (n < 0)
		return b->err = b->err ? b->err : -EOVERFLOW;
	if (reserve(b, (size_t)n))
		return b->err;
	va_start(ap, format);
	vsnprintf(b->s + b->len, (size_t)n + 1, format, ap);
	va_end(ap);
	b->len += (size_t)n;
	return 0;
}

const char *strbuf_str(const struct strbuf *b)
{
	return b->s ? b->s : "";
}

void strbuf_cut(struct strbuf *b, size_t n)
{
	if (n >= b->len)
		return;
	b->len = n;
	b->s[n] = 0;
}

char *strbuf_take(struct strbuf *b)
{
	char *s;

	strbuf_add(b, "", 0); /* even the empty string is one */
	s = b->err ? NULL : b->s;
	if (s)
		b->s = NULL;
	strbuf_free(b);
	return s;
}

void strbuf_free(struct strbuf *b)
{
	free(b->s);
	*b = (struct strbuf){0};
}
