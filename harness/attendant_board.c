/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is heard of the board, and what is concluded from it. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/attendant.h"
#include "harness/crash_json.h"
#include "harness/log.h"
#include "harness/netboot/privileged.h"
#include "harness/paths.h"
#include "harness/text_json.h"

#define SSH_RETRY_MS 300

static void on_wakeup(uv_timer_t *t)
{
	struct attendant *a = t->data;
	struct monotime now = mono_now();

	pipeline_tick(a->pipeline, now);
	board_watch_tick(&a->watch, now);
	attendant_rearm(a);
}

void attendant_rearm(struct attendant *a)
{
	struct monotime next;
	int64_t us;

	if (!a->up)
		return;
	next = mono_min(pipeline_wakeup(a->pipeline), board_watch_wakeup(&a->watch));
	if (mono_is_never(next)) {
		uv_timer_stop(&a->timer);
		return;
	}
	us = mono_diff(next, mono_now());
	uv_update_time(&a->loop);
	uv_timer_start(&a->timer, on_wakeup, us > 0 ? (uint64_t)(us + 999) / 1000 : 0, 0);
}

/* A line of our own in the timeline. */
static void note(struct attendant *a, const char *text)
{
	capture_line(a->capture, "kdev", mono_now(), text, strlen(text));
}

static void log_line(void *arg, const struct console_line *line)
{
	struct attendant *a = arg;

	if (!line->duplicate)
		capture_line(a->capture, line->source == SOURCE_SERIAL ? "serial" : "netconsole",
			     line->at, line->text, line->len);
}

static void log_crash_begin(void *arg, const struct crash_report *r)
{
	struct attendant *a = arg;

	log_warn("%s: %s", crash_class_name(r->klass), r->title);
	if (!a->owner) {
		char why[160];

		snprintf(why, sizeof(why), "it crashed between two runs: %.120s", r->title);
		attendant_remember(a, why);
	}
	attendant_broadcast(a, json_pack("{s:s, s:s, s:s, s:o, s:b, s:I}", "ev", "crash", "phase",
					 "begin", "class", crash_class_name(r->klass), "title",
					 text_json(r->title), "secondary", r->secondary, "at_us",
					 (json_int_t)r->begun.us));
	/* After the report's own event: the panic is its consequence. */
	if (r->klass == CRASH_PANIC || r->panicked)
		board_watch_panic(&a->watch, mono_now());
}

static int write_file(const char *dir, const char *leaf, const void *data, size_t len)
{
	char *path = path_format("%s/%s", dir, leaf);
	int err = path ? path_write_atomic(path, data, len, 0644) : -ENOMEM;

	free(path);
	return err;
}

/* The report goes to disk here, so that it is kept whatever becomes of the command. */
static void keep_crash(struct attendant *a, const struct crash_report *r, json_t *doc)
{
	char *dir, *text;
	int err = -ENOMEM;

	if (!a->run_dir)
		return;
	dir = path_format("%s/crash-%u", a->run_dir, ++a->crashes);
	text = json_dumps(doc, JSON_INDENT(2));
	if (dir && text) {
		err = path_mkdirs(dir, 0755);
		if (!err)
			err = write_file(dir, "report.json", text, strlen(text));
		if (!err)
			err = write_file(dir, "report.txt", r->text, r->text_len);
	}
	if (err)
		log_error("a crash report can't be written: %s", strerror(-err));
	free(text);
	free(dir);
}

static void log_crash_end(void *arg, struct crash_report *r)
{
	struct attendant *a = arg;
	json_t *doc = crash_to_json(r);

	if (r->panicked)
		board_watch_panic(&a->watch, mono_now());
	if (doc) {
		keep_crash(a, r, doc);
		attendant_broadcast(a,
				    json_pack("{s:s, s:s, s:s, s:i, s:o}", "ev", "crash", "phase",
					      "end", "class", crash_class_name(r->klass), "n",
					      a->run_dir ? (int)a->crashes : 0, "report", doc));
	}
	crash_report_free(r);
}

