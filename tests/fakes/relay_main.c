/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fake-relay MODEL LINK: a relay at the far end of a pty, for tests of the whole program. LINK is
 * made to lead to it, as a by-id path would. Each time a contact moves, a line is written: "12345 2
 * closed", the milliseconds of CLOCK_MONOTONIC and the channel. The program under test needs
 * LD_PRELOAD=pty_port.so, or libserialport takes no pty.
 */
#include <stdio.h>
#include <string.h>

#include "tests/fakes/relay_device.h"

static const char *const models[] = {
	[DEVICE_LCUS] = "lcus",          [DEVICE_NUMATO] = "numato",
	[DEVICE_KMTRONIC2] = "kmtronic", [DEVICE_KMTRONIC8] = "kmtronic8",
	[DEVICE_RLY16] = "devantech",
};

static void show(const struct relay_device *d, bool *seen)
{
	for (unsigned i = 0; i < 32; i++) {
		if (d->closed[i] == seen[i])
			continue;
		seen[i] = d->closed[i];
		printf("%lld %u %s\n", (long long)(mono_now().us / 1000), i,
		       seen[i] ? "closed" : "open");
		fflush(stdout);
	}
}

int main(int argc, char **argv)
{
	static struct relay_device device;
	bool seen[32] = {false};
	uv_loop_t loop;
	size_t model = 0;

	while (argc == 3 && model < sizeof(models) / sizeof(models[0]) &&
	       strcmp(models[model], argv[1]) != 0)
		model++;
	if (argc != 3 || model == sizeof(models) / sizeof(models[0])) {
		fputs("usage: fake-relay lcus|numato|kmtronic|kmtronic8|devantech LINK\n", stderr);
		return 2;
	}
	uv_loop_init(&loop);
	relay_device_plug(&device, &loop, (enum device_model)model, argv[2]);
	puts("ready");
	fflush(stdout);
	for (;;) {
		uv_run(&loop, UV_RUN_ONCE);
		show(&device, seen);
	}
}
