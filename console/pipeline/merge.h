/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Serial line and netconsole carry the same messages. This knows what was said, and by whom, so
 * that each message goes on once: the first copy at once, the second not at all, and one that was
 * damaged again when the other source has it whole.
 *
 * Copies are known by printk timestamp and text; where one side has no timestamps (printk.time=0)
 * by text and time of arrival. A source may be behind the other by thousands of lines: a slow UART,
 * or netconsole, which sends the whole log when its module is loaded.
 *
 * Pure and of fixed size (about 1 MB).
 */
#ifndef KDEV_CONSOLE_MERGE_H
#define KDEV_CONSOLE_MERGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console/detector/detector.h"
#include "console/pipeline/pipeline.h"

/* So many messages are remembered, and of so many bytes the text (for damaged copies). */
#define MERGE_MESSAGES 8192
#define MERGE_TEXT     (256u << 10)

/* A copy without timestamp comes within this time, or it is a message of its own. */
#define MERGE_UNTIMED MONO_SEC(2)

/* So long after a boot began, what is still coming of the one before is told apart. */
#define MERGE_OLD_BOOT MONO_SEC(5)

/* A source that was silent while the other brought so many messages is not counted on. */
#define MERGE_SILENT 32

enum merge_answer {
	MERGE_NEW,       /* not said before */
	MERGE_BETTER,    /* said before by the other source, but damaged */
	MERGE_DUPLICATE, /* said before */
	MERGE_OLD,       /* of the boot that has ended: not the new one's */
};

struct merge;

/* NULL when out of memory. */
struct merge *merge_new(void);
void merge_free(struct merge *m);

/* A message: text, kernel_us, torn and at of rec are used. *id numbers the messages: a new one has
 * its own, a better or duplicate one that of the first copy; 0 if it is not known any more. */
enum merge_answer merge_add(struct merge *m, enum console_source src, const struct log_record *rec,
			    uint64_t *id);

/* The next message of src repeats its last one, which may have been cut. */
void merge_replay(struct merge *m, enum console_source src);

/* A boot begins. What the sources then say is of the old one while it goes on with its
 * timestamps, for MERGE_OLD_BOOT at most, or until merge_booted(). */
void merge_new_boot(struct merge *m, struct monotime now);
void merge_booted(struct merge *m, enum console_source src);

/* Has src begun with new messages at an earlier time than before, without merge_new_boot()? A log
 * that is only printed again (`dmesg` on the serial line, a reloaded netconsole) has messages that
 * are known. */
bool merge_has_rebooted(const struct merge *m, enum console_source src);

/* Did src speak in this boot, and not fall silent? */
bool merge_alive(const struct merge *m, enum console_source src);

/* The timestamp of the newest message of this boot from src; -1 if there was none. */
int64_t merge_newest(const struct merge *m, enum console_source src);

/* How many messages with timestamps between src's newest and `until` only the other source
 * has: those that src lost. */
uint64_t merge_missing(const struct merge *m, enum console_source src, int64_t until);

/* Is a source repeating what the other said already and still behind it? Until it is done,
 * silence of the other says nothing. */
bool merge_catching_up(const struct merge *m, struct monotime now);

#endif
