/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a check says what it found. */
#include "harness/doctor/doctor.h"

#include <stdarg.h>
#include <stdio.h>

static void say(struct doctor_finding *f, enum doctor_grade grade, const char *fix, const char *fmt,
		va_list ap) __attribute__((format(printf, 4, 0)));

static void say(struct doctor_finding *f, enum doctor_grade grade, const char *fix, const char *fmt,
		va_list ap)
{
	f->grade = grade;
	vsnprintf(f->found, sizeof(f->found), fmt, ap);
	snprintf(f->fix, sizeof(f->fix), "%s", fix);
}

void doctor_ok(struct doctor_finding *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(f, DOCTOR_OK, "", fmt, ap);
	va_end(ap);
}

void doctor_skip(struct doctor_finding *f, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(f, DOCTOR_SKIP, "", fmt, ap);
	va_end(ap);
}

void doctor_warn(struct doctor_finding *f, const char *fix, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(f, DOCTOR_WARN, fix, fmt, ap);
	va_end(ap);
}

void doctor_fail(struct doctor_finding *f, const char *fix, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(f, DOCTOR_FAIL, fix, fmt, ap);
	va_end(ap);
}
