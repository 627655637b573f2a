/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/netboot/cpio.c */
/* The initramfs archive, read back by GNU cpio: another program must agree on the format. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/netboot/cpio.h"

static char *archive(size_t *len)
{
	char *bytes = NULL;
	FILE *f = open_memstream(&bytes, len);
	struct cpio c = {.out = f};

	assert_non_null(f);
	assert_int_equal(cpio_dir(&c, "dev", 0755), 0);
	assert_int_equal(cpio_char_device(&c, "dev/console", 0600, 5, 1), 0);
	assert_int_equal(cpio_file(&c, "init", 0755, "hello", 5), 0);
	assert_int_equal(cpio_file(&c, "empty", 0644, "", 0), 0);
	assert_int_equal(cpio_end(&c), 0);
	fclose(f);
	return bytes;
}

static void the_header_is_as_the_kernel_documents_it(void **state)
{
	size_t len;
	char *bytes = archive(&len);

	/* magic, inode 1, a directory 0755 */
	assert_memory_equal(bytes,
			    "0707010000000100004"
			    "1ED",
			    22);
	assert_memory_equal(bytes + 110, "dev", 4);
	/* Each header begins on 4 bytes: 110 + 4 = 114 is padded to 116. */
	assert_memory_equal(bytes + 116, "070701", 6);
	assert_int_equal(len % 4, 0);
	assert_non_null(memmem(bytes, len, "TRAILER!!!", 11));
	free(bytes);
}

static void the_same_content_gives_the_same_bytes(void **state)
{
	size_t n, m;
	char *a = archive(&n), *b = archive(&m);

	assert_int_equal(n, m);
	assert_memory_equal(a, b, n);
	free(a);
	free(b);
}

/* cpio -itv of the archive, into a new string. */
static char *list(const char *bytes, size_t len)
{
	int in[2], out[2], status;
	char *text = calloc(1, 4096);
	size_t got = 0;
	ssize_t n;
	pid_t pid;

	assert_non_null(text);
	assert_int_equal(pipe(in), 0);
	assert_int_equal(pipe(out), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		close(in[1]);
		close(out[0]);
		execlp("cpio", "cpio", "-itv", "--quiet", "--numeric-uid-gid", NULL);
		_exit(127);
	}
	close(in[0]);
	close(out[1]);
	assert_int_equal(write(in[1], bytes, len), (ssize_t)len);
	close(in[1]);
	while ((n = read(out[0], text + got, 4095 - got)) > 0)
		got += (size_t)n;
	close(out[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (WEXITSTATUS(status) == 127) {
		free(text);
		return NULL;
	}
	assert_int_equal(status, 0);
	return text;
}

static void gnu_cpio_reads_it(void **state)
{
	size_t len;
	char *bytes = archive(&len), *text = list(bytes, len);

	free(bytes);
	if (!text) {
		skip(); /* no cpio here */
		return;
	}
	assert_non_null(strstr(text, "drwxr-xr-x"));
	assert_non_null(strstr(text, "crw-------"));
	assert_non_null(strstr(text, "5,   1"));
	assert_non_null(strstr(text, "-rwxr-xr-x"));
	assert_non_null(strstr(text, " empty"));
	free(text);
}

static void a_full_disk_is_noticed(void **state)
{
	FILE *f = fopen("/dev/full", "w");
	struct cpio c = {.out = f};
	int err;

	assert_non_null(f);
	err = cpio_file(&c, "init", 0755, "hello", 5);
	if (!err)
		err = cpio_end(&c);
	assert_true(err < 0);
	fclose(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_header_is_as_the_kernel_documents_it),
		cmocka_unit_test(the_same_content_gives_the_same_bytes),
		cmocka_unit_test(gnu_cpio_reads_it),
		cmocka_unit_test(a_full_disk_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
