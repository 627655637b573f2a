/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The attendant: the one process that outlives a command. It holds the consoles, hears the
 * heartbeats, owns the power lines, the ssh session, the services and the board's lock.
 *
 * attendant.c          start, loop, end
 * attendant_board.c    the board: its services, its state, up and down
 * attendant_sources.c  where it is heard: serial console, netconsole, heartbeats
 * attendant_reports.c  what the pipeline makes of that
 * attendant_ssh.c      the one lasting session
 * attendant_clients.c  commands that are connected
 * attendant_requests.c what they may ask
 * attendant_hello.c    which build of kdev they and we are
 * attendant_steps.c    programs and files for the board, over ssh
 * attendant_power.c    buttons and SysRq
 * attendant_times.c    how long they are pressed, and other times that are tried out
 * attendant_recovery.c the escalation ladder
 * attendant_crash_kernel.c  what a panic starts by itself
 * attendant_vmcore.c   the memory that it sends
 * attendant_pstore.c   what the kernel before left in memory that survives
 * attendant_stuck.c    where a module hangs, by the agent
 * attendant_harvest.c  what a hung board is asked before it is reset
 * attendant_memory.c   what must survive the attendant
 *
 * All on one libuv loop; nothing here blocks for longer than it takes to start a service.
 */
#ifndef KDEV_HARNESS_ATTENDANT_H
#define KDEV_HARNESS_ATTENDANT_H

#include <jansson.h>
#include <stdbool.h>
#include <uv.h>

#include "console/pipeline/pipeline.h"
#include "console/sources/key_prompt.h"
#include "console/sources/source.h"
#include "harness/attendant/capture.h"
#include "harness/attendant/wire.h"
#include "harness/config/config.h"
#include "harness/config/console_config.h"
#include "harness/netboot/boot_story.h"
#include "harness/netboot/services.h"
#include "harness/netboot/setup.h"
#include "harness/ssh/ssh.h"
#include "watchdog/board_state.h"
#include "watchdog/crash_kernel.h"
#include "watchdog/ladder.h"
#include "watchdog/power/power.h"

struct client;
struct attendant;

/* One power operation at a time, and who waits for it: a command, or one of us. */
struct power_request {
	bool busy;
	struct client *client; /* NULL: it is gone, or it is one of us */
	json_int_t id;
	void (*done)(struct attendant *a, int err, const char *why); /* NULL: nobody */
	enum power_verb verb;
	char key;     /* SysRq key to type after a BREAK; 0: none */
	bool release; /* no verb: let go of every button */
};

/* A board that is being got to boot anew, and what is known of such attempts. */
struct recovery {
	bool active;
	struct client *client; /* who asked; NULL: it is gone */
	json_int_t id;
	struct ladder ladder;
	struct ladder_memory memory;
	struct monotime began;
	bool acted;    /* the step under way is done; a sign of a boot is awaited */
	bool unproven; /* the last one's boot did not come to its end yet */
	enum ladder_rung last;
	uv_timer_t timer;
};

/* A crash kernel, and who waits for it. */
struct crash_watch {
	struct crash_kernel kernel;
	struct client *waiter; /* wants the board back; NULL: nobody yet */
	json_int_t id;
	bool said;                /* the kernel itself said that one is loaded */
	bool reported;            /* this boot had a crash, and may end by one */
	struct client *unclaimed; /* whose board is back, who has not asked for it yet */
	int64_t took_us;
	char story[160];
};

enum { BOOT_LOGS = 2 }; /* of dnsmasq and the boot server */

struct attendant {
	uv_loop_t loop;
	struct board_config cfg;
	char *dir; /* STATE/boards/NAME */
	int lock_fd;

	struct services *services;
	bool up; /* the services run and the board is held */
	struct netboot_paths paths;

