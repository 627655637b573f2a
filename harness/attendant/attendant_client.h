/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A connected command, as attendant_clients.c and attendant_requests.c see it. */
#ifndef KDEV_HARNESS_ATTENDANT_CLIENT_H
#define KDEV_HARNESS_ATTENDANT_CLIENT_H

#include "harness/attendant/attendant.h"

struct client {
	struct client *next;
	struct attendant *a;
	struct wire *wire;
	struct step_job *jobs;
	bool watching; /* wants the events */
	bool console;  /* wants the serial bytes */
	bool dead;     /* reap when nobody is on the stack */
};

/* Answer one request, or refuse it. The message is borrowed. */
void attendant_request(struct client *c, json_t *msg);

/* attendant_hello.c */
void attendant_hello(struct client *c, json_int_t id, const json_t *req);
void attendant_restart(struct client *c, json_int_t id, const json_t *req);

/* The owner lets the board go, or is gone: its run's captures end. */
void attendant_release(struct attendant *a);

#endif
