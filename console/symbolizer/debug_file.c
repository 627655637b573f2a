/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Opens kernel and module files through libdwfl and finds a function's lines in them. */
#include "console/symbolizer/debug_file.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "console/pipeline/printable.h"
#include "console/symbolizer/elf_sections.h"
#include "console/symbolizer/elf_symbols.h"

/* The biggest modules, with all their debug information, have some 400 MB. */
#define MODULE_SIZE_MAX (1LL << 30)
#define TWINS_MAX       8

struct debug_file {
	char *path;
	char *module;
	char build_id[2 * 64 + 1];
	char *image; /* of a relocatable file; the Dwfl's until it ends */
	Dwfl *dwfl;
	Dwfl_Module *mod;
	struct elf_symbols *symbols; /* NULL until needed */
	int symbols_err;
};

/* Like the standard one but for debuginfod: a report must not wait for the network. */
static const Dwfl_Callbacks callbacks = {
	.find_debuginfo = dwfl_build_id_find_debuginfo,
	.section_address = dwfl_offline_section_address,
};

static int fail(struct strbuf *why, const char *path, int err, const char *what)
{
	strbuf_add_printable(why, path, strlen(path));
	strbuf_addf(why, ": %s", what);
	return err;
}

/* The ELF type, or a negative errno. */
static int elf_type(int fd, const char *path, off_t *size, struct strbuf *why)
{
	unsigned char head[EI_NIDENT + 2];
	struct stat st;

	if (fstat(fd, &st) != 0)
		return fail(why, path, -errno, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return fail(why, path, -ENOEXEC, "not a regular file");
	*size = st.st_size;
	if (pread(fd, head, sizeof(head), 0) != (ssize_t)sizeof(head) ||
	    memcmp(head, ELFMAG, SELFMAG) != 0)
		return fail(why, path, -ENOEXEC,
			    "not an ELF file: expected a module (.ko) or an uncompressed vmlinux");
	return head[EI_DATA] == ELFDATA2MSB ? head[EI_NIDENT] << 8 | head[EI_NIDENT + 1]
					    : head[EI_NIDENT + 1] << 8 | head[EI_NIDENT];
}

static int read_image(struct debug_file *f, int fd, size_t size)
{
	size_t got = 0;

	f->image = size ? malloc(size) : NULL;
	if (!f->image)
		return -ENOMEM;
	while (got < size) {
		ssize_t n = pread(fd, f->image + got, size - got, (off_t)got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) /* shorter than it was a moment ago: being written */
			return n < 0 ? -errno : -ENOEXEC;
		got += (size_t)n;
	}
	return 0;
}

/* A relocatable file in memory. libdwfl 0.188 follows a null pointer where libelf refuses the
 * bytes (a header cut short, a class that does not exist): libelf is asked first. */
static int report_image(struct debug_file *f, int fd, size_t size, struct strbuf *why)
{
	int err = read_image(f, fd, size);
	Elf *elf;

	if (err)
		return fail(why, f->path, err, err == -ENOEXEC ? "cut short" : strerror(-err));
	elf_version(EV_CURRENT);
	elf = elf_memory(f->image, size);
	if (!elf)
		return fail(why, f->path, -ENOEXEC, elf_errmsg(-1));
	elf_end(elf);
	f->mod = dwfl_report_offline_memory(f->dwfl, "module", f->path, f->image, size);
	return 0;
}

/* Hand the file to libdwfl. Consumes fd. */
static int report_file(struct debug_file *f, int fd, int type, off_t size, struct strbuf *why)
{
	int err = 0;

	f->dwfl = dwfl_begin(&callbacks);
	if (f->dwfl && type == ET_REL && size > MODULE_SIZE_MAX)
		err = fail(why, f->path, -EFBIG, "too big for a module");
	else if (f->dwfl && type == ET_REL)
		err = report_image(f, fd, (size_t)size, why);
	else if (f->dwfl)
		f->mod = dwfl_report_offline(f->dwfl, "kernel", f->path, fd);
	if (!f->mod || type == ET_REL)
		close(fd); /* else it is libdwfl's now */
	if (err)
		return err;
	if (!f->mod || dwfl_report_end(f->dwfl, NULL, NULL) != 0)
		return fail(why, f->path, -ENOEXEC, dwfl_errmsg(-1));
	return 0;
}

static int identify(struct debug_file *f, int type, struct strbuf *why)
{
	const unsigned char *bits = NULL;
	GElf_Addr at;
	Dwarf_Addr bias;
	Elf *elf = dwfl_module_getelf(f->mod, &bias);
	int n;

	if (!elf)
		return fail(why, f->path, -ENOEXEC, dwfl_errmsg(-1));
	if (!elf_strings_end(elf))
		return fail(why, f->path, -ENOEXEC, "broken: a table of strings has no end");
	if (type == ET_REL) {
		f->module = elf_module_name(elf, f->path);
		if (!f->module)
			return -ENOMEM;
	}
	n = dwfl_module_build_id(f->mod, &bits, &at);
	for (int i = 0; i < n && 2 * (size_t)i + 2 < sizeof(f->build_id); i++) {
		f->build_id[2 * i] = "0123456789abcdef"[bits[i] >> 4];
		f->build_id[2 * i + 1] = "0123456789abcdef"[bits[i] & 15];
	}
	return 0;
}

int debug_file_open(const char *path, struct debug_file **out, struct strbuf *why)
{
	struct debug_file *f = calloc(1, sizeof(*f));
	int fd, type, err = -ENOMEM;
	off_t size = 0;

	if (!f || !(f->path = strdup(path)))
		goto fail;
	/* Not blocked by a FIFO of that name. */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) {
		err = fail(why, path, -errno, strerror(errno));
		goto fail;
	}
	type = elf_type(fd, path, &size, why);
	if (type < 0 || (type != ET_REL && type != ET_EXEC && type != ET_DYN)) {
		close(fd);
		err = type < 0 ? type : fail(why, path, -ENOEXEC, "neither a module nor a kernel");
		goto fail;
	}
	err = report_file(f, fd, type, size, why);
	if (!err)
		err = identify(f, type, why);
	if (err)
		goto fail;
	*out = f;
	return 0;

fail:
	debug_file_free(f);
	return err;
}

