/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks of requests. */
#include "harness/privileged/request.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "harness/config/config_keys.h"
#include "harness/privileged/root_check.h"

static bool is_text(const char *s, size_t size)
{
	return memchr(s, '\0', size) != NULL;
}

/* As kdev's configuration has it: [a-z0-9][a-z0-9-]*. */
static bool is_name(const char *s)
{
	return *s && *s != '-' && s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

static int set_keys(const struct priv_request *rq, struct board_config *b, char *err,
		    size_t err_len)
{
	static const char *const keys[PRIV_N_KEYS] = PRIV_KEYS;

	for (int i = 0; i < PRIV_N_KEYS; i++) {
		const struct config_key *key = config_key_find(keys[i], NULL);

		if (!is_text(rq->value[i], PRIV_VALUE_MAX) ||
		    config_key_set(key, b, rq->value[i], false)) {
			snprintf(err, err_len, "%s: not what kdev.conf(5) has it be", keys[i]);
			return -EINVAL;
		}
	}
	return 0;
}

int request_board(const struct priv_request *rq, const struct policy *p, uid_t owner,
		  struct board_config *b, char *err, size_t err_len)
{
	char name[sizeof(rq->name) + 16];
	int rc;

	*b = (struct board_config){0};
	if (!is_text(rq->name, sizeof(rq->name)) || !is_name(rq->name)) {
		snprintf(err, err_len, "a board's name: expected letters, digits and '-'");
		return -EINVAL;
	}
	snprintf(name, sizeof(name), PRIV_OWNER "%s", owner, rq->name);
	if (strlen(name) >= sizeof(b->name)) {
		snprintf(err, err_len, "board %s: its name is too long for %s", rq->name, name);
		return -ENAMETOOLONG;
	}
	memcpy(b->name, name, strlen(name) + 1);
	rc = set_keys(rq, b, err, err_len);
	if (!rc && b->type == BOARD_BARE && !policy_allows_interface(p, b->interface)) {
		snprintf(err, err_len,
			 "interface = %s: " POLICY_FILE " has no such line: an administrator "
			 "must allow it",
			 isprint((unsigned char)b->interface[0]) ? b->interface : "");
		rc = -EPERM;
	}
	return rc;
}

/* It becomes a part of arguments of dnsmasq, which has it in lists with commas. That runs as the
 * user: it reads and writes there what he may. */
static bool is_plain_path(const char *s)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "/._-+@~:";

	return s[0] == '/' && s[strspn(s, plain)] == '\0' && !strstr(s, "/../");
}

int request_path(const struct priv_request *rq, const struct policy *p, char *err, size_t err_len)
{
	bool plain = is_text(rq->path, sizeof(rq->path)) && is_plain_path(rq->path);

	if (rq->what == PRIV_RPCBIND)
		return 0;
	if (plain)
		return rq->what == PRIV_NFS ? root_check(p, rq->path, err, err_len) : 0;
	snprintf(err, err_len, "a path: expected an absolute one of letters, digits and ._-+@~:");
	return -EINVAL;
}
