/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What KASAN, KFENCE and SLUB tell of an object: where in it, who allocated and who freed it. */
#ifndef KDEV_CONSOLE_OBJECT_STORY_H
#define KDEV_CONSOLE_OBJECT_STORY_H

#include "console/detector/crash.h"
#include "console/span.h"

/* Point into the report's text; empty what it does not say. */
struct object_story {
	struct span where;  /* "24 bytes inside of" or "0 bytes to the right of" */
	struct span region; /* "96-byte region", "freed 96-byte region" */
	struct span cache;  /* "kmalloc-96" */
	struct span allocated,
		freed; /* "foo_open+0x20/0x40 [foo]": the first that is no plumbing */
};

void object_story_of(const struct crash_report *r, struct object_story *out);

#endif
