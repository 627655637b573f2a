/* SPDX-License-Identifier: GPL-2.0-or-later */
/* libgpiod 2's functions, as far as kdev uses them, on a chip that exists only here. */
#include "tests/fakes/gpiod2.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fakes/gpio_chip.h"

struct fake_line fake_lines[FAKE_LINES];
int fake_chips_open;

struct gpiod_line_settings {
	bool output, active_low, active;
};

struct gpiod_line_config {
	unsigned offset;
	struct gpiod_line_settings settings;
};

struct gpiod_line_request {
	unsigned offset;
};

static void *make(size_t size)
{
	void *p = calloc(1, size);

	if (!p)
		abort();
	return p;
}

struct gpiod_chip *gpiod_chip_open(const char *path)
{
	if (strcmp(path, FAKE_CHIP) != 0) {
		errno = ENOENT;
		return NULL;
	}
	fake_chips_open++;
	return make(1);
}

void gpiod_chip_close(struct gpiod_chip *chip)
{
	fake_chips_open--;
	free(chip);
}

struct gpiod_line_request *gpiod_chip_request_lines(struct gpiod_chip *chip,
						    struct gpiod_request_config *req_cfg,
						    struct gpiod_line_config *line_cfg)
{
	struct gpiod_line_request *r;
	struct fake_line *l;

	if (line_cfg->offset >= FAKE_LINES) {
		errno = EINVAL;
		return NULL;
	}
	l = &fake_lines[line_cfg->offset];
	if (l->busy || l->requested) {
		errno = EBUSY;
		return NULL;
	}
	l->requested = true;
	l->requests++;
	l->output = line_cfg->settings.output;
	l->active_low = line_cfg->settings.active_low;
	if (l->output)
		l->level = line_cfg->settings.active != l->active_low;
	r = make(sizeof(*r));
	r->offset = line_cfg->offset;
	return r;
}

struct gpiod_line_settings *gpiod_line_settings_new(void)
{
	return make(sizeof(struct gpiod_line_settings));
}

void gpiod_line_settings_free(struct gpiod_line_settings *settings)
{
	free(settings);
}

int gpiod_line_settings_set_direction(struct gpiod_line_settings *settings,
				      enum gpiod_line_direction direction)
{
	settings->output = direction == GPIOD_LINE_DIRECTION_OUTPUT;
	return 0;
}

void gpiod_line_settings_set_active_low(struct gpiod_line_settings *settings, bool active_low)
{
	settings->active_low = active_low;
}

int gpiod_line_settings_set_output_value(struct gpiod_line_settings *settings,
					 enum gpiod_line_value value)
{
	settings->active = value == GPIOD_LINE_VALUE_ACTIVE;
	return 0;
}

struct gpiod_line_config *gpiod_line_config_new(void)
{
	return make(sizeof(struct gpiod_line_config));
}

void gpiod_line_config_free(struct gpiod_line_config *config)
{
	free(config);
}

int gpiod_line_config_add_line_settings(struct gpiod_line_config *config,
					const unsigned int *offsets, size_t num_offsets,
					struct gpiod_line_settings *settings)
{
	if (num_offsets != 1)
		abort();
	config->offset = offsets[0];
	config->settings = *settings;
	return 0;
}

struct gpiod_request_config *gpiod_request_config_new(void)
{
	return make(1);
}

void gpiod_request_config_free(struct gpiod_request_config *config)
{
	free(config);
}

void gpiod_request_config_set_consumer(struct gpiod_request_config *config, const char *consumer)
{
}

void gpiod_line_request_release(struct gpiod_line_request *request)
{
	fake_lines[request->offset].requested = false;
	free(request);
}

enum gpiod_line_value gpiod_line_request_get_value(struct gpiod_line_request *request,
						   unsigned int offset)
{
	const struct fake_line *l = &fake_lines[offset];

	return l->level != l->active_low ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE;
}

int gpiod_line_request_set_value(struct gpiod_line_request *request, unsigned int offset,
				 enum gpiod_line_value value)
{
	struct fake_line *l = &fake_lines[offset];

	if (!l->output) {
		errno = EPERM;
		return -1;
	}
	if (!l->stuck)
		l->level = (value == GPIOD_LINE_VALUE_ACTIVE) != l->active_low;
	return 0;
}
