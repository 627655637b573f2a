/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the boot's servers heard of a board. */
#include "harness/netboot/boot_story.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define MAC_LEN 17

struct heard {
	bool asked, bound;       /* DHCP: this board */
	bool beside;             /* proxyDHCP: this board was told what to boot */
	char other[MAC_LEN + 1]; /* one that asked and is not this board; "": none */
	char file[64];           /* the last one that was sent; "": none */
	char refused[64];        /* the last one that was not there */
	unsigned files;
};

static const char *after(const char *line, size_t n, const char *word)
{
	const char *p = memmem(line, n, word, strlen(word));

	return p ? p + strlen(word) : NULL;
}

/* What stands before a blank, without its directories; only what a terminal can show. */
static void copy_name(char *to, size_t size, const char *from, const char *end)
{
	const char *stop = memchr(from, ' ', (size_t)(end - from));
	size_t n = 0;

	if (stop)
		end = stop;
	for (const char *p = from; p < end; p++)
		if (*p == '/')
			from = p + 1;
	for (; from < end && n + 1 < size; from++)
		to[n++] = isprint((unsigned char)*from) ? *from : '?';
	to[n] = '\0';
}

/* "DHCPDISCOVER(br0) 52:54:00:6b:64:01 ignored", "DHCPACK(br0) 10.77.0.2 52:54:00:6b:64:01 ",
 * "PXE(br0) 52:54:00:6b:64:01 proxy", "PXE(br0) 52:54:00:6b:64:01 proxy-ignored" */
static void hear_dhcp(struct heard *h, const char *line, size_t n, const char *mac)
{
	bool own = memmem(line, n, mac, strlen(mac)) != NULL;
	const char *from = after(line, n, "DHCPDISCOVER("), *end = line + n;
	const char *beside = after(line, n, "PXE(");

	if (own && (from || after(line, n, "DHCPREQUEST(")))
		h->asked = true;
	if (own && after(line, n, "DHCPACK("))
		h->bound = true;
	if (own && beside)
		h->beside = true;
	if (beside)
		from = beside;
	from = from && !own ? memchr(from, ' ', (size_t)(end - from)) : NULL;
	if (from && end - ++from >= MAC_LEN)
		copy_name(h->other, sizeof(h->other), from, from + MAC_LEN);
}

/* "dnsmasq-tftp[1]: sent PATH to 10.77.0.2", "dnsmasq-tftp[1]: file PATH not found for 10.77.0.2"
 */
static void hear_dnsmasq(struct heard *h, const char *line, size_t n, const char *mac)
{
	const char *from;

	if (!after(line, n, "-tftp[")) {
		hear_dhcp(h, line, n, mac);
	} else if ((from = after(line, n, ": sent "))) {
		copy_name(h->file, sizeof(h->file), from, line + n);
		h->files++;
	} else if ((from = after(line, n, ": file "))) {
		copy_name(h->refused, sizeof(h->refused), from, line + n);
	}
}

static void hear_http(struct heard *h, const char *line, size_t n)
{
	const char *from = after(line, n, "GET "), *colon;

	colon = from ? memchr(from, ':', (size_t)(line + n - from)) : NULL;
	if (!colon)
		return;
	if (after(colon, (size_t)(line + n - colon), ": 200")) {
		copy_name(h->file, sizeof(h->file), from, colon);
		h->files++;
	} else {
		copy_name(h->refused, sizeof(h->refused), from, colon);
	}
}

static struct heard hear(const struct boot_logs *logs, const char *mac)
{
	const char *text[] = {logs->dnsmasq, logs->http};
	const size_t len[] = {logs->dnsmasq_len, logs->http_len};
	struct heard h = {0};

	for (int i = 0; i < 2; i++) {
		const char *at = text[i], *end = at + len[i], *nl;

		for (; at < end; at = nl + 1) {
			nl = memchr(at, '\n', (size_t)(end - at));
			if (!nl)
				nl = end;
			if (i == 0)
				hear_dnsmasq(&h, at, (size_t)(nl - at), mac);
			else
				hear_http(&h, at, (size_t)(nl - at));
		}
	}
	return h;
}

void boot_story(const struct boot_logs *logs, const char *mac, char buf[BOOT_STORY_MAX])
{
	struct heard h = hear(logs, mac);

	if (h.file[0])
		snprintf(buf, BOOT_STORY_MAX, "its firmware took %u file%s, the last was %s%s%s",
			 h.files, h.files == 1 ? "" : "s", h.file,
			 h.refused[0] ? ", there was no " : "", h.refused);
	else if (h.bound)
		snprintf(buf, BOOT_STORY_MAX,
			 "its firmware took an address from DHCP, but no file by TFTP%s%s",
			 h.refused[0] ? ": there is no " : "", h.refused);
	else if (h.beside)
		snprintf(buf, BOOT_STORY_MAX,
			 "its firmware was told what to boot, but took no file by TFTP: does the "
			 "segment's DHCP server give it an address?");
	else if (h.asked)
		snprintf(buf, BOOT_STORY_MAX,
			 "its firmware asked DHCP, but took no address: is there another server?");
	else if (h.other[0])
		snprintf(buf, BOOT_STORY_MAX,
			 "DHCP heard nothing of %s, but of %s: is that its mac?", mac, h.other);
	else
		snprintf(
			buf, BOOT_STORY_MAX,
			"DHCP heard nothing of %s: does it boot from the network, is the cable in?",
			mac);
}
