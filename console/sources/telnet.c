/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Telnet with the COM-PORT option. */
#include "console/sources/telnet.h"

#include <string.h>

enum { SE = 240, BRK = 243, SB = 250, WILL, WONT, DO, DONT, IAC };
enum { BINARY = 0, SUPPRESS_GO_AHEAD = 3, COM_PORT = 44 };

/* RFC 2217: what a client sends in a COM-PORT subnegotiation. */
enum { SET_BAUDRATE = 1, SET_DATASIZE, SET_PARITY, SET_STOPSIZE, SET_CONTROL };
enum { PARITY_NONE = 1 };
enum { NO_FLOW_CONTROL = 1, BREAK_ON = 5, BREAK_OFF = 6, DTR_ON = 8, RTS_ON = 11 };

/* Options as bits; COM-PORT, which is beyond 31, has one of its own. */
static uint8_t bit_of(uint8_t option)
{
	switch (option) {
	case BINARY: return 1;
	case SUPPRESS_GO_AHEAD: return 2;
	case COM_PORT: return 4;
	default: return 0;
	}
}

/* What we do ourselves, and what the other side may. */
static const uint8_t we_will[] = {BINARY, SUPPRESS_GO_AHEAD, COM_PORT};
static const uint8_t they_may[] = {BINARY, SUPPRESS_GO_AHEAD};

static bool is_in(const uint8_t *list, size_t n, uint8_t option)
{
	return memchr(list, option, n);
}

static void say(struct telnet *t, uint8_t command, uint8_t option)
{
	const uint8_t bytes[] = {IAC, command, option};

	t->ops->send(t->arg, bytes, sizeof(bytes));
}

/* A number of n bytes, most significant first. */
static void set(struct telnet *t, uint8_t what, uint32_t value, unsigned n)
{
	uint8_t bytes[16] = {IAC, SB, COM_PORT, what};
	size_t len = 4;

	while (n--) {
		bytes[len] = (uint8_t)(value >> 8 * n);
		if (bytes[len++] == IAC)
			bytes[len++] = IAC;
	}
	bytes[len++] = IAC;
	bytes[len++] = SE;
	t->ops->send(t->arg, bytes, len);
}

static void configure(struct telnet *t)
{
	set(t, SET_BAUDRATE, t->baud, 4);
	set(t, SET_DATASIZE, 8, 1);
	set(t, SET_PARITY, PARITY_NONE, 1);
	set(t, SET_STOPSIZE, 1, 1);
	set(t, SET_CONTROL, NO_FLOW_CONTROL, 1);
	set(t, SET_CONTROL, DTR_ON, 1);
	set(t, SET_CONTROL, RTS_ON, 1);
}

/* Our own option: the other side says DO or DONT. */
static void on_ours(struct telnet *t, uint8_t option, bool on)
{
	uint8_t bit = bit_of(option);
	bool was = t->ours & bit, asked = t->asked_ours & bit;

	t->asked_ours &= (uint8_t)~bit;
	if (on && !is_in(we_will, sizeof(we_will), option)) {
		say(t, WONT, option);
		return;
	}
	if (on == was)
		return;
	t->ours ^= bit;
	if (!asked)
		say(t, on ? WILL : WONT, option);
	t->binary_out = t->ours & bit_of(BINARY);
	t->com_port = t->ours & bit_of(COM_PORT);
	if (option == COM_PORT && on)
		configure(t);
}

/* Theirs: it says WILL or WONT. */
static void on_theirs(struct telnet *t, uint8_t option, bool on)
{
	uint8_t bit = bit_of(option);
	bool was = t->theirs & bit, asked = t->asked_theirs & bit;

	t->asked_theirs &= (uint8_t)~bit;
	if (on && !is_in(they_may, sizeof(they_may), option)) {
		say(t, DONT, option);
		return;
	}
	if (on == was)
		return;
	t->theirs ^= bit;
	if (!asked)
		say(t, on ? DO : DONT, option);
	t->binary_in = t->theirs & bit_of(BINARY);
}

static void on_option(struct telnet *t, uint8_t option)
{
	switch (t->command) {
	case DO:
	case DONT: on_ours(t, option, t->command == DO); break;
	default: on_theirs(t, option, t->command == WILL); break;
	}
}

/* After an IAC. True: it stands for a byte of the line. */
static bool on_command(struct telnet *t, uint8_t c)
{
	t->state = TELNET_DATA;
	switch (c) {
	case IAC: return true;
	case SB: t->state = TELNET_SB; break;
	case WILL:
	case WONT:
	case DO:
	case DONT:
		t->command = c;
		t->state = TELNET_OPTION;
		break;
	default: break; /* no-operation, data mark and others that ask for nothing */
	}
	return false;
}

/* True: c is a byte of the line. */
static bool take(struct telnet *t, uint8_t c)
{
	switch (t->state) {
	case TELNET_DATA:
		if (c == IAC) {
			t->state = TELNET_IAC;
			return false;
		}
		if (t->after_cr && !c && !t->binary_in) {
			t->after_cr = false;
			return false;
		}
		t->after_cr = c == '\r';
		return true;
	case TELNET_IAC: return on_command(t, c);
	case TELNET_OPTION:
		t->state = TELNET_DATA;
		on_option(t, c);
		return false;
	case TELNET_SB:
		if (c == IAC)
			t->state = TELNET_SB_IAC;
		return false;
	case TELNET_SB_IAC:
		/* An IAC in it is doubled. Anything but SE is a fault of the other side's. */
		t->state = c == IAC ? TELNET_SB : TELNET_DATA;
		return false;
	}
	return false;
}

void telnet_take(struct telnet *t, const uint8_t *bytes, size_t n)
{
	uint8_t data[4096];
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		if (!take(t, bytes[i]))
			continue;
		data[len++] = bytes[i];
		if (len == sizeof(data)) {
			t->ops->data(t->arg, data, len);
			len = 0;
		}
	}
	if (len)
		t->ops->data(t->arg, data, len);
}

void telnet_write(struct telnet *t, const uint8_t *bytes, size_t n)
{
	uint8_t out[512];
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		if (len + 2 > sizeof(out)) {
			t->ops->send(t->arg, out, len);
			len = 0;
		}
		out[len++] = bytes[i];
		if (bytes[i] == IAC)
			out[len++] = IAC;
		else if (bytes[i] == '\r' && !t->binary_out)
			out[len++] = 0;
	}
	if (len)
		t->ops->send(t->arg, out, len);
}

void telnet_break(struct telnet *t, bool begin)
{
	static const uint8_t brk[] = {IAC, BRK};

	if (t->com_port)
		set(t, SET_CONTROL, begin ? BREAK_ON : BREAK_OFF, 1);
	else if (begin)
		t->ops->send(t->arg, brk, sizeof(brk));
}

void telnet_begin(struct telnet *t, const struct telnet_ops *ops, void *arg, unsigned baud)
{
	*t = (struct telnet){.ops = ops, .arg = arg, .baud = baud};
	for (size_t i = 0; i < sizeof(we_will); i++) {
		t->asked_ours |= bit_of(we_will[i]);
		say(t, WILL, we_will[i]);
	}
	for (size_t i = 0; i < sizeof(they_may); i++) {
		t->asked_theirs |= bit_of(they_may[i]);
		say(t, DO, they_may[i]);
	}
}