static void log_mark(void *arg, enum boot_mark mark, const char *text, size_t len)
{
	struct attendant *a = arg;
	struct monotime now = mono_now();

	switch (mark) {
	case BOOT_FIRMWARE: board_watch_firmware(&a->watch, now); break;
	case BOOT_KERNEL: board_watch_kernel(&a->watch, now); break;
	case BOOT_RESTART: board_watch_restart(&a->watch, now); break;
	case BOOT_NFS_STALLED: board_watch_nfs(&a->watch, true, now); break;
	case BOOT_NFS_OK: board_watch_nfs(&a->watch, false, now); break;
	}
}

static void log_lost(void *arg, enum console_source source, uint64_t records, const char *why)
{
	struct attendant *a = arg;

	attendant_broadcast(a, json_pack("{s:s, s:s, s:I, s:s}", "ev", "lost", "source",
					 source == SOURCE_SERIAL ? "serial" : "netconsole",
					 "records", (json_int_t)records, "why", why));
}

static const struct pipeline_ops pipeline_ops = {
	.line = log_line,
	.crash_begin = log_crash_begin,
	.crash_end = log_crash_end,
	.mark = log_mark,
	.lost = log_lost,
};

static int64_t since(struct monotime from, struct monotime to)
{
	return mono_is_never(from) || mono_is_never(to) ? -1 : mono_diff(to, from);
}

json_t *attendant_board_json(const struct attendant *a)
{
	const struct board_watch *w = &a->watch;

	if (!a->up)
		return json_pack("{s:s, s:s, s:s, s:b}", "ev", "board", "state", "off", "reason",
				 "its services are not started", "ssh", 0);
	return json_pack("{s:s, s:s, s:s, s:b, s:s, s:I, s:{s:I, s:I, s:I}}", "ev", "board",
			 "state", board_state_name(w->state), "reason", w->reason, "ssh", a->ssh_up,
			 "boot_id", w->heartbeat.boot_id, "since_us", (json_int_t)w->since.us,
			 "boot", "firmware_us", (json_int_t)since(w->boot_began, w->firmware_at),
			 "kernel_us", (json_int_t)since(w->boot_began, w->kernel_at), "ready_us",
			 (json_int_t)since(w->boot_began, w->ready_at));
}

static void board_changed(void *arg, const struct board_change *c)
{
	struct attendant *a = arg;
	char text[256];

	if (c->event == BOARD_EV_SELF_RESET) {
		log_warn("the board reset by itself: %s", c->reason);
		note(a, c->reason);
		ssh_drop(a->ssh, "the board reset by itself");
		attendant_broadcast(
			a, json_pack("{s:s, s:s}", "ev", "self-reset", "reason", c->reason));
		return;
	}
	snprintf(text, sizeof(text), "board: %s -> %s, %s", board_state_name(c->from),
		 board_state_name(c->to), c->reason);
	log_info("%s", text);
	note(a, text);
	if (c->to == BOARD_READY)
		attendant_ssh_connect(a);
	attendant_broadcast(a, attendant_board_json(a));
}

/* ---- ssh ---- */

static void on_ssh_retry(uv_timer_t *t)
{
	attendant_ssh_connect(t->data);
}

void attendant_ssh_connect(struct attendant *a)
{
	int err;

	if (!a->up || a->ssh_up)
		return;
	if (a->watch.state != BOARD_READY && a->watch.state != BOARD_NFS_STALLED)
		return;
	err = ssh_connect(a->ssh);
	if (err)
		log_error("ssh: %s", strerror(-err));
}

static void on_ssh_up(void *arg)
{
	struct attendant *a = arg;

	a->ssh_up = true;
	log_info("ssh: connected");
	attendant_broadcast(a, attendant_board_json(a));
}

static void on_ssh_down(void *arg, int err, const char *why)
{
	struct attendant *a = arg;
	bool was_up = a->ssh_up;

	a->ssh_up = false;
	log_info("ssh: %s", why);
	if (was_up)
		attendant_broadcast(a, attendant_board_json(a));
	if (!a->ending)
		uv_timer_start(&a->ssh_timer, on_ssh_retry, SSH_RETRY_MS, 0);
}

static int ssh_socket(void *arg)
{
	struct attendant *a = arg;

	return priv_socket(&a->cfg, AF_INET, SOCK_STREAM, 0);
}

static const struct ssh_ops ssh_ops = {.up = on_ssh_up, .down = on_ssh_down};

