/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Walks DWARF from an address to its source lines and inlined functions. */
#include "console/symbolizer/dwarf_lines.h"

#include <dwarf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "console/explain/source_path.h"
#include "console/pipeline/printable.h"

/* A file that lies about its tree must not keep us for ever. */
#define ENTRIES_MAX       (4U << 20)
#define DEPTH_MAX         64
#define FUNCTION_NAME_MAX 512
#define LINE_MAX_SANE     (64U << 20)

/* The compilation unit that covers an address. Without .debug_aranges (clang writes none)
 * every unit is asked. */
static Dwarf_Die *find_unit(Dwfl_Module *mod, Dwarf_Addr address, Dwarf_Addr *bias)
{
	Dwarf_Die *unit = dwfl_module_addrdie(mod, address, bias);

	if (unit)
		return unit;
	while ((unit = dwfl_module_nextcu(mod, unit, bias)))
		if (dwarf_haspc(unit, address - *bias) > 0)
			return unit;
	return NULL;
}

/* Scopes that code stands in. All else (types, variables) is passed over unread. */
static bool is_scope(int tag)
{
	return tag == DW_TAG_subprogram || tag == DW_TAG_inlined_subroutine ||
	       tag == DW_TAG_lexical_block;
}

/* What has no addresses of its own, but in C++ and Rust holds functions. */
static bool is_container(int tag)
{
	return tag == DW_TAG_namespace || tag == DW_TAG_structure_type ||
	       tag == DW_TAG_class_type || tag == DW_TAG_enumeration_type;
}

/* A walk down the tree to the innermost scope of an address. */
struct scope_walk {
	Dwarf_Addr pc;                          /* in the debug section's own addresses */
	bool nested;                            /* the language has containers */
	unsigned budget;                        /* entries that may still be looked at */
	Dwarf_Die functions[SOURCE_PLACES_MAX]; /* the subprogram, then what is inlined in it */
	unsigned n;
};

/* True when the address was found below `parent`: nobody needs to look further. */
static bool walk_children(struct scope_walk *w, Dwarf_Die *parent, unsigned depth)
{
	Dwarf_Die child;

	if (depth > DEPTH_MAX || dwarf_child(parent, &child) != 0)
		return false;
	do {
		int tag = dwarf_tag(&child);

		if (!w->budget)
			return false;
		w->budget--;
		if (w->nested && is_container(tag) && walk_children(w, &child, depth + 1))
			return true;
		if (!is_scope(tag) || dwarf_haspc(&child, w->pc) <= 0)
			continue;
		if (tag == DW_TAG_subprogram)
			w->n = 0;
		if (tag != DW_TAG_lexical_block && w->n < SOURCE_PLACES_MAX)
			w->functions[w->n++] = child;
		walk_children(w, &child, depth + 1);
		return true;
	} while (dwarf_siblingof(&child, &child) == 0);
	return false;
}

static bool has_containers(Dwarf_Die *unit)
{
	switch (dwarf_srclang(unit)) {
	case DW_LANG_C89:
	case DW_LANG_C:
	case DW_LANG_C99:
	case DW_LANG_C11:
	case DW_LANG_Mips_Assembler: return false;
	default: return true;
	}
}

static const char *unit_string(Dwarf_Die *unit, unsigned name)
{
	Dwarf_Attribute attr;

	return dwarf_formstring(dwarf_attr(unit, name, &attr));
}

static char *printable_name(const char *name)
{
	struct strbuf b = {0};

	strbuf_add_printable(&b, name, strnlen(name, FUNCTION_NAME_MAX));
	return strbuf_take(&b);
}

/* What all places of one address have in common. */
struct lookup {
	Dwarf_Die *unit;
	const char *dir; /* where the compiler ran; may be NULL */
	bool relative;
};

static int set_file(struct source_place *place, const struct lookup *l, const char *file)
{
	if (!file)
		return 0;
	place->file = source_path(l->dir, file, l->relative);
	return place->file ? 0 : -ENOMEM;
}

/* The line table's row for the address: the innermost place. */
static int place_of_line(const struct lookup *l, Dwarf_Addr pc, struct source_place *place)
{
	Dwarf_Line *row = dwarf_getsrc_die(l->unit, pc);
	int line = 0;

	if (!row || dwarf_lineno(row, &line) != 0 || line <= 0)
		return 0;
	place->line = (unsigned)line;
	return set_file(place, l, dwarf_linesrc(row, NULL, NULL));
}

/* Where an inlined function was called: the place of the function around it. */
static int place_of_call(const struct lookup *l, Dwarf_Die *inlined, struct source_place *place)
{
	Dwarf_Attribute attr;
	Dwarf_Word line, index;
	Dwarf_Files *files;
	size_t n;

	if (dwarf_formudata(dwarf_attr(inlined, DW_AT_call_line, &attr), &line) != 0 ||
	    dwarf_formudata(dwarf_attr(inlined, DW_AT_call_file, &attr), &index) != 0)
		return 0;
	if (dwarf_getsrcfiles(l->unit, &files, &n) != 0 || index >= n || line > LINE_MAX_SANE)
		return 0;
	place->line = (unsigned)line;
	return set_file(place, l, dwarf_filesrc(files, index, NULL, NULL));
}

static int set_places(struct scope_walk *w, const struct lookup *l, struct source_places *out)
{
	unsigned n = w->n ? w->n : 1; /* assembly has lines, but no functions */

	for (unsigned i = 0; i < n; i++) {
		unsigned scope = n - 1 - i;
		struct source_place *place = &out->at[out->n++];
		const char *name = w->n ? dwarf_diename(&w->functions[scope]) : NULL;
		int err = i == 0 ? place_of_line(l, w->pc, place)
				 : place_of_call(l, &w->functions[scope + 1], place);

		if (err)
			return err;
		if (name && !(place->function = printable_name(name)))
			return -ENOMEM;
	}
	return 0;
}

int dwarf_source_places(Dwfl_Module *mod, Dwarf_Addr address, bool relative,
			struct source_places *out)
{
	Dwarf_Addr bias = 0;
	struct lookup l = {.unit = find_unit(mod, address, &bias), .relative = relative};
	struct scope_walk w = {.pc = address - bias, .budget = ENTRIES_MAX};
	int err;

	*out = (struct source_places){0};
	if (!l.unit)
		return -ENOENT;
	l.dir = unit_string(l.unit, DW_AT_comp_dir);
	w.nested = has_containers(l.unit);
	walk_children(&w, l.unit, 0);
	err = set_places(&w, &l, out);
	if (!err && !out->at[0].file)
		err = -ENOENT;
	if (err)
		source_places_clear(out);
	return err;
}

void source_places_clear(struct source_places *p)
{
	for (unsigned i = 0; i < p->n; i++) {
		free(p->at[i].function);
		free(p->at[i].file);
	}
	p->n = 0;
}
