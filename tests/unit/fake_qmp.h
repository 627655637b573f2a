/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A QMP server that behaves as QEMU's does, and misbehaves when told to. Runs on
 * the test's own loop.
 */
#ifndef KDEV_TESTS_FAKE_QMP_H
#define KDEV_TESTS_FAKE_QMP_H

#include <jansson.h>
#include <stdbool.h>
#include <uv.h>

enum fault {
	FAULT_NONE,
	FAULT_NO_GREETING,
	FAULT_WRONG_GREETING,
	FAULT_REFUSE_NEGOTIATION,
	FAULT_NO_ANSWER,
	FAULT_CLOSE_ON_COMMAND,
	FAULT_ERROR,
	FAULT_GARBAGE,
	FAULT_LONG_LINE,
	FAULT_NO_RESET_EVENT,
	FAULT_NO_STATUS,
};

struct fake_qmp {
	uv_pipe_t listener, client;
	bool connected;
	bool waiting; /* another client is at the door: one at a time is served */
	bool negotiated;
	enum fault fault;
	int faults_left; /* after so many it behaves; -1: never */
	bool event_after_return;
	bool byte_by_byte;  /* answers come in pieces of one byte */
	const char *status; /* its RunState */
	char said[256];     /* commands that came, with a blank before each */
	int connections;
	char buf[4096];
	size_t used;
};

void fake_qmp_start(struct fake_qmp *f, uv_loop_t *loop, const char *path);
void fake_qmp_send(struct fake_qmp *f, const char *text);
void fake_qmp_hang_up(struct fake_qmp *f);
void fake_qmp_stop(struct fake_qmp *f);

#endif
