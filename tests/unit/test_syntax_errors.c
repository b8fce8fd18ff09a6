/* SPDX-License-Identifier: Apache-2.0
 *
 * What is wrong: each mistake at its place, once, with its way out, and what stands behind it is
 * still read. Every limit at its last valid value and one beyond. */
#include <time.h>

#include "base/civil.h"
#include "syntax.h"
#include "syntax/limits.h"

/* The second line, so that columns are those of the text. */
static struct ast_file *parse_line(const char *input)
{
	return parse_str(str_printf(arena, "edition 1;\n%s", input));
}

static void expect_places(const char *input, const char *want)
{
	struct ast_file *file = parse_line(input);
	struct str got = places();
	bool right = str_is(got, want) && file->complete == !*want;

	ok(right, "%s", shown(str_from(input)));
	if (!right)
		printf("# got  " STR_FMT "\n# want %s\n", STR_ARG(got), want);
}

/* The text after the fixes of the first diagnostic; nothing is wrong with it any more. */
static void expect_fix(const char *input, const char *want)
{
	struct str text = str_printf(arena, "edition 1;\n%s", input), fixed;
	bool right;

	parse_str(text);
	fixed = repaired(text);
	right = str_eq(fixed, str_printf(arena, "edition 1;\n%s", want));
	parse_str(fixed);
	right = right && !diags->all.n;
	ok(right, "%s is repaired", shown(str_from(input)));
	if (!right)
		printf("# got  %s\n# want %s\n", shown(fixed), shown(str_from(want)));
}

static void expect_told(const char *input, const char *text)
{
	parse_line(input);
	if (!ok(told(text), "%s: %s", shown(str_from(input)), text))
		printf("# %s\n", shown(diags_text(diags, arena, false)));
}

static void test_edition(void)
{
	parse_str(STR(""));
	ok(str_is(places(), "VC017@1:1"), "an empty file has no edition");
	parse_str(STR("# c\n"));
	ok(str_is(places(), "VC017@1:1"), "nor has a comment");
	parse_str(STR("tier x {}"));
	ok(str_is(places(), "VC017@1:1"), "nor has a file that begins otherwise");
	parse_str(STR("edition 2;"));
	ok(str_is(places(), "VC017@1:9"), "an unknown edition");
	parse_str(STR("edition 1\ntier x {}"));
	ok(str_is(places(), "VC015@1:10"), "an edition without `;`");
	parse_str(STR("edition one; tier x { when ; }"));
	ok(str_is(places(), "VC015@1:9 VC015@1:28"), "an edition that is no number");
	expect_places("edition 1;", "VC015@2:1");
}

