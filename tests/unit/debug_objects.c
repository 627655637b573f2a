/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compiles objects for the symbolizer's tests, and looks into them. */
#include "tests/unit/debug_objects.h"

#include <dirent.h>
#include <fcntl.h>
#include <gelf.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

char *make_directory(void)
{
	char *dir = strdup("/tmp/kdev-symbolizer-XXXXXX");

	assert_non_null(dir);
	assert_non_null(mkdtemp(dir));
	return dir;
}

void remove_directory(char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	assert_non_null(d);
	while ((e = readdir(d)))
		unlinkat(dirfd(d), e->d_name, 0);
	closedir(d);
	rmdir(dir);
	free(dir);
}

static FILE *open_in(const char *dir, const char *name, const char *mode)
{
	char path[256];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, mode);
	assert_non_null(f);
	return f;
}

void write_file(const char *dir, const char *name, const void *bytes, size_t n)
{
	FILE *f = open_in(dir, name, "w");

	assert_int_equal(fwrite(bytes, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

char *read_file(const char *dir, const char *name, size_t *n)
{
	FILE *f = open_in(dir, name, "r");
	char *bytes;
	long size;

	fseek(f, 0, SEEK_END);
	size = ftell(f);
	rewind(f);
	assert_true(size >= 0);
	bytes = malloc((size_t)size + 1);
	assert_non_null(bytes);
	*n = fread(bytes, 1, (size_t)size, f);
	bytes[*n] = 0;
	fclose(f);
	return bytes;
}

int run_in(const char *dir, const char *const argv[])
{
	posix_spawn_file_actions_t actions;
	int status = -1;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addchdir_np(&actions, dir);
	if (posix_spawnp(&pid, argv[0], &actions, NULL, (char *const *)argv, environ) != 0 ||
	    waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		status = -1;
	posix_spawn_file_actions_destroy(&actions);
	return status == -1 ? -1 : WEXITSTATUS(status);
}

unsigned line_with(const char *text, const char *mark)
{
	const char *at = strstr(text, mark);
	unsigned line = 1;

	assert_non_null(at);
	for (const char *c = text; c < at; c++)
		line += *c == '\n';
	return line;
}

/* The section of that type (and name, if not NULL). */
static Elf_Scn *find_section(Elf *elf, GElf_Word type, const char *name, GElf_Shdr *shdr)
{
	Elf_Scn *scn = NULL;
	size_t names;

	assert_int_equal(elf_getshdrstrndx(elf, &names), 0);
	while ((scn = elf_nextscn(elf, scn))) {
		assert_non_null(gelf_getshdr(scn, shdr));
		if (shdr->sh_type == type &&
		    (!name || !strcmp(elf_strptr(elf, names, shdr->sh_name), name)))
			return scn;
	}
	fail();
	return NULL;
}

static Elf *open_elf(const char *path, int *fd)
{
	Elf *elf;

	elf_version(EV_CURRENT);
	*fd = open(path, O_RDONLY | O_CLOEXEC);
	assert_true(*fd >= 0);
	elf = elf_begin(*fd, ELF_C_READ, NULL);
	assert_non_null(elf);
	return elf;
}

uint64_t symbol_size(const char *path, const char *name, unsigned nth)
{
	GElf_Shdr shdr;
	GElf_Sym sym;
	uint64_t size = 0;
	int fd;
	Elf *elf = open_elf(path, &fd);
	Elf_Data *data = elf_getdata(find_section(elf, SHT_SYMTAB, NULL, &shdr), NULL);

	for (int i = 0; !size && gelf_getsym(data, i, &sym); i++)
		if (!strcmp(elf_strptr(elf, shdr.sh_link, sym.st_name), name) && !nth--)
			size = sym.st_size;
	elf_end(elf);
	close(fd);
	assert_true(size);
	return size;
}

uint64_t mark_at(const char *path, unsigned nth)
{
	GElf_Shdr shdr;
	uint64_t value;
	int fd;
	Elf *elf = open_elf(path, &fd);
	Elf_Data *data = elf_getdata(find_section(elf, SHT_PROGBITS, ".marks", &shdr), NULL);

	assert_true(data->d_size >= 8 * (nth + 1));
	memcpy(&value, (char *)data->d_buf + 8 * nth, 8);
	elf_end(elf);
	close(fd);
	return value;
}
