/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The serial console: is it there, is it heard, does BREAK reach the kernel? */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "harness/doctor/doctor.h"
#include "harness/output/text_json.h"
#include "harness/paths.h"

#define ANSWER_MS 4000
#define LOOK_MS   100
#define LOG_MAX   (64u << 20)

static void port(struct doctor *d, const char *arg, struct doctor_finding *f)
{
	static const char kind[] = "serial:";
	const char *where = d->cfg->console + strlen(kind);

	if (!strcmp(d->cfg->console, "qemu"))
		doctor_ok(f, "a socket of QEMU's");
	else if (strncmp(d->cfg->console, kind, strlen(kind)) != 0)
		doctor_skip(f, "%s is no port of this machine", d->cfg->console);
	else
		doctor_device(f, where, strcspn(where, ","));
}

/* What was heard since the board was switched on. The caller frees; NULL: nothing can be read. */
static char *heard(const struct doctor *d, size_t *len)
{
	char *path = path_board(d->cfg->name, "console.raw");
	char *text = path ? path_read(path, LOG_MAX, len) : NULL;

	free(path);
	return text;
}

static void bytes(struct doctor *d, const char *arg, struct doctor_finding *f)
{
	size_t len = 0;
	char *text;

	if (!d->link) {
		doctor_skip(f, "the board is not up (kdev up)");
		return;
	}
	text = heard(d, &len);
	free(text);
	if (len)
		doctor_ok(f, "%zu bytes came since the board was switched on", len);
	else
		doctor_fail(f,
			    "check the cable (null modem?), the speed, and console=ttyS0,115200 "
			    "in the kernel's command line",
			    "not one byte came since the board was switched on");
}

/* Is the board ready, and nobody else's? Else the finding says it. */
static bool ready(struct doctor *d, struct doctor_finding *f)
{
	json_t *st = doctor_ask(d, "status", NULL);
	const json_t *board = json_object_get(st, "board");
	bool busy = json_is_true(json_object_get(st, "in_use"));
	bool is = doctor_answered(st) && !strcmp(json_text_of(board, "state"), "ready");

	if (busy)
		doctor_skip(f, "a run has the board");
	else if (!is)
		doctor_skip(f, "the board is not ready (kdev up)");
	json_decref(st);
	return is && !busy;
}

static bool help_came(const struct doctor *d, size_t from)
{
	size_t len = 0;
	char *text = heard(d, &len);
	bool came = text && len > from &&
		    memmem(text + from, len - from, "sysrq: HELP", strlen("sysrq: HELP"));

	free(text);
	return came;
}

/* SysRq-h only lists the keys. */
static void sysrq(struct doctor *d, const char *arg, struct doctor_finding *f)
{
	static const char fix[] = "use a line that carries BREAK (no tcp:), and sysctl "
				  "kernel.sysrq=1 on the board";
	size_t before = 0;
	bool came = false;
	json_t *reply;

	if (!ready(d, f))
		return;
	free(heard(d, &before));
	reply = doctor_ask(d, "sysrq", json_pack("{s:s}", "key", "h"));
	if (!doctor_answered(reply)) {
		doctor_fail(f, fix, "%s", json_text_of(reply, "error"));
		json_decref(reply);
		return;
	}
	json_decref(reply);
	for (int ms = 0; ms < ANSWER_MS && !came; ms += LOOK_MS) {
		doctor_pause(d, LOOK_MS);
		came = help_came(d, before);
	}
	if (came)
		doctor_ok(f, "the kernel answers SysRq after a BREAK");
	else
		doctor_fail(f, fix, "the kernel did not answer SysRq-h after a BREAK within %d s",
			    ANSWER_MS / 1000);
}

static const struct doctor_check checks[] = {
	{"port", port, NULL},
	{"heard", bytes, NULL},
	{"BREAK", sysrq, NULL},
	{0},
};

extern const struct doctor_section doctor_console;
const struct doctor_section doctor_console = {"console", checks};
