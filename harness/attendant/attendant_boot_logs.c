/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Of a board that never came to a kernel: how far it got, by the logs of those who serve its boot.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/attendant/attendant.h"
#include "harness/netboot/boot_story.h"
#include "harness/paths.h"

#define READ_MAX (256u << 10) /* the end of what was logged; a boot takes some 10 KB */

static const char *const leaves[BOOT_LOGS] = {"dnsmasq.log", "boot-server.log"};

static int open_log(const struct attendant *a, int which, off_t *size)
{
	char *path = path_format("%s/%s", a->dir, leaves[which]);
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	struct stat st;

	*size = fd >= 0 && !fstat(fd, &st) ? st.st_size : 0;
	free(path);
	return fd;
}

void attendant_boot_begins(struct attendant *a)
{
	a->boot_story[0] = '\0';
	for (int i = 0; i < BOOT_LOGS; i++) {
		int fd = open_log(a, i, &a->boot_logs_at[i]);

		if (fd >= 0)
			close(fd);
	}
}

/* What was logged since then; a new string, or NULL: nothing. */
static char *read_since(const struct attendant *a, int which, size_t *len)
{
	off_t size, from = a->boot_logs_at[which];
	int fd = open_log(a, which, &size);
	ssize_t n = -1;
	char *text;

	if (from > size)
		from = 0; /* the service was started anew, with a new log */
	if (size - from > (off_t)READ_MAX)
		from = size - (off_t)READ_MAX;
	text = malloc((size_t)(size - from) + 1);
	if (fd >= 0 && text)
		n = pread(fd, text, (size_t)(size - from), from);
	if (fd >= 0)
		close(fd);
	*len = n > 0 ? (size_t)n : 0;
	return text;
}

void attendant_boot_tell(struct attendant *a)
{
	struct boot_logs logs = {0};
	char *dnsmasq = read_since(a, 0, &logs.dnsmasq_len);
	char *http = read_since(a, 1, &logs.http_len);

	logs.dnsmasq = dnsmasq ? dnsmasq : "";
	logs.http = http ? http : "";
	boot_story(&logs, a->cfg.mac, a->boot_story);
	free(http);
	free(dnsmasq);
}
