/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the board's boot is: which of the signs are to be believed, and what a new boot resets. */
#include <string.h>

#include "console/pipeline/boot_marks.h"
#include "console/pipeline/pipeline_state.h"

/* The kernel's banner is its first message: it comes before the clock is set up, or right after. */
#define BANNER_TIME MONO_SEC(1)

void pipeline_begin_boot(struct pipeline *p, struct monotime now)
{
	pipeline_release(p, (struct monotime){INT64_MAX - 1});
	detector_new_boot(p->detector);
	merge_new_boot(p->merge, now);
	p->booting = true;
	p->told = false;
	p->timed = false;
	p->banner_len = 0;
	p->serial_us = -1;
}

/* Netconsole begins anew: the board booted, or its module was loaded again. Where the serial
 * line works, that one knows. */
void pipeline_on_restart(void *arg)
{
	struct pipeline *p = arg;

	if (!p->booting && merge_newest(p->merge, SOURCE_SERIAL) < 0)
		pipeline_begin_boot(p, p->now);
	merge_booted(p->merge, SOURCE_NETCONSOLE);
	p->gap = 0;
}

/* Only what stands at the very beginning of a text, and not in a kernel that prints timestamps:
 * what a person or a program prints in a line of its own can't be told from it. */
static bool believe_firmware(const struct pipeline_text *t, const struct log_record *rec)
{
	return t->source == SOURCE_SERIAL && t->fresh && rec->text == t->text && rec->kernel_us < 0;
}

/* A banner without a reset, a firmware or a restart before it can as well be `dmesg` typed on the
 * console: then merge_has_rebooted() will tell. */
static bool believe_kernel(const struct pipeline *p, const struct pipeline_text *t,
			   const struct log_record *rec)
{
	int64_t serial = merge_newest(p->merge, SOURCE_SERIAL);

	if (rec->kernel_us >= BANNER_TIME)
		return false;
	if (t->source == SOURCE_NETCONSOLE)
		return p->booting && serial < 0;
	if (rec->kernel_us < 0)
		return !p->timed && t->fresh && rec->text == t->text;
	return p->booting || p->told || serial < 0;
}

static void keep_banner(struct pipeline *p, const struct log_record *rec)
{
	p->banner_len = rec->len < sizeof(p->banner) ? rec->len : sizeof(p->banner);
	memcpy(p->banner, rec->text, p->banner_len);
}

bool pipeline_boot_sign(struct pipeline *p, const struct pipeline_text *t,
			const struct log_record *rec, enum boot_mark *mark)
{
	if (!boot_mark_of(rec->text, rec->len, mark))
		return false;
	if (*mark == BOOT_FIRMWARE) {
		if (!believe_firmware(t, rec))
			return false;
		if (!p->booting)
			pipeline_begin_boot(p, t->at);
		detector_firmware(p->detector, true);
	} else if (*mark == BOOT_KERNEL) {
		if (!believe_kernel(p, t, rec)) {
			keep_banner(p, rec);
			return false;
		}
		if (!p->booting)
			pipeline_begin_boot(p, t->at);
		detector_firmware(p->detector, false);
		p->booting = false;
	} else {
		return false;
	}
	merge_booted(p->merge, t->source);
	return true;
}

void pipeline_check_clock(struct pipeline *p)
{
	size_t len = p->banner_len;

	if (!merge_has_rebooted(p->merge, SOURCE_SERIAL))
		return;
	pipeline_begin_boot(p, p->now);
	merge_booted(p->merge, SOURCE_SERIAL);
	p->booting = false;
	p->timed = true;
	if (p->ops.mark)
		p->ops.mark(p->arg, BOOT_KERNEL, p->banner, len);
}

/* Of the kernel, as far as one can know: where it prints timestamps, the message has one. */
static bool from_kernel(const struct pipeline *p, const struct log_record *rec)
{
	return rec->kernel_us >= 0 || !p->timed;
}

void pipeline_message(struct pipeline *p, const struct log_record *rec)
{
	enum boot_mark mark;

	if (!from_kernel(p, rec) || !boot_mark_of(rec->text, rec->len, &mark))
		return;
	if (mark == BOOT_FIRMWARE || mark == BOOT_KERNEL)
		return;
	if (mark == BOOT_RESTART)
		p->told = true;
	if (p->ops.mark)
		p->ops.mark(p->arg, mark, rec->text, rec->len);
}
