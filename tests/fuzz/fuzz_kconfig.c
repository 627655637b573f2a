/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/kernel/kconfig.c harness/kernel/kernel_check.c harness/kernel/nic_symbol.c */
/* LINK: harness/kernel/ikconfig.c harness/netboot/vmlinux.c */
/* LIBS: zlib */
/* Images and configurations made to harm: read, judged, nothing beyond them touched. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "harness/kernel/ikconfig.h"
#include "harness/kernel/kernel_check.h"
#include "harness/netboot/vmlinux.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void judge(const char *text, size_t len)
{
	struct kernel_check c[KERNEL_CHECKS_MAX];
	char buf[64], name[8];
	struct kconfig k;
	size_t at = 0, n;

	if (kconfig_open(&k, text, len))
		return;
	n = kernel_check(&k, "E1000", len & 1, c);
	kernel_check_missing(c, n, buf, sizeof(buf));
	if (n > KERNEL_CHECKS_MAX || kernel_check_passed(c, n) != !*buf)
		abort();
	kconfig_vermagic(&k, "6.1", buf, sizeof(buf));
	/* Repeated lines may contradict each other; else a text misses nothing of itself. */
	while (kconfig_missing(&k, &at, &k, name, sizeof(name)))
		if (at > len)
			abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct vmlinux_payload p;
	char release[32], *text, *exact = malloc(size ? size : 1);
	size_t len = 0;

	if (!exact)
		return 0;
	/* Without the NUL behind it that the fuzzer's own bytes may have. */
	memcpy(exact, data, size);
	judge(exact, size);
	if (bzimage_release(exact, size, release, sizeof(release)) == 0 && strchr(release, '/'))
		abort();
	if (vmlinux_payload_find(exact, size, &p) == 0 && p.offset + p.len > size)
		abort();
	text = ikconfig_read(exact, size, &len);
	if (text)
		judge(text, len);
	free(text);
	free(exact);
	return 0;
}
