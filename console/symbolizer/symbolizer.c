/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fills the source lines of crash reports from a set of kernel and module files. */
#include "console/symbolizer/symbolizer.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "console/detector/guilty_frame.h"
#include "console/pipeline/printable.h"
#include "console/symbolizer/debug_file.h"

struct symbolizer {
	struct debug_file **files;
	size_t n;
};

struct symbolizer *symbolizer_new(void)
{
	return calloc(1, sizeof(struct symbolizer));
}

void symbolizer_free(struct symbolizer *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->n; i++)
		debug_file_free(s->files[i]);
	free(s->files);
	free(s);
}

int symbolizer_add(struct symbolizer *s, const char *path, struct strbuf *why)
{
	struct debug_file **files = reallocarray(s->files, s->n + 1, sizeof(struct debug_file *));
	int err;

	if (!files)
		return -ENOMEM;
	s->files = files;
	err = debug_file_open(path, &s->files[s->n], why);
	if (!err)
		s->n++;
	return err;
}

static bool same_module(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

/* Add a line to the notes unless it stands there. */
static void note(struct strbuf *notes, struct strbuf *line)
{
	if (!line->err && !strstr(strbuf_str(notes), strbuf_str(line))) {
		if (notes->len)
			strbuf_addc(notes, '\n');
		strbuf_add(notes, strbuf_str(line), line->len);
	}
	strbuf_free(line);
}

static void note_build_id(struct strbuf *notes, const struct debug_file *file,
			  const struct crash_frame *frame)
{
	struct strbuf b = {0};

	strbuf_add_printable(&b, debug_file_path(file), strlen(debug_file_path(file)));
	strbuf_addf(&b, ": build-id %s, but %s ran with ", debug_file_build_id(file),
		    frame->module ? frame->module : "the kernel");
	strbuf_add_printable(&b, frame->build_id, strlen(frame->build_id));
	strbuf_adds(&b, ": another build, no source lines from it");
	note(notes, &b);
}

static void note_failure(struct strbuf *notes, const struct debug_file *file,
			 const struct crash_frame *frame, int err)
{
	struct strbuf b = {0};

	strbuf_add_printable(&b, debug_file_path(file), strlen(debug_file_path(file)));
	strbuf_adds(&b, ": ");
	if (err == -ENODATA) {
		strbuf_adds(&b, "no debug information for all of it: build with CONFIG_DEBUG_INFO "
				"and don't strip");
	} else {
		strbuf_add_printable(&b, frame->function, strlen(frame->function));
		if (err == -ENOTUNIQ)
			strbuf_addf(&b, ": several functions of this name have 0x%llx bytes",
				    (unsigned long long)frame->size);
		else if (err == -ESTALE)
			strbuf_addf(&b, ": none of 0x%llx bytes here: another build than what ran",
				    (unsigned long long)frame->size);
		else
			strbuf_adds(&b, ": no such function here: another build than what ran");
	}
	note(notes, &b);
}

/* 0 with places or without; -ENOMEM. The file added last is asked first. */
static int places_of_frame(struct symbolizer *s, const struct crash_frame *frame,
			   struct source_places *out, struct strbuf *notes)
{
	struct code_place at = {.function = frame->function,
				.offset = frame->offset,
				.size = frame->size,
				.exact = frame->exact};

	if (frame->file || frame->inlined || (!frame->offset && !frame->size))
		return 0;
	for (size_t i = s->n; i-- > 0;) {
		struct debug_file *file = s->files[i];
		const char *id = debug_file_build_id(file);
		int err;

		if (!same_module(debug_file_module(file), frame->module))
			continue;
		if (frame->build_id && *id && strcasecmp(frame->build_id, id) != 0) {
			note_build_id(notes, file, frame);
			continue;
		}
		err = debug_file_places(file, &at, out);
		if (!err || err == -ENOMEM)
			return err;
		note_failure(notes, file, frame, err);
	}
	return 0;
}

/* Make a frame of a function that was inlined into `into`. Takes the place's strings over. */
static int make_inlined(struct crash_frame *frame, struct source_place *place,
			const struct crash_frame *into)
{
	*frame = (struct crash_frame){
		.function = place->function ? place->function : strdup("?"),
		.module = into->module ? strdup(into->module) : NULL,
		.file = place->file,
		.line = place->line,
		.inlined = true,
	};
	place->function = place->file = NULL;
	if (frame->function && !frame->module == !into->module)
		return 0;
	free(frame->function);
	free(frame->module);
	free(frame->file);
	return -ENOMEM;
}

/* Build the trace anew with the places that were found; the frames move over. */
static int rebuild_trace(struct crash_report *r, struct source_places *places)
{
	struct crash_frame *frames;
	size_t n = 0, space = r->n_frames;
	int err = 0;

	for (size_t i = 0; i < r->n_frames; i++)
		space += places[i].n ? places[i].n - 1 : 0;
	frames = calloc(space, sizeof(*frames));
	if (!frames)
		return -ENOMEM;

	for (size_t i = 0; i < r->n_frames; i++) {
		struct source_places *p = &places[i];

		for (unsigned j = 0; j + 1 < p->n && !err; j++) {
			err = make_inlined(&frames[n], &p->at[j], &r->frames[i]);
			n += !err;
		}
		frames[n] = r->frames[i];
		if (p->n) {
			frames[n].file = p->at[p->n - 1].file;
			frames[n].line = p->at[p->n - 1].line;
			p->at[p->n - 1].file = NULL;
		}
		n++;
	}
	free(r->frames);
	r->frames = frames;
	r->n_frames = n;
	return err;
}

/* Where the guilty function failed. */
static int set_report_place(struct crash_report *r)
{
	size_t guilty = guilty_frame(r);
	const struct crash_frame *frame;
	char *file;

	if (guilty == r->n_frames || !r->frames[guilty].file)
		return 0;
	frame = &r->frames[guilty_frame_telling(r, guilty)];
	file = strdup(frame->file);
	if (!file)
		return -ENOMEM;
	free(r->file);
	r->file = file;
	r->line = frame->line;
	return 0;
}

int symbolizer_report(struct symbolizer *s, struct crash_report *r, struct strbuf *notes)
{
	struct source_places *places;
	size_t n = r->n_frames;
	int err = 0;

	if (!n || !s->n)
		return 0;
	places = calloc(n, sizeof(*places));
	if (!places)
		return -ENOMEM;
	for (size_t i = 0; i < n && !err; i++)
		err = places_of_frame(s, &r->frames[i], &places[i], notes);
	if (!err)
		err = rebuild_trace(r, places);
	if (!err)
		err = set_report_place(r);

	for (size_t i = 0; i < n; i++)
		source_places_clear(&places[i]);
	free(places);
	return err;
}
