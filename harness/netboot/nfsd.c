/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "harness/netboot/nfsd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/log.h"
#include "harness/netboot/board_services.h"
#include "harness/netboot/privileged.h"
#include "harness/paths.h"
#include "harness/process.h"

#define CONTROL   "/proc/fs/nfsd"
#define STATE_DIR "/var/lib/nfs"
#define THREADS   "8" /* as many as nfs-utils starts */
#define BACKLOG   64

/* ---- the files of nfsd(7) ---- */

static int step(int rc, const char *what, char *err, size_t err_len)
{
	if (rc)
		snprintf(err, err_len, "%s: %s", what, strerror(-rc));
	return rc;
}

static int control(const char *leaf, const char *text)
{
	char path[64];
	int fd, rc;

	snprintf(path, sizeof(path), CONTROL "/%s", leaf);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	rc = write(fd, text, strlen(text)) < 0 ? -errno : 0;
	close(fd);
	return rc;
}

/* Mounts of our own, and among them the files of the server of the network that we are in: which
 * one a mount shows is settled when it is made. */
static int mount_control(void)
{
	if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_SLAVE, NULL) ||
	    mount("nfsd", CONTROL, "nfsd", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL))
		return -errno;
	return 0;
}

/* ---- what there is ---- */

static bool installed(const char *name)
{
	static const char *const dirs[] = {"/usr/local/sbin", "/usr/sbin", "/sbin"};
	char path[64];

	for (size_t i = 0; i < sizeof(dirs) / sizeof(*dirs); i++) {
		snprintf(path, sizeof(path), "%s/%s", dirs[i], name);
		if (!access(path, X_OK))
			return true;
	}
	return false;
}

static bool load_module(void)
{
	static const char *const argv[] = {"modprobe", "-q", "nfsd", NULL};
	struct process_signals none = {.fd = -1}; /* well under a second */

	return !access(CONTROL, F_OK) ||
	       (!process_run(&(struct process_spec){.argv = argv}, &none, NULL, 0) &&
		!access(CONTROL, F_OK));
}

/* The child's part. A new network has what the kernel was built with, whatever versions the host's
 * own server was told to have: so will a board's. */
static void tell_versions(int fd)
{
	char text[NFSD_VERSIONS_MAX];
	ssize_t n = -1;
	int in;

	if (unshare(CLONE_NEWNET) || mount_control())
		_exit(1);
	in = open(CONTROL "/versions", O_RDONLY | O_CLOEXEC);
	if (in >= 0)
		n = read(in, text, sizeof(text));
	_exit(n > 0 && write(fd, text, (size_t)n) == n ? 0 : 1);
}

static int await(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return status ? -EIO : 0;
}

static void read_versions(char *text, size_t size)
{
	ssize_t n = 0;
	int fds[2];
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC))
		return;
	pid = fork();
	if (pid == 0)
		tell_versions(fds[1]);
	close(fds[1]);
	if (pid > 0)
		n = read(fds[0], text, size - 1);
	close(fds[0]);
	if (pid > 0 && await(pid))
		n = 0;
	text[n > 0 ? n : 0] = '\0';
}

void nfsd_find(struct nfs_facts *f)
{
	*f = (struct nfs_facts){.root = !priv_is_remote()};
	f->programs = installed("exportfs") && installed("rpc.mountd");
	if (!f->root || !load_module())
		return;
	read_versions(f->versions, sizeof(f->versions));
	f->nfsd = f->versions[0] != '\0';
}

/* ---- serving ---- */

static int keep_version_3(void)
{
	char *have = path_read(CONTROL "/versions", 4096, NULL);
	char only[NFSD_VERSIONS_MAX];
	int rc = have ? nfsd_text_only(have, "3", only, sizeof(only)) : -errno;

	free(have);
	return rc ? rc : control("versions", only);
}

/* The server's one door: a socket on the board's network, which nfsd takes over. */
static int open_port(const char *server)
{
	struct sockaddr_in sin = {.sin_family = AF_INET, .sin_port = htons(NFS_PORT)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1, rc = 0;
	char number[16];

	if (fd < 0)
		return -errno;
	if (inet_pton(AF_INET, server, &sin.sin_addr) != 1)
		rc = -EINVAL;
	/* Connections of the server before this one may linger. */
	else if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
		 bind(fd, (struct sockaddr *)&sin, sizeof(sin)) || listen(fd, BACKLOG))
		rc = -errno;
	snprintf(number, sizeof(number), "%d\n", fd);
	if (!rc)
		rc = control("portlist", number);
	close(fd);
	return rc;
}

