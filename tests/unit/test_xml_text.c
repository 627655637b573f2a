/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/report/xml_text.c console/strbuf.c */
/* Any bytes as XML text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "harness/report/xml_text.h"

static void expect_n(const char *text, size_t len, const char *xml)
{
	struct strbuf b = {0};

	assert_int_equal(xml_text_n(&b, text, len), 0);
	assert_string_equal(strbuf_str(&b), xml);
	strbuf_free(&b);
}

#define expect(text, xml) expect_n(text, sizeof(text) - 1, xml)

static void markup_becomes_references(void **state)
{
	expect("<b a=\"1\" c='2'>&amp;</b>",
	       "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;&lt;/b&gt;");
	expect("]]>", "]]&gt;");
}

static void plain_text_and_letters_stay(void **state)
{
	expect("", "");
	expect("poke+0x1/0x2\n\tnext", "poke+0x1/0x2\n\tnext");
	expect("\xc3\xa4 \xe6\xbc\xa2 \xf0\x9f\x90\x9b", "\xc3\xa4 \xe6\xbc\xa2 \xf0\x9f\x90\x9b");
}

static void control_characters_become_pictures(void **state)
{
	expect("\x1b[2J", "\xe2\x90\x9b[2J");
	expect("a\0b", "a\xe2\x90\x80"
		       "b");
	expect("\x7f\x08", "\xe2\x90\xa1\xe2\x90\x88");
	/* A C1 control has no picture. */
	expect("\xc2\x9b", "\xef\xbf\xbd");
	expect("a\r\nb\rc", "a\nb\xe2\x90\x8d"
			    "c");
}

static void what_turns_or_hides_text_is_shown(void **state)
{
	expect("if (\xe2\x80\xae"
	       "x",
	       "if ([U+202E]x");
	expect("\xe2\x81\xa6\xe2\x80\x8b\xd8\x9c\xef\xbb\xbf", "[U+2066][U+200B][U+061C][U+FEFF]");
	expect("\xe2\x80\xa8\xf3\xa0\x81\x81", "[U+2028][U+E0041]");
}

static void what_is_no_character_is_replaced(void **state)
{
	expect("\x80\xff", "\xef\xbf\xbd\xef\xbf\xbd");
	expect("\xc3", "\xef\xbf\xbd");
	expect("\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");
	expect("\xef\xbf\xbe\xef\xbf\xbf", "\xef\xbf\xbd\xef\xbf\xbd");
}

static void an_attribute_keeps_its_newlines(void **state)
{
	struct strbuf b = {0};

	xml_attribute(&b, "m", "a\n\t\"b\"");
	xml_attribute(&b, "n", NULL);
	assert_string_equal(strbuf_str(&b), " m=\"a&#10;&#9;&quot;b&quot;\" n=\"\"");
	strbuf_free(&b);
}

/* Whatever comes in: no byte that XML forbids, no markup. */
static void random_bytes_come_out_harmless(void **state)
{
	unsigned seed = 1;

	for (unsigned round = 0; round < 2000; round++) {
		struct strbuf b = {0};
		char in[64];

		for (size_t i = 0; i < sizeof(in); i++) {
			seed = seed * 1103515245 + 12345;
			in[i] = (char)(seed >> 16);
		}
		xml_text_n(&b, in, sizeof(in));
		for (size_t i = 0; i < b.len; i++) {
			unsigned char c = (unsigned char)b.s[i];

			assert_true(c >= 0x20 || c == '\n' || c == '\t');
			assert_true(c != '<' && c != '>' && c != '"' && c != '\'' && c != 0x7f);
		}
		strbuf_free(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(markup_becomes_references),
		cmocka_unit_test(plain_text_and_letters_stay),
		cmocka_unit_test(control_characters_become_pictures),
		cmocka_unit_test(what_turns_or_hides_text_is_shown),
		cmocka_unit_test(what_is_no_character_is_replaced),
		cmocka_unit_test(an_attribute_keeps_its_newlines),
		cmocka_unit_test(random_bytes_come_out_harmless),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
