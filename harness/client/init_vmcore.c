/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The crash kernel's one job: send what the crashed kernel's memory holds, then start a fresh
 * kernel on the whole machine. Whatever fails, the board goes on: by the firmware if it must.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/reboot.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/client/init.h"
#include "harness/client/init_kexec.h"
#include "watchdog/heartbeat.h"

#define ANSWER_S 10

static int connect_to(struct in_addr server)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons(VMCORE_PORT), .sin_addr = server};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int err;

	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	err = -errno;
	close(fd);
	return err;
}

/*
 * In the NFS root, with the network as its output. -F: a stream that is never sought in. -l: LZO,
 * a third larger than zlib's and three times as fast. -d 31: no page that is free, zero, cache or
 * a program's.
 */
static void become_makedumpfile(int fd)
{
	static const char *const argv[] = {"makedumpfile",    "-F", "-l",           "-d", "31",
					   "--message-level", "4",  "/proc/vmcore", NULL};
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (dup2(fd, STDOUT_FILENO) < 0 || chroot(INIT_NFS_DIR) || chdir("/"))
		_exit(126);
	execv("/usr/bin/makedumpfile", (char *const *)argv);
	_exit(127);
}

static int run_makedumpfile(int fd)
{
	int status = 0;
	pid_t pid;

	/* It keeps the kernel's vmcoreinfo in a file of its own for a while. */
	if (mount("/proc", INIT_NFS_DIR "/proc", NULL, MS_BIND, NULL) ||
	    mount("tmpfs", INIT_NFS_DIR "/tmp", "tmpfs", 0, NULL)) {
		init_error("vmcore: mount: %s", strerror(errno));
		return -errno;
	}
	pid = fork();
	if (pid == 0)
		become_makedumpfile(fd);
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (pid < 0 || !WIFEXITED(status) || WEXITSTATUS(status)) {
		init_error("vmcore: makedumpfile failed (status %#x)", (unsigned)status);
		return -EIO;
	}
	return 0;
}

/* The host closes when the core is on its disk. */
static void await_answer(int fd)
{
	struct timeval quiet = {.tv_sec = ANSWER_S};
	char ch;

	shutdown(fd, SHUT_WR);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &quiet, sizeof(quiet));
	while (read(fd, &ch, 1) > 0)
		;
}

static int send_core(const struct init_cmdline *c)
{
	int64_t began = init_now_ms();
	struct stat st;
	int fd, err;

	if (stat("/proc/vmcore", &st)) {
		init_error("vmcore: this kernel was not started by a panic");
		return -ENOENT;
	}
	fd = connect_to(c->server);
	if (fd < 0) {
		init_error("vmcore: the host does not take it: %s", strerror(-fd));
		return fd;
	}
	init_info("vmcore: sending %lld MiB of memory, filtered", (long long)(st.st_size >> 20));
	err = run_makedumpfile(fd);
	if (!err) {
		await_answer(fd);
		init_info("vmcore: sent in %lld ms", (long long)(init_now_ms() - began));
	}
	close(fd);
	return err;
}

static int start_fresh(const struct init_cmdline *c)
{
	char text[KEXEC_CMDLINE + 256], cmdline[KEXEC_CMDLINE], *end;
	char vmlinux[PATH_MAX];
	struct kexec_job job = {.vmlinux = vmlinux, .cmdline = cmdline};
	void *initrd;
	int err = kexec_map_parse(c->machine_map, strlen(c->machine_map), &job.map);

	if (!err && init_read("/proc/cmdline", text, sizeof(text)) < 0)
		err = -EIO;
	if (!err)
		err = init_crash_cmdline(text, cmdline, sizeof(cmdline));
	if (err)
		return err;
	/* What init_crash.c added comes last. */
	end = strstr(cmdline, " nr_cpus=1 reset_devices");
	if (end)
		*end = '\0';
	init_crash_vmlinux(INIT_NFS_DIR, vmlinux, sizeof(vmlinux));
	err = init_crash_initrd(c, &initrd, &job.initrd_size);
	if (err)
		return err;
	job.initrd = initrd;
	err = kexec_load_job(&job);
	if (!err)
		reboot((int)LINUX_REBOOT_CMD_KEXEC);
	return err ? err : -errno;
}

void init_vmcore_run(const struct init_cmdline *c)
{
	int err;

	init_info("crash kernel: saves the memory of the one that crashed");
	err = init_root_mount_nfs(c);
	if (!err)
		send_core(c);
	if (!err)
		err = start_fresh(c);
	init_error("crash kernel: no fresh kernel: %s; restarting by the firmware", strerror(-err));
	reboot(RB_AUTOBOOT);
	_exit(1);
}
