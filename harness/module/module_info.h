/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The part of reading a module file that is libkmod's. */
#ifndef KDEV_HARNESS_MODULE_INFO_H
#define KDEV_HARNESS_MODULE_INFO_H

#include "harness/module/module_file.h"

/*
 * Fill in what .modinfo and the symbol tables of the module behind `fd` say: m->name (NULL if it
 * has none), vermagic, srcversion and license ("" if there is none), depends, params, symbols. The
 * file must have passed module_elf_check(). 0 or a negative errno; *m then may be half full.
 */
int module_info_read(struct module_file *m, int fd);

#endif
