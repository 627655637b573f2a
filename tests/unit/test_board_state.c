/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: watchdog/board_state.c watchdog/board_heartbeat.c watchdog/board_silence.c */
/* The board's state, told by what is heard of it and what is not. Times in ms. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "watchdog/board_state.h"

#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define C "cccccccccccccccccccccccccccccccc"

/* A watched board and what was said of it since the last look. */
struct world {
	struct board_watch w;
	int states, self_resets;
	char reset_reason[160];
	struct board_change last;
};

static void changed(void *arg, const struct board_change *c)
{
	struct world *x = arg;

	if (c->event == BOARD_EV_SELF_RESET) {
		x->self_resets++;
		memcpy(x->reset_reason, c->reason, sizeof(c->reason));
		return;
	}
	assert_int_equal(c->to, x->w.state);
	assert_string_equal(c->reason, x->w.reason);
	assert_true(c->reason[0]);
	x->states++;
	x->last = *c;
}

static struct monotime at(int64_t ms)
{
	return (struct monotime){MONO_SEC(1000) + MONO_MS(ms)};
}

static void begin(struct world *x)
{
	static const struct board_watch_config cfg = {MONO_SEC(5), MONO_SEC(60)};

	memset(x, 0, sizeof(*x));
	board_watch_init(&x->w, &cfg, changed, x, at(0));
}

static void beat_full(struct world *x, int64_t ms, const char *boot, uint64_t seq, bool ready,
		      uint64_t uptime_ms, uint64_t nfs_ms)
{
	struct heartbeat hb = {
		.seq = seq, .uptime_ms = uptime_ms, .ready = ready, .nfs_ms = nfs_ms};

	memcpy(hb.boot_id, boot, HEARTBEAT_BOOT_ID + 1);
	board_watch_heartbeat(&x->w, &hb, at(ms));
}

/* A heartbeat of a ready board that was booted at about 0. */
static void beat(struct world *x, int64_t ms, const char *boot, uint64_t seq)
{
	beat_full(x, ms, boot, seq, true, (uint64_t)ms / 2, 5);
}

/* Let time pass as a caller does: ticks when they are wanted. */
static void pass_until(struct world *x, int64_t ms)
{
	for (;;) {
		struct monotime next = board_watch_wakeup(&x->w);

		if (mono_is_never(next) || next.us > at(ms).us)
			return;
		board_watch_tick(&x->w, next);
	}
}

/* Powered on at 0, ready at 8000 in boot A; heartbeats 0 and 1. */
static void begin_ready(struct world *x)
{
	begin(x);
	board_watch_power(&x->w, true, at(0));
	board_watch_firmware(&x->w, at(500));
	board_watch_kernel(&x->w, at(3000));
	beat_full(x, 7000, A, 0, false, 4000, 5);
	beat_full(x, 8000, A, 1, true, 5000, 5);
	assert_int_equal(x->w.state, BOARD_READY);
	assert_int_equal(x->self_resets, 0);
	x->states = 0;
}

static void assert_said(const struct world *x, const char *part)
{
	if (!strstr(x->w.reason, part))
		fail_msg("\"%s\" does not say \"%s\"", x->w.reason, part);
}

static void a_boot_goes_through_its_states(void **state)
{
	struct world x;

	begin(&x);
	assert_int_equal(x.w.state, BOARD_OFF);
	assert_true(mono_is_never(board_watch_wakeup(&x.w)));
	board_watch_power(&x.w, true, at(0));
	assert_int_equal(x.w.state, BOARD_FIRMWARE);
	assert_true(x.w.expect_boot);
	board_watch_firmware(&x.w, at(500));
	board_watch_firmware(&x.w, at(2300)); /* the boot loader's */
	assert_int_equal(x.w.state, BOARD_FIRMWARE);
	assert_false(x.w.expect_boot);
	board_watch_kernel(&x.w, at(3000));
	assert_int_equal(x.w.state, BOARD_BOOTING);
	assert_said(&x, "3.0 s after the power-on");
	beat_full(&x, 7000, A, 0, false, 4000, 5);
	assert_int_equal(x.w.state, BOARD_BOOTING);
	beat_full(&x, 8000, A, 1, true, 5000, 5);
	assert_int_equal(x.w.state, BOARD_READY);
	assert_said(&x, "ready 8.0 s after the power-on");
	assert_int_equal(x.states, 3);
	assert_int_equal(x.self_resets, 0);
	assert_int_equal(x.w.firmware_at.us, at(500).us);
	assert_int_equal(x.w.kernel_at.us, at(3000).us);
	assert_int_equal(x.w.ready_at.us, at(8000).us);
}

static void a_boot_is_known_by_its_heartbeats_alone(void **state)
{
	struct world x;

	begin(&x);
	board_watch_power(&x.w, true, at(0));
	beat_full(&x, 7000, A, 0, false, 4000, 5);
	assert_int_equal(x.w.state, BOARD_BOOTING);
	beat_full(&x, 8000, A, 1, true, 5000, 5);
	assert_int_equal(x.w.state, BOARD_READY);
	assert_int_equal(x.self_resets, 0);
}

static void our_reset_is_no_surprise(void **state)
{
	struct world x;

	begin_ready(&x);
	board_watch_reset(&x.w, at(20000));
	assert_int_equal(x.w.state, BOARD_FIRMWARE);
	assert_true(mono_is_never(x.w.ready_at));
	board_watch_firmware(&x.w, at(20500));
	board_watch_kernel(&x.w, at(23000));
	beat_full(&x, 28000, B, 0, true, 5000, 5);
	assert_int_equal(x.w.state, BOARD_READY);
	assert_said(&x, "8.0 s after the reset");
	assert_int_equal(x.self_resets, 0);
	assert_string_equal(x.w.old_boot_id, A);
}

