/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Container images: what `docker save` writes, and the OCI image layout, as a tar or unpacked in
 * a directory. (github.com/opencontainers/image-spec: image-layout.md, manifest.md, layer.md)
 */
#ifndef KDEV_HARNESS_ROOTFS_CONTAINER_H
#define KDEV_HARNESS_ROOTFS_CONTAINER_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/netboot/parts.h"

#define CONTAINER_LAYERS_MAX 256

struct container_layers {
	char *name[CONTAINER_LAYERS_MAX]; /* of the members, lowest layer first; owned */
	size_t n;
};

enum whiteout { NOT_WHITEOUT, WHITEOUT_ONE, WHITEOUT_ALL };

/* Is this file of a layer a mark that something of the layers below is gone? *name is then what:
 * for WHITEOUT_ONE the name in the mark's directory. NOT_WHITEOUT too for marks that are none, as
 * ".wh...". `name` may be NULL. Pure. */
enum whiteout whiteout_of(const char *path, const char **name);

/* May a file with this name be part of an image? And not of a root. Pure. */
bool container_member(const char *name);

/* The layers that docker's manifest.json names, or an OCI manifest. 0 or a negative errno with a
 * line. Pure. */
int container_docker_layers(struct setup *s, const char *json, struct container_layers *l);
int container_oci_layers(struct setup *s, const char *json, struct container_layers *l);
/* What an OCI index leads to: the manifest (or another index: *is_index) for x86-64. New string:
 * "blobs/sha256/...". NULL with a line. Pure. */
char *container_oci_manifest(struct setup *s, const char *json, bool *is_index);
void container_layers_free(struct container_layers *l);

/* In a jail: apply all layers, each upon those below it. `fd`: the tar, or the directory. */
int container_unpack(struct setup *s, int fd);

#endif
