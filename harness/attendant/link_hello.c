/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An attendant of another build: noticed, and replaced if it is idle. */
#include "harness/attendant/link_hello.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "harness/attendant/own_build.h"
#include "harness/log.h"
#include "harness/output/text_json.h"
#include "harness/paths.h"

#define END_MS  5000
#define LOOK_MS 20

/* It holds its lock as long as it lives. */
static bool await_end(const struct board_config *cfg)
{
	static const struct timespec look = {.tv_nsec = LOOK_MS * 1000000L};
	char *path = path_board(cfg->name, "attendant.lock");
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	bool ended = fd < 0;

	for (int ms = 0; ms < END_MS && !ended; ms += LOOK_MS) {
		ended = !flock(fd, LOCK_EX | LOCK_NB);
		if (!ended)
			nanosleep(&look, NULL);
	}
	if (fd >= 0)
		close(fd);
	free(path);
	return ended;
}

static bool replace(struct link *l, const struct board_config *cfg)
{
	json_t *reply = link_call(l, "restart", NULL);
	bool ends = json_is_true(json_object_get(reply, "ok"));

	json_decref(reply);
	return ends && await_end(cfg);
}

bool link_hello(struct link *l, const struct board_config *cfg, bool start)
{
	char build[OWN_BUILD_MAX];
	json_t *reply = link_call(l, "hello", NULL);
	bool same, idle, lost = json_is_true(json_object_get(reply, "lost"));

	own_build(build);
	same = !strcmp(json_text_of(reply, "build"), build);
	idle = json_is_true(json_object_get(reply, "idle"));
	json_decref(reply);
	if (same || lost)
		return false;
	if (start && idle && replace(l, cfg)) {
		log_info("board %s: its attendant was of another build of kdev and is started "
			 "anew; the board goes on",
			 cfg->name);
		return true;
	}
	log_warn("board %s: its attendant is of another build of kdev, started before this one "
		 "was installed, and does what that one did: kdev down ends it, and the board",
		 cfg->name);
	return false;
}
