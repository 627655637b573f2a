/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel before left in memory that survives a reset (Documentation/admin-guide/
 * ramoops.rst; ERST and EFI have such, too). It is read after each boot, kept, and removed only
 * when it is on our disk: such memory is small, and the next crash needs it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/strbuf.h"
#include "harness/attendant/attendant.h"
#include "harness/attendant/pstore_text.h"
#include "harness/log.h"
#include "harness/paths.h"

#define RECORDS_MAX (4 << 20)

/* The drivers are modules in Debian's kernel, and loaded only where there can be something. */
static const char read_command[] = "grep -q ramoops /proc/cmdline && modprobe -q ramoops; "
				   "[ -d /sys/firmware/efi ] && modprobe -q efi_pstore; "
				   "cd /sys/fs/pstore 2>/dev/null || exit 0; "
				   "for f in *; do [ -f \"$f\" ] || continue; "
				   "echo '" PSTORE_HEADING "'\"$f\"; cat -- \"$f\"; echo; done";

struct pstore_job {
	struct attendant *a;
	char *dir;
	struct strbuf text;
};

static void free_job(struct pstore_job *job)
{
	strbuf_free(&job->text);
	free(job->dir);
	free(job);
}

static void ignore_output(void *arg, int stream, const void *bytes, size_t n)
{
}

static void on_removed(void *arg, int status, int err)
{
	if (err || status)
		log_warn("pstore: the records can't be removed from the board");
	if (!err)
		attendant_ssh_free(arg);
}

static const struct ssh_exec_ops remove_ops = {.output = ignore_output, .exit = on_removed};

static int keep(struct pstore_job *job)
{
	char *path = path_format("%s/pstore-%.8s.txt", job->dir, job->a->watch.heartbeat.boot_id);
	char *command = pstore_remove_command(job->text.s, job->text.len);
	struct ssh_exec *exec;
	int err = path && command ? 0 : -ENOMEM;

	if (!err)
		err = path_write_atomic(path, job->text.s, job->text.len, 0644);
	if (!err) {
		log_info("pstore: records of the kernel before: %s", path);
		if (job->a->up)
			attendant_note(job->a, "pstore: records of the kernel before were kept");
		err = ssh_exec(job->a->ssh, command, NULL, 0, &remove_ops, job->a, &exec);
	}
	free(command);
	free(path);
	return err;
}

static void on_output(void *arg, int stream, const void *bytes, size_t n)
{
	struct pstore_job *job = arg;

	if (stream == 1 && job->text.len + n <= RECORDS_MAX)
		strbuf_add(&job->text, bytes, n);
}

static void on_read(void *arg, int status, int err)
{
	struct pstore_job *job = arg;
	struct attendant *a = job->a;
	bool more = false;

	if (!err && status < 0)
		err = -EIO;
	if (!err && job->text.err)
		err = job->text.err;
	if (!err && job->text.len && a->up) {
		err = keep(job);
		more = !err;
	}
	if (err)
		log_info("pstore: not read: %s", strerror(-err));
	free_job(job);
	if (!more && !err)
		attendant_ssh_free(a);
}

static const struct ssh_exec_ops read_ops = {.output = on_output, .exit = on_read};

bool attendant_pstore(struct attendant *a)
{
	const char *boot_id = a->watch.heartbeat.boot_id;
	struct pstore_job *job;
	struct ssh_exec *exec;

	/* Once a boot, not once a session. */
	if (!*boot_id || !strcmp(a->pstore_boot, boot_id))
		return false;
	job = calloc(1, sizeof(*job));
	if (!job)
		return false;
	job->a = a;
	job->dir = strdup(a->run_dir ? a->run_dir : a->dir);
	if (!job->dir || ssh_exec(a->ssh, read_command, NULL, 0, &read_ops, job, &exec)) {
		free_job(job);
		return false;
	}
	snprintf(a->pstore_boot, sizeof(a->pstore_boot), "%s", boot_id);
	return true;
}
