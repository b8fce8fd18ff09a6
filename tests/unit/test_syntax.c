/* SPDX-License-Identifier: Apache-2.0
 *
 * What is right: every production and every literal, as a tree with its places; the limits at
 * their last valid value. */
#include "base/civil.h"
#include "base/file.h"
#include "model/limit.h"
#include "syntax.h"
#include "syntax/limits.h"

#define P(text) "edition 1;" text

static void expect_tree(const char *input, const char *tree)
{
	struct ast_file *file = parse_str(str_printf(arena, P("%s"), input));
	struct str got = dump(file);
	bool right = str_is(got, tree) && file->complete && !diags->all.n;

	ok(right, "%s", shown(str_from(input)));
	if (!right)
		printf("# got  " STR_FMT "\n# want %s\n# " STR_FMT "\n", STR_ARG(got), tree,
		       STR_ARG(places()));
}

static void test_statements(void)
{
	expect_tree("", "");
	expect_tree("use \"a/b.vpol\";", "(use \"a/b.vpol\")");
	expect_tree("use \"b.vpol\" as b;", "(use \"b.vpol\" b)");
	expect_tree("use \"b.vpol\" as action;", "(use \"b.vpol\" action)");
	expect_tree("let x = 5;", "(let x i5000000000)");
	expect_tree("let x = \"a\";", "(let x \"a\"1)");
	expect_tree("let x = [a, \"b\", 1.5,];", "(let x [ a/1 \"b\" n1500000000 ])");
	expect_tree("let tier = [];", "(let tier [ ])");
	expect_tree("define status = a;", "(define status a)");
	expect_tree("policy \"日本 x\" {}", "(policy \"日本 x\")");
	expect_tree("tier a {} notify b {} suppress c {} reopen d {} assign e {} protect f {}",
		    "(tier a)(notify b)(suppress c)(reopen d)(assign e)(protect f)");
	expect_tree("insight g {} action h {} review i {} lifecycle j {} status NEW {}",
		    "(insight g)(action h)(review i)(lifecycle j)(status NEW)");
	expect_tree("suppress CVE-2020-27619 {}", "(suppress CVE-2020-27619)");
	expect_tree("suppress CVE-2020-27619-on-hold {}", "(suppress CVE-2020-27619-on-hold)");
	expect_tree("tier tier {} notify suppress {}", "(tier tier)(notify suppress)");
}

static void test_annotations(void)
{
	expect_tree("@a tier x {}", "@a()(tier x)");
	expect_tree("@a(b) @c(\"d\", e: f,) tier x {}", "@a(b/1)@c(\"d\",e:f/1)(tier x)");
	expect_tree("@allow(no-x, reason: \"r\", until: 2026-12-31) define x = a;",
		    "@allow(no-x/1,reason:\"r\",until:d20818)(define x a)");
	expect_tree("@tier(status: action) use \"b.vpol\";",
		    "@tier(status:action/1)(use \"b.vpol\")");
}

static void test_properties(void)
{
	expect_tree("tier x { when a; unless b; scope c; }",
		    "(tier x (when a) (unless b) (scope c))");
	expect_tree("assign x { set k = \"v\"; set \"k k\" = v; set status = 1; }",
		    "(assign x (set k = \"v\"1) (set k k = v/1) (set status = i1000000000))");
	expect_tree("insight x { group by resource.id; group by tag[\"a\"]; }",
		    "(insight x (group resource.id) (group tag[a]))");
	expect_tree("tier x { a; b c; d \"e\" \"f\"; g [h]; i any; status NEW; review 7d; }",
		    "(tier x (a) (b c/1) (d \"ef\"2) (g [ h/1 ]) (i any) (status NEW/1)"
		    " (review p604800000000000))");
	expect_tree("suppress x { each cve { } }", "(suppress x (each cve))");
	expect_tree("suppress x { each cve { CVE-2024-3094 until 2026-06-30 reason \"a\" \"b\";\n"
		    "\"k\"; a.b c d e f; } }",
		    "(suppress x (each cve (vCVE-2024-3094 (until d20634) (reason \"ab\"2))"
		    " (\"k\") (a.b/2 (c d/1) (e f/1))))");
	expect_tree("lifecycle x { images untagged { expire 14d; }"
		    " images tagged [\"v*\"] { keep 3; } images any { } }",
		    "(lifecycle x (untagged (expire p1209600000000000))"
		    " (tagged [ \"v*\" ] (keep i3000000000)) (any any))");
}

