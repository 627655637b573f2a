/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The NFS root: a minimal Debian by mmdebstrap, without a service manager, furnished by
 * rootfs_furnish.c. It is shared, read-only, by all boards; each one's changes are in
 * its own RAM.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/log.h"
#include "harness/netboot/files.h"
#include "harness/netboot/parts.h"
#include "harness/netboot/stamp.h"
#include "harness/paths.h"

#define FORMAT        "3" /* counts up when what is done here changes */
#define DEFAULT_SUITE "bookworm"
/* The second line is what makedumpfile is linked with. */
#define PACKAGES                                                                                   \
	"dropbear-bin,kmod,kexec-tools,procps,iproute2,"                                           \
	"libdw1,libelf1,liblzo2-2,zlib1g"
#define SMALL_MAX 65536
#define LOG_MAX   (64 << 20)

/* The program alone: by its package all of Perl would come along, for a script that we don't use.
 */
#define GET_MAKEDUMPFILE                                                                           \
	"chroot \"$1\" sh -ec 'cd /tmp; mkdir get; cd get; "                                       \
	"apt-get -q -o APT::Sandbox::User=root download makedumpfile; "                            \
	"dpkg-deb -x makedumpfile_*.deb .; mv usr/bin/makedumpfile /usr/bin; cd ..; rm -r get'"

static char *new_tree(void)
{
	return path_format("%s/rootfs.new", path_cache());
}

/* The host's own release, so that what is built here runs there; NULL: no memory. */
static char *host_suite(void)
{
	static const char key[] = "VERSION_CODENAME=";
	char *text = path_read("/etc/os-release", SMALL_MAX, NULL), *suite = NULL, *line;

	if (text && strstr(text, "\nID=debian\n") && (line = strstr(text, key))) {
		line += sizeof(key) - 1;
		line[strcspn(line, "\n")] = '\0';
		if (*line && strspn(line, "abcdefghijklmnopqrstuvwxyz") == strlen(line))
			suite = strdup(line);
	}
	free(text);
	return suite ? suite : strdup(DEFAULT_SUITE);
}

static void add_key(struct stamp *stamp, const char *name, const char *leaf)
{
	char *path = path_format("%s/keys/%s", path_cache(), leaf);
	char *text = path ? path_read(path, SMALL_MAX, NULL) : NULL;

	if (text)
		text[strcspn(text, "\n")] = '\0';
	stamp_add(stamp, name, text ? text : "missing");
	free(text);
	free(path);
}

static void make_stamp(struct stamp *stamp, const char *suite)
{
	*stamp = (struct stamp){0};
	stamp_add(stamp, "format", FORMAT);
	stamp_add(stamp, "suite", suite);
	stamp_add(stamp, "packages", PACKAGES);
	add_key(stamp, "client-key", KEY_CLIENT_PUBLIC);
	add_key(stamp, "host-key", KEY_HOST_PUBLIC);
}

bool rootfs_ready(void)
{
	char *path = path_format("%s/rootfs/" ROOTFS_STAMP, path_cache());
	char *suite = host_suite();
	struct stamp stamp;
	bool ready = false;

	if (path && suite) {
		make_stamp(&stamp, suite);
		ready = stamp_is_at(&stamp, path);
	}
	free(suite);
	free(path);
	return ready;
}

int rootfs_begin(struct setup *s, struct rootfs_job *job)
{
	struct process_spec spec = {.argv = job->argv};
	size_t n = 0;
	int err;

	job->tree = new_tree();
	job->suite = host_suite();
	job->log = path_format("%s/rootfs.log", path_cache());
	if (!job->tree || !job->suite || !job->log)
		return setup_fail(s, -ENOMEM, "out of memory");
	path_remove_tree(job->tree);
	unlink(job->log);
	spec.log = job->log;

	job->argv[n++] = "mmdebstrap";
	job->argv[n++] = "--mode=root";
	job->argv[n++] = "--variant=minbase";
	job->argv[n++] = "--include=" PACKAGES;
	/* It is synced once, at the end. */
	job->argv[n++] = "--dpkgopt=force-unsafe-io";
	/* Nobody reads these on a test board. */
	job->argv[n++] = "--dpkgopt=path-exclude=/usr/share/doc/*";
	job->argv[n++] = "--dpkgopt=path-exclude=/usr/share/man/*";
	job->argv[n++] = "--dpkgopt=path-exclude=/usr/share/locale/*";
	job->argv[n++] = "--aptopt=Acquire::Languages \"none\"";
	job->argv[n++] = "--customize-hook=" GET_MAKEDUMPFILE;
	job->argv[n++] = job->suite;
	job->argv[n++] = job->tree;
	job->argv[n] = NULL;
	err = process_start(&spec, &job->mmdebstrap);
	if (err)
		process_describe(&spec, err, 0, s->err, s->err_len);
	return err;
}

/* What it said goes to the end of the common log, where people look. */
static void merge_log(struct setup *s, struct rootfs_job *job)
{
	size_t len = 0;
	char *text = path_read(job->log, LOG_MAX, &len);
	int fd = open(s->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);

	if (text && (fd < 0 || write(fd, text, len) != (ssize_t)len))
		log_debug("%s: %s", s->log, strerror(errno));
	if (fd >= 0)
		close(fd);
	free(text);
	unlink(job->log);
}

static int wait_for_base(struct setup *s, struct rootfs_job *job)
{
	struct process_spec spec = {.argv = job->argv, .log = job->log};
	int status = 0, err;

	err = process_wait(&job->mmdebstrap, &s->signals, &status);
	if (err)
		setup_fail(s, err, "interrupted");
	else if (status)
		process_describe(&spec, 0, status, s->err, s->err_len);
	merge_log(s, job);
	if (!err && status)
		err = -ECHILD;
	return err;
}

static int write_stamp(struct setup *s, const struct rootfs_job *job, const struct stamp *stamp)
{
	char *path = path_format("%s/" ROOTFS_STAMP, job->tree);
	int err = path ? setup_write(s, path, stamp->text, 0644)
		       : setup_fail(s, -ENOMEM, "out of memory");

	free(path);
	return err;
}

int rootfs_finish(struct setup *s, struct rootfs_job *job)
{
	char *to = path_format("%s/rootfs", path_cache());
	struct stamp stamp;
	int err;

	err = wait_for_base(s, job);
	if (!err && !to)
		err = setup_fail(s, -ENOMEM, "out of memory");
	if (!err)
		err = rootfs_furnish(s, job->tree);
	if (!err) {
		make_stamp(&stamp, job->suite);
		err = write_stamp(s, job, &stamp);
	}
	if (!err)
		err = setup_replace(s, job->tree, to);
	free(to);
	return err;
}

void rootfs_abort(struct rootfs_job *job)
{
	process_kill(&job->mmdebstrap);
	if (job->tree)
		path_remove_tree(job->tree);
	if (job->log)
		unlink(job->log);
	free(job->log);
	free(job->tree);
	free(job->suite);
	*job = (struct rootfs_job){0};
}
