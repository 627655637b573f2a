/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What doctor prints. */
#include <string.h>

#include "harness/doctor/doctor.h"
#include "harness/log.h"
#include "harness/output/json_write.h"

static const char *const words[DOCTOR_GRADES] = {
	[DOCTOR_SKIP] = "-", [DOCTOR_OK] = "ok", [DOCTOR_WARN] = "warn", [DOCTOR_FAIL] = "FAIL"};

/* Devices and programs are quoted in it. */
static void add_safe(struct strbuf *to, const char *text)
{
	char safe[sizeof(((struct doctor_finding *)0)->found)];
	size_t n = strnlen(text, sizeof(safe) - 1);

	memcpy(safe, text, n);
	safe[n] = '\0';
	log_make_safe(safe);
	strbuf_adds(to, safe);
}

void doctor_line(struct strbuf *to, const char *section, const char *what,
		 const struct doctor_finding *f, bool all)
{
	if (f->grade == DOCTOR_SKIP && (!all || !*f->found))
		return;
	strbuf_addf(to, "%-4s %s, %s: ", words[f->grade], section, what);
	add_safe(to, f->found);
	if (*f->fix) {
		strbuf_adds(to, "; fix: ");
		add_safe(to, f->fix);
	}
	strbuf_addc(to, '\n');
}

void doctor_json(struct strbuf *to, const char *section, const char *what,
		 const struct doctor_finding *f)
{
	static const char *const names[DOCTOR_GRADES] = {
		[DOCTOR_SKIP] = "skip",
		[DOCTOR_OK] = "ok",
		[DOCTOR_WARN] = "warn",
		[DOCTOR_FAIL] = "fail",
	};

	strbuf_adds(to, "{\"section\": ");
	json_write_text(to, section);
	strbuf_adds(to, ", \"check\": ");
	json_write_text(to, what);
	strbuf_addf(to, ", \"result\": \"%s\", \"found\": ", names[f->grade]);
	json_write_text(to, f->found);
	strbuf_adds(to, ", \"fix\": ");
	json_write_text(to, *f->fix ? f->fix : NULL);
	strbuf_addc(to, '}');
}

void doctor_sum(struct strbuf *to, const unsigned counts[DOCTOR_GRADES])
{
	unsigned warn = counts[DOCTOR_WARN], fail = counts[DOCTOR_FAIL];

	strbuf_addf(to, "%u ok", counts[DOCTOR_OK]);
	if (warn)
		strbuf_addf(to, ", %u warning%s", warn, warn == 1 ? "" : "s");
	if (fail)
		strbuf_addf(to, ", %u failure%s", fail, fail == 1 ? "" : "s");
	if (!warn && !fail)
		strbuf_adds(to, ", nothing to do");
	strbuf_addc(to, '\n');
}
