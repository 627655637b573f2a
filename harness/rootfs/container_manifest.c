/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the JSON of a container image says of its layers, and the names of its files. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/paths.h"
#include "harness/rootfs/container.h"
#include "harness/rootfs/unpack.h"

#define MARK     ".wh."
#define HEX      "0123456789abcdef"
#define HASH_LEN 64

enum whiteout whiteout_of(const char *path, const char **name)
{
	const char *slash = strrchr(path, '/'), *leaf = slash ? slash + 1 : path;

	if (strncmp(leaf, MARK, strlen(MARK)) != 0)
		return NOT_WHITEOUT;
	leaf += strlen(MARK);
	if (!strcmp(leaf, MARK ".opq"))
		return WHITEOUT_ALL;
	if (!*leaf || !strcmp(leaf, ".") || !strcmp(leaf, ".."))
		return NOT_WHITEOUT;
	if (name)
		*name = leaf;
	return WHITEOUT_ONE;
}

bool container_member(const char *name)
{
	static const char *const tops[] = {"blobs", "manifest.json", "index.json", "oci-layout",
					   "repositories"};
	const char *below = unpack_name(name);
	size_t n = below ? strcspn(below, "/") : 0;

	if (!n)
		return false;
	for (size_t i = 0; i < sizeof(tops) / sizeof(tops[0]); i++) {
		if (strlen(tops[i]) == n && !memcmp(below, tops[i], n))
			return true;
	}
	/* docker's: HASH/layer.tar, HASH.json; podman's: HASH.tar */
	return strspn(below, HEX) == HASH_LEN && (n == HASH_LEN || below[HASH_LEN] == '.');
}

static json_t *parse(struct setup *s, const char *text)
{
	json_error_t e;
	json_t *doc = json_loads(text, 0, &e);

	if (!doc)
		setup_complain(s, "the image's manifest: line %d: %s", e.line, e.text);
	return doc;
}

static int add(struct setup *s, struct container_layers *l, char *name)
{
	if (!name)
		return setup_fail(s, -EBADMSG,
				  "the image's manifest names no layer where one is expected");
	if (l->n == CONTAINER_LAYERS_MAX) {
		free(name);
		return setup_fail(s, -E2BIG, "the image has more than %d layers",
				  CONTAINER_LAYERS_MAX);
	}
	l->name[l->n++] = name;
	return 0;
}

int container_docker_layers(struct setup *s, const char *json, struct container_layers *l)
{
	json_t *doc = parse(s, json), *layers, *layer;
	int err = doc ? 0 : -EBADMSG;
	size_t i;

	if (!err && json_array_size(doc) != 1)
		err = setup_fail(s, -EINVAL, "%zu images are in it: save one alone",
				 json_array_size(doc));
	layers = json_object_get(json_array_get(doc, 0), "Layers");
	if (!err && !json_array_size(layers))
		err = setup_fail(s, -EBADMSG, "the image's manifest.json names no layers");
	json_array_foreach (layers, i, layer) {
		const char *name = unpack_name(json_string_value(layer));

		if (!err)
			err = add(s, l, name && *name ? strdup(name) : NULL);
	}
	json_decref(doc);
	return err;
}

/* "sha256:..." as a file's name; NULL for anything else. */
static char *blob_name(const json_t *descriptor)
{
	const char *digest = json_string_value(json_object_get(descriptor, "digest"));

	if (!digest || strncmp(digest, "sha256:", 7) != 0 || strspn(digest + 7, HEX) != HASH_LEN ||
	    digest[7 + HASH_LEN])
		return NULL;
	return path_format("blobs/sha256/%s", digest + 7);
}

int container_oci_layers(struct setup *s, const char *json, struct container_layers *l)
{
	json_t *doc = parse(s, json), *layers = json_object_get(doc, "layers"), *layer;
	int err = doc ? 0 : -EBADMSG;
	size_t i;

	if (!err && !json_array_size(layers))
		err = setup_fail(s, -EBADMSG, "the image's manifest names no layers");
	json_array_foreach (layers, i, layer) {
		if (!err)
			err = add(s, l, blob_name(layer));
	}
	json_decref(doc);
	return err;
}

static bool for_this_machine(const json_t *descriptor)
{
	const json_t *platform = json_object_get(descriptor, "platform");
	const char *arch = json_string_value(json_object_get(platform, "architecture"));
	const char *os = json_string_value(json_object_get(platform, "os"));

	return (!arch || !strcmp(arch, "amd64")) && (!os || !strcmp(os, "linux"));
}

char *container_oci_manifest(struct setup *s, const char *json, bool *is_index)
{
	json_t *doc = parse(s, json), *manifest;
	char *name = NULL;
	size_t i, n = 0;

	json_array_foreach (json_object_get(doc, "manifests"), i, manifest) {
		const char *type = json_string_value(json_object_get(manifest, "mediaType"));

		if (!for_this_machine(manifest))
			continue;
		*is_index = type && (strstr(type, "image.index") || strstr(type, "manifest.list"));
		if (!n++)
			name = blob_name(manifest);
	}
	if (doc && n != 1)
		setup_complain(s, "%zu images for amd64 are in it: one is expected", n);
	else if (doc && !name)
		setup_complain(s, "the image's index has no sha256 digest");
	if (n != 1) {
		free(name);
		name = NULL;
	}
	json_decref(doc);
	return name;
}

void container_layers_free(struct container_layers *l)
{
	for (size_t i = 0; i < l->n; i++)
		free(l->name[i]);
	l->n = 0;
}
