/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where in its trace a report's guilty function stands. */
#ifndef KDEV_CONSOLE_GUILTY_FRAME_H
#define KDEV_CONSOLE_GUILTY_FRAME_H

#include "console/detector/crash.h"

/* The innermost frame of the guilty function and module, or n_frames. */
size_t guilty_frame(const struct crash_report *r);

/* The first of the frames that were inlined into frame `at`: `at` itself if none was. */
size_t guilty_frame_inlined(const struct crash_report *r, size_t at);

/*
 * The frame whose line says most of why frame `at` failed. If a module is to blame: the
 * innermost of its own frames, which a hang or an overflowing stack has below the guilty
 * one. Never a header's inlined code, since that of a list_del() or WRITE_ONCE() is no
 * news; `at` itself if nothing else is known.
 */
size_t guilty_frame_telling(const struct crash_report *r, size_t at);

#endif
