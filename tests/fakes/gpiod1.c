/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libgpiod 1's functions, as far as kdev uses them, on a chip that exists only here. */
#include <errno.h>
#include <gpiod.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fakes/gpio_chip.h"

#ifndef GPIOD_LINE_BULK_MAX_LINES
/* Version 2 is installed. */
#include "tests/fakes/gpiod2.c" /* NOLINT(bugprone-suspicious-include) */
#else

struct fake_line fake_lines[FAKE_LINES];
int fake_chips_open;

struct gpiod_line {
	unsigned offset;
	struct fake_line *of; /* NULL: not requested */
};

struct gpiod_chip {
	struct gpiod_line lines[FAKE_LINES];
};

struct gpiod_chip *gpiod_chip_open(const char *path)
{
	struct gpiod_chip *chip;

	if (strcmp(path, FAKE_CHIP) != 0) {
		errno = ENOENT;
		return NULL;
	}
	chip = calloc(1, sizeof(*chip));
	if (!chip)
		abort();
	fake_chips_open++;
	return chip;
}

/* Releases the lines that were requested through it, as the library does. */
void gpiod_chip_close(struct gpiod_chip *chip)
{
	for (unsigned i = 0; i < FAKE_LINES; i++) {
		if (chip->lines[i].of)
			chip->lines[i].of->requested = false;
	}
	fake_chips_open--;
	free(chip);
}

struct gpiod_line *gpiod_chip_get_line(struct gpiod_chip *chip, unsigned offset)
{
	if (offset >= FAKE_LINES) {
		errno = EINVAL;
		return NULL;
	}
	chip->lines[offset].offset = offset;
	return &chip->lines[offset];
}

static int request(struct gpiod_line *line, bool output, int flags, int value)
{
	struct fake_line *of = &fake_lines[line->offset];

	if (of->busy || of->requested) {
		errno = EBUSY;
		return -1;
	}
	line->of = of;
	of->requested = true;
	of->requests++;
	of->output = output;
	of->active_low = flags & GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW;
	if (output)
		of->level = (value != 0) != of->active_low;
	return 0;
}

int gpiod_line_request_output_flags(struct gpiod_line *line, const char *consumer, int flags,
				    int value)
{
	return request(line, true, flags, value);
}

int gpiod_line_request_input_flags(struct gpiod_line *line, const char *consumer, int flags)
{
	return request(line, false, flags, 0);
}

int gpiod_line_set_value(struct gpiod_line *line, int value)
{
	if (!line->of->output) {
		errno = EPERM;
		return -1;
	}
	if (!line->of->stuck)
		line->of->level = (value != 0) != line->of->active_low;
	return 0;
}

int gpiod_line_get_value(struct gpiod_line *line)
{
	return line->of->level != line->of->active_low;
}

#endif