static void late_heartbeats_of_the_old_boot_are_ignored(void **state)
{
	struct world x;

	begin_ready(&x);
	board_watch_reset(&x.w, at(20000));
	beat(&x, 20001, A, 13);
	beat(&x, 22000, A, 14);
	assert_int_equal(x.w.state, BOARD_FIRMWARE);
	board_watch_kernel(&x.w, at(23000));
	beat(&x, 23001, A, 15);
	assert_int_equal(x.w.state, BOARD_BOOTING);
	beat_full(&x, 28000, B, 0, true, 5000, 5);
	beat(&x, 28001, A, 16);
	assert_int_equal(x.w.state, BOARD_READY);
	assert_string_equal(x.w.heartbeat.boot_id, B);
	assert_int_equal(x.self_resets, 0);
}

static void a_reset_without_effect_is_said_so(void **state)
{
	struct world x;

	begin_ready(&x);
	board_watch_reset(&x.w, at(20000));
	for (int s = 21; s < 30; s++)
		beat(&x, s * 1000, A, (uint64_t)s);
	assert_int_equal(x.w.state, BOARD_FIRMWARE);
	beat(&x, 30000, A, 30);
	assert_int_equal(x.w.state, BOARD_NEVER_CAME);
	assert_said(&x, "had no effect");
	beat(&x, 31000, A, 31);
	assert_int_equal(x.w.state, BOARD_NEVER_CAME);
}

static void a_reset_right_after_adoption_ignores_the_unknown_old_boot(void **state)
{
	struct world x;

	begin(&x);
	board_watch_adopted(&x.w, at(0));
	board_watch_reset(&x.w, at(100));
	beat_full(&x, 200, A, 500, true, 500000, 5); /* up for longer than the reset is ago */
	assert_int_equal(x.w.state, BOARD_FIRMWARE);
	beat_full(&x, 8000, B, 0, true, 5000, 5);
	assert_int_equal(x.w.state, BOARD_READY);
	assert_int_equal(x.self_resets, 0);
}

static void a_firmware_banner_out_of_the_blue_is_one_self_reset(void **state)
{
	struct world x;

	begin_ready(&x);
	board_watch_firmware(&x.w, at(9500));
	assert_int_equal(x.self_resets, 1);
	assert_string_equal(x.reset_reason,
			    "reset by itself: its firmware started, 1.5 s after its last "
			    "heartbeat");
	assert_int_equal(x.w.state, BOARD_FIRMWARE);
	beat(&x, 9600, A, 3); /* late */
	board_watch_firmware(&x.w, at(11000));
	board_watch_kernel(&x.w, at(12000));
	beat_full(&x, 17000, B, 0, true, 5000, 5);
	assert_int_equal(x.w.state, BOARD_READY);
	assert_int_equal(x.self_resets, 1);
}

static void a_kernel_out_of_the_blue_is_one_self_reset(void **state)
{
	struct world x;

	begin_ready(&x);
	board_watch_kernel(&x.w, at(12000));
	assert_int_equal(x.self_resets, 1);
	assert_int_equal(x.w.state, BOARD_BOOTING);
	beat_full(&x, 17000, B, 0, true, 7000, 5);
	assert_int_equal(x.w.state, BOARD_READY);
	assert_int_equal(x.self_resets, 1);
}

static void another_boot_id_alone_is_one_self_reset(void **state)
{
	struct world x;

	begin_ready(&x);
	beat_full(&x, 12000, B, 0, false, 2000, 5);
	assert_int_equal(x.self_resets, 1);
	assert_non_null(strstr(x.reset_reason, "heartbeat of another boot"));
	assert_int_equal(x.w.state, BOARD_BOOTING);
	beat_full(&x, 13000, B, 1, true, 3000, 5);
	beat(&x, 13001, A, 9);
	assert_int_equal(x.w.state, BOARD_READY);
	assert_int_equal(x.self_resets, 1);
	beat_full(&x, 14000, C, 0, true, 1000, 5);
	assert_int_equal(x.self_resets, 2);
	assert_int_equal(x.w.state, BOARD_READY);
}

static void a_reset_while_booting_is_seen_too(void **state)
{
	struct world x;

	begin(&x);
	board_watch_power(&x.w, true, at(0));
	board_watch_firmware(&x.w, at(500));
	board_watch_kernel(&x.w, at(3000));
	board_watch_firmware(&x.w, at(5000));
	assert_int_equal(x.self_resets, 1);
	board_watch_kernel(&x.w, at(8000));
	assert_int_equal(x.self_resets, 1);
	board_watch_kernel(&x.w, at(12000)); /* its firmware is silent this time */
	assert_int_equal(x.self_resets, 2);
	/* Each boot has its own time to get ready. */
	pass_until(&x, 71999);
	assert_int_equal(x.w.state, BOARD_BOOTING);
	pass_until(&x, 72000);
	assert_int_equal(x.w.state, BOARD_NEVER_CAME);
}

static void a_restart_by_command_says_so_and_counts_once(void **state)
{
	struct world x;

	begin_ready(&x);
	board_watch_restart(&x.w, at(9000));
	assert_int_equal(x.self_resets, 1);
	assert_non_null(strstr(x.reset_reason, "by command"));
	board_watch_restart(&x.w, at(9001)); /* the same line on netconsole */
	board_watch_firmware(&x.w, at(9500));
	board_watch_kernel(&x.w, at(12000));
	beat_full(&x, 17000, B, 0, true, 5000, 5);
	assert_int_equal(x.self_resets, 1);
	assert_int_equal(x.w.state, BOARD_READY);
}

