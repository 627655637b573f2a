/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The configuration that `kdev init` begins: what was found filled in, what else there is beside it
 * in comments, what a person must look up marked. Pure.
 */
#ifndef KDEV_HARNESS_INIT_TEXT_H
#define KDEV_HARNESS_INIT_TEXT_H

#include "console/strbuf.h"
#include "harness/init/host_find.h"

/* A section for a bare board of that name; mac may be NULL: not known. Names of devices with bytes
 * that a configuration can't have are left out. 0 or b->err. */
int init_text(struct strbuf *b, const char *board, const char *mac, const struct host *h);

#endif
