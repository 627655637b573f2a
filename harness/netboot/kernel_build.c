/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A kernel's source configured with what is wanted, and built by kbuild, with words on how far. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "console/strbuf.h"
#include "harness/kernel/kconfig.h"
#include "harness/netboot/parts.h"
#include "harness/paths.h"

#define LOOK_MS 1000
#define LOG_MAX (64 << 20)

/* kconfig drops without a word what it does not know or whose needs are not met. */
static int check_config(struct setup *s, const char *build, const struct strbuf *wanted)
{
	char *path = path_format("%s/.config", build), name[96];
	size_t len = 0, at = 0;
	char *text = path ? path_read(path, KCONFIG_MAX, &len) : NULL;
	struct kconfig want, have;
	int err = 0;

	if (!text || kconfig_open(&have, text, len) ||
	    kconfig_open(&want, strbuf_str(wanted), wanted->len))
		err = setup_fail(s, -ENOEXEC, "%s: no configuration came of it", build);
	else if (kconfig_missing(&want, &at, &have, name, sizeof(name)))
		err = setup_fail(s, -EINVAL,
				 "this source does not take CONFIG_%s as our fragment has it",
				 name);
	free(text);
	free(path);
	return err;
}

int kernel_configure(struct setup *s, const char *source, const char *build,
		     const struct strbuf *wanted)
{
	char *path = path_format("%s/wanted.config", build), *out = path_format("O=%s", build);
	char *from = path_format("KCONFIG_ALLCONFIG=%s", path ? path : "");
	char *config = path_format("%s/.config", build);
	const char *argv[] = {"make", "-s", "-C", source, out, from, "allnoconfig", NULL};
	int err = path && out && from && config ? 0 : setup_fail(s, -ENOMEM, "out of memory");

	/* One that is there is of the same fragments; a new one would build all again. */
	if (!err && access(config, R_OK) != 0) {
		err = setup_write(s, path, strbuf_str(wanted), 0644);
		if (!err)
			err = setup_run(s, argv);
	}
	free(config);
	free(from);
	free(out);
	free(path);
	return err ? err : check_config(s, build, wanted);
}

/* The lines that kbuild has written: one for each file. */
static size_t count_lines(const char *log)
{
	size_t len = 0, n = 0;
	char *text = path_read(log, LOG_MAX, &len);

	for (size_t i = 0; text && i < len; i++)
		n += text[i] == '\n';
	free(text);
	return n;
}

static int watch(struct setup *s, const struct process_spec *spec, const char *flavour)
{
	struct process p = {0};
	char what[64];
	int err = process_start(spec, &p), status = 0;

	while (!err) {
		struct pollfd fds[] = {{.fd = p.pidfd, .events = POLLIN},
				       {.fd = s->signals.fd, .events = POLLIN}};

		if (poll(fds, 2, LOOK_MS) != 0)
			break;
		snprintf(what, sizeof(what), "kernel: %s, %zu files built", flavour,
			 count_lines(spec->log));
		if (s->note)
			s->note(s->note_arg, what);
	}
	if (!err)
		err = process_wait(&p, &s->signals, &status);
	if (err == -EINTR)
		return setup_fail(s, err, "interrupted; kdev setup goes on where this one ended");
	if (err || status) {
		process_describe(spec, err, status, s->err, s->err_len);
		return err ? err : -ECHILD;
	}
	return 0;
}

int kernel_build(struct setup *s, const char *dir, const char *flavour)
{
	char jobs[24], *log = path_format("%s/build.log", dir);
	const char *argv[] = {"nice", "-n", "19",      "make",    "-C",
			      dir,    jobs, "bzImage", "modules", NULL};
	struct process_spec spec = {.argv = argv, .log = log};
	int err = log ? 0 : setup_fail(s, -ENOMEM, "out of memory");

	snprintf(jobs, sizeof(jobs), "-j%ld", sysconf(_SC_NPROCESSORS_ONLN));
	if (!err) {
		unlink(log);
		err = watch(s, &spec, flavour);
	}
	free(log);
	return err;
}
