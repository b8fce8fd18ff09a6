/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form: what it looks like, and that it says what was written, keeps every comment
 * and does not change when it is formatted once more. The last three are tried on every policy of
 * the tree, on random ones, and with comments between any two tokens. */
#include <dirent.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/vec.h"
#include "random_statement.h"
#include "syntax.h"
#include "syntax/limits.h"
#include "syntax/print.h"

#define P "edition 1;\n"
#define TEN "0123456789"
#define WIDE "日本語日本語日本語" /* 18 columns */
#define FIFTY TEN TEN TEN TEN TEN

static struct str format(struct str text)
{
	struct ast_file *file = parse_str(text);

	return file->complete ? print_file(arena, file, comment_read(arena, file->source))
			      : (struct str){0};
}

/* --- what must always hold --- */

static struct str comments_of(const struct ast_file *file)
{
	struct lexemes *lexemes = comment_read(arena, file->source);
	struct strbuf b;

	strbuf_init(&b, arena);
	for (size_t i = 0; i < lexemes->comments.n; i++)
		strbuf_printf(&b, STR_FMT "\n", STR_ARG(lexemes->comments.items[i].text));
	return strbuf_str(&b);
}

/* Blanks at the end of a line, two empty lines, one at an end, no end of the last line. */
static bool is_untidy(struct str text)
{
	return !str_ends(text, STR("\n")) || str_ends(text, STR("\n\n")) || text.ptr[0] == '\n' ||
	       str_contains(text, STR("\n\n\n")) || str_contains(text, STR(" \n")) ||
	       str_contains(text, STR("{\n\n")) || str_contains(text, STR("\r"));
}

/* NULL, or what is wrong with the canonical form of a text that parses. */
static const char *fault_of(struct str text, struct str *printed)
{
	struct ast_file *file = parse_str(text), *again;
	struct str comments = comments_of(file);

	if (!file->complete)
		return "it does not parse";
	*printed = print_file(arena, file, comment_read(arena, file->source));
	again = parse_str(*printed);
	if (!again->complete)
		return "the result does not parse";
	if (!ast_same(file, again) || !str_eq(dump(file), dump(again)))
		return "the tree";
	if (!str_eq(comments, comments_of(again)))
		return "the comments";
	if (!str_eq(*printed, format(*printed)))
		return "formatting once more";
	return is_untidy(*printed) ? "untidy" : NULL;
}

static bool holds(struct str text)
{
	struct str printed = {0};
	const char *fault = fault_of(text, &printed);

	if (fault)
		printf("# %s\n# of  %s\n# got %s\n", fault, shown(text), shown(printed));
	return !fault;
}

static struct str whole_text(struct str text)
{
	return str_starts(text, STR("edition")) ? text
						: str_printf(arena, P "\n" STR_FMT, STR_ARG(text));
}

/* --- what it looks like --- */

