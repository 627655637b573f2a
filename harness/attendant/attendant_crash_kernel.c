/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel that a panic starts. While it is at work the board is left alone, and what it says of
 * its own boot is not taken for the board's. Who wants the board back meanwhile waits; if the crash
 * kernel gets stuck, the ladder's turn has come.
 */
#include <stdio.h>
#include <string.h>

#include "harness/attendant/attendant.h"
#include "harness/log.h"
#include "harness/output/text_json.h"

#define METHOD "kexec"

/* Has the board said that one is loaded? */
static bool loaded(const struct attendant *a)
{
	return board_has_crash_kernel(&a->cfg) && (a->watch.heartbeat.crash || a->crash.said);
}

void attendant_crash_kernel_panic(struct attendant *a)
{
	struct crash_watch *w = &a->crash;

	w->unclaimed = NULL;
	if (!loaded(a))
		return;
	w->reported = w->said = false;
	crash_kernel_panic(&w->kernel, !strcmp(a->cfg.crash_kernel, "vmcore"), a->cfg.vmcore_us,
			   mono_now());
	pipeline_expect_kernel(a->pipeline);
	attendant_note(a, "the panic starts the crash kernel");
}

/*
 * With oops=panic an oops is the last thing that a kernel says: the crash kernel is started before
 * anything is said of a panic (oops_end() of arch/x86/kernel/dumpstack.c). Other reports may be
 * followed by one, or not.
 */
void attendant_crash_kernel_report(struct attendant *a, const struct crash_report *r)
{
	if (!loaded(a) || crash_kernel_at_work(&a->crash.kernel))
		return;
	a->crash.reported = true;
	pipeline_expect_kernel(a->pipeline);
	if (r->klass == CRASH_OOPS)
		board_watch_panic(&a->watch, mono_now());
}

/* Between the loading and the next heartbeat the board may have crashed already, but the kernel
 * says it in each report (lib/dump_stack.c). */
void attendant_crash_kernel_line(struct attendant *a, const char *text, size_t len)
{
	static const char words[] = " Kdump: loaded ";

	if (!board_has_crash_kernel(&a->cfg) || loaded(a) ||
	    !memmem(text, len, words, sizeof(words) - 1))
		return;
	a->crash.said = true;
	if (a->watch.state == BOARD_PANICKED)
		attendant_crash_kernel_panic(a);
}

static void tell(struct attendant *a, struct client *c, json_int_t id)
{
	client_send(c, json_pack("{s:I, s:b, s:s, s:s, s:I}", "id", id, "ok", 1, "method", METHOD,
				 "story", a->crash.story, "took_us", (json_int_t)a->crash.took_us));
}

/* A fresh kernel starts, or the firmware does. `sign` is how we know. */
static void finish(struct attendant *a, const char *sign)
{
	struct crash_watch *w = &a->crash;
	struct client *waiter = w->waiter;

	w->took_us = mono_diff(mono_now(), w->kernel.began);
	snprintf(w->story, sizeof(w->story), "crash kernel: %s %.1f s after the panic", sign,
		 (double)w->took_us / 1e6);
	log_info("%s", w->story);
	attendant_note(a, w->story);
	attendant_remember(a, "");
	ssh_drop(a->ssh, "the board boots anew");
	w->waiter = NULL;
	w->unclaimed = waiter ? NULL : a->owner;
	if (waiter)
		tell(a, waiter, w->id);
}

bool attendant_crash_kernel_mark(struct attendant *a, enum boot_mark mark)
{
	struct crash_kernel *k = &a->crash.kernel;
	struct monotime now = mono_now();

	/* What a kernel says in an NMI it does not live to print, if it starts another. */
	if (!crash_kernel_at_work(k) && mark == BOOT_KERNEL &&
	    (a->crash.reported || a->watch.state == BOARD_HUNG))
		attendant_crash_kernel_panic(a);
	if (!crash_kernel_at_work(k))
		return false;
	switch (mark) {
	case BOOT_KERNEL: crash_kernel_kernel(k, now); break;
	case BOOT_FIRMWARE: crash_kernel_firmware(k, now); break;
	case BOOT_RESTART: crash_kernel_leaves(k, now); break;
	default: break;
	}
	if (k->state != CRASH_KERNEL_DONE) {
		pipeline_expect_kernel(a->pipeline);
		return true;
	}
	board_watch_kexec(&a->watch, k->began, now);
	finish(a, mark == BOOT_KERNEL ? "a fresh kernel started" : "the firmware started");
	return false;
}

/* Anybody can print these words, but only a crash kernel's are waited for here. */
void attendant_crash_kernel_spoke(struct attendant *a)
{
	crash_kernel_spoke(&a->crash.kernel, mono_now());
}

bool attendant_crash_kernel_gone(struct attendant *a, const char *sign)
{
	if (!crash_kernel_at_work(&a->crash.kernel))
		return false;
	crash_kernel_firmware(&a->crash.kernel, mono_now());
	finish(a, sign);
	return true;
}

void attendant_crash_kernel_tick(struct attendant *a)
{
	struct crash_watch *w = &a->crash;
	struct client *waiter = w->waiter;
	char text[192];

	crash_kernel_tick(&w->kernel, mono_now());
	if (w->kernel.state != CRASH_KERNEL_STUCK)
		return;
	snprintf(text, sizeof(text), "the crash kernel is stuck: %s", w->kernel.why);
	log_warn("%s", text);
	attendant_note(a, text);
	crash_kernel_forget(&w->kernel);
	attendant_vmcore_drop(a);
	w->waiter = NULL;
	if (waiter)
		attendant_recover(a, waiter, w->id);
}

bool attendant_crash_kernel_recover(struct attendant *a, struct client *c, json_int_t id)
{
	struct crash_watch *w = &a->crash;

	if (crash_kernel_at_work(&w->kernel) && !w->waiter) {
		w->waiter = c;
		w->id = id;
		return true;
	}
	/* It was back before anybody asked. */
	if (w->unclaimed && w->unclaimed == c) {
		w->unclaimed = NULL;
		tell(a, c, id);
		return true;
	}
	return false;
}

void attendant_crash_kernel_forget(struct attendant *a, struct client *c)
{
	if (a->crash.waiter == c)
		a->crash.waiter = NULL;
	if (a->crash.unclaimed == c)
		a->crash.unclaimed = NULL;
}

void attendant_crash_kernel_end(struct attendant *a, const char *why)
{
	struct crash_watch *w = &a->crash;

	if (w->waiter)
		client_reply(w->waiter, w->id, why);
	w->waiter = w->unclaimed = NULL;
	w->reported = w->said = false;
	crash_kernel_forget(&w->kernel);
}