static void test_literals(void)
{
	static const char *const cases[][2] = {
		{"2026-02-29", "VC007@2:9"},
		{"2100-02-29", "VC007@2:9"},
		{"1969-12-31", "VC007@2:9"},
		{"2200-01-01", "VC007@2:9"},
		{"2026-13-01", "VC007@2:9"},
		{"2026-1-5", "VC007@2:9"},
		{"10000-01-01", "VC007@2:9"},
		{"2026-12-31T24:00Z", "VC007@2:9"},
		{"2026-12-31T23:59:60Z", "VC007@2:9"},
		{"2026-12-31T23:59", "VC007@2:9"},
		{"2026-12-31T23:59+24:00", "VC007@2:9"},
		{"2026-12-31t23:59Z", "VC007@2:9"},
		{"1000000000", "VC016@2:9"},
		{"99999999999", "VC016@2:9"},
		{"1234567890123", "VC016@2:9"},
		{"1000000000.0", "VC016@2:9"},
		{"0.0000001", "VC016@2:9"},
		{"15251w", "VC016@2:9"},
		{"106752d", "VC016@2:9"},
		{"1000000000h", "VC016@2:9"},
		{"1e9", "VC015@2:9"},
		{"1_000", "VC015@2:9"},
		{"7x", "VC015@2:9"},
		{"7日", "VC015@2:9"},
		{".5", "VC015@2:9"},
		{"5.", "VC015@2:10"},
		{"-5", "VC015@2:9"},
		{"CVE-2020-", "VC006@2:9"},
		{"CVE--2020", "VC006@2:9"},
		{"GHSA-", "VC006@2:9"},
		{"a--b", "VC015@2:9"},
		{"a-", "VC015@2:9"},
		{"\"a", "VC015@2:9"},
		{"\"a\\", "VC015@2:9 VC015@2:11"},
		{"\"a\\q\"", "VC015@2:11"},
		{"\"\\u\"", "VC015@2:10"},
		{"\"\\u{}\"", "VC015@2:10"},
		{"\"\\u{0}\"", "VC015@2:10"},
		{"\"\\u{d800}\"", "VC015@2:10"},
		{"\"\\u{110000}\"", "VC015@2:10"},
		{"\"\\u{0000041}\"", "VC015@2:10"},
		{"\"a\tb\"", "VC014@2:11"},
		{"\"a\x1b[0m\"", "VC014@2:11"},
		{"\"\xE2\x80\xAE\"", "VC014@2:10"},
		{"\"\xC2\x85\"", "VC014@2:10"},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		expect_places(str_cstr(arena, str_printf(arena, "let x = %s;\nlet y = 1;",
							 cases[i][0])),
			      cases[i][1]);
}

static void test_characters(void)
{
	expect_places("# \u202E\ntier\u200B x {}\x01", "VC014@2:3 VC014@3:5 VC014@3:11");
	expect_places("let a\u200Bb\uFEFF = 1; let y = ;", "VC014@2:6 VC014@2:8 VC015@2:23");
	expect_places("let x = 1\u200B0; let y = ;", "VC014@2:10 VC015@2:22");
	expect_places("ti\001er x { wh\u00ADen ; }", "VC014@2:3 VC014@2:13 VC015@2:17");
	expect_places("let x = 1;\r# still the same line", "VC014@2:11");
	expect_places("let x = 1;\xEF\xBB\xBF", "VC014@2:11");
	expect_places("let x = $; let y = 1;", "VC015@2:9");
	expect_places("let x = 。; tier y { when ; }", "VC015@2:9 VC015@2:26");
	expect_places("let　x\xC2\xA0= 1;", "VC008@2:4 VC008@2:6");
	expect_places("reason “保留”;", "VC004@2:1 VC008@2:8 VC008@2:11");
	expect_places("tier x { reason “a”; b \"c”; d „e\"; f “g\n; h; }",
		      "VC008@2:17 VC008@2:19 VC008@2:38 VC015@2:38");
}

static void test_wide(void)
{
	static const char *const cases[][2] = {
		{"tier x ｛}", "tier x {}"},
		{"tier x {｝", "tier x {}"},
		{"define x = （a);", "define x = (a);"},
		{"define x = (a）;", "define x = (a);"},
		{"let x = ［];", "let x = [];"},
		{"let x = [］;", "let x = [];"},
		{"let x = [a，b];", "let x = [a,b];"},
		{"let x = [a、b];", "let x = [a,b];"},
		{"let x = 1；", "let x = 1;"},
		{"@a(b：c) let x = 1;", "@a(b:c) let x = 1;"},
		{"let x ＝ 1;", "let x = 1;"},
		{"define x = a ＝＝ b;", "define x = a == b;"},
		{"define x = a ＝= b;", "define x = a == b;"},
		{"define x = a ！＝ b;", "define x = a != b;"},
		{"define x = a !＝ b;", "define x = a != b;"},
		{"define x = a ＜ b;", "define x = a < b;"},
		{"define x = a ＜＝ b;", "define x = a <= b;"},
		{"define x = a ＞ b;", "define x = a > b;"},
		{"define x = a>＝b;", "define x = a>=b;"},
		{"let　x = 1;", "let x = 1;"},
		{"let x = “a\";", "let x = \"a\";"},
		{"let x = \"保留”;", "let x = \"保留\";"},
		{"define x = a && b;", "define x = a and b;"},
		{"define x = a || b;", "define x = a or b;"},
		{"define x = a = b;", "define x = a == b;"},
		{"let x == 1;", "let x = 1;"},
		{"define x == a;", "define x = a;"},
		{"assign x { set y == \"z\"; }", "assign x { set y = \"z\"; }"},
		{"define x = a or b and c;", "define x = a or (b and c);"},
		{"define x = a and b or c or d and e;", "define x = (a and b) or c or (d and e);"},
		{"suppress \"x\" {}", "suppress x {}"},
		{"policy x {}", "policy \"x\" {}"},
		{"let \"x\" = 1;", "let x = 1;"},
		{"supress x {}", "suppress x {}"},
		{"let x = 1", "let x = 1;"},
		{"tier x { when a }", "tier x { when a; }"},
		{"tier x { until 2026-12-31 reason \"x\"; }",
		 "tier x { until 2026-12-31; reason \"x\"; }"},
		{"tier x { to slack\n\tvia event; }", "tier x { to slack;\n\tvia event; }"},
		{"tier x { when a\nunless b; }", "tier x { when a;\nunless b; }"},
		{"tier x { reason \"a\"\n\"b\" owner c; }",
		 "tier x { reason \"a\"\n\"b\"; owner c; }"},
		{"tier x { when (a or b; }", "tier x { when (a or b); }"},
		{"tier x { when any p { a; }", "tier x { when any p { a}; }"},
		{"let x = [a;", "let x = [a];"},
		{"tier x {};", "tier x {}"},
		{"tier x { a;; }", "tier x { a; }"},
		{"let x\x01 = 1;", "let x = 1;"},
		{"let x\u2060y = 1;", "let xy = 1;"},
		{"de\u200Bfine x = a;", "define x = a;"},
		{"#\xE2\x80\xAE\n", "#\n"},
		{"define x = a adn b;", "define x = a and b;"},
		{"define x = a startwith \"b\";", "define x = a startswith \"b\";"},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		expect_fix(cases[i][0], cases[i][1]);
}

static void test_messages(void)
{
	expect_told("define x = ! a;", "`!` is written `not`");
	expect_told("define any = a;", "`any` is a reserved word and cannot be a name");
	expect_told("define x = ;", "expected a condition, found `;`");
	expect_told("define x = a b;", "expected an operator, `and`, `or` or `;`, found `b`");
	expect_told("define x = a == ;", "expected a value, found `;`");
	expect_told("define x = a in [b c];", "expected `]` or `,`, found `c`");
	expect_told("define 5 = a;", "expected a name, found `5`");
	expect_told("let x 5;", "expected `=`, found `5`");
	expect_told("policy 5 {}", "expected a string, found `5`");
	expect_told("tier x { 5; }", "expected a property or `}`, found `5`");
	expect_told("5;", "expected a statement, found `5`");
	expect_told("tier x { when", "the file ends inside a block");
	expect_told("let x =", "the file ends where a value is expected");
	expect_told("tier {}", "the statement has no name");
	expect_told("tier 高 {}", "has characters outside ASCII");
	expect_told("foo x {}", "the statements are tier, notify");
	expect_told("tier x { foo { a; } }", "the property `foo` has no block");
	expect_told("tier x {\n when a;\n\ntier y { when a; }", "the block is not closed");
	expect_told("let x = 1234567890123;", "an account has 12");
}

/* One mistake is one message, and the next one is still found. */
static void test_recovery(void)
{
	expect_places("let x = 2026-04-01 00:00:00Z;\nlet y = 7x;", "VC015@2:20 VC015@3:9");
	expect_places("let x = 5 6 c--d \"\\q\" CVE- 2026-13-01 && ；", "VC015@2:11 VC008@2:42");
	expect_places("let = 1; let y = ; let z = 1;", "VC015@2:5 VC015@2:18");
	expect_places("tier x { when ; until ( ; a b c; d; }", "VC015@2:15 VC015@2:23 VC015@2:30");
	expect_places("tier x { when a and; }\ntier y { when or; }", "VC015@2:20 VC015@3:15");
	expect_places("tier x { when { a }; b c d; }", "VC015@2:15 VC015@2:25");
	expect_places("tier x { when any p { a == }; b c d; }", "VC015@2:28 VC015@2:34");
	expect_places("tier x { when any p { a ( { b } }; b c d; }", "VC015@2:25 VC015@2:39");
	expect_places("tier x { foo { a; b; }; c d e; }", "VC015@2:14 VC015@2:28");
	expect_places("tier x { images tagged \"x\" { keep 1; } a b c; }", "VC015@2:24 VC015@2:43");
	expect_places("tier x { each cve { a b; c; = ; d e f g; } h i j; }",
		      "VC015@2:24 VC015@2:29 VC015@2:40 VC015@2:47");
	expect_places("tier x { each cve { a b c; } when ; }", "VC015@2:35");
	expect_places("tier x { each cve { a; when } } tier y { when ; }", "VC015@2:24 VC015@2:47");
	expect_places("supress x { when a; b c d; }\ntier y { when ; }",
		      "VC004@2:1 VC015@2:24 VC015@3:15");
	expect_places("foo = 5;\nlet x = ;", "VC004@2:1 VC015@3:9");
	expect_places("foo bar baz;\nlet x = ;", "VC004@2:1 VC015@3:9");
	expect_places("tier x y { when ; }\nlet x = ;", "VC015@2:8 VC015@2:17 VC015@3:9");
	expect_places("tier x {\n when a } or b;\n until c;\n review 3d;\n foo { }\n}\n}\n"
		      "let x = ;",
		      "VC015@3:8 VC015@3:11 VC015@9:9");
	expect_places("supress x { when ; }\nsupress y {}\ntier z {}\n supress z {}",
		      "VC004@2:1 VC015@2:18 VC004@3:1 VC004@5:2");
	expect_places("}\nlet x = ;", "VC015@2:1 VC015@3:9");
	expect_places("when a;\nlet x = ;", "VC015@2:1 VC015@3:9");
	expect_places("tier x {\n when a;\ntier y {\n when a;\n}\nlet x = ;",
		      "VC015@3:9 VC015@7:9");
	expect_places("tier x {\n when a\n\ndefine y = a;\nlet x = ;",
		      "VC015@3:8 VC015@3:8 VC015@6:9");
	expect_places("define x =\ndefine y = a;\nlet x = ;", "VC015@3:1 VC015@4:9");
	expect_places("tier x { when a ==\n unless b;\n c d e; }", "VC015@3:2 VC015@4:5");
	expect_places("tier x { when a == = b\n unless ;\n}", "VC015@2:20 VC015@3:9");
	expect_places("@a( tier x { when ; }\nlet x = ;", "VC015@2:10 VC015@2:19 VC015@3:9");
	expect_places("use x;\nuse \"x\" as \"y\";", "VC015@2:5 VC015@3:12");
	expect_places("let q = \"unterminated;\nlet x = ;", "VC015@2:9 VC015@3:9");
}

int main(void)
{
	arena = arena_new();
	test_edition();
	test_literals();
	test_characters();
	test_wide();
	test_messages();
	test_recovery();
	arena_free(arena);
	return done();
}
