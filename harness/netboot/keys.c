/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The two key pairs: ours, that the boards let in, and the boards', that we know. The NFS
 * root is shared, so all boards have the same host key; it is pinned here and never
 * learned from the network.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/netboot/files.h"
#include "harness/netboot/parts.h"
#include "harness/paths.h"

static bool have(const char *leaf, int mode)
{
	char *path = path_format("%s/keys/%s", path_cache(), leaf);
	bool there = path && access(path, mode) == 0;

	free(path);
	return there;
}

static bool have_client(void)
{
	return have(KEY_CLIENT, R_OK) && have(KEY_CLIENT_PUBLIC, R_OK);
}

/* The boards' own is for root alone, who puts it into root file systems. */
static bool have_host(void)
{
	return have(KEY_HOST, F_OK) && have(KEY_HOST_PUBLIC, R_OK);
}

bool keys_ready(void)
{
	return have_client() && have_host();
}

/* libssh2 1.10 reads the OpenSSH format, which ssh-keygen writes. */
static int make_client(struct setup *s, const char *dir)
{
	char *key = path_format("%s/" KEY_CLIENT, dir), *public = path_format("%s.pub", key);
	const char *argv[] = {"ssh-keygen", "-q",           "-t", "ed25519", "-N", "",
			      "-C",         "kdev harness", "-f", key,       NULL};
	int err = key && public ? 0 : setup_fail(s, -ENOMEM, "out of memory");

	if (!err) {
		unlink(key);
		unlink(public);
		err = setup_run(s, argv);
	}
	free(public);
	free(key);
	return err;
}

/* dropbearkey prints the public key among other lines; that line alone is kept. */
static int save_public(struct setup *s, const char *printed, const char *path)
{
	char *text = path_read(printed, 65536, NULL);
	char *line, *save = NULL;
	int err;

	if (!text)
		return setup_fail(s, -errno, "%s: %s", printed, strerror(errno));
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (!strncmp(line, "ssh-ed25519 ", 12))
			break;
	}
	if (line) {
		char *whole = path_format("%s\n", line);

		err = whole ? setup_write(s, path, whole, 0644)
			    : setup_fail(s, -ENOMEM, "out of memory");
		free(whole);
	} else {
		err = setup_fail(s, -EPROTO, "dropbearkey printed no ssh-ed25519 key");
	}
	free(text);
	return err;
}

static int make_host(struct setup *s, const char *dir)
{
	char *key = path_format("%s/" KEY_HOST, dir);
	char *public = path_format("%s/" KEY_HOST_PUBLIC, dir);
	char *printed = path_format("%s/dropbearkey.out", dir);
	const char *argv[] = {"dropbearkey", "-t", "ed25519", "-f", key, NULL};
	struct process_spec spec = {.argv = argv, .log = s->log, .output = printed};
	int err;

	if (key && public && printed) {
		unlink(key);
		err = process_run(&spec, &s->signals, s->err, s->err_len);
		if (!err)
			err = save_public(s, printed, public);
		unlink(printed);
	} else {
		err = setup_fail(s, -ENOMEM, "out of memory");
	}
	free(printed);
	free(public);
	free(key);
	return err;
}

int keys_make(struct setup *s)
{
	char *dir = path_format("%s/keys", path_cache());
	int err;

	if (!dir)
		return setup_fail(s, -ENOMEM, "out of memory");
	err = setup_mkdirs(s, dir, 0700);
	if (!err && !have_client())
		err = make_client(s, dir);
	if (!err && !have_host())
		err = make_host(s, dir);
	free(dir);
	return err;
}
