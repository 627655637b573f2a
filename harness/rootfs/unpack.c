/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Archives into the working directory. */
#include "harness/rootfs/unpack.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness/log.h"
#include "harness/rootfs/container.h"

/*
 * No FFLAGS: an immutable file could not be removed with its tree. UNLINK: what is in the way, such
 * as a link of a lower layer, goes, and is not written through.
 */
#define FLAGS                                                                                      \
	(ARCHIVE_EXTRACT_OWNER | ARCHIVE_EXTRACT_PERM | ARCHIVE_EXTRACT_TIME |                     \
	 ARCHIVE_EXTRACT_ACL | ARCHIVE_EXTRACT_XATTR | ARCHIVE_EXTRACT_UNLINK |                    \
	 ARCHIVE_EXTRACT_SECURE_NODOTDOT)

struct archive *unpack_reader(void)
{
	struct archive *in = archive_read_new();

	if (in && (archive_read_support_filter_all(in) < ARCHIVE_WARN ||
		   archive_read_support_format_tar(in) != ARCHIVE_OK)) {
		archive_read_free(in);
		in = NULL;
	}
	return in;
}

int unpack_fail(struct setup *s, struct archive *in)
{
	const char *why = archive_error_string(in);

	return setup_fail(s, -EBADMSG, "the archive is damaged or not a tar: %s",
			  why ? why : "nothing is in it");
}

const char *unpack_name(const char *name)
{
	if (!name)
		return NULL;
	for (const char *p = name; *p;) {
		size_t n = strcspn(p += strspn(p, "/"), "/");

		if (n == 2 && !memcmp(p, "..", 2))
			return NULL;
		p += n;
	}
	while (*name == '/' || (name[0] == '.' && (name[1] == '/' || !name[1])))
		name++;
	return name;
}

/* Names made relative to the root; what is refused was said. */
static int sanitize(struct setup *s, struct archive_entry *e)
{
	const char *name = archive_entry_pathname(e), *below = unpack_name(name);
	const char *link = archive_entry_hardlink(e), *target = unpack_name(link);
	char *copy;

	if (!below || (link && (!target || !*target)))
		return setup_fail(s, -EINVAL,
				  "the archive is refused: '%s'%s%s leads out of the root",
				  name ? name : "(a name that is not UTF-8)",
				  link && below ? " linked to " : "", link && below ? link : "");
	copy = strdup(*below ? below : ".");
	if (!copy)
		return setup_fail(s, -ENOMEM, "out of memory");
	archive_entry_set_pathname(e, copy);
	free(copy);
	if (!link)
		return 0;
	copy = strdup(target);
	if (!copy)
		return setup_fail(s, -ENOMEM, "out of memory");
	archive_entry_set_hardlink(e, copy);
	/* Its data are the other name's. */
	archive_entry_set_size(e, 0);
	free(copy);
	return 0;
}

static int unpack_one(struct setup *s, struct archive *in, struct archive *disk,
		      struct archive_entry *e)
{
	int r = archive_read_extract2(in, e, disk);
	const char *why;

	if (r == ARCHIVE_OK)
		return 0;
	why = archive_error_string(in);
	if (r == ARCHIVE_WARN) {
		log_debug("%s: %s", archive_entry_pathname(e), why ? why : "?");
		return 0;
	}
	return setup_fail(s, -EIO, "%s: %s", archive_entry_pathname(e), why ? why : "?");
}

static int unpack_entries(struct setup *s, struct archive *in, struct archive *disk, bool layer)
{
	struct archive_entry *e;
	int r, err = 0;

	while (!err && (r = archive_read_next_header(in, &e)) != ARCHIVE_EOF) {
		if (r < ARCHIVE_WARN)
			return unpack_fail(s, in);
		err = sanitize(s, e);
		if (!err && !(layer && whiteout_of(archive_entry_pathname(e), NULL)))
			err = unpack_one(s, in, disk, e);
	}
	return err;
}

int unpack_all(struct setup *s, struct archive *in, bool layer)
{
	struct archive *disk = archive_write_disk_new();
	int err;

	if (!disk)
		return setup_fail(s, -ENOMEM, "out of memory");
	archive_write_disk_set_options(disk, FLAGS);
	err = unpack_entries(s, in, disk, layer);
	/* The times and permissions of directories are set here. */
	if (archive_write_close(disk) < ARCHIVE_WARN && !err)
		err = setup_fail(s, -EIO, "%s", archive_error_string(disk));
	archive_write_free(disk);
	return err;
}