	struct capture *capture;
	struct key_prompt prompt;
	struct console console; /* the serial line, wherever it is */
	struct source *netconsole, *heartbeat;
	struct pipeline *pipeline;
	struct board_watch watch;
	off_t boot_logs_at[BOOT_LOGS];   /* where its servers' logs of this boot begin */
	char boot_story[BOOT_STORY_MAX]; /* how far a boot got that never came; "": it is not told
					  */
	struct power *power;
	struct power_request power_request;
	bool trial; /* other times than the configuration's are in force */
	struct recovery recovery;
	struct crash_watch crash;
	struct vmcore *vmcore;       /* NULL: none is taken */
	struct stuck_job *stuck;     /* under way; NULL: none */
	struct harvest_job *harvest; /* likewise */
	struct monotime sysrq_at;    /* when the last SysRq key was sent; {0}: never */
	struct ssh *ssh;
	bool ssh_connected;
	bool ssh_up;                             /* and free for the run's commands */
	char pstore_boot[HEARTBEAT_BOOT_ID + 1]; /* in which pstore was looked into */

	uv_timer_t timer;      /* the next wake-up of pipeline and watch */
	uv_timer_t sync_timer; /* captures to disk */
	uv_timer_t ssh_timer;  /* try again */
	uv_poll_t listener;
	uv_signal_t sigterm, sigint;
	int listen_fd;
	bool ending;

	struct client *clients;
	struct client *owner; /* who has locked the board */
	char *run_dir;        /* the owner's; NULL: none */
	unsigned crashes;     /* reports written to run_dir */
	char dirty[160];      /* why the board must be reset before the next run; "" if not */
};

/* attendant.c */
/* Run until told to end. ready_fd: where to say "ok\n" or an error line when started. */
int attendant_run(const struct board_config *cfg, int ready_fd);
void attendant_end(struct attendant *a); /* leave the loop soon */

/* attendant_boot_logs.c */
void attendant_boot_begins(struct attendant *a);
void attendant_boot_tell(struct attendant *a); /* it never came: into boot_story */

/* attendant_board.c */
int attendant_board_up(struct attendant *a, char *err, size_t err_len);
void attendant_board_down(struct attendant *a, bool stop_services);
/* To be called after anything that may have moved a wake-up. */
void attendant_rearm(struct attendant *a);
json_t *attendant_board_json(const struct attendant *a); /* state, reason, ssh … */

/* attendant_sources.c: 0, or a negative errno with a line in err */
int attendant_sources_open(struct attendant *a, char *err, size_t err_len); /* UDP */
int attendant_console_open(struct attendant *a, char *err, size_t err_len);
void attendant_console_close(struct attendant *a);
int attendant_type(struct attendant *a, const void *bytes, size_t n); /* on the serial line */
/*
 * While no attendant lived, QEMU went on writing what the serial line said to its own log. Take
 * what our file lacks, so that the capture has no gap.
 */
void attendant_catch_up(struct attendant *a);

/* attendant_reports.c */
extern const struct pipeline_ops attendant_pipeline_ops;           /* arg: the attendant */
void attendant_crash(struct attendant *a, struct crash_report *r); /* whole; taken over */
void attendant_note(struct attendant *a, const char *text); /* a line of our own in the timeline */

/* attendant_ssh.c */
int attendant_ssh_open(struct attendant *a);
void attendant_ssh_connect(struct attendant *a); /* if the board is ready for it */
void attendant_ssh_free(struct attendant *a);    /* connected, and nothing of ours runs in it */

/* attendant_clients.c */
int attendant_listen(struct attendant *a);
void attendant_clients_close(struct attendant *a);
void attendant_broadcast(struct attendant *a, json_t *event); /* steals event */
void attendant_console_bytes(struct attendant *a, const void *bytes, size_t n);
void client_reply(struct client *c, json_int_t id, const char *error); /* NULL: ok */
void client_send(struct client *c, json_t *msg);                       /* steals msg */

/* attendant_steps.c */
struct step_job;
void attendant_exec(struct client *c, struct attendant *a, json_int_t id, const json_t *req);
void attendant_push(struct client *c, struct attendant *a, json_int_t id, const json_t *req);
void attendant_cancel(struct client *c, json_int_t id);
void attendant_jobs_drop(struct client *c); /* the client is gone */
struct step_job **client_jobs(struct client *c);

