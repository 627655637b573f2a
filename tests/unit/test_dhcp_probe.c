/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/netboot/dhcp_probe.c */
#include <stdarg.h>
#include <stddef.h>

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness/netboot/dhcp_probe.h"

#define XID 0x12345678u

static const uint8_t mac[6] = {2, 0, 0, 0, 0, 9};

/* Where its options begin. */
enum { OPTIONS = 20 + 8 + 236 + 4 };

/* What a server makes of the question. */
static void make_offer(uint8_t p[DHCP_PROBE_MAX])
{
	static const uint8_t options[] = {0, 1,  4, 255, 255, 255, 0, 53, 1,
					  2, 54, 4, 192, 168, 7,   1, 255};
	static const uint8_t from[4] = {192, 168, 7, 254};

	dhcp_probe_make(p, mac, XID);
	memcpy(p + 12, from, sizeof(from));
	p[21] = 67;
	p[23] = 68;
	p[28] = 2;
	memcpy(p + OPTIONS, options, sizeof(options));
}

/* From the heap, so that a byte read too far is seen. */
static int parse(const uint8_t *p, size_t len, const char **server)
{
	uint8_t *exact = malloc(len ? len : 1);
	struct in_addr a = {0};
	int rc;

	assert_non_null(exact);
	memcpy(exact, p, len);
	rc = dhcp_probe_parse(exact, len, mac, XID, &a);
	free(exact);
	*server = inet_ntoa(a);
	return rc;
}

static void the_question_is_a_broadcast_with_a_right_checksum(void **state)
{
	uint8_t p[DHCP_PROBE_MAX];
	uint32_t sum = 0;

	assert_int_equal(dhcp_probe_make(p, mac, XID), sizeof(p));
	for (int i = 0; i < 20; i += 2)
		sum += (uint32_t)p[i] << 8 | p[i + 1];
	assert_int_equal((sum & 0xffff) + (sum >> 16), 0xffff);
	assert_memory_equal(p + 16, "\xff\xff\xff\xff", 4);
	assert_memory_equal(p + 32, "\x12\x34\x56\x78", 4);
	assert_int_equal(p[38], 0x80);
	assert_memory_equal(p + 56, mac, 6);
	assert_memory_equal(p + OPTIONS - 4, "\x63\x82\x53\x63\x35\x01\x01", 7);
}

/* A server that was told to serve boot ROMs alone answers it as well. */
static void the_question_is_a_boot_roms(void **state)
{
	uint8_t p[DHCP_PROBE_MAX];
	size_t at = OPTIONS;

	dhcp_probe_make(p, mac, XID);
	while (p[at] != 60 && p[at] != 255)
		at += 2 + p[at + 1];
	assert_memory_equal(p + at, "\x3c\x20PXEClient:Arch:00000:UNDI:002001", 34);
}

static void an_offer_names_its_server(void **state)
{
	uint8_t p[DHCP_PROBE_MAX];
	const char *server;

	make_offer(p);
	assert_int_equal(parse(p, sizeof(p), &server), 0);
	assert_string_equal(server, "192.168.7.1");
	p[OPTIONS + 10] = 255; /* the options end before the server's */
	assert_int_equal(parse(p, sizeof(p), &server), 0);
	assert_string_equal(server, "192.168.7.254");
}

static void what_answers_somebody_else_is_no_offer(void **state)
{
	/* version, fragment, protocol, ports, request, xid, MAC, cookie, type */
	static const size_t at[] = {0, 7, 9, 21, 23, 28, 32, 56, OPTIONS - 1, OPTIONS + 9};
	uint8_t p[DHCP_PROBE_MAX];
	const char *server;

	for (size_t i = 0; i < sizeof(at) / sizeof(*at); i++) {
		make_offer(p);
		p[at[i]] ^= 0x11;
		assert_int_equal(parse(p, sizeof(p), &server), -ENOMSG);
	}
	dhcp_probe_make(p, mac, XID);
	assert_int_equal(parse(p, sizeof(p), &server), -ENOMSG);
}

static void a_packet_that_was_cut_anywhere_is_no_offer(void **state)
{
	uint8_t p[DHCP_PROBE_MAX];
	const char *server;

	make_offer(p);
	for (size_t len = 0; len < sizeof(p); len++) {
		p[2] = (uint8_t)(DHCP_PROBE_MAX >> 8);
		p[3] = (uint8_t)DHCP_PROBE_MAX;
		assert_int_equal(parse(p, len, &server), -ENOMSG);
		/* Also where it says so itself. */
		p[2] = (uint8_t)(len >> 8);
		p[3] = (uint8_t)len;
		if (len < OPTIONS + 10)
			assert_int_equal(parse(p, len, &server), -ENOMSG);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_question_is_a_broadcast_with_a_right_checksum),
		cmocka_unit_test(the_question_is_a_boot_roms),
		cmocka_unit_test(an_offer_names_its_server),
		cmocka_unit_test(what_answers_somebody_else_is_no_offer),
		cmocka_unit_test(a_packet_that_was_cut_anywhere_is_no_offer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
