/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which bytes of foreign text may go into JSON, see harness/output/text_json.h. */
#ifndef KDEV_HARNESS_TEXT_UTF8_H
#define KDEV_HARNESS_TEXT_UTF8_H

#include <stdbool.h>
#include <stddef.h>

#define UTF8_REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* The length of the valid UTF-8 sequence at p (RFC 3629: no overlong forms, no surrogates), or 0.
 */
static inline size_t utf8_length(const unsigned char *p, size_t left)
{
	size_t n = p[0] < 0x80   ? 1
		   : p[0] < 0xc2 ? 0
		   : p[0] < 0xe0 ? 2
		   : p[0] < 0xf0 ? 3
		   : p[0] < 0xf5 ? 4
				 : 0;

	if (n == 0 || n > left)
		return 0;
	for (size_t i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return n;
}

/* Must the sequence of that length be replaced? Invalid ones, NUL, DEL and the C1 controls. */
static inline bool utf8_is_unwanted(const unsigned char *p, size_t n)
{
	return n == 0 || p[0] == 0 || p[0] == 0x7f || (p[0] == 0xc2 && p[1] < 0xa0);
}

#endif