static const struct {
	const char *name, *text, *printed;
} looks[] = {
	{"blanks", "tier  x{when   a==1;label\t\"l\" ;}", "tier x { when a == 1; label \"l\"; }\n"},
	{"a block of several lines stays one", "tier x { when a;\n}", "tier x {\n  when a;\n}\n"},
	{"an empty block", "tier x {\n\n}", "tier x {}\n"},
	{"statements stand on lines of their own", "let a = 1; let b = 2;",
	 "let a = 1;\nlet b = 2;\n"},
	{"empty lines: one at most, none at an end",
	 "let a = 1;\n\n\n\ntier x {\n\n  when a;\n\n\n  label \"b\";\n\n}\n\n\n",
	 "let a = 1;\n\ntier x {\n  when a;\n\n  label \"b\";\n}\n"},
	{"spelling stays", "let a = [007, 1.50, \"\\u{41}\"];\ndefine b = ((a . b)) and not not c;",
	 "let a = [007, 1.50, \"\\u{41}\"];\ndefine b = ((a.b)) and not not c;\n"},
	{"marks", "define a = b in 1 .. 2 and tag [ \"k\" ]!=\"v\" and c not in[ ] and any d{e};",
	 "define a = b in 1..2 and tag[\"k\"] != \"v\" and c not in [] and any d { e };\n"},
	{"operands in blocks",
	 "suppress x { each tag [ \"k\" ] { a b c; } }\ninsight y { group by tag[\"k\"]; }",
	 "suppress x { each tag[\"k\"] { a b c; } }\ninsight y { group by tag[\"k\"]; }\n"},
	{"values in blocks", "policy \"p\" { accounts[1]; to[a,b,]; }",
	 "policy \"p\" { accounts [1]; to [a, b]; }\n"},
	{"annotations", "@a @b ( c,d : \"e\" , ) tier x {}\n@f\n\nuse \"u.vpol\"as u;",
	 "@a\n@b(c, d: \"e\")\ntier x {}\n@f\nuse \"u.vpol\" as u;\n"},
	{"strings that join", "tier x { label \"a\" \"b\"\n\"c\"; }",
	 "tier x {\n  label \"a\"\n        \"b\"\n        \"c\";\n}\n"},
	{"rows",
	 "suppress x {\n each cve { CVE-2020-0001 until 2026-01-01; \"k\"; CVE-2020-100001 "
	 "ticket \"a\" ;\n} }",
	 "suppress x {\n  each cve {\n    CVE-2020-0001 until 2026-01-01;\n    \"k\";\n"
	 "    CVE-2020-100001 ticket \"a\";\n  }\n}\n"},
	{"rows in columns", "suppress x { each cve {\nCVE-2020-0001 a b; CVE-2020-100001 c d; } }",
	 "suppress x {\n  each cve {\n    CVE-2020-0001   a b;\n    CVE-2020-100001 c d;\n  "
	 "}\n}\n"},
	{"a long row",
	 "suppress x { each cve { CVE-2020-0001 reason \"" FIFTY "\" ticket \"" TEN TEN TEN
	 "\" owner b; } }",
	 "suppress x {\n  each cve {\n    CVE-2020-0001\n      reason \"" FIFTY
	 "\"\n      ticket \"" TEN TEN TEN "\"\n      owner b;\n  }\n}\n"},
	{"images", "lifecycle x {\n images any{a;} images tagged[\"v\"]{keep 1;}\n}",
	 "lifecycle x {\n  images any { a; }\n  images tagged [\"v\"] { keep 1; }\n}\n"},

	{"columns of `=`",
	 "let a = 1;\nlet bcd = 2;\ndefine e = f;\n\nlet g = 3;\n# h\nlet ij = 4;",
	 "let a   = 1;\nlet bcd = 2;\ndefine e = f;\n\nlet g = 3;\n# h\nlet ij = 4;\n"},
	{"columns of wide characters", "assign x {\n set abc = 1; set 日本 = 2; }",
	 "assign x {\n  set abc  = 1;\n  set 日本 = 2;\n}\n"},
	{"columns of keys", "assign x {\n set a = \"1\"; set \"b c\" = \"2\"; to d;\n}",
	 "assign x {\n  set a     = \"1\";\n  set \"b c\" = \"2\";\n  to d;\n}\n"},
	{"columns of blocks",
	 "status NEW { label \"a\"; } status NOTIFIED{ label \"b\"; }\ntier c {}",
	 "status NEW      { label \"a\"; }\nstatus NOTIFIED { label \"b\"; }\ntier c {}\n"},
	{"no columns of names that differ much", "let a = 1;\nlet a" TEN TEN "12345 = 2;",
	 "let a = 1;\nlet a" TEN TEN "12345 = 2;\n"},
	{"columns of names that differ less", "let a = 1;\nlet a" TEN TEN "1234 = 2;",
	 "let a                         = 1;\nlet a" TEN TEN "1234 = 2;\n"},
	{"a line that has no room for its column",
	 "let a = \"" FIFTY TEN TEN TEN "\";\nlet b" TEN " = 2;",
	 "let a = \"" FIFTY TEN TEN TEN "\";\nlet b" TEN " = 2;\n"},

	{"100 columns", "define a = b == \"" FIFTY TEN TEN "\" and c == 1;",
	 "define a = b == \"" FIFTY TEN TEN "\" and c == 1;\n"},
	{"101 columns", "define a = b == \"" FIFTY TEN TEN "\" and c == 12;",
	 "define a = b == \"" FIFTY TEN TEN "\"\n  and c == 12;\n"},
	{"100 columns of wide characters",
	 "define a = b == \"" WIDE WIDE WIDE TEN "\" and c == 1234567;",
	 "define a = b == \"" WIDE WIDE WIDE TEN "\" and c == 1234567;\n"},
	{"101 columns of wide characters",
	 "define a = b == \"" WIDE WIDE WIDE TEN "\" and c == 12345678;",
	 "define a = b == \"" WIDE WIDE WIDE TEN "\"\n  and c == 12345678;\n"},
	{"parentheses",
	 "define a = b == \"" FIFTY "\" and (c == \"" FIFTY "\" or d == \"" FIFTY "\");",
	 "define a = b == \"" FIFTY "\"\n  and (\n    c == \"" FIFTY "\"\n    or d == \"" FIFTY
	 "\"\n  );\n"},
	{"a first part of several lines",
	 "define a = any b { c == \"" FIFTY "\" and d == \"" FIFTY "\" } and e;",
	 "define a =\n  any b {\n    c == \"" FIFTY "\"\n    and d == \"" FIFTY
	 "\"\n  }\n  and e;\n"},
	{"the whole in parentheses",
	 "tier x { when not (b == \"" FIFTY "\" or c == \"" FIFTY "\"); }",
	 "tier x {\n  when not (\n    b == \"" FIFTY "\"\n    or c == \"" FIFTY "\"\n  );\n}\n"},
	{"a long set", "let a = [\"" FIFTY "\", \"" TEN TEN TEN "\", 1234, b, \"" FIFTY "\"];",
	 "let a = [\n  \"" FIFTY "\", \"" TEN TEN TEN "\", 1234, b,\n  \"" FIFTY "\",\n];\n"},
	{"a set one value a line", "let a = [1,\n2, 3];", "let a = [\n  1,\n  2,\n  3,\n];\n"},
	{"a set that fits", "let a = [\n1, 2,\n3,\n];", "let a = [1, 2, 3];\n"},
	{"a set in a condition", "tier x { when a in [\n1,\n2] and b; }",
	 "tier x {\n  when\n    a in [\n      1,\n      2,\n    ]\n    and b;\n}\n"},
	{"long arguments", "@allow(a, reason: \"" FIFTY "\", until: \"" FIFTY "\") tier x {}",
	 "@allow(\n  a,\n  reason: \"" FIFTY "\",\n  until: \"" FIFTY "\",\n)\ntier x {}\n"},
	{"what cannot be broken", "use \"" FIFTY FIFTY "\" as b;",
	 "use \"" FIFTY FIFTY "\" as b;\n"},

	{"comments", "# a\nlet b = 1; # c\n\n\n# d  \n#e\n\nlet f = 2;#g\n",
	 "# a\nlet b = 1; # c\n\n# d\n#e\n\nlet f = 2; #g\n"},
	{"comments in a block", "tier x { # a\n\n# b\nwhen c; # d\n# e\n\n}\n# f",
	 "tier x { # a\n\n  # b\n  when c; # d\n  # e\n}\n# f\n"},
	{"a comment opens a block", "tier x { when a; # b\n label \"c\"; }",
	 "tier x {\n  when a; # b\n  label \"c\";\n}\n"},
	{"a comment in an empty block", "tier x { # a\n}\ntier y {\n# b\n}",
	 "tier x { # a\n}\ntier y {\n  # b\n}\n"},
	{"comments in a set", "let a = [ # b\n 1, # c\n # d\n 2 # e\n , 3\n # f\n];",
	 "let a = [ # b\n  1, # c\n  # d\n  2, # e\n  3,\n  # f\n];\n"},
	{"comments in a condition", "tier x { when a # b\n and # c\n d\n # e\n or f; }", NULL},
	{"comments in a condition, before", "tier x { when a # b\n and c\n # d\n and e; }",
	 "tier x {\n  when a # b\n    and c\n    # d\n    and e;\n}\n"},
	{"comments in a condition, behind", "tier x { when a and # b\n c and # d\n e; }",
	 "tier x {\n  when a # b\n    and c # d\n    and e;\n}\n"},
	{"comments in front of a condition", "tier x { when\n# a\n b\n# c\n; }",
	 "tier x {\n  when\n    # a\n    b;\n  # c\n}\n"},
	{"a condition that fits behind a comment", "tier x { when\n# a\n b and c; }",
	 "tier x {\n  when\n    # a\n    b and c;\n}\n"},
	{"a comment in a row", "suppress x { each cve { CVE-2020-0001 reason\n# a\n b c d; } }",
	 "suppress x {\n  each cve {\n    CVE-2020-0001\n      reason\n        # a\n        b\n"
	 "      c d;\n  }\n}\n"},
	{"comments in parentheses", "define a = b and ( # c\n d # e\n );",
	 "define a = b\n  and ( # c\n    d # e\n  );\n"},
	{"comments in front of a text", "tier x { label\n# a\n \"b\" # c\n \"d\"; }",
	 "tier x {\n  label\n    # a\n    \"b\" # c\n    \"d\";\n}\n"},
	{"comments move behind what is one",
	 "let # a\n x # b\n = 1 # c\n ;\ntier # d\n y { when z; }",
	 "let x = # a\n  # b\n  1; # c\ntier y { # d\n  when z;\n}\n"},
	{"comments between annotations", "@a # b\n# c\n@d\n# e\ntier x {}",
	 "@a # b\n# c\n@d\n# e\ntier x {}\n"},
};