void debug_file_free(struct debug_file *f)
{
	if (!f)
		return;
	elf_symbols_free(f->symbols);
	if (f->dwfl)
		dwfl_end(f->dwfl);
	free(f->image);
	free(f->module);
	free(f->path);
	free(f);
}

const char *debug_file_path(const struct debug_file *f)
{
	return f->path;
}

const char *debug_file_module(const struct debug_file *f)
{
	return f->module;
}

const char *debug_file_build_id(const struct debug_file *f)
{
	return f->build_id;
}

static bool same_lines(const struct source_places *a, const struct source_places *b)
{
	if (a->n != b->n)
		return false;
	for (unsigned i = 0; i < a->n; i++) {
		const char *x = a->at[i].file, *y = b->at[i].file;

		if (a->at[i].line != b->at[i].line || !x != !y || (x && strcmp(x, y) != 0))
			return false;
	}
	return true;
}

/* The lines of functions that agree in name and size: they must agree in these, too, as
 * copies of one inline function in many objects do. */
static int places_of_twins(struct debug_file *f, const struct elf_symbol *const *twins, size_t n,
			   const struct code_place *at, struct source_places *out)
{
	bool relative = !f->module;
	/* A call may be the last instruction of its function. */
	uint64_t offset = at->offset - (!at->exact && at->offset);
	int err = dwarf_source_places(f->mod, twins[0]->address + offset, relative, out);

	for (size_t i = 1; i < n && !err; i++) {
		struct source_places other;

		err = dwarf_source_places(f->mod, twins[i]->address + offset, relative, &other);
		if (!err && !same_lines(out, &other))
			err = -ENOTUNIQ;
		source_places_clear(&other);
		if (err)
			source_places_clear(out);
	}
	return err == -ENOENT ? -ENODATA : err;
}

int debug_file_places(struct debug_file *f, const struct code_place *at, struct source_places *out)
{
	const struct elf_symbol *twins[TWINS_MAX];
	Dwarf_Addr bias;
	bool known;
	size_t n;

	*out = (struct source_places){0};
	if (!f->symbols && !f->symbols_err)
		f->symbols_err = elf_symbols_read(f->mod, &f->symbols);
	if (f->symbols_err)
		return f->symbols_err;
	n = elf_symbols_find(f->symbols, at->function, at->offset, at->size, twins, TWINS_MAX,
			     &known);
	if (!n)
		return known ? -ESTALE : -ENOENT;
	if (!dwfl_module_getdwarf(f->mod, &bias))
		return -ENODATA;
	return places_of_twins(f, twins, n, at, out);
}
