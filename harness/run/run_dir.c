/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A run's directory: made before the board is touched, true at every moment. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "harness/log.h"
#include "harness/netboot/board_services.h"
#include "harness/paths.h"
#include "harness/run/run.h"

#define MODULE_MAX (256u << 20)

/* STATE/runs/20261123-064213-NAME, with -2, -3 … when that second has one already. */
static int make_unique(struct run *r)
{
	time_t now = time(NULL);
	char stamp[32];
	struct tm tm;

	strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", gmtime_r(&now, &tm));
	for (unsigned i = 1; i < 1000; i++) {
		char suffix[8] = "";

		if (i > 1)
			snprintf(suffix, sizeof(suffix), "-%u", i);
		snprintf(r->id, sizeof(r->id), "%s-%.55s%s", stamp, r->opt->module->name, suffix);
		free(r->dir);
		r->dir = path_format("%s/runs/%s", path_state(), r->id);
		if (!r->dir)
			return -ENOMEM;
		if (!mkdir(r->dir, 0755))
			return 0;
		if (errno != EEXIST)
			return -errno;
	}
	return -EEXIST;
}

/* The bytes that are run are the bytes that are kept: the symbolizer needs them later. */
static int copy_module(struct run *r)
{
	size_t len;
	char *data = path_read(r->opt->module->path, MODULE_MAX, &len);
	int err;

	if (!data)
		return -errno;
	r->module_copy = path_format("%s/%s.ko", r->dir, r->opt->module->name);
	err = r->module_copy ? path_write_atomic(r->module_copy, data, len, 0644) : -ENOMEM;
	free(data);
	return err;
}

/* The command line is the boot menu's; pxelinux adds BOOTIF= to it. */
static void record_board_kernel(struct run *r)
{
	struct strbuf cmdline = {0};

	pxe_cmdline(r->cfg, r->paths.rootfs, r->paths.initrd != NULL, &cmdline);
	record_kernel(r->record, r->paths.release, strbuf_str(&cmdline));
	strbuf_free(&cmdline);
}

int run_dir_make(struct run *r, char *err, size_t err_len)
{
	char *runs = path_format("%s/runs", path_state());
	int rc = runs ? path_mkdirs(runs, 0755) : -ENOMEM;

	if (!rc)
		rc = make_unique(r);
	if (!rc)
		rc = copy_module(r);
	if (!rc) {
		r->host_log = path_format("%s/host.out", r->dir);
		rc = r->host_log ? 0 : -ENOMEM;
	}
	if (!rc) {
		r->record = record_new(r->id, r->cfg->name);
		rc = r->record ? 0 : -ENOMEM;
	}
	if (!rc) {
		record_module(r->record, r->opt->module, r->opt->params, r->opt->n_params);
		record_board_kernel(r);
		if (r->opt->loop)
			record_loop(r->record, r->opt->loop, r->opt->c ? r->opt->c->name : "module",
				    (int64_t)r->opt->values.iteration,
				    (int64_t)r->opt->values.iteration);
		rc = record_write(r->record, r->dir);
	}
	if (rc)
		snprintf(err, err_len, "%s: the run's directory can't be made: %s",
			 r->dir ? r->dir : runs, strerror(-rc));
	free(runs);
	return rc;
}

void run_dir_step_output(struct run *r, enum run_phase phase)
{
	struct strbuf all = {0};
	char leaf[32], *path;

	if (!r->dir || (!r->output[0].len && !r->output[1].len))
		return;
	snprintf(leaf, sizeof(leaf), "%s.out", run_phase_name(phase));
	path = path_format("%s/%s", r->dir, leaf);
	for (int i = 0; i < 2; i++)
		strbuf_add(&all, strbuf_str(&r->output[i]), r->output[i].len);
	if (!path || all.err || path_write_atomic(path, strbuf_str(&all), all.len, 0644))
		log_error("the output of step %s can't be kept", run_phase_name(phase));
	else
		record_step_output(r->record, leaf);
	strbuf_free(&all);
	free(path);
}

void run_dir_record(struct run *r)
{
	const struct run_machine *m = &r->machine;
	char reason[640];
	int err;

	if (!r->record)
		return;
	record_taint(r->record, r->taint_before, r->taint_after);
	if (r->opt->batch)
		record_loop(r->record, r->opt->loop, r->opt->c ? r->opt->c->name : "module",
			    run_iteration(r), (int64_t)r->opt->batch->first);
	run_reason(r, reason, sizeof(reason));
	if (m->phase == RUN_DONE)
		record_verdict(r->record, run_verdict_name(m->verdict),
			       run_verdict_exit_code(m->verdict), reason);
	err = record_write(r->record, r->dir);
	if (err)
		log_error("%s/run.json: %s", r->dir, strerror(-err));
}
