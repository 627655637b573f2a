/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Root does it, another asks. */
#include "harness/netboot/privileged.h"

#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/netboot/privileged_local.h"
#include "harness/netboot/privileged_remote.h"
#include "harness/netboot/privileged_wire.h"

bool priv_is_remote(void)
{
	return geteuid() != 0;
}

int priv_ready(char *err, size_t err_len)
{
	return priv_is_remote() ? remote_ready(err, err_len) : 0;
}

int priv_network_up(const struct board_config *b, char *err, size_t err_len)
{
	return priv_is_remote() ? remote_network_up(b, err, err_len)
				: local_network_up(b, err, err_len);
}

int priv_network_down(const struct board_config *b, char *err, size_t err_len)
{
	return priv_is_remote() ? remote_network_down(b, err, err_len)
				: local_network_down(b, err, err_len);
}

uint64_t priv_network_id(const struct board_config *b)
{
	char path[96], owner[16] = "";
	struct stat st;

	if (priv_is_remote())
		snprintf(owner, sizeof(owner), PRIV_OWNER, geteuid());
	snprintf(path, sizeof(path), "/run/netns/kdev-%s%s", owner, b->name);
	return stat(path, &st) ? 0 : st.st_ino;
}

int priv_socket(const struct board_config *b, int domain, int type, int protocol)
{
	return priv_is_remote() ? remote_socket(b, domain, type, protocol)
				: local_socket(b, domain, type, protocol);
}

pid_t priv_spawn(const struct board_config *b, const struct priv_spawn *s, char *err,
		 size_t err_len)
{
	const struct local_spawn how = {.end = -1};

	return priv_is_remote() ? remote_spawn(b, s, err, err_len)
				: local_spawn(b, s, &how, err, err_len);
}

int priv_kill(const struct board_config *b, const char *name, int pidfd, int sig)
{
	int rc = local_kill(pidfd, sig);

	return rc == -EPERM && priv_is_remote() ? remote_kill(b, name, sig) : rc;
}

int priv_reap(pid_t pid, int *status)
{
	pid_t got;

	do
		got = waitpid(pid, status, WNOHANG);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return -errno;
	return got == pid ? 0 : -EAGAIN;
}

/* Of others' processes a user can't know: but kdev-privileged ends its own with the namespace, and
 * the user's have its id among what they were told. */
bool priv_in_network(const struct board_config *b, pid_t pid)
{
	return priv_is_remote() || local_in_network(b, pid);
}