static void test_looks(void)
{
	for (size_t i = 0; i < ARRAY_LEN(looks); i++) {
		struct str got = format(str_printf(arena, P "%s", looks[i].text));
		struct str want = looks[i].printed ? str_printf(arena, P "%s", looks[i].printed)
						   : (struct str){0};

		if (!ok(str_eq(got, want), "looks: %s", looks[i].name))
			printf("# got\n" STR_FMT "# want\n" STR_FMT, STR_ARG(got), STR_ARG(want));
		if (want.len)
			ok(holds(str_printf(arena, P "%s", looks[i].text)), "holds: %s",
			   looks[i].name);
	}
}

static void test_ends_of_lines(void)
{
	ok(str_is(format(STR("edition 1;\r\n\r\n\r\n# a \r\nlet b = 1;\r\n")),
		  "edition 1;\n\n# a\nlet b = 1;\n"),
	   "CRLF becomes LF");
	ok(str_is(format(STR("edition 1;")), "edition 1;\n"), "the last line gets an end");
	ok(str_is(format(STR("# a\n\n# b\n\n\nedition # c\n 1;")),
		  "# a\n\n# b\n\nedition 1; # c\n"),
	   "comments at the beginning");
}

/* --- comments between any two tokens --- */

static const char sample[] =
	P "use \"a.vpol\" as b;\n"
	  "let c = [1, \"d\", e.f];\n"
	  "let g = \"h\";\n"
	  "define i = (j == 1 and not k) or any l.m { n startswith [\"o\"] and p exists };\n"
	  "define q = r[\"s\"] not in t and u in 1.5..v and w contains x;\n"
	  "policy \"y\" { accounts [111122223333]; scope true; to any; z; }\n"
	  "@a(b, c: 2026-01-01) @d\n"
	  "suppress e {\n"
	  "  each f[\"g\"] { CVE-2020-0001 until 2026-01-01 reason \"a\" \"b\"; \"k\"; l m n; }\n"
	  "  when h; unless i != 2d; reason \"j\" \"k\"; set l = m; set \"n\" = 1; group by o.p;\n"
	  "}\n"
	  "lifecycle q { images any { r; } images tagged [\"s\", \"t\"] { keep 1; } }\n"
	  "tier u {}\n";