static void a_restart_line_after_our_reset_is_old_news(void **state)
{
	struct world x;

	begin_ready(&x);
	board_watch_reset(&x.w, at(9000));
	board_watch_restart(&x.w, at(9001));
	assert_int_equal(x.self_resets, 0);
}

static void silence_of_the_agent_is_a_hang_however_much_the_console_says(void **state)
{
	struct world x;

	begin_ready(&x);
	for (int ms = 8000; ms < 13000; ms += 10)
		board_watch_console(&x.w, at(ms));
	pass_until(&x, 12999);
	assert_int_equal(x.w.state, BOARD_READY);
	pass_until(&x, 13000);
	assert_int_equal(x.w.state, BOARD_HUNG);
	assert_string_equal(x.w.reason, "no heartbeat for 5.0 s (the last at 5.0 s of its uptime); "
					"its console last spoke 0.0 s ago");
	assert_int_equal(x.states, 1);
	assert_true(mono_is_never(board_watch_wakeup(&x.w)));
	pass_until(&x, 100000);
	assert_int_equal(x.states, 1);
}

static void heartbeats_put_the_hang_off(void **state)
{
	struct world x;

	begin_ready(&x);
	for (int s = 9; s < 100; s++) {
		pass_until(&x, s * 1000);
		beat(&x, s * 1000, A, (uint64_t)s - 7);
	}
	assert_int_equal(x.states, 0);
	assert_int_equal(x.w.heartbeats_lost, 0);
}

static void a_hang_ends_when_heartbeats_come_back(void **state)
{
	struct world x;

	begin_ready(&x);
	pass_until(&x, 20000);
	assert_int_equal(x.w.state, BOARD_HUNG);
	beat(&x, 31400, A, 3);
	assert_int_equal(x.w.state, BOARD_READY);
	assert_said(&x, "back after 23.4 s of silence");
	assert_int_equal(x.self_resets, 0);
	pass_until(&x, 36400);
	assert_int_equal(x.w.state, BOARD_HUNG);
}

static void a_reset_ends_a_hang_and_says_so(void **state)
{
	struct world x;

	begin_ready(&x);
	pass_until(&x, 20000);
	board_watch_firmware(&x.w, at(30000));
	assert_int_equal(x.self_resets, 1);
	assert_non_null(strstr(x.reset_reason, "after it had hung"));
}

static void a_tick_that_comes_late_waits_for_what_was_sent(void **state)
{
	struct world x;

	begin_ready(&x);
	/* We did not run for 20 s; heartbeats wait in the socket. */
	board_watch_tick(&x.w, at(28000));
	assert_int_equal(x.w.state, BOARD_READY);
	assert_int_equal(board_watch_wakeup(&x.w).us, at(28250).us);
	beat(&x, 28010, A, 20);
	pass_until(&x, 33009);
	assert_int_equal(x.w.state, BOARD_READY);
	pass_until(&x, 33010);
	assert_int_equal(x.w.state, BOARD_HUNG);
}

static void a_late_tick_and_true_silence_is_a_hang(void **state)
{
	struct world x;

	begin_ready(&x);
	board_watch_tick(&x.w, at(28000));
	board_watch_tick(&x.w, at(28249));
	assert_int_equal(x.w.state, BOARD_READY);
	board_watch_tick(&x.w, at(28250));
	assert_int_equal(x.w.state, BOARD_HUNG);
}

static void a_quiet_nfs_root_is_no_hang(void **state)
{
	struct world x;

	begin_ready(&x);
	for (int s = 9; s <= 60; s++) {
		pass_until(&x, s * 1000);
		beat_full(&x, s * 1000, A, (uint64_t)s - 7, true, (uint64_t)s * 1000,
			  (uint64_t)(s - 8) * 1000);
	}
	assert_int_equal(x.w.state, BOARD_NFS_STALLED);
	assert_said(&x, "not answered for 11.0 s");
	assert_int_equal(x.states, 1);
	beat(&x, 61000, A, 54);
	assert_int_equal(x.w.state, BOARD_READY);
	assert_said(&x, "answers again after 42.0 s");
}

static void stale_beat(struct world *x, int s, int answered_s)
{
	struct heartbeat hb = {.seq = (uint64_t)s,
			       .uptime_ms = (uint64_t)s * 1000,
			       .ready = true,
			       .nfs_ms = (uint64_t)(s - answered_s) * 1000,
			       .stale = true};

	memcpy(hb.boot_id, A, HEARTBEAT_BOOT_ID + 1);
	pass_until(x, s * 1000);
	board_watch_heartbeat(&x->w, &hb, at(s * 1000));
}

static void a_root_that_its_server_has_not_got_is_gone_for_good(void **state)
{
	struct world x;

	begin_ready(&x);
	for (int s = 9; s <= 18; s++)
		stale_beat(&x, s, 8);
	assert_int_equal(x.w.state, BOARD_READY); /* a server that starts gets its time */
	stale_beat(&x, 19, 8);
	assert_int_equal(x.w.state, BOARD_NFS_STALLED);
	assert_true(x.w.root_gone);
	assert_said(&x, "only another boot helps");
	stale_beat(&x, 20, 8);
	assert_int_equal(x.states, 1);
	/* Unless somebody exports it again. */
	beat(&x, 21000, A, 21);
	assert_int_equal(x.w.state, BOARD_READY);
	assert_false(x.w.root_gone);
	for (int s = 22; s <= 40; s++)
		stale_beat(&x, s, 21);
	assert_true(x.w.root_gone);
	board_watch_reset(&x.w, at(41000));
	assert_false(x.w.root_gone);
}

