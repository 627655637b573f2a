/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/privileged/request.c harness/privileged/root_check.c harness/privileged/policy.c */
/* LINK: harness/config/config_keys.c harness/config/config_value.c harness/config/duration.c */
/* LINK: harness/commands/nearest.c harness/paths.c harness/paths_file.c */
/* LINK: harness/netboot/dnsmasq.c harness/netboot/nfs.c harness/netboot/service_args.c */
/* LINK: console/strbuf.c */
/* LIBS: inih */
/*
 * Whatever a user asks for: what is believed of it is a board of his own, and what root's servers
 * are then told has nothing in it that could be read as something else.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "harness/netboot/board_services.h"
#include "harness/privileged/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good)
{
	if (!good)
		abort();
}

static void look_at_arguments(const struct board_config *b, const char *path)
{
	struct service_args a = {0};

	dnsmasq_args(b, path, &a);
	must(!a.err);
	for (size_t i = 0; a.argv[i]; i++)
		for (const char *c = a.argv[i]; *c; c++)
			must(*c > ' ' && *c < 0x7f);
	service_args_free(&a);
}

static void look_at_config(const struct board_config *b, const char *path)
{
	struct strbuf text = {0};
	size_t exports = 0;

	must(!ganesha_config(b, "/var/lib/kdev-privileged/1000.b", path, 1, &text));
	for (const char *at = strbuf_str(&text); (at = strstr(at, "EXPORT {")); at++)
		exports++;
	must(exports == 1);
	strbuf_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct policy policy = {.interface = {"eth1"}, .n_interfaces = 1};
	struct priv_request rq = {0};
	struct board_config b;
	char err[512];

	memcpy(&rq, data, size < sizeof(rq) ? size : sizeof(rq));
	if (request_board(&rq, &policy, 1000, &b, err, sizeof(err)))
		return 0;
	must(!strncmp(b.name, "1000.", 5) && !strpbrk(b.name, "/ \n"));
	must(b.type != BOARD_BARE || !strcmp(b.interface, "eth1"));
	rq.what = PRIV_DNSMASQ;
	if (request_path(&rq, &policy, err, sizeof(err)))
		return 0;
	look_at_arguments(&b, rq.path);
	look_at_config(&b, rq.path);
	return 0;
}