/* The sample with `what` in front of the tokens from `from` on, `step` apart. */
static struct str with_comments(size_t from, size_t step, const char *what)
{
	struct ast_file *file = parse_str(STR(sample));
	struct lexemes *lexemes = comment_read(arena, file->source);
	size_t at = 0;
	struct strbuf b;

	strbuf_init(&b, arena);
	for (size_t i = 0; i <= lexemes->list.n; i++) {
		size_t start = lexemes->list.items[i].span.start - file->source->base;

		strbuf_add(&b, str_slice(file->source->text, at, start));
		if (i >= from && (i - from) % step == 0)
			strbuf_printf(&b, what, i, i);
		at = start;
	}
	return strbuf_str(&b);
}

static void test_comments_anywhere(void)
{
	static const char *const whats[] = {
		" # c%zu\n",
		"\n# c%zu\n",
		"\n\n# c%zu\n\n",
		" # c%zu\n\n# d%zu\n",
	};
	size_t n = comment_read(arena, parse_str(STR(sample))->source)->list.n;

	for (size_t w = 0; w < ARRAY_LEN(whats); w++) {
		size_t fine = 0, all = 0;

		for (size_t i = 0; i <= n; i++)
			fine += holds(with_comments(i, n + 1, whats[w]));
		ok(fine == n + 1, "%s in front of any token: %zu of %zu", shown(str_from(whats[w])),
		   fine, n + 1);
		fine = 0;
		for (size_t step = 1; step <= 5; step++)
			for (size_t from = 0; from < step; from++, all++)
				fine += holds(with_comments(from, step, whats[w]));
		ok(fine == all, "%s in front of many: %zu of %zu", shown(str_from(whats[w])), fine,
		   all);
	}
}

