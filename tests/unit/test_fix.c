/* SPDX-License-Identifier: Apache-2.0
 *
 * Fixes: which edits are made where several meet, all of a problem or none, and the texts behind
 * them. */
#include "lint/fix.h"
#include "tap.h"

static struct arena *arena;
static struct sources *sources;
static struct diags *d;
static struct source *source, *other;

static void begin(const char *text)
{
	sources = sources_new(arena);
	d = diags_new(arena, sources);
	source = sources_add(sources, STR("p"), str_from(text));
	other = sources_add(sources, STR("old"), STR("elsewhere"));
}

static struct span at(unsigned from, unsigned to)
{
	return (struct span){source->base + from, source->base + to};
}

static struct diag *problem(const char *format, ...) __attribute__((format(printf, 1, 2)));

static struct diag *problem(const char *format, ...)
{
	struct diag *diag;
	va_list args;

	va_start(args, format);
	diag = diag_lint(d, DIAG_WARNING, "VC901", "unused-allow", at(0, 1), format, args);
	va_end(args);
	return diag;
}

static struct diag *change(unsigned from, unsigned to, const char *text)
{
	struct diag *diag = problem("from %u to %u", from, to);

	diag_fix(diag, at(from, to), str_from(text));
	return diag;
}

static void gives(const char *name, bool unsafe, const char *expected, size_t n)
{
	const struct source *files[] = {source};
	struct fixes fixes;
	struct str got;

	fix_apply(arena, d, &(struct fix_choice){.unsafe = unsafe}, files, 1, &fixes);
	got = fixes.files.n ? fixes.files.items[0].whole : source->whole;
	if (!ok(str_is(got, expected) && fixes.n == n && fixes.files.n == (n > 0), "%s", name))
		printf("# %zu: " STR_FMT "\n", fixes.n, STR_ARG(got));
	ok(fixes.of[lint_rule_find(STR("VC901"))] == n, "%s: counted", name);
}

static void test_meetings(void)
{
	begin("0123456789");
	change(7, 8, "b");
	change(1, 3, "aaa");
	change(3, 3, "+");
	gives("those that do not meet", false, "0aaa+3456b89", 3);

	begin("0123456789");
	change(2, 5, "b");
	change(1, 3, "a");
	change(5, 6, "c");
	gives("the one that begins first", false, "0a34c6789", 2);

	begin("0123456789");
	change(4, 4, "a");
	change(4, 4, "b");
	change(4, 4, "a");
	change(4, 6, "c");
	gives("texts at one place have no order", false, "0123a456789", 2);

	begin("0123456789");
	change(10, 10, "!");
	change(0, 0, "!");
	gives("at both ends", false, "!0123456789!", 2);
}

static void test_together(void)
{
	struct diag *diag;

	begin("0123456789");
	diag = change(1, 2, "a");
	diag_fix(diag, at(6, 8), STR("a"));
	change(2, 3, "b");
	gives("two edits of one problem", false, "0ab345a89", 2);

	begin("0123456789");
	diag = change(1, 2, "a");
	diag_fix(diag, at(6, 8), STR("a"));
	change(6, 7, "c");
	gives("none of a problem of which one cannot be made", false, "012345c789", 1);

	begin("0123456789");
	diag = change(1, 2, "a");
	diag_fix(diag, at(6, 8), STR("a"));
	change(1, 2, "a");
	change(6, 7, "c");
	gives("the same edit of another one is made all the same", false, "0a2345c789", 2);

	begin("0123456789");
	diag = change(0, 1, "x");
	for (unsigned i = 1; i < 9; i++)
		diag_fix(diag, at(i, i + 1), STR("x"));
	gives("more edits than are kept", false, "0123456789", 0);
}

static void test_left_alone(void)
{
	struct diag *diag;

	begin("0123456789");
	diag_allow(change(1, 2, "a"), STR("reason"), STR("2026-12-31"));
	diag_know(change(3, 4, "a"));
	diag_fix(problem("elsewhere"), (struct span){other->base, other->base + 1}, STR("a"));
	diag = change(5, 6, "a");
	diag_fix(diag, (struct span){other->base, other->base + 1}, STR("a"));
	diag_fix_unsafe(problem("unsafe"), at(7, 8), STR("a"));
	gives("allowed, known, elsewhere, unsafe", false, "0123456789", 0);
	gives("unsafe", true, "0123456a89", 1);
}

static void test_lines(void)
{
	begin("a\n\n  bb  \n\nc\n");
	change(5, 7, "");
	gives("a line goes whole, with one of two empty lines", false, "a\n\nc\n", 1);
	begin("a\r\nbb\r\nc\r\n");
	change(3, 5, "");
	gives("whatever ends it", false, "a\r\nc\r\n", 1);
	begin("a\n\nbb");
	change(3, 5, "");
	gives("the last", false, "a\n", 1);
	begin("a\nb c\n");
	change(2, 3, "");
	gives("where something else stands it stays", false, "a\n c\n", 1);
	begin("a\nb c\n");
	change(2, 3, "");
	change(4, 5, "");
	gives("two on one line", false, "a\n \n", 2);
	begin("a\nb\nc\n");
	change(2, 3, "");
	change(4, 4, "+");
	gives("an edit behind it", false, "a\n+c\n", 2);

	begin("a\nb\n");
	source->whole = STR("\xEF\xBB\xBF"
			    "a\nb\n\xFF");
	source->text = str_slice(source->whole, 3, 7);
	change(2, 3, "c");
	gives("what is no text stays", false,
	      "\xEF\xBB\xBF"
	      "a\nc\n\xFF",
	      1);
}

int main(void)
{
	arena = arena_new();
	test_meetings();
	test_together();
	test_left_alone();
	test_lines();
	arena_free(arena);
	return done();
}