static void console_beat(struct world *x, int64_t ms, const char *boot, uint64_t seq)
{
	struct heartbeat hb = {.seq = seq,
			       .uptime_ms = (uint64_t)ms,
			       .ready = true,
			       .nfs_ms = (uint64_t)ms - 8000};

	memcpy(hb.boot_id, boot, HEARTBEAT_BOOT_ID + 1);
	board_watch_console_beat(&x->w, &hb, at(ms));
}

static void a_board_heard_on_the_console_alone_has_lost_its_network(void **state)
{
	struct world x;

	begin_ready(&x);
	for (int s = 11; s <= 70; s++) {
		pass_until(&x, s * 1000);
		console_beat(&x, s * 1000, A, (uint64_t)s - 7);
	}
	assert_int_equal(x.w.state, BOARD_NETWORK_LOST);
	assert_said(&x, "network is down");
	assert_int_equal(x.states, 1);
	/* The link is back, the server did not answer yet; then it does. */
	beat_full(&x, 71000, A, 64, true, 68000, 63000);
	assert_int_equal(x.w.state, BOARD_NFS_STALLED);
	beat(&x, 72000, A, 65);
	assert_int_equal(x.w.state, BOARD_READY);
	assert_int_equal(x.w.heartbeats_lost, 2);
}

static void a_board_without_network_may_hang(void **state)
{
	struct world x;

	begin_ready(&x);
	console_beat(&x, 11000, A, 4);
	assert_int_equal(x.w.state, BOARD_NETWORK_LOST);
	pass_until(&x, 16000);
	assert_int_equal(x.w.state, BOARD_HUNG);
	assert_said(&x, "while its network was down");
}

static void a_console_beat_beside_datagrams_says_nothing_new(void **state)
{
	struct world x;

	begin_ready(&x);
	for (int s = 9; s <= 14; s++) {
		beat(&x, s * 1000, A, (uint64_t)s - 7);
		console_beat(&x, s * 1000 + 20, A, (uint64_t)s - 7);
	}
	assert_int_equal(x.w.state, BOARD_READY);
	/* A line of the boot before, from a log that somebody prints: not of this one. */
	pass_until(&x, 18000);
	console_beat(&x, 18000, B, 3);
	assert_int_not_equal(x.w.state, BOARD_NETWORK_LOST);
}

static void a_board_may_hang_while_its_nfs_root_is_quiet(void **state)
{
	struct world x;

	begin_ready(&x);
	beat_full(&x, 9000, A, 2, true, 6000, 10001);
	assert_int_equal(x.w.state, BOARD_NFS_STALLED);
	pass_until(&x, 14000);
	assert_int_equal(x.w.state, BOARD_HUNG);
	assert_said(&x, "while its NFS root did not answer");
}

static void the_kernel_s_word_on_nfs_counts_both_ways(void **state)
{
	struct world x;

	begin_ready(&x);
	board_watch_nfs(&x.w, true, at(9000));
	assert_int_equal(x.w.state, BOARD_NFS_STALLED);
	beat_full(&x, 9100, A, 2, true, 6000, 9000); /* the last answer was before */
	assert_int_equal(x.w.state, BOARD_NFS_STALLED);
	board_watch_nfs(&x.w, false, at(9500));
	assert_int_equal(x.w.state, BOARD_READY);
}

static void an_answer_after_the_kernel_s_complaint_ends_the_stall(void **state)
{
	struct world x;

	begin_ready(&x);
	board_watch_nfs(&x.w, true, at(9000));
	beat_full(&x, 12000, A, 2, true, 9000, 200);
	assert_int_equal(x.w.state, BOARD_READY);
	assert_false(x.w.kernel_nfs_stalled);
}

static void the_kernel_s_all_clear_waits_for_the_agent(void **state)
{
	struct world x;

	begin_ready(&x);
	beat_full(&x, 9000, A, 2, true, 6000, 20000);
	board_watch_nfs(&x.w, false, at(9100));
	assert_int_equal(x.w.state, BOARD_NFS_STALLED);
	beat(&x, 10000, A, 3);
	assert_int_equal(x.w.state, BOARD_READY);
}

static void a_board_that_never_comes_says_how_far_it_came(void **state)
{
	struct world x;

	begin(&x);
	board_watch_power(&x.w, true, at(0));
	pass_until(&x, 59999);
	assert_int_equal(x.w.state, BOARD_FIRMWARE);
	pass_until(&x, 60000);
	assert_int_equal(x.w.state, BOARD_NEVER_CAME);
	assert_string_equal(x.w.reason,
			    "no kernel started within 60.0 s; its console said nothing");

	begin(&x);
	board_watch_power(&x.w, true, at(0));
	board_watch_kernel(&x.w, at(4000));
	board_watch_console(&x.w, at(10000));
	pass_until(&x, 60000);
	assert_string_equal(x.w.reason, "its kernel started, but its agent was not heard within "
					"60.0 s; its console last spoke 50.0 s ago");

	begin(&x);
	board_watch_power(&x.w, true, at(0));
	board_watch_kernel(&x.w, at(4000));
	board_watch_nfs(&x.w, true, at(9000));
	pass_until(&x, 60000);
	assert_said(&x, "waits for the NFS server");

	begin(&x);
	board_watch_power(&x.w, true, at(0));
	beat_full(&x, 9000, A, 0, false, 5000, 0);
	pass_until(&x, 60000);
	assert_int_equal(x.w.state, BOARD_NEVER_CAME);
	assert_said(&x, "did not say ready");
}