/* --- every policy of the tree, and random ones --- */

struct tally {
	size_t files, formatted, wrong, other;
};

static void try_file(struct str path, struct tally *tally)
{
	struct str text, printed = {0};
	struct ast_file *file;
	const char *fault;

	begin();
	if (!file_read(arena, diags, path, 1 << 24, &text))
		return;
	tally->files++;
	file = load_text(arena, diags, sources, path, text);
	if (!file->complete)
		return;
	tally->formatted++;
	fault = fault_of(file->source->text, &printed);
	if (fault)
		printf("# " STR_FMT ": %s\n", STR_ARG(path), fault);
	tally->wrong += fault != NULL;
}

static void try_folder(struct str path, struct tally *tally, int depth)
{
	DIR *dir = opendir(str_cstr(arena, path));
	const struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		struct str name = str_copy(arena, str_from(entry->d_name));

		if (name.ptr[0] == '.')
			continue;
		name = str_printf(arena, STR_FMT "/" STR_FMT, STR_ARG(path), STR_ARG(name));
		if (str_ends(name, STR(".vpol")))
			try_file(name, tally);
		else if (depth < 8)
			try_folder(name, tally, depth + 1);
	}
	if (dir)
		closedir(dir);
}

static void test_tree(void)
{
	struct tally tally = {0};

	try_folder(STR("examples"), &tally, 0);
	try_folder(STR("tests"), &tally, 0);
	ok(!tally.wrong && tally.formatted > 40, "every policy of the tree: %zu files, %zu parse",
	   tally.files, tally.formatted);
}

/* The blocks of a document that are marked `vpol`. */
static void test_document(const char *path)
{
	struct tally tally = {0};
	struct str text, mark = STR("```vpol\n");

	begin();
	if (!ok(file_read(arena, diags, str_from(path), 1 << 20, &text), "%s", path))
		return;
	for (size_t at = 0; at + mark.len < text.len; at++) {
		struct str block, printed = {0};
		size_t end = at + mark.len;

		if (!str_starts(str_slice(text, at, text.len), mark))
			continue;
		while (!str_starts(str_slice(text, end, text.len), STR("```")))
			end++;
		block = whole_text(str_slice(text, at + mark.len, end));
		tally.files++;
		tally.wrong += fault_of(block, &printed) != NULL;
		tally.other += !str_eq(block, printed);
		if (!str_eq(block, printed))
			printf("# want\n" STR_FMT, STR_ARG(printed));
	}
	ok(tally.files && !tally.wrong && !tally.other, "%s: %zu examples in canonical form", path,
	   tally.files);
}

