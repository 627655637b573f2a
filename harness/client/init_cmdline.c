/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What kdev-init is told on the kernel command line. Pure. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "harness/client/init.h"

/* A word of the command line: at text, up to a space. */
struct word {
	const char *text;
	size_t len;
};

static bool next_word(const char **p, struct word *w)
{
	const char *s = *p + strspn(*p, " \t\n");

	w->text = s;
	w->len = strcspn(s, " \t\n");
	*p = s + w->len;
	return w->len > 0;
}

/* The value of KEY=value, or false when the word is another. */
static bool value_of(const struct word *w, const char *key, struct word *value)
{
	size_t n = strlen(key);

	if (w->len <= n || memcmp(w->text, key, n) != 0 || w->text[n] != '=')
		return false;
	value->text = w->text + n + 1;
	value->len = w->len - n - 1;
	return true;
}

static int copy(char *dst, size_t size, const char *src, size_t n)
{
	if (n == 0 || n >= size)
		return -EINVAL;
	memcpy(dst, src, n);
	dst[n] = '\0';
	return 0;
}

static int parse_address(const char *s, size_t n, struct in_addr *out)
{
	char buf[INET_ADDRSTRLEN];

	if (copy(buf, sizeof(buf), s, n))
		return -EINVAL;
	return inet_pton(AF_INET, buf, out) == 1 ? 0 : -EINVAL;
}

/* CLIENT:SERVER:GATEWAY:MASK; what the kernel would accept after that is not ours. */
static int parse_ip(const struct word *v, struct init_cmdline *c)
{
	struct in_addr *const field[] = {&c->address, &c->server, &c->gateway, &c->mask};
	const char *s = v->text, *end = v->text + v->len;

	for (size_t i = 0; i < 4; i++) {
		const char *colon = memchr(s, ':', (size_t)(end - s));
		const char *stop = colon ? colon : end;

		/* An empty gateway means that there is none. */
		if (i == 2 && stop == s)
			field[i]->s_addr = 0;
		else if (parse_address(s, (size_t)(stop - s), field[i]))
			return -EINVAL;
		if (!colon && i < 3)
			return -EINVAL;
		s = colon ? colon + 1 : end;
	}
	c->have_address = true;
	return 0;
}

static int hex_digit(char ch)
{
	if (ch >= '0' && ch <= '9')
		return ch - '0';
	if (ch >= 'a' && ch <= 'f')
		return ch - 'a' + 10;
	if (ch >= 'A' && ch <= 'F')
		return ch - 'A' + 10;
	return -1;
}

/* pxelinux writes the ARP hardware type before the address: 01 is Ethernet. */
static int parse_bootif(const struct word *v, struct init_cmdline *c)
{
	const char *s = v->text;

	if (v->len != 20 || strncmp(s, "01-", 3) != 0)
		return -EINVAL;
	for (size_t i = 0; i < 6; i++) {
		const char *d = s + 3 + 3 * i;
		int hi = hex_digit(d[0]), lo = hex_digit(d[1]);

		if (hi < 0 || lo < 0 || (i < 5 && d[2] != '-'))
			return -EINVAL;
		c->mac[i] = (uint8_t)(hi << 4 | lo);
	}
	c->have_mac = true;
	return 0;
}

/* SERVER:PATH[,opt…]; mount(2) takes the options as they are, so a path has no comma. */
static int parse_nfs(const struct word *v, struct init_cmdline *c)
{
	const char *colon = memchr(v->text, ':', v->len);
	const char *end = v->text + v->len;
	const char *path, *comma;
	struct in_addr addr;

	if (!colon || parse_address(v->text, (size_t)(colon - v->text), &addr))
		return -EINVAL;
	path = colon + 1;
	comma = memchr(path, ',', (size_t)(end - path));
	if (path == end || *path != '/')
		return -EINVAL;
	if (comma && copy(c->nfs_options, sizeof(c->nfs_options), comma + 1, end - comma - 1))
		return -EINVAL;
	if (copy(c->nfs_path, sizeof(c->nfs_path), path, (comma ? comma : end) - path))
		return -EINVAL;
	inet_ntop(AF_INET, &addr, c->nfs_server, sizeof(c->nfs_server));
	return 0;
}

static int parse_name(const struct word *v, struct init_cmdline *c)
{
	return copy(c->name, sizeof(c->name), v->text, v->len);
}

static int parse_crash(const struct word *v, struct init_cmdline *c)
{
	c->crash_restart = v->len == 7 && !memcmp(v->text, "restart", 7);
	c->crash_vmcore = v->len == 6 && !memcmp(v->text, "vmcore", 6);
	return c->crash_restart || c->crash_vmcore ? 0 : -EINVAL;
}

static int parse_init(const struct word *v, struct init_cmdline *c)
{
	c->keep_init = v->len == 4 && !memcmp(v->text, "kdev", 4);
	return c->keep_init || (v->len == 3 && !memcmp(v->text, "own", 3)) ? 0 : -EINVAL;
}

static int parse_vmcore(const struct word *v, struct init_cmdline *c)
{
	return copy(c->machine_map, sizeof(c->machine_map), v->text, v->len);
}

static const struct {
	const char *key, *expected;
	int (*parse)(const struct word *v, struct init_cmdline *c);
} keys[] = {
	{"ip", "CLIENT:SERVER:GATEWAY:MASK (pxelinux IPAPPEND 3)", parse_ip},
	{"BOOTIF", "01-aa-bb-cc-dd-ee-ff (pxelinux IPAPPEND 3)", parse_bootif},
	{"kdev.nfs", "SERVER:/PATH[,options]", parse_nfs},
	{"kdev.name", "a host name", parse_name},
	{"kdev.crash", "restart or vmcore", parse_crash},
	{"kdev.init", "kdev or own", parse_init},
	{"kdev.vmcore", "START+SIZE:TYPE,... (hex)", parse_vmcore},
};

static int parse_word(const struct word *w, struct init_cmdline *c, char *err, size_t err_len)
{
	struct word v;

	if (w->len == strlen("kdev.rescue") && !memcmp(w->text, "kdev.rescue", w->len)) {
		c->rescue = true;
		return 0;
	}
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (!value_of(w, keys[i].key, &v) || !keys[i].parse(&v, c))
			continue;
		snprintf(err, err_len, "kernel command line: bad '%.*s', expected %s=%s",
			 (int)(w->len > 80 ? 80 : w->len), w->text, keys[i].key, keys[i].expected);
		return -EINVAL;
	}
	return 0;
}

int init_cmdline_parse(const char *text, struct init_cmdline *c, char *err, size_t err_len)
{
	struct word w;

	memset(c, 0, sizeof(*c));
	while (next_word(&text, &w)) {
		if (parse_word(&w, c, err, err_len))
			return -EINVAL;
	}
	if (!c->nfs_path[0]) {
		snprintf(err, err_len, "kernel command line: kdev.nfs=SERVER:/PATH is missing");
		return -EINVAL;
	}
	if (!c->have_address) {
		snprintf(err, err_len, "kernel command line: ip= is missing (pxelinux IPAPPEND 3)");
		return -EINVAL;
	}
	return 0;
}