/* attendant_power.c */
int attendant_power_open(struct attendant *a, char *err, size_t err_len);
void attendant_power(struct attendant *a, struct client *c, json_int_t id, enum power_verb verb,
		     char sysrq_key);
/* Did the console say anything since the last SysRq key? Then its interrupts work. */
bool attendant_sysrq_answered(const struct attendant *a);
/* Let go of every button; where the device can be read, that is proven. */
void attendant_power_release(struct attendant *a, struct client *c, json_int_t id);
void attendant_power_forget(struct attendant *a, struct client *c);
/* For ourselves: -EBUSY, or done() follows, perhaps from inside. key: as for SysRq, 0: none. */
int attendant_press(struct attendant *a, enum power_verb verb, char key,
		    void (*done)(struct attendant *a, int err, const char *why));
/* A boot begins that we asked for by other means than a button. */
void attendant_expect_boot(struct attendant *a, const char *why);

/* attendant_times.c */
/* {"op":"times","reset_us":N …}: for the owner's presses from now on; "keep" makes it last. */
void attendant_times(struct attendant *a, struct client *c, json_int_t id, const json_t *req);
void attendant_times_end(struct attendant *a); /* the owner has gone */

/* attendant_stuck.c */
/* {"op":"stuck"}: ask the agent where a load or unload hangs; its answer becomes a report. */
void attendant_stuck(struct attendant *a, struct client *c, json_int_t id);
void attendant_stuck_forget(struct attendant *a, struct client *c);

/* attendant_harvest.c */
/* {"op":"harvest"}: SysRq's answers, or an NMI's, into files of the run. */
void attendant_harvest(struct attendant *a, struct client *c, json_int_t id);
void attendant_harvest_line(struct attendant *a, const struct console_line *line);
void attendant_harvest_report(struct attendant *a); /* one is complete */
void attendant_harvest_end(struct attendant *a, const char *why);
void attendant_harvest_forget(struct attendant *a, struct client *c);

/* attendant_recovery.c */
/* {"op":"recover"}: get the board to boot, by whatever step is enough. */
void attendant_recover(struct attendant *a, struct client *c, json_int_t id);
/* Something was heard of the board: is it the sign that is waited for? */
void attendant_recovery_look(struct attendant *a);
void attendant_recovery_end(struct attendant *a, const char *why); /* the board goes down */
void attendant_recovery_forget(struct attendant *a, struct client *c);

/* attendant_crash_kernel.c */
void attendant_crash_kernel_panic(struct attendant *a);
void attendant_crash_kernel_report(struct attendant *a, const struct crash_report *r); /* begins */
/* A line of the consoles. */
void attendant_crash_kernel_line(struct attendant *a, const char *text, size_t len);
/* A mark of a boot: true when it is the crash kernel's and not the board's. */
bool attendant_crash_kernel_mark(struct attendant *a, enum boot_mark mark);
void attendant_crash_kernel_spoke(struct attendant *a);
/* The board is known to boot by another sign: true if that is the crash kernel's work. */
bool attendant_crash_kernel_gone(struct attendant *a, const char *sign);
void attendant_crash_kernel_tick(struct attendant *a);
/* Somebody wants the board back: true when that is the crash kernel's job, and the answer comes. */
bool attendant_crash_kernel_recover(struct attendant *a, struct client *c, json_int_t id);
void attendant_crash_kernel_forget(struct attendant *a, struct client *c);
void attendant_crash_kernel_end(struct attendant *a, const char *why); /* reset, or down */

/* attendant_vmcore.c */
int attendant_vmcore_open(struct attendant *a, char *err, size_t err_len);
void attendant_vmcore_drop(struct attendant *a); /* what comes, comes no more */
void attendant_vmcore_close(struct attendant *a);

/* attendant_pstore.c: the board can be reached. True if it is being read: attendant_ssh_free()
 * follows, unless the connection breaks. */
bool attendant_pstore(struct attendant *a);

/* attendant_memory.c */
void attendant_remember(struct attendant *a, const char *dirty); /* "" : clean */
void attendant_memory_write(struct attendant *a);
void attendant_recall(struct attendant *a);

#endif