/* The policy's tokens, with other blanks and with comments between them. */
static struct str mangle(struct str text, struct prng *r)
{
	static const char *const gaps[] = {" ",	 "\n",	   "\n\n",    "\n\n\n", "\t ",
					   "  ", " # a\n", "\n# b\n", "\r\n",	" # c\n\n  # d\n"};
	struct ast_file *file = parse_str(text);
	struct lexemes *lexemes = comment_read(arena, file->source);
	unsigned much = 1 + below(r, 40);
	size_t at = 0;
	struct strbuf b;

	strbuf_init(&b, arena);
	for (size_t i = 0; i < lexemes->list.n; i++) {
		struct span span = lexemes->list.items[i].span;

		strbuf_add(&b, str_slice(text, at, span.start - file->source->base));
		if (chance(r, much))
			strbuf_puts(&b, ONE_OF(r, gaps));
		strbuf_add(&b, sources_text(sources, span));
		at = span.end - file->source->base;
	}
	strbuf_add(&b, str_slice(text, at, text.len));
	return strbuf_str(&b);
}

static void test_random(void)
{
	size_t fine = 0, n = 400;

	for (size_t i = 0; i < n; i++) {
		struct arena *whole = arena;
		struct prng r = prng_of(i);
		struct random_policy p;
		struct strbuf b;

		arena = arena_new();
		strbuf_init(&b, arena);
		p = random_policy(arena, r);
		for (size_t k = 0; k < p.items.n; k++)
			strbuf_add(&b, p.items.items[k]);
		if (holds(strbuf_str(&b)) && holds(mangle(strbuf_str(&b), &r)))
			fine++;
		else
			printf("# seed %zu\n", i);
		arena_free(arena);
		arena = whole;
	}
	ok(fine == n, "random policies, as they are and mangled: %zu of %zu", fine, n);
}

/* --- extremes --- */

static struct str repeated(const char *what, size_t n)
{
	struct strbuf b;

	strbuf_init(&b, arena);
	for (size_t i = 0; i < n; i++)
		strbuf_puts(&b, what);
	return strbuf_str(&b);
}

static void test_extremes(void)
{
	struct str deep = repeated("(", SYNTAX_NESTING), up = repeated(")", SYNTAX_NESTING);
	struct str nots = repeated("not ", SYNTAX_NESTING), x = repeated("x", SYNTAX_STRING_SIZE);
	struct str groups = repeated("any g { ", SYNTAX_NESTING / 2 - 1);
	struct str ends = repeated(" and b == \"" FIFTY "\" }", SYNTAX_NESTING / 2 - 1);

	ok(holds(str_printf(arena, P "define a = " STR_FMT "b" STR_FMT ";", STR_ARG(deep),
			    STR_ARG(up))),
	   "parentheses as deep as they go");
	ok(holds(str_printf(arena, P "define a = " STR_FMT "b # c\n" STR_FMT ";", STR_ARG(deep),
			    STR_ARG(up))),
	   "a comment inside of them");
	ok(holds(str_printf(arena, P "define a = " STR_FMT "b;", STR_ARG(nots))), "as many `not`");
	ok(holds(str_printf(arena, P "define a = " STR_FMT "b" STR_FMT ";", STR_ARG(groups),
			    STR_ARG(ends))),
	   "groups in groups");
	ok(holds(str_printf(arena, P "let a = [\"" STR_FMT "\", \"" STR_FMT "\"];", STR_ARG(x),
			    STR_ARG(x))),
	   "the longest strings");
	ok(holds(str_printf(arena, P "let a = [" STR_FMT "1];",
			    STR_ARG(repeated("1, ", SYNTAX_SET_SIZE - 1)))),
	   "the largest set");
	ok(holds(str_printf(arena, P "define a = b" STR_FMT " == 1;",
			    STR_ARG(repeated(" # c\n.d", 20000)))),
	   "a long path with a comment before each dot");
	ok(holds(str_printf(arena, P STR_FMT, STR_ARG(repeated("# c\n", 100000)))),
	   "nothing but comments");
	ok(holds(repeated(P, 1)) && format(repeated("let a = 1;", 1)).len == 0,
	   "the least, and less");
}

