/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the CPU was doing when it failed: the instruction, the registers that made its
 * address, and what that address is. Worked out from a report's text alone.
 */
#ifndef KDEV_CONSOLE_FAULT_H
#define KDEV_CONSOLE_FAULT_H

#include "console/detector/crash.h"
#include "console/explain/address.h"
#include "console/symbolizer/disasm.h"

enum fault_access {
	FAULT_ACCESS_UNKNOWN,
	FAULT_READ,
	FAULT_WRITE,
	FAULT_FETCH, /* of an instruction: a jump to nowhere */
};

struct fault {
	bool decoded; /* instruction is valid */
	struct instruction instruction;
	enum fault_access access;

	bool has_address;
	uint64_t address; /* as printed, or made from the registers */

	bool has_pointer;     /* the instruction's base register is known */
	char pointer_name[8]; /* as the oops prints it: "RAX", "x0" */
	uint64_t pointer;     /* its value */
	struct address_space space;
};

/* Never fails: what is not known stays unset. Bytes and registers of user space don't count. */
void fault_of(const struct crash_report *r, struct fault *out);

#endif