/* exportfs and rpc.mountd meet in two files, which their package's installation has made: ours are
 * empty, and gone with our mounts. */
static int private_state(void)
{
	static const char *const files[] = {STATE_DIR "/etab", STATE_DIR "/rmtab"};
	int fd;

	if (mount("tmpfs", STATE_DIR, "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		  "mode=755,size=1m"))
		return -errno;
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		fd = open(files[i], O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
		if (fd < 0)
			return -errno;
		close(fd);
	}
	return 0;
}

static int export(const char *rootfs, const char *address, struct process_signals *signals,
		  char *err, size_t err_len)
{
	struct service_args a = {0};
	int rc;

	nfsd_export_args(rootfs, address, &a);
	rc = a.err ? step(a.err, "exportfs", err, err_len)
		   : process_run(&(struct process_spec){.argv = (const char *const *)a.argv,
							.inherit = true},
				 signals, err, err_len);
	service_args_free(&a);
	return rc;
}

/* It says which handle a path has and who may have it, to the board and to nfsd. */
static int start_mountd(struct process *mountd, char *err, size_t err_len)
{
	char port[8];
	const char *const argv[] = {"rpc.mountd", "--foreground",     "--port", port,
				    "--no-udp",   "--no-nfs-version", "4",      NULL};
	struct process_spec spec = {.argv = argv, .inherit = true};

	snprintf(port, sizeof(port), "%d", NFS_MOUNT_PORT);
	return step(process_start(&spec, mountd), argv[0], err, err_len);
}

/* Until we are told to end, or it ends. */
static int serve(struct process *mountd, struct process_signals *signals, char *err, size_t err_len)
{
	int status, rc = process_wait(mountd, signals, &status);

	if (rc == -EINTR)
		return 0;
	snprintf(err, err_len, "rpc.mountd ended (wait status %#x)", rc ? 0 : (unsigned)status);
	return -EIO;
}

/* In an order in which nothing is served before it is known to whom. */
static int begin(const char *rootfs, const char *address, const char *server,
		 struct process *mountd, struct process_signals *signals, char *err, size_t err_len)
{
	int rc = step(private_state(), STATE_DIR, err, err_len);

	if (!rc) /* a killed one's threads go on */
		rc = step(control("threads", "0"), CONTROL "/threads", err, err_len);
	if (!rc)
		rc = step(keep_version_3(), CONTROL "/versions", err, err_len);
	if (!rc)
		rc = export(rootfs, address, signals, err, err_len);
	if (!rc)
		rc = start_mountd(mountd, err, err_len);
	if (!rc)
		rc = step(open_port(server), CONTROL "/portlist", err, err_len);
	if (!rc)
		rc = step(control("threads", THREADS), CONTROL "/threads", err, err_len);
	return rc;
}

int nfsd_run(const char *rootfs, const char *address, const char *server, char *err, size_t err_len)
{
	struct process_signals signals;
	struct process mountd = {0};
	int rc = step(process_signals_open(&signals), "signals", err, err_len);

	if (rc)
		return rc;
	rc = step(mount_control(), CONTROL, err, err_len);
	if (!rc) {
		rc = begin(rootfs, address, server, &mountd, &signals, err, err_len);
		if (!rc)
			rc = serve(&mountd, &signals, err, err_len);
		/* The last thread takes the kernel's copy of the exports with it. */
		control("threads", "0");
	}
	process_kill(&mountd);
	process_signals_close(&signals);
	return rc;
}

void nfsd_end(const struct board_config *b)
{
	char path[64];
	pid_t pid;
	int fd;

	snprintf(path, sizeof(path), "/run/netns/kdev-%s", b->name);
	if (access(CONTROL, F_OK) || access(path, F_OK))
		return;
	pid = fork();
	if (pid == 0) {
		fd = open(path, O_RDONLY | O_CLOEXEC);
		_exit(fd < 0 || setns(fd, CLONE_NEWNET) || mount_control() ||
		      control("threads", "0"));
	}
	if (pid < 0 || await(pid))
		log_warn("the kernel's NFS server of board %s may go on", b->name);
}
