/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fragments of long netconsole messages: in any order, with copies and overlaps. */
#include "console/pipeline/netconsole_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct netconsole_part *find(struct netconsole_parts *p, const struct netconsole_header *h)
{
	for (size_t i = 0; i < NETCONSOLE_PARTS; i++) {
		struct netconsole_part *part = &p->part[i];

		if (part->have && part->h.seq == h->seq && part->h.us == h->us)
			return part;
	}
	return NULL;
}

static int begin(struct netconsole_parts *p, const struct netconsole_header *h, struct monotime now,
		 struct netconsole_part **out)
{
	struct netconsole_part *part = p->part;
	size_t bits = (h->total + 7) / 8;

	while (part < p->part + NETCONSOLE_PARTS && part->have)
		part++;
	if (part == p->part + NETCONSOLE_PARTS)
		return -ENOSPC;
	part->have = calloc(1, bits + h->total);
	if (!part->have)
		return -ENOMEM;
	part->text = (char *)part->have + bits;
	part->h = *h;
	part->covered = 0;
	part->deadline = mono_add(now, NETCONSOLE_PART_WAIT);
	*out = part;
	return 0;
}

int parts_add(struct netconsole_parts *p, const struct netconsole_header *h, const char *text,
	      size_t n, struct monotime now, struct netconsole_part **out)
{
	struct netconsole_part *part = find(p, h);
	int err;

	*out = NULL;
	if (!n || h->total > NETCONSOLE_TEXT_MAX || n > h->total - h->offset)
		return -EINVAL;
	if (part && part->h.total != h->total)
		return -EINVAL;
	if (!part) {
		err = begin(p, h, now, &part);
		if (err)
			return err;
	}
	memcpy(part->text + h->offset, text, n);
	for (size_t i = h->offset; i < h->offset + n; i++) {
		unsigned char bit = (unsigned char)(1u << (i & 7));

		part->covered += !(part->have[i / 8] & bit);
		part->have[i / 8] |= bit;
	}
	if (part->covered == part->h.total)
		*out = part;
	return 0;
}

static bool is_older(const struct netconsole_part *a, const struct netconsole_part *b)
{
	if (a->deadline.us != b->deadline.us)
		return a->deadline.us < b->deadline.us;
	return a->h.seq < b->h.seq;
}

struct netconsole_part *parts_oldest(struct netconsole_parts *p)
{
	struct netconsole_part *oldest = NULL;

	for (size_t i = 0; i < NETCONSOLE_PARTS; i++) {
		struct netconsole_part *part = &p->part[i];

		if (part->have && (!oldest || is_older(part, oldest)))
			oldest = part;
	}
	return oldest;
}

size_t parts_beginning(const struct netconsole_part *part)
{
	size_t i = 0;

	while (i < part->h.total && part->have[i / 8] & 1u << (i & 7))
		i++;
	return i;
}

void parts_drop(struct netconsole_part *part)
{
	free(part->have);
	memset(part, 0, sizeof(*part));
}

void parts_drop_all(struct netconsole_parts *p)
{
	for (size_t i = 0; i < NETCONSOLE_PARTS; i++)
		parts_drop(&p->part[i]);
}
