/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which build we are, and making room for another. */
#include "harness/attendant/attendant_client.h"
#include "harness/attendant/own_build.h"
#include "harness/log.h"

/* Does nobody but this client want anything of us, and nothing go on? */
static bool idle(const struct attendant *a, const struct client *c)
{
	return !a->owner && a->clients == c && !c->next && !a->power_request.busy &&
	       !a->recovery.active && !crash_kernel_at_work(&a->crash.kernel) && !a->vmcore &&
	       !a->stuck && !a->harvest;
}

void attendant_hello(struct client *c, json_int_t id, const json_t *req)
{
	char build[OWN_BUILD_MAX];

	own_build(build);
	client_send(c, json_pack("{s:I, s:b, s:s, s:b}", "id", id, "ok", 1, "build", build, "idle",
				 idle(c->a, c)));
}

/* The board and its services go on, and whoever follows adopts them. */
void attendant_restart(struct client *c, json_int_t id, const json_t *req)
{
	if (!idle(c->a, c)) {
		client_reply(c, id, "the board is in use by another kdev");
		return;
	}
	log_info("another build of kdev takes over");
	client_reply(c, id, NULL);
	attendant_end(c->a);
}
