/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/detector/decode.c console/pipeline/boot_marks.c console/pipeline/sanitize.c */
/* LINK: console/pipeline/kmsg*.c console/pipeline/netconsole_header.c */
/* LINK: console/detector/detector*.c console/detector/finding.c console/detector/crash.c */
/* LINK: console/detector/facts*.c console/detector/frames*.c console/detector/guilt*.c */
/* LINK: console/detector/pattern.c console/detector/plumbing*.c console/detector/prefilter*.c */
/* LINK: console/detector/rules*.c console/detector/report_buffer.c console/detector/signature.c */
/* LINK: console/strbuf.c console/detector/title*.c console/detector/torn*.c */
/* LINK: console/detector/trace*.c console/demangle*.c harness/output/crash_line.c */
/* LINK: harness/output/json_write.c harness/output/text_json.c tests/bench/sample_log.c */
/* LIBS: jansson */
/*
 * How fast logs are searched for crashes on one core, up to the line of JSON: a log without a
 * crash, and one that has nothing else. Machines differ and are busy, so compare with what
 * `grep -F` takes for the words that people search logs for, on the same bytes in the same run.
 *
 *	bench_decode [DIRECTORY]	whose logs are taken (tests/logs)
 */
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "console/detector/decode.h"
#include "harness/output/crash_line.h"
#include "sample_log.h"

extern char **environ;

struct output {
	unsigned reports;
	struct strbuf json;
};

static const char grep_words[] = "BUG:\nWARNING:\nOops\nKernel panic\nCall Trace:\n"
				 "general protection fault\nUnable to handle kernel\n"
				 "unable to handle\nUBSAN:\nINFO: task\ndetected stall\n"
				 "lockdep\ncut here\nInternal error:\nKASAN\nOut of memory\n"
				 "soft lockup\n";

static void print_report(void *arg, struct crash_report *r)
{
	struct output *out = arg;

	out->reports++;
	strbuf_cut(&out->json, 0);
	crash_line(&out->json, r, "-");
	crash_report_free(r);
}

static void decode_log(const struct sample_log *log, void *arg)
{
	struct output *out = arg;
	struct decode *d = decode_new(print_report, out);

	out->reports = 0;
	for (size_t i = 0; d && i < log->n; i += SAMPLE_BLOCK)
		decode_feed(d, log->s + i, log->n - i < SAMPLE_BLOCK ? log->n - i : SAMPLE_BLOCK);
	if (d)
		decode_finish(d);
	decode_free(d);
}

/* The descriptor of a file in memory with this text, or -1. */
static int memory_file(const char *s, size_t n)
{
	int fd = memfd_create("bench", 0);

	while (fd >= 0 && n) {
		ssize_t done = write(fd, s, n);

		if (done <= 0) {
			close(fd);
			return -1;
		}
		s += done;
		n -= (size_t)done;
	}
	return fd;
}

/* With the start of the program, which is nothing beside the search. */
static void grep_log(const struct sample_log *log, void *arg)
{
	const int *fds = arg;
	char words[32], file[32], *argv[] = {"grep", "-cF", "-f", words, file, NULL};
	posix_spawn_file_actions_t quiet;
	pid_t pid;

	snprintf(words, sizeof(words), "/dev/fd/%d", fds[0]);
	snprintf(file, sizeof(file), "/dev/fd/%d", fds[1]);
	posix_spawn_file_actions_init(&quiet);
	/* with /dev/null as its output grep would stop at the first line that it finds */
	posix_spawn_file_actions_adddup2(&quiet, fds[2], STDOUT_FILENO);
	if (posix_spawnp(&pid, "grep", &quiet, NULL, argv, environ) == 0)
		waitpid(pid, NULL, 0);
	posix_spawn_file_actions_destroy(&quiet);
}

static int compare(const char *what, struct sample_log log)
{
	int fds[] = {memory_file(grep_words, sizeof(grep_words) - 1), memory_file(log.s, log.n),
		     memory_file("", 0)};
	struct output out = {0};
	struct sample_work works[] = {{decode_log, &out, 0}, {grep_log, fds, 0}};
	double ours, greps;

	if (!log.s || fds[0] < 0 || fds[1] < 0 || fds[2] < 0)
		return 1;
	sample_log_race(&log, works, 2);
	ours = works[0].speed;
	greps = works[1].speed;
	printf("  %-6s decode %6.0f MB/s   grep -F %6.0f MB/s   %5.2f times as fast, "
	       "%u reports, %.1f kB each\n",
	       what, ours, greps, ours / greps, out.reports,
	       out.reports ? (double)log.n / out.reports / 1e3 : 0);
	strbuf_free(&out.json);
	close(fds[0]);
	close(fds[1]);
	close(fds[2]);
	free(log.s);
	return 0;
}

int main(int argc, char **argv)
{
	const char *logs = argc > 1 ? argv[1] : "tests/logs";

	return compare("clean", sample_log_clean(logs)) | compare("dense", sample_log_dense(logs));
}
