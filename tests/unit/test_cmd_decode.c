/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kdev decode as it is run: what it reads, how it ends, and that no input makes it big. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/exit_code.h"

#define MIB (1024L * 1024)

/* A sanitizer's shadow memory is no property of kdev, and its time is dear. */
#if defined(__SANITIZE_ADDRESS__)
#define MEMORY_MAX_KIB LONG_MAX
#define SHARE          16
#else
#define MEMORY_MAX_KIB (16 * 1024)
#define SHARE          1
#endif

/* `unit` over and over, behind `head`. */
struct input {
	const char *head;
	const char *unit;
	size_t unit_len;
	long units;
};

struct child {
	pid_t pid;
	int out; /* where its output comes */
};

struct outcome {
	int code;      /* how it exited; -1: it did not */
	long lines;    /* that it printed */
	long peak_kib; /* resident */
};

static char kdev[PATH_MAX];
static char file[] = "/tmp/kdev-test-cmd-decode-XXXXXX";

static int set_up(void **state)
{
	const char *build = getenv("BUILD");
	char exe[PATH_MAX] = "";
	int fd;

	if (readlink("/proc/self/exe", exe, sizeof(exe) - 1) <= 0)
		return -1;
	snprintf(kdev, sizeof(kdev), "%.4000s/kdev", build ? build : dirname(dirname(exe)));
	fd = mkstemp(file);
	return fd < 0 ? -1 : close(fd);
}

static int tear_down(void **state)
{
	return unlink(file);
}

static int write_all(int fd, const char *p, size_t n)
{
	while (n) {
		ssize_t done = write(fd, p, n);

		if (done < 0 && errno != EINTR)
			return -1;
		p += done > 0 ? done : 0;
		n -= done > 0 ? (size_t)done : 0;
	}
	return 0;
}

/* In a child of its own, so that the reader of the output can't be in its way. */
static void write_input(int fd, const struct input *in)
{
	static char block[64 * 1024];
	long in_block = (long)(sizeof(block) / in->unit_len), n;

	for (long i = 0; i < in_block; i++)
		memcpy(block + (size_t)i * in->unit_len, in->unit, in->unit_len);
	if (in->head && write_all(fd, in->head, strlen(in->head)))
		_exit(1);
	for (long left = in->units; left > 0; left -= n) {
		n = left < in_block ? left : in_block;
		if (write_all(fd, block, (size_t)n * in->unit_len))
			_exit(1);
	}
	_exit(0);
}

static pid_t start_writer(const struct input *in, int *from)
{
	int ends[2];
	pid_t pid;

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		write_input(ends[1], in);
	close(ends[1]);
	*from = ends[0];
	return pid;
}

static struct child start_kdev(char *const argv[], int in)
{
	int ends[2];
	pid_t pid;

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(in, STDIN_FILENO);
		dup2(ends[1], STDOUT_FILENO);
		execv(kdev, argv);
		_exit(127);
	}
	close(ends[1]);
	close(in);
	return (struct child){pid, ends[0]};
}

static long count_lines(int fd)
{
	static char block[64 * 1024];
	long lines = 0;
	ssize_t n;

	while ((n = read(fd, block, sizeof(block))) > 0)
		for (const char *p = block; (p = memchr(p, '\n', (size_t)(block + n - p))); p++)
			lines++;
	close(fd);
	return lines;
}

static struct outcome finish(struct child c)
{
	struct outcome o = {.lines = count_lines(c.out)};
	struct rusage used;
	int status;

	assert_int_equal(wait4(c.pid, &status, 0, &used), c.pid);
	o.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	o.peak_kib = used.ru_maxrss;
	return o;
}

/* Through a pipe, as `dmesg -w | kdev decode` does. */
static struct outcome decode(const struct input *in)
{
	static char *const argv[] = {"kdev", "decode", "--json", "-", NULL};
	int from, status;
	pid_t writer = start_writer(in, &from);
	struct outcome o = finish(start_kdev(argv, from));

	assert_int_equal(waitpid(writer, &status, 0), writer);
	assert_int_equal(status, 0);
	if (o.peak_kib > MEMORY_MAX_KIB)
		fail_msg("%.40s…: %ld KiB", in->unit, o.peak_kib);
	return o;
}

static struct outcome decode_file(const char *path)
{
	char *const argv[] = {"kdev", "decode", "--json", (char *)path, NULL};

	return finish(start_kdev(argv, open("/dev/null", O_RDONLY | O_CLOEXEC)));
}

