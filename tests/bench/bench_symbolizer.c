/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/symbolizer/symbolizer.c console/symbolizer/debug_file.c */
/* LINK: console/symbolizer/elf_symbols.c console/symbolizer/dwarf_lines.c */
/* LINK: console/explain/source_path.c console/pipeline/printable.c console/pipeline/sanitize.c */
/* LINK: console/strbuf.c console/detector/crash.c console/detector/guilty_frame.c */
/* LINK: console/detector/trace*.c console/detector/pattern.c console/symbolizer/elf_sections.c */
/* LIBS: libdw libelf */
/*
 * How long do the source lines of one trace take? First with all files to be opened, then with
 * them open; and the kernel's own scripts/decode_stacktrace.sh for comparison.
 *
 *	bench_symbolizer [-s decode_stacktrace.sh] TRACE VMLINUX|MODULE.ko…
 *
 * The script gets the first file and the directory of the last.
 */
#include <fcntl.h>
#include <libgen.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "console/detector/trace.h"
#include "console/monotime.h"
#include "console/symbolizer/symbolizer.h"

#define ROUNDS     100
#define FRAMES_MAX 1024

/* A line of the trace as a frame; false: it is none. */
static bool read_frame(const char *line, size_t n, struct crash_frame *frame)
{
	const char *stamp = n && line[0] == '[' ? memchr(line, ']', n) : NULL;
	struct span text = {line, n};
	struct trace_line t;

	if (stamp)
		text = span_skip(text, (size_t)(stamp - line) + 1);
	if (!trace_parse(span_trim(text), &t) || !t.symbol.n || !t.has_offset || t.unreliable)
		return false;
	*frame = (struct crash_frame){
		.function = strndup(t.symbol.s, t.symbol.n),
		.module = t.module.n ? strndup(t.module.s, t.module.n) : NULL,
		.offset = t.offset,
		.size = t.size,
		.exact = t.kind == TRACE_IP,
	};
	return frame->function != NULL;
}

static struct crash_report *read_trace(const char *path)
{
	struct crash_report *r = calloc(1, sizeof(*r));
	FILE *f = fopen(path, "r");
	size_t space = 0;
	ssize_t n;
	char *line = NULL;

	if (r)
		r->frames = calloc(FRAMES_MAX, sizeof(*r->frames));
	if (!f || !r || !r->frames) {
		perror(path);
		exit(1);
	}
	while ((n = getline(&line, &space, f)) > 0 && r->n_frames < FRAMES_MAX) {
		n -= line[n - 1] == '\n';
		r->n_frames += read_frame(line, (size_t)n, &r->frames[r->n_frames]);
	}
	free(line);
	fclose(f);
	return r;
}

static struct symbolizer *open_files(char *const *paths, int n)
{
	struct symbolizer *s = symbolizer_new();
	struct strbuf why = {0};

	for (int i = 0; i < n; i++) {
		if (!s || symbolizer_add(s, paths[i], &why)) {
			fprintf(stderr, "bench_symbolizer: %s\n", strbuf_str(&why));
			exit(1);
		}
	}
	strbuf_free(&why);
	return s;
}

/* Milliseconds for one trace. */
static double symbolize(struct symbolizer *s, const char *trace, size_t *before, size_t *after)
{
	struct crash_report *r = read_trace(trace);
	struct strbuf notes = {0};
	struct monotime start = mono_now();
	double ms;

	*before = r->n_frames;
	if (symbolizer_report(s, r, &notes))
		exit(1);
	ms = (double)mono_diff(mono_now(), start) / 1000;
	*after = r->n_frames;
	if (notes.len)
		fprintf(stderr, "%s\n", strbuf_str(&notes));
	strbuf_free(&notes);
	crash_report_free(r);
	return ms;
}

static double run_script(const char *script, const char *trace, char *first, char *last)
{
	char *copy = strdup(last), empty[] = "";
	char *const argv[] = {(char *)script, first, empty, copy ? dirname(copy) : NULL, NULL};
	posix_spawn_file_actions_t io;
	struct monotime start = mono_now();
	int status = -1;
	pid_t pid;

	posix_spawn_file_actions_init(&io);
	posix_spawn_file_actions_addopen(&io, 0, trace, O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&io, 1, "/dev/null", O_WRONLY, 0);
	if (posix_spawn(&pid, script, &io, NULL, argv, environ) ||
	    waitpid(pid, &status, 0) != pid || status) {
		fprintf(stderr, "bench_symbolizer: %s failed\n", script);
		exit(1);
	}
	posix_spawn_file_actions_destroy(&io);
	free(copy);
	return (double)mono_diff(mono_now(), start) / 1000;
}

int main(int argc, char **argv)
{
	const char *script = NULL;
	struct symbolizer *s = NULL;
	struct monotime start;
	size_t before, after;
	double cold = 0, warm = 0;
	int opt;

	while ((opt = getopt(argc, argv, "s:")) == 's')
		script = optarg;
	if (opt != -1 || argc - optind < 2) {
		puts("bench_symbolizer: skipped: give it a trace and a vmlinux or modules");
		return 0;
	}
	/* Twice: the first time the disk is waited for, which the script would not have to. */
	for (int i = 0; i < 2; i++) {
		symbolizer_free(s);
		start = mono_now();
		s = open_files(argv + optind + 1, argc - optind - 1);
		symbolize(s, argv[optind], &before, &after);
		cold = (double)mono_diff(mono_now(), start) / 1000;
	}
	for (int i = 0; i < ROUNDS; i++)
		warm += symbolize(s, argv[optind], &before, &after) / ROUNDS;
	symbolizer_free(s);
	printf("%zu frames, %zu with the inlined ones\n", before, after);
	printf("files opened and read  %10.1f ms\n", cold);
	printf("files open             %10.3f ms\n", warm);
	if (script) {
		double ms = run_script(script, argv[optind], argv[optind + 1], argv[argc - 1]);

		printf("%-22.22s %10.1f ms, %.0f and %.0f times as long\n",
		       basename((char *)script), ms, ms / cold, ms / warm);
	}
	return 0;
}
