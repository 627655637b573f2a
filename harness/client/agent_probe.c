/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Does the NFS server answer? Asked by a child, which may hang; see agent.h. */
#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/client/agent.h"

/* include/linux/errno.h: the kernel's own, for NFS3ERR_BADHANDLE; it comes out of statfs(). */
#define EBADHANDLE 521

/* Shared with the child. */
struct answer {
	_Atomic uint64_t ms; /* when the server last answered as it should */
	_Atomic bool stale;  /* since then it has answered that it knows of no such root */
};

struct nfs_probe {
	const char *dir;
	pid_t child;
	struct answer *answer;
};

static void ask_for_ever(const char *dir, struct answer *answer)
{
	struct statfs st;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "kdev-nfs-probe");
	for (;;) {
		/* statfs is never answered from a cache: nfs_statfs() sends an FSSTAT. */
		if (statfs(dir, &st) == 0) {
			atomic_store(&answer->stale, false);
			atomic_store(&answer->ms, agent_now_ms());
		} else if (errno == ESTALE || errno == EBADHANDLE) {
			atomic_store(&answer->stale, true);
		}
		sleep(1);
	}
}

static void start_child(struct nfs_probe *p)
{
	p->child = fork();
	if (p->child == 0)
		ask_for_ever(p->dir, p->answer);
	if (p->child < 0)
		p->child = 0; /* tried again by nfs_probe_keep() */
}

struct nfs_probe *nfs_probe_start(const char *dir)
{
	struct nfs_probe *p = calloc(1, sizeof(*p));

	if (!p)
		return NULL;
	p->dir = dir;
	p->answer = mmap(NULL, sizeof(*p->answer), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (p->answer == MAP_FAILED) {
		free(p);
		return NULL;
	}
	/* The root was just mounted: the server has answered a moment ago. */
	atomic_store(&p->answer->ms, agent_now_ms());
	start_child(p);
	return p;
}

uint64_t nfs_probe_age(struct nfs_probe *p, uint64_t now_ms)
{
	uint64_t answered = atomic_load(&p->answer->ms);

	return now_ms > answered ? now_ms - answered : 0;
}

bool nfs_probe_stale(struct nfs_probe *p)
{
	return atomic_load(&p->answer->stale);
}

void nfs_probe_keep(struct nfs_probe *p)
{
	pid_t r = p->child ? waitpid(p->child, NULL, WNOHANG) : 0;

	if (p->child == 0 || r == p->child || (r < 0 && errno == ECHILD))
		start_child(p);
}
