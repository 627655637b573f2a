/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the attendant did not live to tell. QEMU writes the board's serial log by itself; of a real
 * board the log is what the attendant had written.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "console/pipeline/pipeline.h"
#include "harness/log.h"
#include "harness/output/crash_files.h"
#include "harness/paths.h"
#include "harness/run/run.h"

struct salvage {
	struct run *r;
	unsigned begun, ended; /* reports of the log until now; the first of them were told */
};

static struct run_event event_of(const struct crash_report *c)
{
	return (struct run_event){
		.klass = c->klass,
		.secondary = c->secondary,
		.text = c->title,
	};
}

static void on_line(void *arg, const struct console_line *line)
{
	struct salvage *s = arg;
	struct iteration_line i;

	if (iteration_line_parse(line->text, line->len, &i))
		run_batch_line(s->r, &i);
}

static void on_begin(void *arg, const struct crash_report *c)
{
	struct salvage *s = arg;

	if (++s->begun > s->r->n_begun)
		run_crash_begun(s->r, event_of(c));
}

static void on_end(void *arg, struct crash_report *c)
{
	struct salvage *s = arg;
	int err;

	if (++s->ended <= s->r->n_ended) {
		crash_report_free(c);
		return;
	}
	err = crash_files_write(s->r->dir, s->ended, c);
	if (err)
		log_error("a crash report can't be written: %s", strerror(-err));
	run_crash_ended(s->r, event_of(c), c, s->ended);
}

/* The run's own console.raw goes on where the attendant's last write ended. */
static int open_own(const struct run *r, off_t *len)
{
	char *path = path_format("%s/console.raw", r->dir);
	int fd = path ? open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644) : -1;
	struct stat st;

	*len = fd >= 0 && !fstat(fd, &st) ? st.st_size : 0;
	free(path);
	return fd;
}

static void read_log(struct run *r, int log, struct pipeline *p)
{
	static const size_t block = 65536;
	off_t at = (off_t)r->serial_from, kept;
	int own = open_own(r, &kept);
	char *buf = malloc(block);
	ssize_t n;

	while (buf && (n = pread(log, buf, block, at)) > 0) {
		off_t beyond = at + n - (off_t)r->serial_from - kept;

		pipeline_serial(p, buf, (size_t)n, mono_now());
		if (own >= 0 && beyond > 0) {
			size_t fresh = beyond < n ? (size_t)beyond : (size_t)n;

			if (write(own, buf + (size_t)n - fresh, fresh) != (ssize_t)fresh)
				log_error("%s/console.raw: %s", r->dir, strerror(errno));
		}
		at += n;
	}
	pipeline_flush(p, mono_now());
	free(buf);
	if (own >= 0)
		close(own);
}

static int open_log(const struct run *r)
{
	static const char *const leaves[] = {"serial.log", "console.raw"};
	int fd = -1;

	for (int i = 0; i < 2 && fd < 0; i++) {
		char *path = path_board(r->cfg->name, leaves[i]);

		fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
		free(path);
	}
	return fd;
}

void run_salvage(struct run *r)
{
	static const struct pipeline_ops ops = {
		.line = on_line,
		.crash_begin = on_begin,
		.crash_end = on_end,
	};
	struct salvage s = {.r = r};
	struct pipeline *p = pipeline_new(&ops, &s);
	int log = open_log(r);

	if (p && log >= 0)
		read_log(r, log, p);
	else
		log_error("what the board said since the attendant's death can't be read: %s",
			  p ? strerror(errno) : "out of memory");
	if (log >= 0)
		close(log);
	pipeline_free(p);
}
