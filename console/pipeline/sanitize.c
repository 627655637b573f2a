/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Console bytes made safe: ECMA-48 sequences and control characters out, UTF-8 checked. */
#include "console/pipeline/sanitize.h"

#include <stdint.h>
#include <string.h>

#define ESC 0x1b
#define BEL 0x07
#define DEL 0x7f

/* 16 bytes at once, in whatever the CPU has for that. */
typedef unsigned char block __attribute__((vector_size(16)));

static bool plain_byte(unsigned char c)
{
	return (c >= ' ' && c < DEL) || c == '\t';
}

static block other_bytes(const char *s)
{
	block v;

	memcpy(&v, s, sizeof(v));
	return (block)(((v < ' ') & (v != '\t')) | (v >= DEL));
}

bool text_is_plain(const char *s, size_t n)
{
	block other = {0};
	uint64_t halves[2];
	size_t i = 0;

	/* to the end, whatever is found: nearly all lines are plain */
	for (; i + sizeof(block) <= n; i += sizeof(block))
		other |= other_bytes(s + i);
	/* the rest with what stands before it, if that is enough */
	if (i < n && n > sizeof(block)) {
		other |= other_bytes(s + n - sizeof(block));
		i = n;
	}
	memcpy(halves, &other, sizeof(halves));
	if (halves[0] | halves[1])
		return false;
	for (; i < n; i++)
		if (!plain_byte((unsigned char)s[i]))
			return false;
	return true;
}

/* Length of the valid, harmless UTF-8 sequence at s; 0 if there is none. RFC 3629. */
static size_t utf8_at(const unsigned char *s, size_t n)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t len = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : s[0] >= 0xc0 ? 2 : 0;
	uint32_t c;

	if (!len || len > n || s[0] > 0xf4)
		return 0;
	c = s[0] & (0x7fu >> len);
	for (size_t i = 1; i < len; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	if (c < 0xa0 || c == 0x200e || c == 0x200f || (c >= 0x2028 && c <= 0x202e) ||
	    (c >= 0x2066 && c <= 0x2069))
		return 0;
	return len;
}

/* CSI: parameters, intermediates, a final byte. s is behind "ESC [". */
static size_t skip_csi(const char *s, size_t n, bool *moves)
{
	size_t i = 0;

	while (i < n && s[i] >= 0x20 && s[i] <= 0x3f)
		i++;
	/* A damaged sequence must not eat the '[' of a timestamp that follows. */
	if (i == n || s[i] < 0x40 || s[i] > 0x7e || s[i] == '[')
		return i;
	*moves = strchr("HfdEF", s[i]) || (s[i] == 'J' && i == 1 && s[0] == '2');
	return i + 1;
}

/* OSC, DCS, SOS, PM, APC: a string up to BEL or ESC '\'. Unended it is no sequence: it must
 * not hide the rest of the line. */
static size_t skip_string(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (s[i] == BEL)
			return i + 1;
		if (s[i] == ESC)
			return i + 1 < n && s[i + 1] == '\\' ? i + 2 : 0;
	}
	return 0;
}

/* Length of the escape sequence at s, which is an ESC; *moves: the cursor goes elsewhere. */
static size_t escape_at(const char *s, size_t n, bool *moves)
{
	size_t i = 1;

	*moves = false;
	if (n < 2)
		return n;
	switch (s[1]) {
	case '[': return 2 + skip_csi(s + 2, n - 2, moves);
	case ']':
	case 'P':
	case 'X':
	case '^':
	case '_': return 2 + skip_string(s + 2, n - 2);
	case 'c': /* RIS */ *moves = true; return 2;
	default: break;
	}
	while (i < n && s[i] >= 0x20 && s[i] <= 0x2f)
		i++;
	return i < n && s[i] >= 0x30 && s[i] <= 0x7e ? i + 1 : i;
}

size_t text_clean(const char *src, size_t n, char *dst, size_t *len)
{
	size_t i = 0, out = 0, utf8;
	bool moves = false;

	while (i < n && !moves) {
		unsigned char c = (unsigned char)src[i];

		if (plain_byte(c)) {
			dst[out++] = src[i++];
		} else if (c == ESC) {
			i += escape_at(src + i, n - i, &moves);
		} else if (c < ' ' || c == DEL) {
			moves = c == '\r';
			i++;
		} else if ((utf8 = utf8_at((const unsigned char *)src + i, n - i))) {
			memcpy(dst + out, src + i, utf8);
			out += utf8;
			i += utf8;
		} else {
			dst[out++] = '?';
			i++;
		}
	}
	*len = out;
	return i;
}