static void a_slow_board_may_come_after_all(void **state)
{
	struct world x;

	begin(&x);
	board_watch_power(&x.w, true, at(0));
	pass_until(&x, 60000);
	board_watch_firmware(&x.w, at(61000)); /* PXE tries again: not another boot */
	assert_int_equal(x.w.state, BOARD_NEVER_CAME);
	board_watch_kernel(&x.w, at(70000));
	assert_int_equal(x.w.state, BOARD_BOOTING);
	pass_until(&x, 99999);
	assert_int_equal(x.w.state, BOARD_BOOTING);
	beat_full(&x, 99999, A, 0, true, 29000, 5);
	assert_int_equal(x.w.state, BOARD_READY);
	assert_int_equal(x.self_resets, 0);
}

static void a_slow_boot_that_gets_on_is_not_given_up(void **state)
{
	struct world x;

	begin(&x);
	board_watch_power(&x.w, true, at(0));
	pass_until(&x, 45000);
	board_watch_kernel(&x.w, at(45000));
	pass_until(&x, 74000);
	assert_int_equal(x.w.state, BOARD_BOOTING);
	for (int s = 74; s < 104; s++) {
		beat_full(&x, s * 1000, A, (uint64_t)s - 74, false, 20000, 5);
		pass_until(&x, s * 1000 + 999);
		assert_int_equal(x.w.state, BOARD_BOOTING);
	}
	pass_until(&x, 104000); /* more of the same is no progress */
	assert_int_equal(x.w.state, BOARD_NEVER_CAME);
	assert_said(&x, "did not say ready within 104.0 s");
	beat_full(&x, 105000, A, 31, false, 50000, 5);
	assert_int_equal(x.w.state, BOARD_NEVER_CAME);
	beat_full(&x, 106000, A, 32, true, 51000, 5);
	assert_int_equal(x.w.state, BOARD_READY);
}

static void
a_board_that_powers_down_because_its_button_was_pressed_did_not_reset_by_itself(void **state)
{
	struct world x;

	begin(&x);
	board_watch_power(&x.w, true, at(0));
	board_watch_kernel(&x.w, at(5000));
	beat_full(&x, 9000, A, 0, true, 5000, 5);
	board_watch_pressed(&x.w, at(10000));
	assert_int_equal(x.w.state, BOARD_READY);
	board_watch_restart(&x.w, at(11000));
	assert_int_equal(x.w.state, BOARD_OFF);
	assert_int_equal(x.self_resets, 0);
	pass_until(&x, 200000);
	assert_int_equal(x.w.state, BOARD_OFF);
	/* The next press starts it. */
	board_watch_pressed(&x.w, at(200000));
	assert_int_equal(x.w.state, BOARD_FIRMWARE);
	assert_int_equal(x.self_resets, 0);
}

static void complain(struct world *x, int64_t ms, const char *text)
{
	board_watch_trouble(&x->w, text, strlen(text), at(ms));
	board_watch_tick(&x->w, at(ms));
}

static void a_boot_that_complains_for_30_s_is_given_up_with_its_words(void **state)
{
	struct world x;

	begin(&x);
	board_watch_power(&x.w, true, at(0));
	board_watch_kernel(&x.w, at(5000));
	for (int s = 6; s < 36; s += 2)
		complain(&x, s * 1000, "kdev-init: NFS root 10.0.0.1:/r: Permission denied");
	assert_int_equal(x.w.state, BOARD_BOOTING);
	complain(&x, 36000, "kdev-init: NFS root 10.0.0.1:/r: \033[2JPermission denied");
	assert_int_equal(x.w.state, BOARD_NEVER_CAME);
	assert_said(&x, "within 36.0 s; it says: kdev-init: NFS root 10.0.0.1:/r: ?[2JPermission");
}

static void a_boot_loader_that_gave_up_is_not_waited_for(void **state)
{
	static const char text[] = "Boot failed: press a key to retry, or wait for reset...";
	struct world x;

	begin(&x);
	board_watch_power(&x.w, true, at(0));
	board_watch_gave_up(&x.w, text, strlen(text), at(3000));
	board_watch_tick(&x.w, at(3000));
	assert_int_equal(x.w.state, BOARD_NEVER_CAME);
	assert_said(&x, "within 3.0 s; it says: Boot failed: press a key to retry");
	/* A kernel that runs prints what it likes. */
	board_watch_reset(&x.w, at(4000));
	board_watch_kernel(&x.w, at(8000));
	board_watch_gave_up(&x.w, text, strlen(text), at(9000));
	board_watch_tick(&x.w, at(9000));
	assert_int_equal(x.w.state, BOARD_BOOTING);
}

static void a_complaint_that_is_not_repeated_changes_no_deadline(void **state)
{
	struct world x;

	begin(&x);
	board_watch_power(&x.w, true, at(0));
	board_watch_kernel(&x.w, at(5000));
	complain(&x, 6000, "kdev-init: NFS root: no such file");
	pass_until(&x, 59000);
	assert_int_equal(x.w.state, BOARD_BOOTING);
	beat_full(&x, 59500, A, 0, true, 5000, 5);
	assert_int_equal(x.w.state, BOARD_READY);
	/* The next boot knows nothing of it. */
	board_watch_reset(&x.w, at(60000));
	pass_until(&x, 130000);
	assert_said(&x, "no kernel started");
}

static void the_first_word_of_an_agent_that_was_given_up_counts(void **state)
{
	struct world x;

	begin(&x);
	board_watch_power(&x.w, true, at(0));
	pass_until(&x, 60000);
	beat_full(&x, 61000, A, 0, false, 20000, 5);
	assert_int_equal(x.w.state, BOARD_BOOTING);
	pass_until(&x, 90999);
	assert_int_equal(x.w.state, BOARD_BOOTING);
	pass_until(&x, 91000);
	assert_int_equal(x.w.state, BOARD_NEVER_CAME);
}

