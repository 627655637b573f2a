/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records of services, and whether what they tell of may be adopted. */
#include "harness/netboot/service_record.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RESTARTS_MAX  5
#define FNV_OFFSET    0xcbf29ce484222325u
#define FNV_PRIME     0x100000001b3u
#define FIELD_STATE   3
#define FIELD_STARTED 22

char *service_record_format(const struct service_record *r, char *const *argv)
{
	json_t *list = json_array(), *doc;
	char digest[17], *text;

	for (size_t i = 0; argv[i]; i++)
		json_array_append_new(list, json_string(argv[i]));
	snprintf(digest, sizeof(digest), "%016" PRIx64, r->digest);
	doc = json_pack("{s:i, s:I, s:s, s:s, s:o}", "pid", (int)r->pid, "start_time",
			(json_int_t)r->start_time, "boot_id", r->boot_id, "digest", digest, "argv",
			list);
	text = doc ? json_dumps(doc, JSON_INDENT(1)) : NULL;
	json_decref(doc);
	return text;
}

static int parse_digest(const char *s, uint64_t *out)
{
	char *end;

	if (strlen(s) != 16 || strspn(s, "0123456789abcdef") != 16)
		return -EINVAL;
	*out = strtoull(s, &end, 16);
	return 0;
}

int service_record_parse(const char *text, size_t len, struct service_record *r)
{
	struct service_record got = {0};
	const char *boot_id, *digest;
	json_int_t pid, start;
	json_t *doc = json_loadb(text, len, 0, NULL);
	int err = -EINVAL;

	if (doc &&
	    !json_unpack(doc, "{s:I, s:I, s:s, s:s}", "pid", &pid, "start_time", &start, "boot_id",
			 &boot_id, "digest", &digest) &&
	    pid > 1 && pid <= INT_MAX && start > 0 && strlen(boot_id) < sizeof(got.boot_id))
		err = parse_digest(digest, &got.digest);
	if (!err) {
		got.pid = (pid_t)pid;
		got.start_time = (unsigned long long)start;
		snprintf(got.boot_id, sizeof(got.boot_id), "%s", boot_id);
		*r = got;
	}
	json_decref(doc);
	return err;
}

static uint64_t fnv(uint64_t h, const char *s)
{
	do
		h = (h ^ (unsigned char)*s) * FNV_PRIME;
	while (*s++); /* the NUL too: "a","b" is not "ab" */
	return h;
}

uint64_t service_digest(char *const *argv, const char *config)
{
	uint64_t h = FNV_OFFSET;

	for (size_t i = 0; argv[i]; i++)
		h = fnv(h, argv[i]);
	return config ? fnv(h, config) : h;
}

unsigned long long service_start_time(const char *stat)
{
	const char *p = strrchr(stat, ')');

	if (!p || p[1] != ' ' || strchr("ZX", p[2]))
		return 0;
	for (int field = FIELD_STATE - 1; p && field < FIELD_STARTED; field++)
		p = strchr(p + 1, ' ');
	return p ? strtoull(p + 1, NULL, 10) : 0;
}

enum service_fate service_judge(const struct service_record *r, const struct service_now *now)
{
	if (!now->start_time || now->start_time != r->start_time ||
	    strcmp(now->boot_id, r->boot_id) != 0)
		return SERVICE_GONE;
	return now->in_network && now->digest == r->digest ? SERVICE_GOOD : SERVICE_STALE;
}

int service_restart_delay(unsigned n)
{
	if (n > RESTARTS_MAX)
		return -1;
	return n > 1 ? 100 << (n - 1) : 0;
}
