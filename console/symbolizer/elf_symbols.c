/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Indexes a file's functions by name and finds the one that a trace means. */
#include "console/symbolizer/elf_symbols.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "console/detector/trace.h"

#define NONE UINT32_MAX

/* More symbols than any kernel has. */
#define SYMBOLS_MAX (16U << 20)

struct elf_symbols {
	struct elf_symbol *all; /* by address */
	size_t n;
	uint32_t *buckets; /* first of each chain; a power of two of them */
	size_t n_buckets;
};

/* How well a symbol agrees with the printed size, worst first. */
enum fit {
	FIT_NOT,
	FIT_ROUGH, /* not excluded */
	FIT_SIZE,  /* the symbol's own size */
	FIT_SPAN,  /* just what kallsyms would print */
};

/* The name without suffixes; few have a dot at all, and there are many names. */
static struct span function_of(const char *name)
{
	struct span f = span_of(name);

	return memchr(f.s, '.', f.n) ? trace_function(f) : f;
}

/* FNV-1a over the name without its suffixes. */
static uint32_t hash_function(const char *name)
{
	struct span f = function_of(name);
	uint32_t h = 2166136261U;

	for (size_t i = 0; i < f.n; i++)
		h = (h ^ (unsigned char)f.s[i]) * 16777619U;
	return h;
}

/* Names that kallsyms leaves out: empty ones, local labels, ARM's and RISC-V's mapping symbols. */
static bool is_label(const char *name)
{
	return !name[0] || (name[0] == '.' && name[1] == 'L') ||
	       (name[0] == '$' && name[1] && strchr("axtd", name[1]) &&
		(!name[2] || name[2] == '.'));
}

static bool is_code(const GElf_Sym *sym, Elf *elf, GElf_Word shndx, GElf_Shdr *shdr)
{
	unsigned type = GELF_ST_TYPE(sym->st_info);

	return shndx != SHN_UNDEF &&
	       (type == STT_FUNC || type == STT_NOTYPE || type == STT_OBJECT) &&
	       gelf_getshdr(elf_getscn(elf, shndx), shdr) && (shdr->sh_flags & SHF_EXECINSTR);
}

/* The bytes from the symbol to the end of its section. In a relocatable file its value is
 * an offset into the section already. */
static uint64_t to_section_end(const GElf_Sym *sym, Elf *elf, const GElf_Shdr *shdr)
{
	GElf_Ehdr ehdr;
	uint64_t offset = sym->st_value;

	if (gelf_getehdr(elf, &ehdr) && ehdr.e_type != ET_REL)
		offset -= shdr->sh_addr;
	return offset < shdr->sh_size ? shdr->sh_size - offset : 0;
}

static void read_symbol(struct elf_symbols *t, Dwfl_Module *mod, int i)
{
	GElf_Word shndx = SHN_UNDEF;
	Dwarf_Addr bias;
	GElf_Addr address;
	GElf_Shdr shdr;
	GElf_Sym sym;
	Elf *elf = NULL;
	const char *name = dwfl_module_getsym_info(mod, i, &sym, &address, &shndx, &elf, &bias);

	if (!name || !elf || is_label(name) || !is_code(&sym, elf, shndx, &shdr))
		return;
	t->all[t->n++] = (struct elf_symbol){
		.address = address,
		.size = sym.st_size,
		.span = to_section_end(&sym, elf, &shdr),
		.name = name,
		.last = true,
	};
}

static int by_address(const void *a, const void *b)
{
	const struct elf_symbol *x = a, *y = b;

	return (x->address > y->address) - (x->address < y->address);
}

/* Shorten each span to the next symbol that has another address. */
static void measure_spans(struct elf_symbols *t)
{
	uint64_t next = 0;
	bool has_next = false;

	for (size_t i = t->n; i-- > 0;) {
		struct elf_symbol *s = &t->all[i];

		if (i + 1 < t->n && t->all[i + 1].address != s->address) {
			next = t->all[i + 1].address;
			has_next = true;
		}
		if (has_next && next - s->address < s->span) {
			s->span = next - s->address;
			s->last = false;
		}
	}
}

static int fill_buckets(struct elf_symbols *t)
{
	t->n_buckets = 16;
	while (t->n_buckets < t->n)
		t->n_buckets *= 2;
	t->buckets = malloc(t->n_buckets * sizeof(*t->buckets));
	if (!t->buckets)
		return -ENOMEM;
	memset(t->buckets, 0xff, t->n_buckets * sizeof(*t->buckets));
	for (size_t i = t->n; i-- > 0;) {
		uint32_t *head = &t->buckets[hash_function(t->all[i].name) & (t->n_buckets - 1)];

		t->all[i].next = *head;
		*head = (uint32_t)i;
	}
	return 0;
}

int elf_symbols_read(Dwfl_Module *mod, struct elf_symbols **out)
{
	int n = dwfl_module_getsymtab(mod), err = -ENOMEM;
	struct elf_symbols *t;

	if (n <= 1 || (unsigned)n > SYMBOLS_MAX)
		return -ENODATA;
	t = calloc(1, sizeof(*t));
	if (!t)
		return -ENOMEM;
	t->all = malloc((size_t)n * sizeof(*t->all));
	if (!t->all)
		goto fail;
	for (int i = 1; i < n; i++)
		read_symbol(t, mod, i);
	qsort(t->all, t->n, sizeof(*t->all), by_address);
	measure_spans(t);
	err = fill_buckets(t);
	if (err)
		goto fail;
	*out = t;
	return 0;

fail:
	elf_symbols_free(t);
	return err;
}

void elf_symbols_free(struct elf_symbols *t)
{
	if (!t)
		return;
	free(t->buckets);
	free(t->all);
	free(t);
}

size_t elf_symbols_count(const struct elf_symbols *t)
{
	return t->n;
}

static enum fit judge(const struct elf_symbol *s, uint64_t offset, uint64_t size)
{
	if (!size)
		return offset <= s->span ? FIT_ROUGH : FIT_NOT;
	if (offset > size)
		return FIT_NOT;
	if (size == s->span)
		return FIT_SPAN;
	if (size == s->size)
		return FIT_SIZE;
	/* In memory another section follows, or the end of the module's text. */
	return s->last && size > s->span && offset <= s->span ? FIT_ROUGH : FIT_NOT;
}

size_t elf_symbols_find(const struct elf_symbols *t, const char *function, uint64_t offset,
			uint64_t size, const struct elf_symbol **found, size_t max, bool *known)
{
	struct span wanted = function_of(function);
	enum fit best = FIT_ROUGH;
	size_t n = 0;

	*known = false;
	for (uint32_t i = t->buckets[hash_function(function) & (t->n_buckets - 1)]; i != NONE;
	     i = t->all[i].next) {
		const struct elf_symbol *s = &t->all[i];
		enum fit fit;

		if (!span_equal(function_of(s->name), wanted))
			continue;
		*known = true;
		fit = judge(s, offset, size);
		if (fit < best)
			continue;
		if (fit > best)
			n = 0;
		best = fit;
		if (n < max && !(n && found[n - 1]->address == s->address))
			found[n++] = s;
	}
	return n;
}