static void test_expressions(void)
{
	static const char *const cases[][2] = {
		{"a", "a"},
		{"a.b . c", "a.b.c"},
		{"true or false", "(or true false)"},
		{"a or b or c", "(or a b c)"},
		{"a and b and c and d and e", "(and a b c d e)"},
		{"(a and b) or c", "(or (paren (and a b)) c)"},
		{"not not a and not (b or c)", "(and (not (not a)) (not (paren (or b c))))"},
		{"any package { name == \"x\" and v startswith \"1.\" }",
		 "(any package (and (== name \"x\"1) (starts v \"1.\"1)))"},
		{"any code.path { a } and b", "(and (any code.path a) b)"},
		{"a == HIGH", "(== a HIGH/1)"},
		{"a != b", "(!= a b/1)"},
		{"a < 1 and a <= 2 and a > 3 and a >= 4",
		 "(and (< a i1000000000) (<= a i2000000000) (> a i3000000000) (>= a i4000000000))"},
		{"tag[\"k\"] == \"v\"", "(== tag[k] \"v\"1)"},
		{"a == true", "(== a b1)"},
		{"a in [B, C]", "(in a [ B/1 C/1 ])"},
		{"a in x.y", "(in a x.y/2)"},
		{"a not in [ ]", "(not-in a [ ])"},
		{"a in 7.0..8.9", "(range a n7000000000 n8900000000)"},
		{"a not in 7..b", "(not-range a i7000000000 b/1)"},
		{"a in b..c", "(range a b/1 c/1)"},
		{"a.age in 7d..90d", "(range a.age p604800000000000 p7776000000000000)"},
		{"a startswith \"x\" or a not startswith [\"x\", y]",
		 "(or (starts a \"x\"1) (not-starts a [ \"x\" y/1 ]))"},
		{"a endswith y", "(ends a y/1)"},
		{"a contains \"x\" or a not contains z",
		 "(or (contains a \"x\"1) (not-contains a z/1))"},
		{"a exists and b not exists", "(and (exists a) (not-exists b))"},
		{"status == action and review.tier exists",
		 "(and (== status action/1) (exists review.tier))"},
		{"重要度ラベル == HIGH", "(== 重要度ラベル HIGH/1)"},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		expect_tree(str_cstr(arena, str_printf(arena, "define x = %s;", cases[i][0])),
			    str_cstr(arena, str_printf(arena, "(define x %s)", cases[i][1])));
}

static void test_literals(void)
{
	static const char *const cases[][2] = {
		{"0", "i0"},
		{"007", "i7000000000"},
		{"999999999", "i999999999000000000"},
		{"999999999.999999", "n999999999999999000"},
		{"0.000001", "n1000"},
		{"000000000000", "a000000000000"},
		{"111122223333", "a111122223333"},
		{"1970-01-01", "d0"},
		{"2199-12-31", "d84005"},
		{"2024-02-29", "d19782"},
		{"1970-01-01T00:00Z", "t0"},
		{"1970-01-01T00:00:01Z", "t1000000000"},
		{"1970-01-02T00:00+14:59", "t32460000000000"},
		{"0h", "p0"},
		{"36h", "p129600000000000"},
		{"15250w", "p9223200000000000000"},
		{"106751d", "p9223286400000000000"},
		{"CVE-2020-27619", "vCVE-2020-27619"},
		{"CVE-2020-0001", "vCVE-2020-0001"},
		{"GHSA-2345-6789-cfgh", "vGHSA-2345-6789-cfgh"},
		{"GHSA-aaaa-6789-cfgh", "GHSA-aaaa-6789-cfgh/1"},
		{"CVE-2020-276", "CVE-2020-276/1"},
		{"CVE-2020-27619a", "CVE-2020-27619a/1"},
		{"cve-2020-27619", "cve-2020-27619/1"},
		{"a-1-b_2", "a-1-b_2/1"},
		{"_", "_/1"},
		{"true", "b1"},
		{"false", "b0"},
		{"\"\"", "\"\"1"},
		{"\"a\\\"\\\\\\n\\tb\"", "\"a\"\\\n\tb\"1"},
		{"\"\\u{41}\\u{3042}\\u{1f600}\\u{10FFFF}\"", "\"Aあ😀\xF4\x8F\xBF\xBF\"1"},
		{"\"\\u{7}\"", "\"\a\"1"},
		{"\"#{;\"", "\"#{;\"1"},
		{"\"“”；\"", "\"“”；\"1"},
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		expect_tree(str_cstr(arena, str_printf(arena, "let x = %s;", cases[i][0])),
			    str_cstr(arena, str_printf(arena, "(let x %s)", cases[i][1])));
}

static void test_layout(void)
{
	struct ast_file *file;
	const struct ast_statement *s;
	struct str text = STR("edition 1; let x = \"plain\"; # no end");

	expect_tree("#c\r\ntier x {\r\n\twhen a; # über ；“ \t\r\n}\r\n#", "(tier x (when a))");
	file = parse_str(text);
	s = file->statements[0];
	ok(s->value.text.ptr == text.ptr + 20, "a string without escapes points into the text");
	ok(s->span.start == 12 && s->span.end == 28, "the span of a statement");
	ok(s->name_span.start == 16 && s->name_span.end == 17, "the span of its name");
	file = parse_str(STR("edition 1;define x = a . # c\n b == \"k\";"));
	ok(str_is(file->statements[0]->expr->operand.path.text, "a.b"),
	   "a path with a comment inside is joined");
	ok(file->statements[0]->expr->op_span.start == 33, "the span of an operator");
	ok(file->edition == 1 && file->source && file->statements[0]->file == file,
	   "the file knows itself");
}

static void test_reference(void)
{
	struct str text = STR(
		P("@a(b, reason: \"x\", until: 2026-12-31)\n"
		  "suppress no-fix-yet { when fix == NO; unless exploitable; via event;\n"
		  " until 2026-12-31; review 30d; reason \"a \"\n \"b\"; owner \"t\"; }"));

	expect_tree(str_cstr(arena, str_slice(text, 10, text.len)),
		    "@a(b/1,reason:\"x\",until:d20818)(suppress no-fix-yet (when (== fix NO/1))"
		    " (unless exploitable) (via event/1) (until d20818)"
		    " (review p2592000000000000) (reason \"a b\"2) (owner \"t\"1))");
}

/* Every block marked `vpol` in the description of the language. */
static void test_readme(void)
{
	struct str text, begin_mark = STR("```vpol\n"), end_mark = STR("\n```");
	size_t n = 0;

	begin();
	if (!file_read(arena, diags, STR("grammar/README.md"), 1 << 20, &text)) {
		ok(false, "grammar/README.md is there");
		return;
	}
	for (size_t at = 0; at + begin_mark.len < text.len; at++) {
		struct str block = str_slice(text, at, text.len);
		size_t end = begin_mark.len;

		if (!str_starts(block, begin_mark))
			continue;
		while (end < block.len && !str_starts(str_slice(block, end, block.len), end_mark))
			end++;
		block = str_slice(block, begin_mark.len, end);
		if (!str_starts(block, STR("edition")))
			block = str_printf(arena, "edition 1;\n" STR_FMT, STR_ARG(block));
		ok(parse_str(block)->complete && !diags->all.n, "grammar/README.md: block %zu",
		   ++n);
	}
	ok(n >= 13, "grammar/README.md has examples");
}

static void test_limit_table(void)
{
	static const struct {
		enum limit_id id;
		int64_t value;
	} rows[] = {
		{LIMIT_file_size, SYNTAX_FILE_SIZE},
		{LIMIT_source_size, SYNTAX_SOURCE_SIZE},
		{LIMIT_source_files, SYNTAX_FILES},
		{LIMIT_use_depth, SYNTAX_USE_DEPTH},
		{LIMIT_tokens, SYNTAX_TOKENS},
		{LIMIT_string_size, SYNTAX_STRING_SIZE},
		{LIMIT_prose_size, SYNTAX_PROSE_SIZE},
		{LIMIT_name_size, SYNTAX_NAME_SIZE},
		{LIMIT_decimals, SYNTAX_DECIMALS},
		{LIMIT_nesting, SYNTAX_NESTING},
		{LIMIT_set_size, SYNTAX_SET_SIZE},
		{LIMIT_statements, SYNTAX_STATEMENTS},
		{LIMIT_defines, SYNTAX_DEFINES},
	};
	int64_t greatest = 1;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		ok(limits[rows[i].id].value == rows[i].value, "limit %s", limits[rows[i].id].name);
	for (int i = 0; i < SYNTAX_INT_DIGITS; i++)
		greatest *= 10;
	ok(limits[LIMIT_integer].value == greatest - 1, "limit integer");
}

int main(void)
{
	arena = arena_new();
	test_statements();
	test_annotations();
	test_properties();
	test_expressions();
	test_literals();
	test_layout();
	test_reference();
	test_readme();
	test_limit_table();
	arena_free(arena);
	return done();
}
