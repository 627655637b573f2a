/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A session with a real server on a loop of its own, and the commands on it. */
#ifndef KDEV_TESTS_SSH_BENCH_H
#define KDEV_TESTS_SSH_BENCH_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/ssh/ssh.h"
#include "ssh_server.h"

struct ssh_bench {
	uv_loop_t loop;
	struct ssh *ssh;
	struct ssh_config cfg;
	int ups, downs, down_err;
	char why[200];
	bool reconnect; /* from inside down() */
	void (*on_up)(struct ssh_bench *b);
	int tcp;        /* the last socket that was made */
	unsigned turns; /* of the loop */
	uv_prepare_t count;
};

/* A command and what came of it. */
struct command {
	struct ssh_bench *bench;
	struct ssh_exec *exec;
	char *said[3]; /* by stream; NUL-terminated once there is anything */
	size_t n[3];
	size_t keep; /* how much is kept of each stream; all is counted */
	int exits, status, err;
	void (*on_exit)(struct command *c);
};

/* Not yet connected, for this server. Change b->cfg, then ssh_bench_new(). */
void ssh_bench_prepare(struct ssh_bench *b, const struct ssh_server *server);
void ssh_bench_new(struct ssh_bench *b);
/* All three, and connected. */
void ssh_bench_up(struct ssh_bench *b, const struct ssh_server *server);
/* Free the session if it still is there, and let everything go. */
void ssh_bench_end(struct ssh_bench *b);

/* Start it; fails the test if it can't be. Zero `c` first. */
void command_start(struct ssh_bench *b, struct command *c, const char *text, const void *input,
		   size_t n);
/* Start it and wait for its end. */
void command_run(struct ssh_bench *b, struct command *c, const char *text);
void command_free(struct command *c);

/* Turn the loop until *count has come to n. False: not within ms. */
bool ssh_bench_wait(struct ssh_bench *b, const int *count, int n, int ms);
/* Turn it for so long. */
void ssh_bench_idle(struct ssh_bench *b, int ms);

#endif
