/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A journal's file. */
#include "harness/loop/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "console/strbuf.h"
#include "harness/paths.h"

#define JOURNAL_MAX (1u << 30)

struct journal {
	int fd;
	int status;            /* of the first failure */
	off_t end;             /* of the lines that are whole in the file */
	uint64_t number;       /* of the next line */
	struct strbuf waiting; /* lines that are not in the file yet */
};

/* What is there goes to fn; a torn last line goes away. */
static int read_all(struct journal *j, const char *path, journal_fn fn, void *arg, char *err,
		    size_t err_len)
{
	size_t len, whole = 0;
	char *text = path_read(path, JOURNAL_MAX, &len);
	int rc = text ? journal_read_text(text, len, fn, arg, &whole, &j->number) : -errno;

	free(text);
	if (rc == -EBADMSG)
		snprintf(err, err_len, "%s:%llu: the line is damaged", path,
			 (unsigned long long)j->number + 1);
	else if (rc)
		snprintf(err, err_len, "%s: %s", path, strerror(-rc));
	else if (whole < len && ftruncate(j->fd, (off_t)whole))
		snprintf(err, err_len, "%s: %s", path, strerror(-(rc = -errno)));
	j->end = (off_t)whole;
	return rc;
}

/* The name itself must be on disk too. */
static int sync_directory(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? path_format("%.*s", (int)(slash - path), path) : path_format(".");
	int fd = dir ? open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	int rc = fd < 0 || fsync(fd) ? -errno : 0;

	if (fd >= 0)
		close(fd);
	free(dir);
	return rc;
}

int journal_open(const char *path, journal_fn fn, void *arg, struct journal **out, char *err,
		 size_t err_len)
{
	struct journal *j = calloc(1, sizeof(*j));
	int rc = 0;

	if (!j) {
		snprintf(err, err_len, "out of memory");
		return -ENOMEM;
	}
	j->fd = open(path, O_RDWR | O_CLOEXEC | (fn ? 0 : O_CREAT | O_EXCL), 0644);
	if (j->fd < 0 || flock(j->fd, LOCK_EX | LOCK_NB)) {
		rc = errno == EWOULDBLOCK ? -EBUSY : -errno;
		snprintf(err, err_len, "%s: %s", path,
			 rc == -EBUSY ? "another kdev loop is at it" : strerror(-rc));
	}
	if (!rc && fn)
		rc = read_all(j, path, fn, arg, err, err_len);
	if (!rc && !fn) {
		rc = sync_directory(path);
		if (rc)
			snprintf(err, err_len, "%s: %s", path, strerror(-rc));
	}
	if (rc) {
		journal_close(j);
		return rc;
	}
	*out = j;
	return 0;
}

void journal_close(struct journal *j)
{
	if (!j)
		return;
	if (j->fd >= 0) {
		journal_sync(j);
		close(j->fd);
	}
	strbuf_free(&j->waiting);
	free(j);
}

int journal_add(struct journal *j, json_t *object)
{
	char *line = object ? journal_line(object, j->number) : NULL;

	json_decref(object);
	if (!line || strbuf_adds(&j->waiting, line))
		j->status = j->status ? j->status : -ENOMEM;
	else
		j->number++;
	free(line);
	return j->status;
}

static int write_waiting(struct journal *j)
{
	const char *s = strbuf_str(&j->waiting);
	size_t done = 0;

	while (done < j->waiting.len) {
		ssize_t n = pwrite(j->fd, s + done, j->waiting.len - done, j->end + (off_t)done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? -errno : -EIO;
		done += (size_t)n;
	}
	if (fdatasync(j->fd))
		return -errno;
	j->end += (off_t)done;
	strbuf_cut(&j->waiting, 0);
	return 0;
}

int journal_sync(struct journal *j)
{
	if (!j->status && j->waiting.len)
		j->status = write_waiting(j);
	return j->status;
}

int journal_retry(struct journal *j)
{
	j->status = j->waiting.err;
	return journal_sync(j);
}
