/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small kernel modules made in memory, whole or damaged at will, for tests of what reads them. */
#ifndef KDEV_TESTS_MODULE_FIXTURE_H
#define KDEV_TESTS_MODULE_FIXTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fixture_symbol {
	const char *name;
	uint64_t crc; /* 0: no entry in __versions */
	bool weak;
};

struct fixture {
	const char *modinfo; /* "name=x\0license=GPL\0", without the last NUL; NULL: no section */
	size_t modinfo_len;  /* with it, sizeof() of a literal */
	const struct fixture_symbol *symbols; /* undefined ones */
	size_t n_symbols;
	const char *build_id; /* raw bytes, 20 of them; NULL: none */
};

/* A literal as .modinfo. */
#define FIXTURE_MODINFO(s) .modinfo = (s), .modinfo_len = sizeof(s)

/* The module, allocated to its exact size so that sanitizers see a byte too far. */
unsigned char *fixture_make(const struct fixture *f, size_t *n);

/* Offset of the section header, 0 if there is no such section. */
size_t fixture_header(const unsigned char *bytes, const char *section);

/* Write bytes to DIR/NAME; fails the test if it can't. Returns the path, which the caller frees. */
char *fixture_write(const char *dir, const char *name, const void *bytes, size_t n);

#endif