/* --- trees that are not the same --- */

static void test_differences(void)
{
	static const char *const pairs[][2] = {
		{"let a = 1;", "let a = 2;"},
		{"let a = 1;", "let a = 01;"},
		{"let a = 1;", "let b = 1;"},
		{"let a = 1;", "let a = 1; let b = 1;"},
		{"let a = b;", "define a = b;"},
		{"let a = \"b\";", "let a = b;"},
		{"let a = [1];", "let a = 1;"},
		{"let a = [1];", "let a = [1, 1];"},
		{"let a = [1, 2];", "let a = [2, 1];"},
		{"use \"a\";", "use \"b\";"},
		{"use \"a\";", "use \"a\" as b;"},
		{"tier a {}", "notify a {}"},
		{"tier a {}", "tier a { b; }"},
		{"tier a { b; c; }", "tier a { c; b; }"},
		{"tier a { b; }", "tier a { b c; }"},
		{"tier a { b c; }", "tier a { b any; }"},
		{"tier a { b \"c\" \"d\"; }", "tier a { b \"cd\"; }"},
		{"tier a { b \"c\" \"d\"; }", "tier a { b \"cd\" \"\"; }"},
		{"tier a { when b; }", "tier a { unless b; }"},
		{"tier a { when b; }", "tier a { when (b); }"},
		{"tier a { when b.c; }", "tier a { when b; }"},
		{"tier a { set b = 1; }", "tier a { set c = 1; }"},
		{"tier a { group by b; }", "tier a { group by c; }"},
		{"tier a { group by b[\"c\"]; }", "tier a { group by b[\"d\"]; }"},
		{"tier a { group by b[\"\"]; }", "tier a { group by b; }"},
		{"tier a { each b { c; } }", "tier a { each b { d; } }"},
		{"tier a { each b { c; } }", "tier a { each b { c d e; } }"},
		{"tier a { each b { c; } }", "tier a { each b { c; c; } }"},
		{"tier a { images any { b; } }", "tier a { images c { b; } }"},
		{"tier a { images b { c; } }", "tier a { images b { d; } }"},
		{"define a = b and c;", "define a = b or c;"},
		{"define a = b and c;", "define a = b and c and d;"},
		{"define a = b and c;", "define a = c and b;"},
		{"define a = not b;", "define a = b;"},
		{"define a = b == 1;", "define a = b != 1;"},
		{"define a = b startswith c;", "define a = b endswith c;"},
		{"define a = b in c;", "define a = b not in c;"},
		{"define a = b exists;", "define a = b not exists;"},
		{"define a = b in 1..2;", "define a = b in 1..3;"},
		{"define a = any b { c };", "define a = any d { c };"},
		{"define a = true;", "define a = false;"},
		{"@a tier x {}", "tier x {}"},
		{"@a tier x {}", "@b tier x {}"},
		{"@a(b) tier x {}", "@a tier x {}"},
		{"@a(b) tier x {}", "@a(c) tier x {}"},
		{"@a(b: c) tier x {}", "@a(d: c) tier x {}"},
	};

	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		const char *const *pair = pairs[i];
		struct ast_file *a = parse_str(str_printf(arena, P "%s", pair[0]));
		struct ast_file *b = parse_str(str_printf(arena, P "%s", pair[1]));

		ok(a->complete && b->complete && ast_same(a, a) && !ast_same(a, b) &&
			   !ast_same(b, a),
		   "not the same: %s %s", pair[0], pair[1]);
	}
}

int main(void)
{
	arena = arena_new();
	test_looks();
	test_ends_of_lines();
	test_comments_anywhere();
	test_tree();
	test_document("README.md");
	test_document("grammar/README.md");
	test_random();
	test_extremes();
	test_differences();
	arena_free(arena);
	return done();
}
