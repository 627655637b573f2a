/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Kbuild, run for a directory of modules. */
#include "harness/module/module_build.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "console/pipeline/printable.h"
#include "harness/module/module_file.h"
#include "harness/paths.h"

#define LOG_MAX   (4u << 20)
#define LINES_MAX 200 /* of what the compiler says: the first mistakes are the causes */

bool module_build_is_dir(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

static bool has_makefile(const char *dir)
{
	static const char *const names[] = {"Kbuild", "Makefile"};
	bool yes = false;

	for (size_t i = 0; !yes && i < 2; i++) {
		char *path = path_format("%s/%s", dir, names[i]);

		yes = path && !access(path, R_OK);
		free(path);
	}
	return yes;
}

static int check_dir(struct module_build *b, const char *dir, char *err, size_t err_len)
{
	b->dir = realpath(dir, NULL);
	if (!b->dir)
		return module_error(err, err_len, -errno, "%s: %s", dir, strerror(errno));
	if (!module_build_is_dir(b->dir))
		return module_error(err, err_len, -ENOTDIR, "%s: a directory is expected", dir);
	/* Make takes words apart at blanks and rules at colons. */
	if (strpbrk(b->dir, " \t\n:"))
		return module_error(err, err_len, -EINVAL,
				    "%s: kbuild can't build where a path has blanks or colons",
				    b->dir);
	if (!has_makefile(b->dir))
		return module_error(
			err, err_len, -ENOENT,
			"%s: no Kbuild or Makefile is there: one line makes a module of "
			"x.c: obj-m := x.o",
			dir);
	return 0;
}

static int make_log(struct module_build *b)
{
	int err = path_mkdirs(path_state(), 0755), fd;

	if (err)
		return err;
	b->log = path_format("%s/build.XXXXXX", path_state());
	if (!b->log)
		return -ENOMEM;
	fd = mkostemp(b->log, O_CLOEXEC);
	if (fd >= 0)
		return close(fd) ? -errno : 0;
	err = -errno;
	free(b->log);
	b->log = NULL;
	return err;
}

int module_build_start(struct module_build *b, const char *dir, const char *tree, char *err,
		       size_t err_len)
{
	char *m = NULL, jobs[32];
	int rc;

	*b = (struct module_build){0};
	rc = check_dir(b, dir, err, err_len);
	if (rc)
		return rc;
	rc = make_log(b);
	if (!rc && !(m = path_format("M=%s", b->dir)))
		rc = -ENOMEM;
	if (!rc) {
		const char *argv[] = {"make", "-C", tree, m, jobs, "modules", NULL};
		const struct process_spec spec = {.argv = argv, .log = b->log};

		snprintf(jobs, sizeof(jobs), "-j%ld", sysconf(_SC_NPROCESSORS_ONLN));
		/* When a make has started us, its flags are not the kernel's. */
		unsetenv("MAKEFLAGS");
		unsetenv("MFLAGS");
		unsetenv("MAKEOVERRIDES");
		rc = process_start(&spec, &b->process);
	}
	if (rc)
		module_error(err, err_len, rc, "make can't be started: %s%s", strerror(-rc),
			     rc == -ENOENT ? ": is it installed?" : "");
	free(m);
	return rc;
}

/* What make and kbuild say of their own way is of no use. */
static bool is_progress(const char *line, size_t n)
{
	if (n >= 4 && !strncmp(line, "make", 4) && (n == 4 || strchr(":[", line[4])))
		return true;
	/* Debian's headers come without what BTF is made of; it needs none. */
	if (n > 24 && !strncmp(line, "Skipping BTF generation ", 24))
		return true;
	/* "  CC [M]  /tmp/x/x.o" */
	return n > 2 && !strncmp(line, "  ", 2) && line[2] >= 'A' && line[2] <= 'Z';
}

static void add_said(const struct module_build *b, struct strbuf *said)
{
	size_t len = 0, lines = 0;
	char *log = path_read(b->log, LOG_MAX, &len), *line = log;

	while (log && line < log + len && lines < LINES_MAX) {
		char *nl = memchr(line, '\n', (size_t)(log + len - line));
		size_t n = nl ? (size_t)(nl - line) : (size_t)(log + len - line);

		if (!is_progress(line, n)) {
			strbuf_add_printable(said, line, n);
			strbuf_addc(said, '\n');
			lines++;
		}
		line += n + 1;
	}
	free(log);
}

/* The compiler's first error, which many lines may follow; NULL: there is none. Its length in *n.
 */
static const char *first_error(const struct strbuf *said, size_t *n)
{
	const char *text = strbuf_str(said), *at = strstr(text, "error: ");

	if (!at)
		return NULL;
	*n = strcspn(at, "\n");
	for (; at > text && at[-1] != '\n'; at--)
		(*n)++;
	return at;
}

/* A line of modules.order: "/dir/x.ko", from Linux 6.4 on "x.o", below DIR. */
static int add_made(struct module_build *b, const char *line, size_t n)
{
	char **grown = realloc(b->made, (b->n_made + 1) * sizeof(*grown));
	const char *dot = memrchr(line, '.', n);
	char *path;

	if (!grown)
		return -ENOMEM;
	b->made = grown;
	if (!dot)
		return 0;
	path = path_format("%s%s%.*s.ko", *line == '/' ? "" : b->dir, *line == '/' ? "" : "/",
			   (int)(dot - line), line);
	if (!path)
		return -ENOMEM;
	if (access(path, R_OK))
		free(path);
	else
		b->made[b->n_made++] = path;
	return 0;
}

static int read_order(struct module_build *b)
{
	char *path = path_format("%s/modules.order", b->dir), *text, *save = NULL;
	size_t len;
	int err = 0;

	text = path ? path_read(path, LOG_MAX, &len) : NULL;
	for (char *l = text ? strtok_r(text, "\n", &save) : NULL; l && !err;
	     l = strtok_r(NULL, "\n", &save))
		err = add_made(b, l, strlen(l));
	free(text);
	free(path);
	return err;
}

int module_build_end(struct module_build *b, int status, struct strbuf *said, char *err,
		     size_t err_len)
{
	const char *error;
	size_t n = 0;
	int rc;

	add_said(b, said);
	error = status ? first_error(said, &n) : NULL;
	if (status)
		return module_error(err, err_len, -ECHILD,
				    "%s does not build against the board's kernel%s%.*s", b->dir,
				    error ? ": " : "", (int)n, error ? error : "");
	rc = read_order(b);
	if (rc)
		return module_error(err, err_len, rc, "%s: %s", b->dir, strerror(-rc));
	if (!b->n_made)
		return module_error(err, err_len, -ECHILD,
				    "%s: the build makes no module: its Kbuild or Makefile needs a "
				    "line such as obj-m := x.o",
				    b->dir);
	return 0;
}

int module_build(struct module_build *b, const char *dir, const char *tree,
		 struct process_signals *signals, struct strbuf *said, char *err, size_t err_len)
{
	int status = 0, rc = module_build_start(b, dir, tree, err, err_len);

	if (!rc) {
		rc = process_wait(&b->process, signals, &status);
		if (rc)
			module_error(err, err_len, rc, "the build was interrupted");
	}
	return rc ? rc : module_build_end(b, status, said, err, err_len);
}

static bool is_named(const char *path, const char *name)
{
	const char *slash = strrchr(path, '/'), *leaf = slash ? slash + 1 : path;
	size_t n = strlen(name);

	if (n > 3 && !strcmp(name + n - 3, ".ko"))
		n -= 3;
	return strlen(leaf) == n + 3 && !strncmp(leaf, name, n);
}

const char *module_build_pick(const struct module_build *b, const char *name, char *err,
			      size_t err_len)
{
	struct strbuf list = {0};

	if (!name && b->n_made == 1)
		return b->made[0];
	for (size_t i = 0; i < b->n_made; i++) {
		const char *slash = strrchr(b->made[i], '/');

		if (name && is_named(b->made[i], name)) {
			strbuf_free(&list);
			return b->made[i];
		}
		strbuf_addf(&list, "%s%s", i ? ", " : "", slash ? slash + 1 : b->made[i]);
	}
	if (name)
		module_error(err, err_len, -ENOENT, "%s makes no %s, but %s", b->dir, name,
			     strbuf_str(&list));
	else
		module_error(err, err_len, -EINVAL,
			     "%s makes %zu modules, %s: say which by --module", b->dir, b->n_made,
			     strbuf_str(&list));
	strbuf_free(&list);
	return NULL;
}

void module_build_free(struct module_build *b)
{
	process_kill(&b->process);
	if (b->log)
		unlink(b->log);
	for (size_t i = 0; i < b->n_made; i++)
		free(b->made[i]);
	free(b->made);
	free(b->log);
	free(b->dir);
	*b = (struct module_build){0};
}