static int open_ssh(struct attendant *a)
{
	struct ssh_config cfg = {
		.socket = ssh_socket,
		.address = a->cfg.address,
		.port = 22,
		.user = "root",
		.private_key = a->paths.private_key,
		.public_key = a->paths.public_key,
		.host_key = a->paths.host_key,
	};

	return ssh_new(&a->loop, &cfg, &ssh_ops, a, &a->ssh);
}

/* ---- sources ---- */

static void on_serial_bytes(void *arg, const void *bytes, size_t n)
{
	struct attendant *a = arg;
	struct monotime now = mono_now();

	capture_raw(a->capture, SOURCE_SERIAL, bytes, n);
	attendant_console_bytes(a, bytes, n);
	board_watch_console(&a->watch, now);
	pipeline_serial(a->pipeline, bytes, n, now);
	attendant_rearm(a);
}

static void on_serial_state(void *arg, bool up, const char *why)
{
	log_info("serial console: %s", up ? "open" : why);
}

static void on_netconsole(void *arg, const void *bytes, size_t n)
{
	struct attendant *a = arg;

	capture_raw(a->capture, SOURCE_NETCONSOLE, bytes, n);
	pipeline_netconsole(a->pipeline, bytes, n, mono_now());
	attendant_rearm(a);
}

static void on_heartbeat(void *arg, const void *bytes, size_t n)
{
	struct attendant *a = arg;
	struct heartbeat hb;

	if (heartbeat_parse(bytes, n, &hb)) {
		log_debug("%zu bytes on the heartbeat port are no heartbeat", n);
		return;
	}
	board_watch_heartbeat(&a->watch, &hb, mono_now());
	attendant_rearm(a);
}

static const struct source_ops serial_ops = {.bytes = on_serial_bytes, .state = on_serial_state};
static const struct source_ops netconsole_ops = {.bytes = on_netconsole};
static const struct source_ops heartbeat_ops = {.bytes = on_heartbeat};

static int open_udp(struct attendant *a, unsigned port, const struct source_ops *ops,
		    struct source **out)
{
	struct sockaddr_in sin = {
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
	};
	int size = 4 << 20; /* a panic comes as one burst */
	int fd = priv_socket(&a->cfg, AF_INET, SOCK_DGRAM, 0);