static void a_panic_is_a_state_and_its_reboot_a_self_reset(void **state)
{
	struct world x;

	begin_ready(&x);
	board_watch_panic(&x.w, at(8500));
	assert_int_equal(x.w.state, BOARD_PANICKED);
	assert_said(&x, "panicked 0.5 s after");
	board_watch_panic(&x.w, at(8501));
	beat(&x, 8502, A, 2); /* was on its way */
	assert_int_equal(x.w.state, BOARD_PANICKED);
	assert_int_equal(x.states, 1);
	pass_until(&x, 60000);
	assert_int_equal(x.w.state, BOARD_PANICKED);
	board_watch_firmware(&x.w, at(61000));
	assert_int_equal(x.self_resets, 1);
	assert_non_null(strstr(x.reset_reason, "rebooted after its panic"));
}

static void heartbeats_that_go_on_disprove_a_panic(void **state)
{
	struct world x;

	begin_ready(&x);
	board_watch_panic(&x.w, at(8500));
	beat(&x, 9000, A, 2);
	beat(&x, 12000, A, 5);
	assert_int_equal(x.w.state, BOARD_READY);
	assert_said(&x, "did not panic");
}

static void a_panic_before_the_first_heartbeat_is_followed_by_another_boot(void **state)
{
	struct world x;

	begin(&x);
	board_watch_power(&x.w, true, at(0));
	board_watch_kernel(&x.w, at(3000));
	board_watch_panic(&x.w, at(5000));
	assert_string_equal(x.w.reason, "the kernel panicked");
	beat_full(&x, 20000, A, 0, true, 6000, 5); /* a kernel younger than the panic */
	assert_int_equal(x.self_resets, 1);
	assert_int_equal(x.w.state, BOARD_READY);
}

static void a_panic_line_of_the_boot_before_is_old_news(void **state)
{
	struct world x;

	begin_ready(&x);
	board_watch_reset(&x.w, at(9000));
	board_watch_panic(&x.w, at(9001));
	assert_int_equal(x.w.state, BOARD_FIRMWARE);
}

static void text_that_looked_like_a_boot_is_found_out(void **state)
{
	struct world x;

	begin_ready(&x);
	board_watch_kernel(&x.w, at(9000)); /* somebody printed an old log */
	assert_int_equal(x.self_resets, 1);
	beat(&x, 10000, A, 3);
	assert_int_equal(x.w.state, BOARD_BOOTING);
	beat(&x, 12000, A, 5);
	assert_int_equal(x.w.state, BOARD_READY);
	assert_said(&x, "the same boot still runs");
	beat(&x, 13000, A, 6);
	assert_int_equal(x.w.state, BOARD_READY);
	assert_int_equal(x.self_resets, 1);
}

static void an_adopted_board_is_known_by_its_heartbeat(void **state)
{
	struct world x;

	begin(&x);
	board_watch_adopted(&x.w, at(0));
	assert_int_equal(x.w.state, BOARD_BOOTING);
	beat_full(&x, 700, A, 123, true, 123456, 5);
	assert_int_equal(x.w.state, BOARD_READY);
	assert_string_equal(x.w.reason, "found ready, up for 123.5 s");
	assert_int_equal(x.self_resets, 0);
	assert_int_equal(x.w.heartbeats_lost, 0);
	board_watch_firmware(&x.w, at(2000));
	assert_int_equal(x.self_resets, 1);
}

/* Of a reset that did nothing it is known that the old boot is heard, and it can be taken back. */
static void an_adopted_board_is_ready_when_its_root_answers(void **state)
{
	struct world x;

	begin(&x);
	board_watch_adopted(&x.w, at(0));
	beat_full(&x, 500, A, 70, true, 70000, 7500);
	assert_int_equal(x.w.state, BOARD_NFS_STALLED);
	beat_full(&x, 1500, A, 71, true, 71000, 500);
	assert_int_equal(x.w.state, BOARD_READY);
	/* From now on it is a server that is known to answer. */
	for (int s = 2; s <= 10; s++)
		beat_full(&x, s * 1000, A, (uint64_t)(70 + s), true, 71000, (uint64_t)s * 1000);
	assert_int_equal(x.w.state, BOARD_READY);
}

static void an_adopted_board_of_another_server_is_soon_known_to_need_a_boot(void **state)
{
	struct world x;

	begin(&x);
	board_watch_adopted(&x.w, at(0));
	for (int s = 1; s <= 3; s++)
		stale_beat(&x, s, -60);
	assert_int_equal(x.w.state, BOARD_NFS_STALLED);
	assert_false(x.w.root_gone);
	stale_beat(&x, 4, -60);
	assert_true(x.w.root_gone);
	assert_said(&x, "only another boot helps");
}

static void a_board_that_a_reset_did_not_reach_can_be_adopted(void **state)
{
	struct world x;

	begin_ready(&x);
	board_watch_reset(&x.w, at(9000));
	assert_true(mono_is_never(x.w.old_heard));
	beat(&x, 9100, A, 2);
	beat(&x, 13000, A, 6);
	assert_int_equal(x.w.old_heard.us, at(13000).us);
	assert_int_equal(x.w.state, BOARD_FIRMWARE);
	board_watch_adopted(&x.w, at(13100));
	beat(&x, 14000, A, 7);
	assert_int_equal(x.w.state, BOARD_READY);
	assert_int_equal(x.self_resets, 0);
}
static void an_adopted_board_that_is_silent_hangs(void **state)
{
	struct world x;

	begin(&x);
	board_watch_adopted(&x.w, at(0));
	board_watch_console(&x.w, at(4000));
	pass_until(&x, 4999);
	assert_int_equal(x.w.state, BOARD_BOOTING);
	pass_until(&x, 5000);
	assert_int_equal(x.w.state, BOARD_HUNG);
	assert_said(&x, "found running, but no heartbeat for 5.0 s");
	beat_full(&x, 9000, A, 123, true, 123456, 5);
	assert_int_equal(x.w.state, BOARD_READY);
	assert_int_equal(x.self_resets, 0);
}

