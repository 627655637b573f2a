/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel starts when it panics, loaded while the board is already at work. Either a fresh
 * kernel that takes the whole machine at once, or a crash kernel that keeps to its reserved memory,
 * saves the rest, and then starts the fresh one (init_vmcore.c).
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "harness/client/init.h"
#include "harness/client/init_kexec.h"

#define BOOT_PARAMS "/sys/kernel/boot_params/data"
#define CPU_NOTES   "/sys/devices/system/cpu/cpu%d/crash_notes"
#define VMCOREINFO  "/sys/kernel/vmcoreinfo"

/* For the header of /proc/vmcore, at the end of the reserved memory. */
#define HEADER_SPACE 65536

static bool begins(const char *word, size_t len, const char *with)
{
	size_t n = strlen(with);

	return len >= n && !memcmp(word, with, n);
}

int init_crash_cmdline(const char *cmdline, char *buf, size_t size)
{
	size_t at = 0;

	*buf = '\0';
	for (const char *p = cmdline; *p;) {
		size_t n = strcspn(p += strspn(p, " \n"), " \n");
		int w;

		if (begins(p, n, "kdev.vmcore="))
			break;
		if (n && !begins(p, n, "BOOT_IMAGE=") && !begins(p, n, "initrd=")) {
			w = snprintf(buf + at, size - at, "%s%.*s", at ? " " : "", (int)n, p);
			if (w < 0 || (size_t)w >= size - at)
				return -E2BIG;
			at += (size_t)w;
		}
		p += n;
	}
	return 0;
}

/* "  33000000-3effffff : Crash kernel" in /proc/iomem */
static int reserved(uint64_t *from, uint64_t *to)
{
	FILE *f = fopen("/proc/iomem", "re");
	int err = -ENOENT;
	char line[256], *p;

	while (f && err && fgets(line, sizeof(line), f)) {
		if (!strstr(line, " : Crash kernel\n"))
			continue;
		*from = strtoull(line, &p, 16);
		*to = *p == '-' ? strtoull(p + 1, NULL, 16) + 1 : 0;
		err = *to > *from ? 0 : -EINVAL;
	}
	if (f)
		fclose(f);
	return err;
}

static int machine_map(struct kexec_map *map)
{
	char params[KEXEC_PAGE + 1];
	ssize_t n = init_read(BOOT_PARAMS, params, sizeof(params));

	return n < 0 ? (int)n : kexec_map_read(params, (size_t)n, map);
}

/* A place, in hex, and its size in the given base. */
static int note(struct kexec_notes *notes, const char *at, const char *size, int base)
{
	uint64_t a = strtoull(at, NULL, 16), n = strtoull(size, NULL, base);

	if (notes->n == KEXEC_NOTES_MAX || !a || !n)
		return -EINVAL;
	notes->list[notes->n].at = a;
	notes->list[notes->n].size = n;
	notes->n++;
	return 0;
}

/* Where the panic will leave the registers of each CPU, and what describes the kernel. */
static int find_notes(struct kexec_notes *notes)
{
	char at[64], size[64], path[96], *blank;

	notes->n = 0;
	for (int cpu = 0;; cpu++) {
		snprintf(path, sizeof(path), CPU_NOTES, cpu);
		if (init_read(path, at, sizeof(at)) < 0)
			break;
		snprintf(path, sizeof(path), CPU_NOTES "_size", cpu);
		if (init_read(path, size, sizeof(size)) < 0 || note(notes, at, size, 10))
			return -EINVAL;
	}
	/* Both in hex, of the physical address of one note. */
	if (init_read(VMCOREINFO, at, sizeof(at)) < 0 || !(blank = strchr(at, ' ')))
		return -EINVAL;
	return note(notes, at, blank + 1, 16);
}

static ssize_t read_start(const char *path, void *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, size);

	n = n < 0 ? -errno : n;
	if (fd >= 0)
		close(fd);
	return n;
}

/* A kernel that leaves all memory but its own alone, and knows where to find what is in it. */
static int load_vmcore(struct kexec_job *job, const char *cmdline)
{
	static char header[HEADER_SPACE], kcore[HEADER_SPACE];
	char map[1024];
	static char text[KEXEC_CMDLINE];
	struct kexec_map machine = job->map;
	struct kexec_notes notes;
	ssize_t kcore_len = read_start("/proc/kcore", kcore, sizeof(kcore));
	int err = kcore_len < 0 ? (int)kcore_len : find_notes(&notes);

	job->header_at = job->to - HEADER_SPACE;
	if (!err)
		err = kexec_core_header(header, sizeof(header), kcore, (size_t)kcore_len, &notes,
					job->from, job->to);
	if (err < 0)
		return err;
	job->header = header;
	job->header_size = (size_t)err;
	err = kexec_map_clip(&machine, job->from, job->to, HEADER_SPACE, &job->map);
	if (!err)
		err = kexec_map_format(&machine, map, sizeof(map));
	/* One CPU is enough, and the one that panicked need not be the first. */
	if (!err && snprintf(text, sizeof(text),
			     "%s nr_cpus=1 reset_devices elfcorehdr=%#llx kdev.vmcore=%s", cmdline,
			     (unsigned long long)job->header_at, map) >= (int)sizeof(text))
		err = -E2BIG;
	job->cmdline = text;
	job->to -= HEADER_SPACE;
	return err ? err : kexec_load_job(job);
}

void init_crash_vmlinux(const char *nfs, char *buf, size_t size)
{
	struct utsname u = {0};

	uname(&u);
	snprintf(buf, size, "%s/boot/vmlinux-%.64s", nfs, u.release);
}

int init_crash_initrd(const struct init_cmdline *c, void **initrd, size_t *len)
{
	*initrd = NULL;
	*len = 0;
	if (c->on_nfs)
		return 0;
	*initrd = init_fetch(c->server, "initrd", len);
	return *initrd ? 0 : -errno;
}

static int arm(const struct init_cmdline *c)
{
	char vmlinux[PATH_MAX];
	struct kexec_job job = {.vmlinux = vmlinux, .on_panic = true};
	char text[KEXEC_CMDLINE + 256], cmdline[KEXEC_CMDLINE];
	void *initrd;
	int err;

	err = reserved(&job.from, &job.to);
	if (err) {
		init_error("crash kernel: no memory is reserved for it (crashkernel=)");
		return err;
	}
	err = machine_map(&job.map);
	if (!err && init_read("/proc/cmdline", text, sizeof(text)) < 0)
		err = -EIO;
	if (!err)
		err = init_crash_cmdline(text, cmdline, sizeof(cmdline));
	if (err)
		return err;
	init_crash_vmlinux(RUN_NFS, vmlinux, sizeof(vmlinux));
	err = init_crash_initrd(c, &initrd, &job.initrd_size);
	if (err)
		return err;
	job.initrd = initrd;
	job.cmdline = cmdline;
	err = c->crash_vmcore ? load_vmcore(&job, cmdline) : kexec_load_job(&job);
	free(initrd);
	return err;
}

void init_crash_arm(const struct init_cmdline *c)
{
	int64_t began = init_now_ms();
	sigset_t none;
	int err;

	if ((!c->crash_restart && !c->crash_vmcore) || fork() != 0)
		return;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* The board is ready: what is run on it comes first. */
	setpriority(PRIO_PROCESS, 0, 10);
	err = arm(c);
	if (err)
		init_error("crash kernel: can't be loaded: %s", strerror(-err));
	else
		init_info("crash kernel: loaded in %lld ms", (long long)(init_now_ms() - began));
	_exit(err ? 1 : 0);
}
