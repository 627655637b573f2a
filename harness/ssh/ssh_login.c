/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Coming up: connect, shake hands, check the host key, log in by the board's own key. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/paths.h"
#include "harness/ssh/ssh_internal.h"

#define HOST_KEY_FILE_MAX 16384

/* Fast for an emulated peer, and what every ssh server of today has. */
static const struct {
	int method;
	const char *prefs;
} methods[] = {
	{LIBSSH2_METHOD_KEX, "curve25519-sha256,curve25519-sha256@libssh.org"},
	{LIBSSH2_METHOD_HOSTKEY, "ssh-ed25519"},
	{LIBSSH2_METHOD_CRYPT_CS, "aes128-ctr"},
	{LIBSSH2_METHOD_CRYPT_SC, "aes128-ctr"},
	{LIBSSH2_METHOD_MAC_CS, "hmac-sha2-256"},
	{LIBSSH2_METHOD_MAC_SC, "hmac-sha2-256"},
};

static int connected(struct ssh *s)
{
	char why[160];
	int err = ssh_socket_connected(s);

	if (err) {
		snprintf(why, sizeof(why), "%s port %u: %s", s->address, s->port, strerror(-err));
		ssh_break(s, err, why);
		return err;
	}
	s->session = libssh2_session_init_ex(NULL, NULL, NULL, s);
	if (!s->session) {
		ssh_break(s, -ENOMEM, "out of memory");
		return -ENOMEM;
	}
	libssh2_session_set_blocking(s->session, 0);
	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		libssh2_session_method_pref(s->session, methods[i].method, methods[i].prefs);
	ssh_socket_attach(s);
	s->state = SSH_HANDSHAKE;
	return 0;
}

/* The file has one line, "ssh-ed25519 BASE64 [comment]"; the server's raw key must be just that. */
static bool is_host_key(struct ssh *s, char *line)
{
	size_t key_len = 0;
	const char *key = libssh2_session_hostkey(s->session, &key_len, NULL);
	char *start = strchr(line, ' '), *decoded = NULL;
	unsigned decoded_len = 0;
	bool known = false;

	if (!start || !key)
		return false;
	start += strspn(start, " ");
	start[strcspn(start, " \r\n")] = '\0';
	if (!libssh2_base64_decode(s->session, &decoded, &decoded_len, start,
				   (unsigned)strlen(start)))
		known = decoded_len == key_len && !memcmp(decoded, key, key_len);
	if (decoded)
		libssh2_free(s->session, decoded);
	return known;
}

static int check_host_key(struct ssh *s)
{
	char why[160];
	size_t len;
	char *line = path_read(s->host_key, HOST_KEY_FILE_MAX, &len);
	int err = 0;

	if (!line) {
		err = -errno;
		snprintf(why, sizeof(why), "the board's host key: %s: %s", s->host_key,
			 strerror(errno));
		ssh_break(s, err, why);
	} else if (!is_host_key(s, line)) {
		err = -EKEYREJECTED;
		ssh_break(s, err, "the server's host key is not the one that was made at set-up");
	}
	free(line);
	return err;
}

static int handshake(struct ssh *s)
{
	int rc = libssh2_session_handshake(s->session, s->fd);

	if (rc == LIBSSH2_ERROR_EAGAIN)
		return -EAGAIN;
	if (rc) {
		ssh_break_session(s, -EPROTO, "ssh handshake");
		return -EPROTO;
	}
	rc = check_host_key(s);
	if (!rc)
		s->state = SSH_AUTH;
	return rc;
}

static int authenticate(struct ssh *s)
{
	int rc = libssh2_userauth_publickey_fromfile_ex(s->session, s->user,
							(unsigned)strlen(s->user), s->public_key,
							s->private_key, NULL);

	if (rc == LIBSSH2_ERROR_EAGAIN)
		return -EAGAIN;
	if (rc) {
		ssh_break_session(s, -EACCES, "ssh login");
		return -EACCES;
	}
	s->state = SSH_UP;
	uv_timer_stop(&s->deadline);
	s->ops.up(s->arg);
	return 0;
}

int ssh_login_step(struct ssh *s)
{
	switch (s->state) {
	case SSH_CONNECTING: return connected(s);
	case SSH_HANDSHAKE: return handshake(s);
	case SSH_AUTH: return authenticate(s);
	default: return -EAGAIN;
	}
}
