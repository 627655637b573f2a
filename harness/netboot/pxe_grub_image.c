/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The boot loader of boards with UEFI firmware: GRUB with the few modules that our menu needs, a
 * sixth of Debian's image, and told where that menu is. Debian's takes the server that gave the
 * board its address for ours.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/netboot/board_services.h"
#include "harness/paths.h"
#include "harness/process.h"

static int write_start(const struct board_config *b, const char *path)
{
	struct strbuf text = {0};
	int rc;

	strbuf_addf(&text,
		    "set root=tftp,%s\n"
		    "set prefix=(tftp,%s)/grub\n"
		    "configfile (tftp,%s)/grub/grub.cfg\n",
		    b->server, b->server, b->server);
	rc = text.err ? text.err : path_write_atomic(path, strbuf_str(&text), text.len, 0644);
	strbuf_free(&text);
	return rc;
}

static int run(const char *image, const char *start, char *err, size_t err_len)
{
	const char *const argv[] = {"grub-mkimage", "--format=x86_64-efi",
				    "--output",     image,
				    "--config",     start,
				    "--prefix",     "/grub",
				    "efinet",       "tftp",
				    "normal",       "configfile",
				    "linux",        "chain",
				    "minicmd",      NULL};
	struct process_signals none = {.fd = -1}; /* milliseconds */

	return process_run(&(struct process_spec){.argv = argv}, &none, err, err_len);
}

int grub_image_make(const struct board_config *b, const char *tftp, char *err, size_t err_len)
{
	char *image = path_format("%s/" PXE_UEFI_LOADER, tftp);
	char *start = path_format("%s/grub/start.cfg", tftp);
	int rc = image && start ? write_start(b, start) : -ENOMEM;

	/* It may be a link to a file of the host's: that is not to be written to. */
	if (!rc && unlink(image) && errno != ENOENT)
		rc = -errno;
	if (rc)
		snprintf(err, err_len, "%s: %s", tftp, strerror(-rc));
	else
		rc = run(image, start, err, err_len);
	free(start);
	free(image);
	return rc;
}