#define INPUT(h, u, n)                                                                             \
	(&(struct input){.head = (h), .unit = (u), .unit_len = sizeof(u) - 1, .units = (n)})

#define CLEAN "[   12.345678] usb 1-1: new full-speed USB device number 2 using xhci_hcd\n"
#define WARN  "WARNING: CPU: 0 PID: 1 at a/b.c:1 f+0x1/0x2\n"

static void a_log_of_200_MB_needs_little_memory(void **state)
{
	struct outcome o = decode(INPUT(NULL, CLEAN, 200 * MIB / SHARE / (long)strlen(CLEAN)));

	assert_int_equal(o.code, EXIT_PASS);
	assert_int_equal(o.lines, 0);
}

static void a_line_of_100_MB_needs_little_memory(void **state)
{
	struct outcome o = decode(INPUT(NULL, "usb 1-1: new device ", 5 * MIB / SHARE));

	assert_int_equal(o.code, EXIT_PASS);
	o = decode(INPUT(WARN "Call Trace:\n", " f+0x1/0x2", 10 * MIB / SHARE));
	assert_int_equal(o.code, EXIT_CRASH);
	assert_int_equal(o.lines, 1);
}

/* Controls are cut out of a line before it is read, so it is read in pieces. */
static void a_line_of_escapes_needs_little_memory(void **state)
{
	struct outcome o = decode(INPUT("\n", "\033[31mBUG? x\007", 8 * MIB / SHARE));

	assert_int_equal(o.code, EXIT_PASS);
}

static void zeros_without_a_line_end_need_little_memory(void **state)
{
	struct outcome o = decode(INPUT(NULL, "\0\0\0\0\0\0\0\0", 100 * MIB / 8 / SHARE));

	assert_int_equal(o.code, EXIT_PASS);
	/* and from a file, which is only a hole */
	assert_int_equal(truncate(file, 100 * MIB / SHARE), 0);
	o = decode_file(file);
	assert_int_equal(o.code, EXIT_PASS);
	assert_int_equal(o.lines, 0);
	assert_true(o.peak_kib <= MEMORY_MAX_KIB);
	assert_int_equal(truncate(file, 0), 0);
}

/* So many that one forgotten allocation for each would be too much. */
static void hundreds_of_thousands_of_crashes_need_little_memory(void **state)
{
	struct outcome o = decode(INPUT(NULL, WARN, 320000 / SHARE));

	assert_int_equal(o.code, EXIT_CRASH);
	assert_int_equal(o.lines, 320000 / SHARE);
}

static void announcements_without_a_report_need_little_memory(void **state)
{
	struct outcome o =
		decode(INPUT(NULL, "------------[ cut here ]------------\n", MIB / SHARE));

	assert_int_equal(o.code, EXIT_PASS);
}

static void a_report_without_an_end_needs_little_memory(void **state)
{
	struct outcome o = decode(
		INPUT(WARN "Call Trace:\n", " some_function+0x12/0x340 [mod]\n", 3 * MIB / SHARE));

	assert_int_equal(o.code, EXIT_CRASH);
	assert_int_equal(o.lines, 1);
}

static void standard_input_is_read_when_no_file_is_given(void **state)
{
	static char *const argv[] = {"kdev", "decode", "--json", NULL};
	int from, status;
	pid_t writer = start_writer(INPUT(NULL, WARN, 1), &from);
	struct outcome o = finish(start_kdev(argv, from));

	assert_int_equal(waitpid(writer, &status, 0), writer);
	assert_int_equal(o.code, EXIT_CRASH);
	assert_int_equal(o.lines, 1);
}

static void a_file_that_can_not_be_read_is_a_usage_error(void **state)
{
	assert_int_equal(decode_file("/nonexistent/log").code, EXIT_USAGE);
	assert_int_equal(decode_file("/").code, EXIT_USAGE);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(standard_input_is_read_when_no_file_is_given),
		cmocka_unit_test(a_file_that_can_not_be_read_is_a_usage_error),
		cmocka_unit_test(a_log_of_200_MB_needs_little_memory),
		cmocka_unit_test(a_line_of_100_MB_needs_little_memory),
		cmocka_unit_test(a_line_of_escapes_needs_little_memory),
		cmocka_unit_test(zeros_without_a_line_end_need_little_memory),
		cmocka_unit_test(hundreds_of_thousands_of_crashes_need_little_memory),
		cmocka_unit_test(announcements_without_a_report_need_little_memory),
		cmocka_unit_test(a_report_without_an_end_needs_little_memory),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
