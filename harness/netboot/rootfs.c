/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The NFS root: a minimal Debian by mmdebstrap, without a service manager, furnished by
 * rootfs_furnish.c; or another one, adapted by harness/rootfs. It is shared, read-only, by all
 * boards that have it; each one's changes are in its own RAM.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/log.h"
#include "harness/netboot/files.h"
#include "harness/netboot/parts.h"
#include "harness/netboot/stamp.h"
#include "harness/paths.h"
#include "harness/rootfs/root_import.h"

#define IMPORT_FORMAT "1" /* the same for harness/rootfs */
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

/* What every other Debian has: the rest comes with the user's packages. */
#define OTHER_PACKAGES "kmod,procps,iproute2"

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

static void make_stamp(struct stamp *stamp, const struct root *r, const char *suite)
{
	*stamp = (struct stamp){0};
	if (r->kind == ROOT_PLAIN) {
		stamp_add(stamp, "format", FORMAT);
		stamp_add(stamp, "suite", suite);
		stamp_add(stamp, "packages", PACKAGES);
	} else {
		stamp_add(stamp, "format", IMPORT_FORMAT);
		stamp_add(stamp, "source", r->source);
		stamp_add(stamp, "packages", r->packages);
	}
	add_key(stamp, "client-key", KEY_CLIENT_PUBLIC);
	add_key(stamp, "host-key", KEY_HOST_PUBLIC);
}

/* Which file an import came from. False: it is not there any more, or no file. */
static bool source_stamp(struct stamp *stamp, const struct root *r)
{
	char value[64];
	struct stat st;

	*stamp = (struct stamp){0};
	if (r->kind != ROOT_IMPORT || stat(r->path, &st) || !S_ISREG(st.st_mode))
		return false;
	snprintf(value, sizeof(value), "%lld bytes of %lld.%09ld", (long long)st.st_size,
		 (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
	stamp_add(stamp, "file", value);
	return true;
}

/* A source that is gone, or a directory, in which nobody can look for changes, is no reason to make
 * it again. */
static bool same_source(const struct root *r)
{
	char *path = path_format("%s/" ROOTFS_SOURCE_STAMP, r->dir);
	struct stamp stamp;
	bool same = path && (!source_stamp(&stamp, r) || stamp_is_at(&stamp, path));

	free(path);
	return same;
}

bool rootfs_ready(const struct root *r)
{
	char *path = path_format("%s/" ROOTFS_STAMP, r->dir);
	char *suite = host_suite();
	struct stamp stamp;
	bool ready = false;

	if (path && suite) {
		make_stamp(&stamp, r, suite);
		ready = stamp_is_at(&stamp, path) && same_source(r);
	}
	free(suite);
	free(path);
	return ready;
}

static void make_argv(struct rootfs_job *job)
{
	bool plain = job->root->kind == ROOT_PLAIN;
	size_t n = 0;

	job->argv[n++] = "mmdebstrap";
	job->argv[n++] = "--mode=root";
	job->argv[n++] = "--variant=minbase";
	job->argv[n++] = job->include;
	if (job->arch)
		job->argv[n++] = job->arch;
	/* It is synced once, at the end. */
	job->argv[n++] = "--dpkgopt=force-unsafe-io";
	/* Nobody reads these on a test board. */
	job->argv[n++] = "--dpkgopt=path-exclude=/usr/share/doc/*";
	job->argv[n++] = "--dpkgopt=path-exclude=/usr/share/man/*";
	job->argv[n++] = "--dpkgopt=path-exclude=/usr/share/locale/*";
	job->argv[n++] = "--aptopt=Acquire::Languages \"none\"";
	if (plain)
		job->argv[n++] = "--customize-hook=" GET_MAKEDUMPFILE;
	job->argv[n++] = job->suite;
	job->argv[n++] = job->tree;
	job->argv[n] = NULL;
}

static bool name_parts(const struct root *r, struct rootfs_job *job)
{
	const char *packages = r->kind == ROOT_PLAIN ? PACKAGES : OTHER_PACKAGES;

	job->root = r;
	job->tree = path_format("%s.new", r->dir);
	job->suite = r->suite[0] ? strdup(r->suite) : host_suite();
	job->log = path_format("%s/rootfs.log", path_cache());
	job->include =
		path_format("--include=%s%s%s", packages, r->packages[0] ? "," : "", r->packages);
	if (r->arch[0])
		job->arch = path_format("--architectures=%s", r->arch);
	return job->tree && job->suite && job->log && job->include && (job->arch || !r->arch[0]);
}

/* What is being made, and a disk image that was made raw for it. */
static void remove_new(const struct rootfs_job *job)
{
	char *raw = path_format("%s.raw", job->tree);

	path_remove_tree(job->tree);
	if (raw)
		unlink(raw);
	free(raw);
}

int rootfs_begin(struct setup *s, const struct root *r, struct rootfs_job *job)
{
	/* When we are killed, its /proc and /sys must not stay in the tree, which could then never
	 * be removed. */
	struct process_spec spec = {.argv = job->argv, .own_mounts = true};
	int err;

	if (!name_parts(r, job))
		return setup_fail(s, -ENOMEM, "out of memory");
	remove_new(job);
	unlink(job->log);
	spec.log = job->log;
	if (r->kind == ROOT_IMPORT)
		return 0;
	make_argv(job);
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

static int put_stamp(struct setup *s, const char *tree, const char *leaf, const struct stamp *stamp)
{
	char *path = path_format("%s/%s", tree, leaf);
	int err = path ? setup_write(s, path, stamp->text, 0644)
		       : setup_fail(s, -ENOMEM, "out of memory");

	free(path);
	return err;
}

static int write_stamps(struct setup *s, const struct rootfs_job *job, const struct stamp *source)
{
	struct stamp stamp;
	int err = 0;

	if (source->len)
		err = put_stamp(s, job->tree, ROOTFS_SOURCE_STAMP, source);
	make_stamp(&stamp, job->root, job->suite);
	return err ? err : put_stamp(s, job->tree, ROOTFS_STAMP, &stamp);
}

static int import(struct setup *s, struct rootfs_job *job)
{
	const struct root *r = job->root;
	char *parent = path_format("%s/roots", path_cache()), *note = NULL;
	int err = parent ? setup_mkdirs(s, parent, 0755) : setup_fail(s, -ENOMEM, "out of memory");

	if (!err)
		err = root_import(s, r->path, r->partition, job->tree, &note);
	if (!err)
		err = root_import_adapt(s, job->tree, r->source, note);
	free(note);
	free(parent);
	return err;
}

int rootfs_finish(struct setup *s, struct rootfs_job *job)
{
	struct stamp source;
	int err;

	/* Looked at first: a file that changes meanwhile is imported again. */
	source_stamp(&source, job->root);
	err = job->root->kind == ROOT_IMPORT ? import(s, job) : wait_for_base(s, job);
	if (!err && job->root->kind == ROOT_DEBIAN)
		err = root_import_adapt(s, job->tree, job->root->source,
					strchr(job->include, '=') + 1);
	if (!err && job->root->kind == ROOT_PLAIN)
		err = rootfs_furnish(s, job->tree);
	if (!err)
		err = write_stamps(s, job, &source);
	if (!err)
		err = setup_replace(s, job->tree, job->root->dir);
	return err;
}

void rootfs_abort(struct rootfs_job *job)
{
	process_kill(&job->mmdebstrap);
	if (job->tree)
		remove_new(job);
	if (job->log)
		unlink(job->log);
	free(job->log);
	free(job->tree);
	free(job->suite);
	free(job->include);
	free(job->arch);
	*job = (struct rootfs_job){0};
}
