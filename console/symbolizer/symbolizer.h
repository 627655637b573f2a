/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Source lines for crash reports, from the debug information of the kernel (vmlinux) and of
 * modules, out of tree or not. For the short-lived command process: it maps big files
 * and reads what others wrote.
 *
 * A trace's "function+offset/size [module]" is looked up by name and size; the size tells
 * functions of one name apart and a file of another build from the one that ran.
 * A wrong line is worse than none: what does not agree stays without.
 */
#ifndef KDEV_CONSOLE_SYMBOLIZER_H
#define KDEV_CONSOLE_SYMBOLIZER_H

#include "console/detector/crash.h"
#include "console/strbuf.h"

struct symbolizer;

/* NULL: out of memory. */
struct symbolizer *symbolizer_new(void);
void symbolizer_free(struct symbolizer *s); /* accepts NULL */

/*
 * Take a file into use: a vmlinux or a module (.ko, also of another architecture or
 * compressed). It is opened now and read when first needed; for one module the file added
 * last is asked first. Debug information that was split off is found by build-id
 * below /usr/lib/debug.
 *
 * 0, or a negative errno with one line for people added to `why`: -ENOENT and other open
 * errors, -ENOEXEC (no ELF file of this kind, or a broken one), -EFBIG, -ENOMEM.
 */
int symbolizer_add(struct symbolizer *s, const char *path, struct strbuf *why);

/*
 * Fill file and line of the report's frames, insert the inlined ones before the frame that
 * they were inlined into (innermost first), and set the report's own file and line
 * to where its guilty function failed. Frames that no file is there for stay as they are.
 *
 * `notes` gets a line for people for each reason why a frame of a known file was left
 * without (another build, no debug information), with '\n' between lines. 0 or -ENOMEM, which
 * leaves a valid report.
 */
int symbolizer_report(struct symbolizer *s, struct crash_report *r, struct strbuf *notes);

#endif
