/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The inside of the pipeline, for pipeline*.c alone. */
#ifndef KDEV_CONSOLE_PIPELINE_STATE_H
#define KDEV_CONSOLE_PIPELINE_STATE_H

#include "console/pipeline/hold.h"
#include "console/pipeline/lines.h"
#include "console/pipeline/merge.h"
#include "console/pipeline/netconsole.h"
#include "console/pipeline/pipeline.h"

struct pipeline {
	struct pipeline_ops ops;
	void *arg;
	struct detector *detector;
	struct merge *merge;
	struct netconsole *netconsole;
	struct lines serial, basic; /* basic: netconsole's basic format */
	struct hold hold;

	bool booting;              /* a boot has begun and its kernel has not yet spoken */
	bool told;                 /* the kernel said that it restarts */
	bool timed;                /* this boot's kernel prints timestamps on the serial line */
	uint64_t line;             /* lines given out that were not duplicates */
	int64_t serial_us;         /* timestamp that the serial line's current text has come to */
	uint64_t gap;              /* netconsole sequence numbers missing before the next record */
	struct monotime postponed; /* since when silence is not believed; NEVER: it is */
	struct monotime tick_not_before; /* of the detector, while so */
	char banner[256];                /* a kernel banner that is in doubt */
	size_t banner_len;
	struct monotime now; /* of the feeding call */
	int err;             /* first failure of the feeding call */
	char clean[LINES_MAX];
	char shown[NETCONSOLE_TEXT_MAX + 64]; /* an extended record as a line */
};

/* One text of one source: a line, or what stands between two moves of the cursor. */
struct pipeline_text {
	enum console_source source;
	const char *text;
	size_t len;
	struct monotime at;
	bool fresh; /* a message may begin here */
	bool rest;  /* something of this line came before */
	bool cut;   /* the end is missing */
};

/* ---- pipeline.c ---- */

/* To the detector, or into the queue before it. */
void pipeline_deliver(struct pipeline *p, enum console_source src, const struct log_record *rec,
		      uint64_t id);
/* What has waited long enough goes on. */
void pipeline_release(struct pipeline *p, struct monotime now);

/* ---- pipeline_text.c ---- */

/* Callbacks of lines and netconsole; arg is the pipeline. */
void pipeline_on_serial_line(void *arg, const struct line *line);
void pipeline_on_basic_line(void *arg, const struct line *line);
void pipeline_on_extended(void *arg, const struct netconsole_record *rec);
void pipeline_on_gap(void *arg, uint64_t n);

/* ---- pipeline_boot.c ---- */

void pipeline_begin_boot(struct pipeline *p, struct monotime now);
void pipeline_on_restart(void *arg);
/* Is this record the sign of a boot? Looked at before anything else: it is of the new boot. */
bool pipeline_boot_sign(struct pipeline *p, const struct pipeline_text *t,
			const struct log_record *rec, enum boot_mark *mark);
/* After a serial record: has its clock shown that the board booted, without any sign? */
void pipeline_check_clock(struct pipeline *p);
/* A message that was not said before: restart and NFS marks. */
void pipeline_message(struct pipeline *p, const struct log_record *rec);

#endif
