/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory of a kernel that crashed, as its crash kernel sends it: one stream, from the board's
 * address, and only while a crash kernel is waited for. It is written as it comes, has its name
 * when it is on the disk, and another one when it is not whole.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "harness/attendant/attendant.h"
#include "harness/attendant/vmcore_stream.h"
#include "harness/log.h"
#include "harness/netboot/privileged.h"
#include "harness/output/text_json.h"
#include "harness/paths.h"
#include "watchdog/heartbeat.h"

#define CHUNK      (256 << 10)
#define HEADROOM   (64ULL << 20) /* tables of a core beyond the memory itself */
#define DISK_FREE  (1ULL << 30)  /* is left to others */
#define CHECK_EACH (16ULL << 20)

struct vmcore {
	uv_tcp_t listener, peer;
	struct attendant *a;
	bool taking; /* peer is open */
	int fd;
	char *dir, *part; /* where it goes, and its name until it is whole */
	struct vmcore_stream stream;
	uint64_t max, check_at;
	struct monotime began;
	char buf[CHUNK];
};

static int enough_room(int fd)
{
	struct statvfs v;

	return fstatvfs(fd, &v) || v.f_bavail * (uint64_t)v.f_frsize < DISK_FREE ? -ENOSPC : 0;
}

static int put(void *arg, uint64_t at, const void *bytes, size_t n)
{
	struct vmcore *v = arg;
	const char *p = bytes;

	if (v->stream.bytes >= v->check_at) {
		v->check_at += CHECK_EACH;
		if (enough_room(v->fd))
			return -ENOSPC;
		sync_file_range(v->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
	}
	while (n) {
		ssize_t w = pwrite(v->fd, p, n, (off_t)at);

		if (w < 0 && errno == EINTR)
			continue;
		if (w <= 0)
			return w ? -errno : -EIO;
		p += w;
		at += (uint64_t)w;
		n -= (size_t)w;
	}
	return 0;
}

/* ---- its end ---- */

static void tell(struct vmcore *v, const char *path, const char *why)
{
	json_int_t took = mono_diff(mono_now(), v->began);

	log_info("vmcore: %s, %llu bytes in %.1f s%s%s", path, (unsigned long long)v->stream.bytes,
		 (double)took / 1e6, why ? ": " : "", why ? why : "");
	attendant_note(v->a, why ? "vmcore: incomplete" : "vmcore: whole");
	attendant_broadcast(v->a, json_pack("{s:s, s:o, s:I, s:b, s:I, s:o}", "ev", "vmcore",
					    "path", text_json(path), "bytes",
					    (json_int_t)v->stream.bytes, "whole", !why, "took_us",
					    took, "release", text_json(v->a->paths.release)));
}

static void clear(struct vmcore *v)
{
	if (v->fd >= 0)
		close(v->fd);
	free(v->dir);
	free(v->part);
	v->fd = -1;
	v->dir = v->part = NULL;
}

/* why: NULL when it is whole. */
static void keep(struct vmcore *v, const char *why)
{
	char *to = path_format("%s/vmcore%s", v->dir, why ? ".incomplete" : "");

	if (!to || rename(v->part, to))
		log_error("%s: can't get its name: %s", v->part, strerror(errno));
	else
		tell(v, to, why);
	free(to);
	clear(v);
}

static void on_closed(uv_handle_t *h)
{
	struct vmcore *v = h->data;

	v->taking = false;
}

/* The crash kernel goes on when we close. */
static void let_go(struct vmcore *v)
{
	if (v->taking && !uv_is_closing((uv_handle_t *)&v->peer))
		uv_close((uv_handle_t *)&v->peer, on_closed);
	crash_kernel_leaves(&v->a->crash.kernel, mono_now());
	attendant_rearm(v->a);
}

static void end(struct vmcore *v, int err)
{
	uv_read_stop((uv_stream_t *)&v->peer);
	/* Most of it is on the disk already: see put(). */
	if (!err && v->stream.whole && fsync(v->fd))
		err = -errno;
	keep(v, err ? strerror(-err) : !v->stream.whole ? "the stream ended early" : NULL);
	let_go(v);
}

/* ---- the stream ---- */

static void on_alloc(uv_handle_t *h, size_t suggested, uv_buf_t *buf)
{
	struct vmcore *v = h->data;

	*buf = uv_buf_init(v->buf, sizeof(v->buf));
}

static void on_read(uv_stream_t *s, ssize_t n, const uv_buf_t *buf)
{
	struct vmcore *v = s->data;
	int err;

	if (n < 0) {
		end(v, n == UV_EOF ? 0 : (int)n);
		return;
	}
	crash_kernel_sent(&v->a->crash.kernel, mono_now());
	attendant_rearm(v->a);
	err = vmcore_stream_feed(&v->stream, buf->base, (size_t)n, v->max, put, v);
	if (err)
		end(v, err);
}

static bool is_board(const struct vmcore *v)
{
	struct sockaddr_in peer;
	int len = sizeof(peer);
	char text[INET_ADDRSTRLEN] = "";

	if (uv_tcp_getpeername(&v->peer, (struct sockaddr *)&peer, &len) ||
	    peer.sin_family != AF_INET)
		return false;
	inet_ntop(AF_INET, &peer.sin_addr, text, sizeof(text));
	return !strcmp(text, v->a->cfg.address);
}

static int begin(struct vmcore *v)
{
	struct attendant *a = v->a;

	v->stream = (struct vmcore_stream){0};
	v->check_at = 0;
	v->max = ((uint64_t)a->cfg.memory_mib << 20) + HEADROOM;
	v->began = mono_now();
	v->dir = strdup(a->run_dir ? a->run_dir : a->dir);
	v->part = v->dir ? path_format("%s/vmcore.part", v->dir) : NULL;
	if (!v->part)
		return -ENOMEM;
	v->fd = open(v->part, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	return v->fd < 0 ? -errno : enough_room(v->fd);
}

static void on_connection(uv_stream_t *listener, int status)
{
	struct vmcore *v = listener->data;
	uv_tcp_t *peer = &v->peer;
	int err;

	/* One at a time; libuv takes no other from the queue before this one is accepted. */
	if (status || v->taking)
		return;
	uv_tcp_init(&v->a->loop, peer);
	peer->data = v;
	v->taking = true;
	if (uv_accept(listener, (uv_stream_t *)peer) ||
	    !crash_kernel_may_send(&v->a->crash.kernel) || !is_board(v)) {
		log_warn("a connection to the vmcore's port that nobody waits for");
		uv_close((uv_handle_t *)peer, on_closed);
		return;
	}
	err = begin(v);
	if (!err)
		err = uv_read_start((uv_stream_t *)peer, on_alloc, on_read);
	if (err) {
		log_error("vmcore: can't be taken: %s", strerror(-err));
		if (v->part)
			unlink(v->part);
		clear(v);
		let_go(v);
		return;
	}
	log_info("vmcore: the crash kernel sends the memory");
	crash_kernel_sent(&v->a->crash.kernel, mono_now());
	attendant_rearm(v->a);
}

int attendant_vmcore_open(struct attendant *a, char *err, size_t err_len)
{
	struct sockaddr_in sin = {.sin_family = AF_INET, .sin_port = htons(VMCORE_PORT)};
	struct vmcore *v = a->vmcore;
	int fd, rc, on = 1;

	if (strcmp(a->cfg.crash_kernel, "vmcore") != 0 || v)
		return 0;
	v = calloc(1, sizeof(*v));
	fd = v ? priv_socket(&a->cfg, AF_INET, SOCK_STREAM, 0) : -ENOMEM;
	if (fd < 0) {
		free(v);
		snprintf(err, err_len, "vmcore: %s", strerror(-fd));
		return fd;
	}
	v->a = a;
	v->fd = -1;
	inet_pton(AF_INET, a->cfg.server, &sin.sin_addr);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	uv_tcp_init(&a->loop, &v->listener);
	v->listener.data = v;
	a->vmcore = v;
	rc = bind(fd, (struct sockaddr *)&sin, sizeof(sin)) ? -errno : 0;
	if (!rc)
		rc = uv_tcp_open(&v->listener, fd);
	if (rc)
		close(fd);
	if (!rc)
		rc = uv_listen((uv_stream_t *)&v->listener, 1, on_connection);
	if (rc)
		snprintf(err, err_len, "TCP port %d of %s: %s", VMCORE_PORT, a->cfg.server,
			 strerror(-rc));
	return rc;
}

void attendant_vmcore_drop(struct attendant *a)
{
	struct vmcore *v = a->vmcore;

	if (v && v->fd >= 0 && v->taking && !uv_is_closing((uv_handle_t *)&v->peer))
		end(v, -ETIMEDOUT);
}

static void on_listener_closed(uv_handle_t *h)
{
	free(h->data);
}

static void on_peer_closed(uv_handle_t *h)
{
	struct vmcore *v = h->data;

	uv_close((uv_handle_t *)&v->listener, on_listener_closed);
}

void attendant_vmcore_close(struct attendant *a)
{
	struct vmcore *v = a->vmcore;

	a->vmcore = NULL;
	if (!v)
		return;
	if (v->fd >= 0)
		keep(v, "the board was taken down");
	if (v->taking && !uv_is_closing((uv_handle_t *)&v->peer))
		uv_close((uv_handle_t *)&v->peer, on_peer_closed);
	else
		uv_close((uv_handle_t *)&v->listener, on_listener_closed);
}
