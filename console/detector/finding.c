/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From what was found to a report. */
#include "console/detector/finding.h"

#include "console/detector/title.h"

void finding_name(struct finding *f, const struct plumbing_index *plumbing)
{
	if (title_report(f->r, &f->hit, &f->buf, f->trigger, f->tagged, plumbing) == 0)
		f->r->text = report_buffer_copy(&f->buf, &f->r->text_len);
	report_buffer_clear(&f->buf);
}

void finding_free(struct finding *f)
{
	crash_report_free(f->r);
	report_buffer_free(&f->buf);
}