	if (fd < 0)
		return fd;
	inet_pton(AF_INET, a->cfg.server, &sin.sin_addr);
	/* SO_RCVBUFFORCE needs CAP_NET_ADMIN; the smaller buffer works too. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (bind(fd, (struct sockaddr *)&sin, sizeof(sin))) {
		int err = -errno;

		close(fd);
		return err;
	}
	return source_udp_open(&a->loop, fd, ops, a, out);
}

/*
 * While no attendant lived, QEMU went on writing what the serial line said to its own log. Take
 * what our file lacks, so that the capture has no gap.
 */
static void catch_up(struct attendant *a)
{
	char *path = path_format("%s/serial.log", a->dir);
	off_t at = (off_t)capture_serial_bytes(a->capture);
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	char buf[16384];
	ssize_t n;

	while (fd >= 0 && (n = pread(fd, buf, sizeof(buf), at)) > 0) {
		on_serial_bytes(a, buf, (size_t)n);
		at += n;
	}
	if (fd >= 0)
		close(fd);
	free(path);
}

/* ---- up and down ---- */

/* A new QEMU begins its serial log anew, and so must our capture: the one is what the other is
 * completed from after an attendant's death. */
static void begin_captures_anew(struct attendant *a)
{
	struct capture *fresh;
	int err = capture_open(a->dir, true, &fresh);

	if (err) {
		log_error("%s: captures go on in their old files: %s", a->dir, strerror(-err));
		return;
	}
	capture_close(a->capture);
	a->capture = fresh;
	if (a->run_dir && capture_run_begin(fresh, a->run_dir))
		log_error("%s: the run's captures can't be continued", a->run_dir);
}

static void on_service_died(void *arg, const char *what, bool board, int err, const char *why)
{
	struct attendant *a = arg;
	char text[256], problem[200];

	snprintf(text, sizeof(text), "%s ended (%s) and %s", what, why,
		 err ? "could not be started again" : "was started again");
	log_warn("%s", text);
	if (!a->up)
		return;
	note(a, text);
	if (!board)
		return;
	/* The virtual board lost its power. Its console socket is new: the source reconnects. */
	ssh_drop(a->ssh, "the board lost its power");
	pipeline_new_boot(a->pipeline, mono_now());
	board_watch_power(&a->watch, false, mono_now());
	attendant_remember(a, "");
	begin_captures_anew(a);
	if (services_start_board(a->services, problem, sizeof(problem)))
		log_error("%s", problem);
	else
		board_watch_power(&a->watch, true, mono_now());
	attendant_rearm(a);
}

static const struct services_ops services_ops = {.died = on_service_died};

static int open_all(struct attendant *a, bool adopted, char *err, size_t err_len)
{
	struct board_watch_config watch_cfg = {a->cfg.heartbeat_us, a->cfg.boot_us};
	int rc = capture_open(a->dir, !adopted, &a->capture);

	if (rc) {
		snprintf(err, err_len, "%s: captures: %s", a->dir, strerror(-rc));
		return rc;
	}
	a->pipeline = pipeline_new(&pipeline_ops, a);
	if (!a->pipeline)
		return -ENOMEM;
	board_watch_init(&a->watch, &watch_cfg, board_changed, a, mono_now());
	rc = open_ssh(a);
	if (rc) {
		snprintf(err, err_len, "ssh: %s", strerror(-rc));
		return rc;
	}
	rc = open_udp(a, NETCONSOLE_PORT, &netconsole_ops, &a->netconsole);
	if (!rc)
		rc = open_udp(a, HEARTBEAT_PORT, &heartbeat_ops, &a->heartbeat);
	if (rc) {
		snprintf(err, err_len, "UDP ports %d and %d of %s: %s", NETCONSOLE_PORT,
			 HEARTBEAT_PORT, a->cfg.server, strerror(-rc));
		return rc;
	}
	a->driver_serial = &source_unix;
	a->driver_power = &power_qmp;
	rc = a->driver_power->open(&a->loop, services_qmp_socket(a->services), &a->power);
	if (rc)
		snprintf(err, err_len, "power: %s", strerror(-rc));
	return rc;
}

int attendant_board_up(struct attendant *a, char *err, size_t err_len)
{
	bool adopted = false;
	int rc;

	if (a->up)
		return 0;
	snprintf(err, err_len, "out of memory");
	rc = netboot_check(&a->cfg, err, err_len);
	if (!rc)
		rc = netboot_paths(&a->cfg, &a->paths);
	if (!rc)
		rc = services_new(&a->loop, &a->cfg, &services_ops, a, &a->services);
	if (!rc)
		rc = services_start(a->services, &adopted, err, err_len);
	if (!rc)
		rc = open_all(a, adopted, err, err_len);
	if (rc) {
		attendant_board_down(a, true);
		return rc;
	}
	a->up = true;
	if (adopted) {
		board_watch_adopted(&a->watch, mono_now());
		catch_up(a);
	} else {
		board_watch_power(&a->watch, true, mono_now());
		attendant_remember(a, "");
	}
	rc = a->driver_serial->open(&a->loop, services_serial_socket(a->services), &serial_ops, a,
				    &a->serial);
	if (rc) {
		snprintf(err, err_len, "serial console: %s", strerror(-rc));
		attendant_board_down(a, true);
		return rc;
	}
	attendant_rearm(a);
	return 0;
}

void attendant_board_down(struct attendant *a, bool stop_services)
{
	a->up = false;
	uv_timer_stop(&a->timer);
	uv_timer_stop(&a->ssh_timer);
	if (a->serial)
		a->driver_serial->close(a->serial);
	if (a->power)
		a->driver_power->close(a->power);
	source_udp_close(a->netconsole);
	source_udp_close(a->heartbeat);
	ssh_free(a->ssh);
	pipeline_free(a->pipeline);
	capture_close(a->capture);
	if (stop_services && a->services)
		services_stop(a->services);
	services_free(a->services);
	netboot_paths_free(&a->paths);
	a->serial = a->netconsole = a->heartbeat = NULL;
	a->power = NULL;
	a->ssh = NULL;
	a->ssh_up = false;
	a->pipeline = NULL;
	a->capture = NULL;
	a->services = NULL;
}
