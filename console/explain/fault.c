/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Puts code bytes, registers and address of an oops together. */
#include "console/explain/fault.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "console/span.h"

/* 16 hex digits, or 8 on 32-bit machines, after "NAME: " or "RSP: 0018:". */
static bool parse_value(struct span t, uint64_t *out)
{
	char digits[17];
	size_t n = 0;

	if (t.n > 5 && t.s[4] == ':')
		t = span_skip(t, 5);
	for (; n < t.n && n < 16 && isxdigit((unsigned char)t.s[n]); n++)
		digits[n] = t.s[n];
	if (n != 16 && n != 8)
		return false;
	digits[n] = 0;
	*out = strtoull(digits, NULL, 16);
	return true;
}

/* The first value of a register in the text: the first dump is that of the fault. */
static bool find_register(struct span text, const char *name, uint64_t *out)
{
	char label[16];
	const char *at;

	snprintf(label, sizeof(label), "%s: ", name);
	while ((at = span_find(text, label))) {
		struct span value = span_skip(text, (size_t)(at - text.s) + strlen(label));

		if ((at == text.s || !isalnum((unsigned char)at[-1])) && parse_value(value, out))
			return true;
		text = value;
	}
	return false;
}

/* capstone's "rax", "r8", "x0" as the kernel prints them: "RAX", "R08", "x0 ". */
static void printed_name(const char *name, enum disasm_machine machine, char out[8])
{
	if (machine == DISASM_ARM64)
		snprintf(out, 8, "%-3s", name);
	else if (name[0] == 'r' && isdigit((unsigned char)name[1]) && !name[2])
		snprintf(out, 8, "R0%c", name[1]);
	else
		snprintf(out, 8, "%s", name);
	for (char *c = out; machine != DISASM_ARM64 && *c; c++)
		*c = (char)toupper((unsigned char)*c);
}

static bool register_value(struct span text, const char *name, enum disasm_machine machine,
			   uint64_t *out)
{
	char printed[8];

	printed_name(name, machine, printed);
	return *name && strcmp(name, "rip") != 0 && find_register(text, printed, out);
}

/* A report from a system call shows the caller's code, too: "RIP: 0033:0x43ab59". */
static bool code_is_the_kernels(struct span text)
{
	const char *code = span_find(text, "Code: "), *at;
	bool kernel = true;

	while (code && (at = span_find(text, "RIP: ")) && at < code) {
		text = span_skip(text, (size_t)(at - text.s) + 5);
		kernel = !span_starts(text, "0033:") && !span_starts(text, "0023:");
	}
	return kernel;
}

static enum fault_access access_of(struct span text)
{
	/* arch/x86/mm/fault.c: show_fault_oops() */
	if (span_find(text, "#PF: supervisor write access"))
		return FAULT_WRITE;
	if (span_find(text, "#PF: supervisor read access"))
		return FAULT_READ;
	if (span_find(text, "#PF: supervisor instruction fetch"))
		return FAULT_FETCH;
	return FAULT_ACCESS_UNKNOWN;
}

/* The register that the instruction used, and the address that it made from it. */
static void use_operand(struct span text, enum disasm_machine machine, struct fault *f)
{
	const struct instruction *i = &f->instruction;
	const char *name = i->memory ? i->base : i->operand;
	uint64_t index = 0;
	bool known;

	f->has_pointer = register_value(text, name, machine, &f->pointer);
	if (f->has_pointer)
		printed_name(name, machine, f->pointer_name);
	f->pointer_name[strcspn(f->pointer_name, " ")] = 0;
	if (!i->memory)
		return;

	known = f->has_pointer || !*i->base;
	if (*i->index)
		known = register_value(text, i->index, machine, &index) && known;
	if (known && !f->has_address) {
		f->has_address = true;
		f->address = f->pointer + index * i->scale + (uint64_t)i->displacement;
	}
}

void fault_of(const struct crash_report *r, struct fault *f)
{
	struct span text = {r->text ? r->text : "", r->text ? r->text_len : 0};
	enum disasm_machine machine = DISASM_X86_64;

	*f = (struct fault){.has_address = r->has_address, .address = r->address};
	if (span_find(text, "pstate: "))
		machine = DISASM_ARM64;
	else if (span_find(text, "EIP: "))
		machine = DISASM_X86_32;
	f->space.x86_64 = machine == DISASM_X86_64 && span_find(text, "RIP: ");
	f->access = access_of(text);
	if (!code_is_the_kernels(text))
		return;
	if (find_register(text, "RSP", &f->space.stack_pointer))
		f->space.la57 = f->space.stack_pointer < 0xffff800000000000;
	f->decoded = r->code && disasm_code(r->code, machine, &f->instruction) == 0;
	if (f->decoded)
		use_operand(text, machine, f);
}
