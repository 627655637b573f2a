/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The files of a crash report. */
#include "harness/output/crash_files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness/output/crash_json.h"
#include "harness/paths.h"

static int write_file(const char *dir, const char *leaf, const void *data, size_t len)
{
	char *path = path_format("%s/%s", dir, leaf);
	int err = path ? path_write_atomic(path, data, len, 0644) : -ENOMEM;

	free(path);
	return err;
}

int crash_files_write(const char *run_dir, unsigned n, const struct crash_report *r)
{
	char *dir = path_format("%s/crash-%u", run_dir, n);
	json_t *doc = crash_to_json(r);
	char *text = doc ? json_dumps(doc, JSON_INDENT(2)) : NULL;
	int err = -ENOMEM;

	if (dir && text) {
		err = path_mkdirs(dir, 0755);
		if (!err)
			err = write_file(dir, "report.json", text, strlen(text));
		if (!err)
			err = write_file(dir, "report.txt", r->text, r->text_len);
	}
	free(text);
	json_decref(doc);
	free(dir);
	return err;
}
