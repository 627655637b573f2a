/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdev decode: the detector on any log, no board needed. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "console/detector/decode.h"
#include "console/explain/explain.h"
#include "console/pipeline/printable.h"
#include "console/symbolizer/symbolizer.h"
#include "harness/commands/command.h"
#include "harness/exit_code.h"
#include "harness/log.h"
#include "harness/output/crash_line.h"
#include "harness/output/naming_thread.h"

#define BLOCK (256 * 1024)

extern const struct command command_decode;

/* While a log is read, all below `names` is the thread's. */
struct job {
	const struct common_flags *flags;
	struct decode *decode;
	struct naming_thread *names;
	struct symbolizer *symbols;
	const char *file;   /* as given */
	struct strbuf line; /* of JSON, kept for the next report */
	bool colour;
	unsigned reports;
	int err;
};

static void print_json(struct job *job, const struct crash_report *r)
{
	strbuf_cut(&job->line, 0);
	if (crash_line(&job->line, r, job->file))
		job->err = job->line.err;
	else
		fwrite(job->line.s, 1, job->line.len, stdout);
}

static void print_text(struct job *job, const struct crash_report *r)
{
	struct explain_options how = {.colour = job->colour};
	struct strbuf b = {0};

	if (job->reports)
		strbuf_addc(&b, '\n');
	strbuf_add_printable(&b, job->file, strlen(job->file));
	strbuf_addf(&b, ":%" PRIu64 ":\n", r->first_line);
	if (explain(&b, r, &how) || b.err)
		job->err = -ENOMEM;
	else
		fputs(strbuf_str(&b), stdout);
	strbuf_free(&b);
}

static void on_report(void *arg, struct crash_report *r)
{
	struct job *job = arg;
	struct strbuf notes = {0};

	if (symbolizer_report(job->symbols, r, &notes))
		log_warn("out of memory while looking for source lines");
	if (notes.len && job->reports == 0)
		log_info("%s", strbuf_str(&notes));
	strbuf_free(&notes);
	if (job->flags->json)
		print_json(job, r);
	else
		print_text(job, r);
	job->reports++;
	crash_report_free(r);
}

static int decode_fd(struct job *job, int fd, char *block)
{
	int err = 0;

	while (!err) {
		ssize_t n = read(fd, block, BLOCK);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			err = -errno;
		if (n <= 0)
			break;
		err = decode_feed(job->decode, block, (size_t)n);
		naming_thread_wake(job->names);
	}
	if (!err)
		err = decode_finish(job->decode);
	naming_thread_wait(job->names);
	return err ? err : job->err;
}

/* 0, or an exit code when the file can't be read. */
static int decode_file(struct job *job, const char *path, char *block)
{
	bool standard = strcmp(path, "-") == 0;
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	int err;

	job->file = path;
	if (fd < 0)
		return command_usage(&command_decode, "%s: %s", path, strerror(errno));
	posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	err = decode_fd(job, fd, block);
	if (!standard)
		close(fd);
	if (err)
		return command_usage(&command_decode, "%s: %s", path, strerror(-err));
	return 0;
}

static int decode_files(struct job *job, int n, char **paths)
{
	static char standard[] = "-";
	char *only_standard[] = {standard};
	char *block = malloc(BLOCK);
	int code = 0;

	if (n == 0) {
		paths = only_standard;
		n = 1;
	}
	for (int i = 0; i < n && block && !code; i++)
		code = decode_file(job, paths[i], block);
	if (!block)
		code = command_usage(&command_decode, "out of memory");
	free(block);
	return code;
}

static int decode_all(struct job *job, int n, char **paths)
{
	int code;

	job->names = naming_thread_new(on_report, job);
	job->decode = job->names ? decode_new_unnamed(naming_thread_add, job->names) : NULL;
	if (job->decode)
		code = decode_files(job, n, paths);
	else
		code = command_usage(&command_decode, "out of memory, or no thread can be made");
	decode_free(job->decode);
	naming_thread_free(job->names);
	if (fflush(stdout) != 0)
		return command_usage(&command_decode, "writing: %s", strerror(errno));
	if (code)
		return code;
	return job->reports ? EXIT_CRASH : EXIT_PASS;
}

static int add_symbols(struct job *job, const char *path)
{
	struct strbuf why = {0};
	int err = symbolizer_add(job->symbols, path, &why);
	int code = 0;

	if (err)
		code = command_usage(&command_decode, "%s", strbuf_str(&why));
	strbuf_free(&why);
	return code;
}

static int run_decode(const struct common_flags *flags, int argc, char **argv)
{
	static const struct option options[] = {
		{"vmlinux", required_argument, NULL, 'v'},
		{"module", required_argument, NULL, 'm'},
		{0},
	};
	struct job job = {.flags = flags, .symbols = symbolizer_new()};
	const char *no_color = getenv("NO_COLOR");
	int opt, code = 0;

	if (!job.symbols)
		return command_usage(&command_decode, "out of memory");
	job.colour = isatty(STDOUT_FILENO) && !(no_color && *no_color);
	opterr = 0;
	while (!code && (opt = getopt_long(argc, argv, "", options, NULL)) != -1)
		code = opt == '?' ? command_usage(&command_decode,
						  "%s: unknown option, or its file is missing",
						  argv[optind - 1])
				  : add_symbols(&job, optarg);
	if (!code)
		code = decode_all(&job, argc - optind, argv + optind);
	strbuf_free(&job.line);
	symbolizer_free(job.symbols);
	return code;
}

const struct command command_decode = {
	.name = "decode",
	.args = "[--vmlinux F] [--module F.ko]… [FILE…|-]",
	.summary = "find and explain the crashes in a kernel log",
	.help = "  --vmlinux F    the kernel with its debug information, for source lines\n"
		"  --module F.ko  a module with its debug information; may be repeated\n"
		"\n"
		"Reads standard input when no file is given. With --json, one object a line\n"
		"for each report. Exits with 0 when there is none, 3 when there is one.\n",
	.run = run_decode,
};
