/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A crash report in a run's directory: crash-N/report.json, and report.txt as the kernel said it.
 */
#ifndef KDEV_HARNESS_CRASH_FILES_H
#define KDEV_HARNESS_CRASH_FILES_H

#include "console/detector/crash.h"

/* Make run_dir/crash-N and both files; what is there is replaced. 0 or a negative errno. */
int crash_files_write(const char *run_dir, unsigned n, const struct crash_report *r);

#endif