static void an_adopted_board_that_boots_gets_its_time(void **state)
{
	struct world x;

	begin(&x);
	board_watch_adopted(&x.w, at(0));
	board_watch_firmware(&x.w, at(1000));
	assert_int_equal(x.w.state, BOARD_FIRMWARE);
	pass_until(&x, 20000);
	board_watch_kernel(&x.w, at(20000));
	assert_int_equal(x.w.state, BOARD_BOOTING);
	assert_int_equal(x.self_resets, 0);
	pass_until(&x, 60999);
	assert_int_equal(x.w.state, BOARD_BOOTING);
	pass_until(&x, 61000);
	assert_int_equal(x.w.state, BOARD_NEVER_CAME);

	begin(&x);
	board_watch_adopted(&x.w, at(0));
	beat_full(&x, 1000, A, 0, false, 4000, 5);
	assert_int_equal(x.w.state, BOARD_BOOTING);
	pass_until(&x, 60999);
	assert_int_equal(x.w.state, BOARD_BOOTING);
	pass_until(&x, 61000);
	assert_int_equal(x.w.state, BOARD_NEVER_CAME);
	assert_said(&x, "within 60.0 s");
}

static void an_adopted_board_may_panic_or_restart(void **state)
{
	struct world x;

	begin(&x);
	board_watch_adopted(&x.w, at(0));
	board_watch_panic(&x.w, at(100));
	assert_int_equal(x.w.state, BOARD_PANICKED);

	begin(&x);
	board_watch_adopted(&x.w, at(0));
	board_watch_restart(&x.w, at(100));
	assert_int_equal(x.w.state, BOARD_FIRMWARE);
	assert_int_equal(x.self_resets, 0);
}

static void power_off_ends_all_expectations(void **state)
{
	struct world x;

	begin_ready(&x);
	board_watch_power(&x.w, false, at(9000));
	assert_int_equal(x.w.state, BOARD_OFF);
	board_watch_power(&x.w, false, at(9001));
	assert_int_equal(x.states, 1);
	beat(&x, 9002, A, 2); /* was on its way */
	pass_until(&x, 1000000);
	assert_int_equal(x.w.state, BOARD_OFF);
	board_watch_power(&x.w, true, at(1000000));
	board_watch_power(&x.w, true, at(1000001));
	assert_int_equal(x.states, 2);
	beat_full(&x, 1008000, B, 0, true, 5000, 5);
	assert_int_equal(x.w.state, BOARD_READY);
	assert_int_equal(x.self_resets, 0);
}

static void other_hands_on_the_power_button_are_noticed(void **state)
{
	struct world x;

	begin_ready(&x);
	board_watch_power(&x.w, false, at(9000));
	board_watch_firmware(&x.w, at(50000));
	assert_int_equal(x.self_resets, 1);
	assert_string_equal(x.reset_reason, "switched on by other hands: its firmware started");
	assert_int_equal(x.w.state, BOARD_FIRMWARE);
}

static void a_board_that_was_not_switched_off_is_noticed(void **state)
{
	struct world x;

	begin_ready(&x);
	board_watch_power(&x.w, false, at(9000));
	beat(&x, 10000, A, 3);
	assert_int_equal(x.w.state, BOARD_OFF);
	beat(&x, 12000, A, 5);
	assert_int_equal(x.w.state, BOARD_READY);
}

static void lost_heartbeats_are_counted(void **state)
{
	struct world x;

	begin_ready(&x);
	beat(&x, 12000, A, 5); /* 2, 3, 4 */
	beat(&x, 12500, A, 5); /* twice */
	beat(&x, 12600, A, 4); /* out of order */
	assert_int_equal(x.w.heartbeats_lost, 3);
	beat(&x, 13000, A, 0); /* the agent was started again */
	beat(&x, 14000, A, 1);
	assert_int_equal(x.w.heartbeats_lost, 3);
	assert_int_equal(x.w.state, BOARD_READY);
}

static void a_reset_during_a_boot_begins_its_time_again(void **state)
{
	struct world x;

	begin(&x);
	board_watch_power(&x.w, true, at(0));
	board_watch_kernel(&x.w, at(4000));
	board_watch_reset(&x.w, at(30000));
	pass_until(&x, 89999);
	assert_int_equal(x.w.state, BOARD_FIRMWARE);
	pass_until(&x, 90000);
	assert_int_equal(x.w.state, BOARD_NEVER_CAME);
	board_watch_reset(&x.w, at(91000));
	assert_int_equal(x.w.state, BOARD_FIRMWARE);
	assert_int_equal(x.self_resets, 0);
}

/* Whatever comes in whatever order: the clock is wanted in the future or never, and a state that
 * waits always has a time at which it ends. */
