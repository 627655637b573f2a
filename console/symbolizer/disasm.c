/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decodes the marked instruction of a "Code:" line with capstone. */
#include "console/symbolizer/disasm.h"

#include <capstone/capstone.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The kernel prints 64 bytes on x86 (OPCODE_BUFSIZE), five words on arm64. */
#define BYTES_MAX 128

/* The bytes from the mark on. */
struct opcodes {
	uint8_t bytes[BYTES_MAX];
	size_t n;
	bool marked;
};

static int hex_digit(char c)
{
	if (isdigit((unsigned char)c))
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* A number of exactly `digits` hex digits. */
static bool hex_word(const char **s, unsigned digits, uint32_t *out)
{
	*out = 0;
	for (; digits; digits--, (*s)++) {
		int d = hex_digit(**s);

		if (d < 0)
			return false;
		*out = *out << 4 | (unsigned)d;
	}
	return true;
}

/* "48 89 <c7> 40" with two digits a word, "d503201f (b900001f)" with eight. */
static int parse_code(const char *s, unsigned digits, const char mark[2], struct opcodes *o)
{
	while (*s) {
		bool here = *s == mark[0];
		uint32_t word;

		if (isspace((unsigned char)*s)) {
			s++;
			continue;
		}
		if (here && o->marked)
			return -EINVAL;
		s += here;
		if (!hex_word(&s, digits, &word) || (here && *s++ != mark[1]) ||
		    (*s && !isspace((unsigned char)*s)))
			return -EINVAL;
		o->marked |= here;
		for (unsigned i = 0; o->marked && i < digits / 2; i++) {
			if (o->n == BYTES_MAX)
				return -EINVAL;
			o->bytes[o->n++] = (uint8_t)(word >> (8 * i));
		}
	}
	return o->marked ? 0 : -EINVAL;
}

static void copy_name(csh handle, unsigned reg, char out[8])
{
	const char *name = reg ? cs_reg_name(handle, reg) : NULL;

	snprintf(out, 8, "%s", name ? name : "");
}

/* "ecx", "r8d" → "rcx", "r8" in 64-bit mode; other parts of registers are left out. */
static void whole_register(csh handle, unsigned reg, char out[8])
{
	char name[8];
	size_t n;

	copy_name(handle, reg, name);
	n = strlen(name);
	if (n == 3 && name[0] == 'e')
		name[0] = 'r';
	else if (n > 2 && name[0] == 'r' && isdigit((unsigned char)name[1]) && name[n - 1] == 'd')
		name[n - 1] = 0;
	else if (n < 2 || name[0] != 'r')
		name[0] = 0;
	snprintf(out, 8, "%s", name);
}

/* A segment (%gs: the CPU's own data) adds what we don't know: no operand then. */
static void x86_operand(csh handle, const cs_x86 *x, struct instruction *out)
{
	if (x->op_count == 1 && x->operands[0].type == X86_OP_REG)
		whole_register(handle, x->operands[0].reg, out->operand);
	for (unsigned i = 0; i < x->op_count; i++) {
		const x86_op_mem *mem = &x->operands[i].mem;

		if (x->operands[i].type != X86_OP_MEM || mem->segment)
			continue;
		copy_name(handle, mem->base, out->base);
		copy_name(handle, mem->index, out->index);
		out->memory = true;
		out->scale = (unsigned)mem->scale;
		out->displacement = mem->disp;
		return;
	}
}

static void arm64_operand(csh handle, const cs_arm64 *a, struct instruction *out)
{
	for (unsigned i = 0; i < a->op_count; i++) {
		const arm64_op_mem *mem = &a->operands[i].mem;

		if (a->operands[i].type != ARM64_OP_MEM)
			continue;
		copy_name(handle, mem->base, out->base);
		copy_name(handle, mem->index, out->index);
		out->memory = true;
		out->scale = 1;
		out->displacement = mem->disp;
		return;
	}
}

static void fill(csh handle, const cs_insn *insn, bool arm, struct instruction *out)
{
	snprintf(out->text, sizeof(out->text), "%s%s%s", insn->mnemonic, *insn->op_str ? " " : "",
		 insn->op_str);
	if (!insn->detail)
		return;
	if (arm)
		arm64_operand(handle, &insn->detail->arm64, out);
	else
		x86_operand(handle, &insn->detail->x86, out);
}

int disasm_code(const char *code, enum disasm_machine machine, struct instruction *out)
{
	bool arm = machine == DISASM_ARM64;
	struct opcodes o = {0};
	cs_insn *insn = NULL;
	csh handle;
	size_t n;
	int err = parse_code(code, arm ? 8 : 2, arm ? "()" : "<>", &o);

	*out = (struct instruction){0};
	if (err)
		return err;
	if (cs_open(arm ? CS_ARCH_ARM64 : CS_ARCH_X86,
		    arm                        ? CS_MODE_ARM
		    : machine == DISASM_X86_64 ? CS_MODE_64
					       : CS_MODE_32,
		    &handle) != CS_ERR_OK)
		return -ENOTSUP;
	cs_option(handle, CS_OPT_DETAIL, CS_OPT_ON);
	if (!arm)
		cs_option(handle, CS_OPT_SYNTAX, CS_OPT_SYNTAX_ATT);
	n = cs_disasm(handle, o.bytes, o.n, 0, 1, &insn);
	if (n)
		fill(handle, insn, arm, out);
	else
		err = cs_errno(handle) == CS_ERR_MEM ? -ENOMEM : -EINVAL;
	cs_free(insn, n);
	cs_close(&handle);
	return err;
}
