/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kdev console: the board's serial line on this terminal. Many may be attached; each sees all, all
 * may type. Keys after the escape character Ctrl-]:
 *   q or .  leave      r  press reset      b KEY  SysRq KEY      ?  help
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "harness/attendant/link.h"
#include "harness/commands/command.h"
#include "harness/config/config.h"
#include "harness/exit_code.h"
#include "harness/log.h"

extern const struct command command_console;

#define ESCAPE 0x1d /* Ctrl-], as telnet and virsh have it */

enum key_state { KEY_PLAIN, KEY_ESCAPED, KEY_SYSRQ };

struct console {
	uv_loop_t loop;
	struct link *view;    /* raw: the serial line */
	struct link *control; /* requests: reset, SysRq */
	uv_poll_t input;
	uv_signal_t sigterm, sighup;
	struct termios saved;
	bool raw_terminal;
	enum key_state keys;
	int code;
	bool ended;
};

static void say(const char *text)
{
	fprintf(stderr, "\r\n[kdev: %s]\r\n", text);
}

static void end(struct console *c, int code)
{
	c->code = code;
	c->ended = true;
	uv_stop(&c->loop);
}

static void on_bytes(void *arg, const void *bytes, size_t n)
{
	const char *p = bytes;

	/* The terminal is the user's own view of a serial line: bytes pass as they are. */
	while (n) {
		ssize_t done = write(STDOUT_FILENO, p, n);

		if (done < 0 && errno != EINTR && errno != EAGAIN) {
			end(arg, EXIT_PASS);
			return;
		}
		if (done > 0) {
			p += done;
			n -= (size_t)done;
		}
	}
}

static void on_lost(void *arg)
{
	say("the attendant ended");
	end(arg, EXIT_INFRA);
}

static void on_answer(void *arg, json_t *reply)
{
	if (!json_is_true(json_object_get(reply, "ok")))
		say(json_string_value(json_object_get(reply, "error")));
}

static void sysrq(struct console *c, char key)
{
	char text[2] = {key, '\0'};

	link_request(c->control, "sysrq", json_pack("{s:s}", "key", text), on_answer, c);
}

static void escaped_key(struct console *c, char key)
{
	static const char escape = ESCAPE;

	c->keys = KEY_PLAIN;
	switch (key) {
	case 'q':
	case '.': end(c, EXIT_PASS); break;
	case 'r':
		say("reset");
		link_request(c->control, "power", json_pack("{s:s}", "verb", "reset"), on_answer,
			     c);
		break;
	case 'b': c->keys = KEY_SYSRQ; break;
	case ESCAPE: link_send_raw(c->view, &escape, 1); break;
	default: say("q: leave, r: press reset, b KEY: SysRq KEY, Ctrl-]: send Ctrl-]"); break;
	}
}

static void on_key(struct console *c, char key)
{
	switch (c->keys) {
	case KEY_PLAIN:
		if (key == ESCAPE)
			c->keys = KEY_ESCAPED;
		else
			link_send_raw(c->view, &key, 1);
		break;
	case KEY_ESCAPED: escaped_key(c, key); break;
	case KEY_SYSRQ:
		c->keys = KEY_PLAIN;
		if (isalnum((unsigned char)key))
			sysrq(c, key);
		break;
	}
}

static void on_input(uv_poll_t *h, int status, int events)
{
	struct console *c = h->data;
	char buf[256];
	ssize_t n = read(STDIN_FILENO, buf, sizeof(buf));

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		/* Input that ended (a pipe) leaves the view open; a terminal that went ends us. */
		uv_poll_stop(h);
		if (c->raw_terminal)
			end(c, EXIT_PASS);
		return;
	}
	for (ssize_t i = 0; i < n && !c->ended; i++)
		on_key(c, buf[i]);
}

static void on_signal(uv_signal_t *h, int signum)
{
	end(h->data, EXIT_INTERRUPTED);
}

static void terminal_raw(struct console *c)
{
	struct termios t;

	if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, &c->saved))
		return;
	t = c->saved;
	cfmakeraw(&t);
	c->raw_terminal = tcsetattr(STDIN_FILENO, TCSANOW, &t) == 0;
}

static int attach(struct console *c, const struct board_config *cfg,
		  const struct common_flags *flags)
{
	static const struct link_ops view_ops = {.raw = on_bytes, .lost = on_lost};
	static const struct link_ops control_ops = {.second = true};
	char err[512];
	json_t *reply;
	bool ok;

	if (link_open(&c->loop, cfg, flags, false, &view_ops, c, &c->view, err, sizeof(err)) ||
	    link_open(&c->loop, cfg, flags, false, &control_ops, c, &c->control, err,
		      sizeof(err))) {
		log_error("%s", err);
		return EXIT_INFRA;
	}
	reply = link_call_raw(c->view, "console");
	ok = link_ok("console", reply);
	json_decref(reply);
	return ok ? EXIT_PASS : EXIT_INFRA;
}

static int console(const struct common_flags *flags, int argc, char **argv)
{
	struct console c = {0};
	struct board_config cfg;
	char err[256];

	if (argc != 1)
		return command_usage(&command_console, "no argument is expected");
	if (config_load(flags->config, flags->board, &cfg, err, sizeof(err))) {
		log_error("%s", err);
		return EXIT_USAGE;
	}
	uv_loop_init(&c.loop);
	fprintf(stderr, "[kdev: console of board %s; Ctrl-] q leaves, Ctrl-] ? helps]\n", cfg.name);
	c.code = attach(&c, &cfg, flags);
	if (c.code == EXIT_PASS) {
		terminal_raw(&c);
		uv_signal_init(&c.loop, &c.sigterm);
		uv_signal_init(&c.loop, &c.sighup);
		c.input.data = c.sigterm.data = c.sighup.data = &c;
		/* What can't be waited for (/dev/null, a file) has nothing to type. */
		if (!uv_poll_init(&c.loop, &c.input, STDIN_FILENO))
			uv_poll_start(&c.input, UV_READABLE, on_input);
		uv_signal_start(&c.sigterm, on_signal, SIGTERM);
		uv_signal_start(&c.sighup, on_signal, SIGHUP);
		if (!c.ended)
			uv_run(&c.loop, UV_RUN_DEFAULT);
		if (c.raw_terminal)
			tcsetattr(STDIN_FILENO, TCSADRAIN, &c.saved);
		fprintf(stderr, "\n[kdev: left the console]\n");
	}
	link_close(c.view);
	link_close(c.control);
	return c.code;
}

const struct command command_console = {
	.name = "console",
	.args = "",
	.summary = "attach to the board's serial console (many may)",
	.help = "  Ctrl-] q      leave (also Ctrl-] .)\n"
		"  Ctrl-] r      press the reset button\n"
		"  Ctrl-] b KEY  SysRq KEY, by BREAK on the line\n"
		"  Ctrl-] ?      help\n"
		"  Ctrl-] Ctrl-] send Ctrl-] itself\n",
	.run = console,
};