static void no_order_of_events_leaves_it_waiting_for_ever(void **state)
{
	static const char *const ids[] = {A, B, C};
	uint32_t rnd = 1;
	struct world x;
	int64_t ms = 0;

	begin(&x);
	for (int i = 0; i < 200000; i++) {
		rnd = rnd * 1664525 + 1013904223;
		ms += rnd >> 20;
		pass_until(&x, ms);
		switch ((rnd >> 8) % 12) {
		case 0: board_watch_power(&x.w, (rnd >> 16) & 1, at(ms)); break;
		case 1: board_watch_reset(&x.w, at(ms)); break;
		case 2: board_watch_adopted(&x.w, at(ms)); break;
		case 3: board_watch_console(&x.w, at(ms)); break;
		case 4: board_watch_firmware(&x.w, at(ms)); break;
		case 5: board_watch_kernel(&x.w, at(ms)); break;
		case 6: board_watch_restart(&x.w, at(ms)); break;
		case 7: board_watch_panic(&x.w, at(ms)); break;
		case 8: board_watch_nfs(&x.w, (rnd >> 16) & 1, at(ms)); break;
		case 9:
			if (ms > 8000)
				console_beat(&x, ms, ids[(rnd >> 16) % 3], rnd >> 24);
			break;
		default:
			beat_full(&x, ms, ids[(rnd >> 16) % 3], rnd >> 24, (rnd >> 17) & 1,
				  rnd >> 10, rnd >> 15);
			break;
		}
		switch (x.w.state) {
		case BOARD_FIRMWARE:
		case BOARD_BOOTING:
		case BOARD_READY:
		case BOARD_NFS_STALLED:
		case BOARD_NETWORK_LOST:
			assert_false(mono_is_never(board_watch_wakeup(&x.w)));
			break;
		default: assert_true(mono_is_never(board_watch_wakeup(&x.w))); break;
		}
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_boot_goes_through_its_states),
		cmocka_unit_test(a_boot_is_known_by_its_heartbeats_alone),
		cmocka_unit_test(our_reset_is_no_surprise),
		cmocka_unit_test(late_heartbeats_of_the_old_boot_are_ignored),
		cmocka_unit_test(a_reset_without_effect_is_said_so),
		cmocka_unit_test(a_reset_right_after_adoption_ignores_the_unknown_old_boot),
		cmocka_unit_test(a_firmware_banner_out_of_the_blue_is_one_self_reset),
		cmocka_unit_test(a_kernel_out_of_the_blue_is_one_self_reset),
		cmocka_unit_test(another_boot_id_alone_is_one_self_reset),
		cmocka_unit_test(a_reset_while_booting_is_seen_too),
		cmocka_unit_test(a_restart_by_command_says_so_and_counts_once),
		cmocka_unit_test(a_restart_line_after_our_reset_is_old_news),
		cmocka_unit_test(silence_of_the_agent_is_a_hang_however_much_the_console_says),
		cmocka_unit_test(heartbeats_put_the_hang_off),
		cmocka_unit_test(a_hang_ends_when_heartbeats_come_back),
		cmocka_unit_test(a_reset_ends_a_hang_and_says_so),
		cmocka_unit_test(a_tick_that_comes_late_waits_for_what_was_sent),
		cmocka_unit_test(a_late_tick_and_true_silence_is_a_hang),
		cmocka_unit_test(a_quiet_nfs_root_is_no_hang),
		cmocka_unit_test(a_root_that_its_server_has_not_got_is_gone_for_good),
		cmocka_unit_test(a_board_heard_on_the_console_alone_has_lost_its_network),
		cmocka_unit_test(a_board_without_network_may_hang),
		cmocka_unit_test(a_console_beat_beside_datagrams_says_nothing_new),
		cmocka_unit_test(a_board_may_hang_while_its_nfs_root_is_quiet),
		cmocka_unit_test(the_kernel_s_word_on_nfs_counts_both_ways),
		cmocka_unit_test(an_answer_after_the_kernel_s_complaint_ends_the_stall),
		cmocka_unit_test(the_kernel_s_all_clear_waits_for_the_agent),
		cmocka_unit_test(a_board_that_never_comes_says_how_far_it_came),
		cmocka_unit_test(a_slow_board_may_come_after_all),
		cmocka_unit_test(a_slow_boot_that_gets_on_is_not_given_up),
		cmocka_unit_test(
			a_board_that_powers_down_because_its_button_was_pressed_did_not_reset_by_itself),
		cmocka_unit_test(a_boot_that_complains_for_30_s_is_given_up_with_its_words),
		cmocka_unit_test(a_boot_loader_that_gave_up_is_not_waited_for),
		cmocka_unit_test(a_complaint_that_is_not_repeated_changes_no_deadline),
		cmocka_unit_test(the_first_word_of_an_agent_that_was_given_up_counts),
		cmocka_unit_test(a_panic_is_a_state_and_its_reboot_a_self_reset),
		cmocka_unit_test(heartbeats_that_go_on_disprove_a_panic),
		cmocka_unit_test(a_panic_before_the_first_heartbeat_is_followed_by_another_boot),
		cmocka_unit_test(a_panic_line_of_the_boot_before_is_old_news),
		cmocka_unit_test(text_that_looked_like_a_boot_is_found_out),
		cmocka_unit_test(an_adopted_board_is_known_by_its_heartbeat),
		cmocka_unit_test(an_adopted_board_is_ready_when_its_root_answers),
		cmocka_unit_test(an_adopted_board_of_another_server_is_soon_known_to_need_a_boot),
		cmocka_unit_test(a_board_that_a_reset_did_not_reach_can_be_adopted),
		cmocka_unit_test(an_adopted_board_that_is_silent_hangs),
		cmocka_unit_test(an_adopted_board_that_boots_gets_its_time),
		cmocka_unit_test(an_adopted_board_may_panic_or_restart),
		cmocka_unit_test(power_off_ends_all_expectations),
		cmocka_unit_test(other_hands_on_the_power_button_are_noticed),
		cmocka_unit_test(a_board_that_was_not_switched_off_is_noticed),
		cmocka_unit_test(lost_heartbeats_are_counted),
		cmocka_unit_test(a_reset_during_a_boot_begins_its_time_again),
		cmocka_unit_test(no_order_of_events_leaves_it_waiting_for_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
