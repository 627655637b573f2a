/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A serial port by libserialport. */
#include "console/sources/serial_port.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>

/* An enum sp_return or a count, as we say it. errno is of the call that failed. */
static int result(int sp)
{
	switch (sp) {
	case SP_ERR_ARG: return -ENODEV; /* it knows no such port */
	case SP_ERR_MEM: return -ENOMEM;
	case SP_ERR_SUPP: return -EOPNOTSUPP;
	case SP_ERR_FAIL: return errno ? -errno : -EIO;
	default: return sp;
	}
}

static int describe(int err, const char *path, char *text, size_t size)
{
	switch (err) {
	case -ENOENT: snprintf(text, size, "%s: no such device: is it plugged in?", path); break;
	case -EWOULDBLOCK:
	case -EBUSY:
		err = -EBUSY;
		snprintf(text, size, "%s: another program has it open", path);
		break;
	case -EACCES:
		snprintf(text, size, "%s: permission denied: add the user to its group (dialout?)",
			 path);
		break;
	case -ENODEV:
	case -ENOTTY: snprintf(text, size, "%s: is no serial port", path); break;
	default: snprintf(text, size, "%s: %s", path, strerror(-err)); break;
	}
	return err;
}

/* Without this, what opens the port last would leave a button pressed when it dies. */
static int hang_up_on_close(int fd)
{
	struct termios t;

	if (tcgetattr(fd, &t))
		return -errno;
	t.c_cflag |= HUPCL;
	return tcsetattr(fd, TCSANOW, &t) ? -errno : 0;
}

static int configure(struct serial_port *p, unsigned baud, enum serial_lines lines)
{
	int sp = sp_set_baudrate(p->port, (int)baud);

	if (sp == SP_OK)
		sp = sp_set_bits(p->port, 8);
	if (sp == SP_OK)
		sp = sp_set_parity(p->port, SP_PARITY_NONE);
	if (sp == SP_OK)
		sp = sp_set_stopbits(p->port, 1);
	if (sp == SP_OK)
		sp = sp_set_xon_xoff(p->port, SP_XONXOFF_DISABLED);
	if (sp == SP_OK)
		sp = sp_set_rts(p->port, lines == SERIAL_LINES_LOW ? SP_RTS_OFF : SP_RTS_ON);
	if (sp == SP_OK)
		sp = sp_set_dtr(p->port, lines == SERIAL_LINES_LOW ? SP_DTR_OFF : SP_DTR_ON);
	if (sp == SP_OK && lines == SERIAL_LINES_LOW)
		return hang_up_on_close(p->fd);
	return result(sp);
}

int serial_port_open(struct serial_port *p, const char *path, unsigned baud,
		     enum serial_lines lines, char *err, size_t err_len)
{
	/* libserialport 0.1.1 looks the name up in sysfs, which knows no links. */
	char *real = realpath(path, NULL);
	int rc;

	*p = (struct serial_port){.fd = -1};
	if (!real)
		return describe(-errno, path, err, err_len);
	errno = 0;
	rc = result(sp_get_port_by_name(real, &p->port));
	free(real);
	if (rc)
		return describe(rc, path, err, err_len);
	errno = 0;
	rc = result(sp_open(p->port, SP_MODE_READ_WRITE));
	if (rc) {
		sp_free_port(p->port);
		p->port = NULL;
		return describe(rc, path, err, err_len);
	}
	rc = result(sp_get_port_handle(p->port, &p->fd));
	errno = 0;
	if (!rc)
		rc = configure(p, baud, lines);
	if (rc) {
		serial_port_close(p);
		return describe(rc, path, err, err_len);
	}
	return 0;
}

void serial_port_close(struct serial_port *p)
{
	if (!p->port)
		return;
	sp_close(p->port);
	sp_free_port(p->port);
	*p = (struct serial_port){.fd = -1};
}

int serial_port_read(struct serial_port *p, void *buf, size_t size)
{
	errno = 0;
	return result(sp_nonblocking_read(p->port, buf, size));
}

int serial_port_write(struct serial_port *p, const void *bytes, size_t n)
{
	errno = 0;
	return result(sp_nonblocking_write(p->port, bytes, n));
}

int serial_port_set_line(struct serial_port *p, enum serial_output line, bool raised)
{
	errno = 0;
	if (line == SERIAL_RTS)
		return result(sp_set_rts(p->port, raised ? SP_RTS_ON : SP_RTS_OFF));
	return result(sp_set_dtr(p->port, raised ? SP_DTR_ON : SP_DTR_OFF));
}

int serial_port_inputs(struct serial_port *p, unsigned *bits)
{
	enum sp_signal signals;
	int err;

	errno = 0;
	err = result(sp_get_signals(p->port, &signals));
	*bits = err ? 0 : (unsigned)signals;
	return err;
}

int serial_port_break(struct serial_port *p, bool begin)
{
	errno = 0;
	return result(begin ? sp_start_break(p->port) : sp_end_break(p->port));
}
