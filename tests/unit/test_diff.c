/* SPDX-License-Identifier: Apache-2.0
 *
 * Unified diffs: what a reader of them makes of the old text is the new one, whatever the two are,
 * and where little differs little is shown. */
#include "cmd/diff.h"

#include <stdlib.h>
#include <string.h>

#include "tap.h"

static struct arena *arena;
static uint32_t seed = 1;

static unsigned below(unsigned n)
{
	seed = seed * 1103515245 + 12345;
	return (seed >> 16) % n;
}

static struct str next_line(struct str *text)
{
	const char *end = text->len ? memchr(text->ptr, '\n', text->len) : NULL;
	size_t n = end ? (size_t)(end - text->ptr) + 1 : text->len;
	struct str line = str_slice(*text, 0, n);

	*text = str_slice(*text, n, text->len);
	return line;
}

/* Of a hunk only where it begins is believed. false: the diff says what is not so. */
static bool patched(struct str old, struct str diff, struct str *new, size_t *changes)
{
	size_t at = 0;
	struct strbuf b;

	strbuf_init(&b, arena);
	next_line(&diff);
	next_line(&diff);
	*changes = 0;
	while (diff.len) {
		struct str line = next_line(&diff), rest = str_slice(line, 1, line.len);
		size_t from = line.ptr[0] == '@' ? (size_t)strtoul(line.ptr + 4, NULL, 10) : 0;
		bool none = str_contains(line, STR(",0 +"));

		for (; line.ptr[0] == '@' && at + !none < from; at++)
			strbuf_add(&b, next_line(&old));
		*changes += line.ptr[0] == '+' || line.ptr[0] == '-';
		if (line.ptr[0] == '+')
			strbuf_add(&b, rest);
		if (line.ptr[0] != ' ' && line.ptr[0] != '-')
			continue;
		at++;
		if (!str_eq(next_line(&old), rest))
			return false;
		if (line.ptr[0] == ' ')
			strbuf_add(&b, rest);
	}
	strbuf_add(&b, old);
	*new = strbuf_str(&b);
	return true;
}

static struct str random_text(unsigned lines, unsigned letters)
{
	struct strbuf b;

	strbuf_init(&b, arena);
	for (unsigned i = 0; i < lines; i++)
		strbuf_printf(&b, "%c\n", 'a' + (char)below(letters));
	return strbuf_str(&b);
}

/* Some lines go, some come. */
static struct str edited(struct str text, unsigned one_of)
{
	struct strbuf b;

	strbuf_init(&b, arena);
	while (text.len) {
		struct str line = next_line(&text);

		if (below(one_of))
			strbuf_add(&b, line);
		if (!below(one_of))
			strbuf_puts(&b, "new\n");
	}
	return strbuf_str(&b);
}

static void test_random(void)
{
	unsigned wrong = 0;
	size_t changes;

	for (unsigned i = 0; i < 400; i++) {
		struct str old = random_text(below(700), 2 + below(30)), got;
		struct str new = below(2) ? edited(old, 2 + below(40))
					  : random_text(below(700), 2 + below(30));
		struct str diff = diff_edited(arena, STR("p"), old, new);

		if (!patched(old, diff, &got, &changes) || !str_eq(got, new))
			wrong++;
	}
	ok(!wrong, "%u of 400 diffs say something else", wrong);
}

static void test_little(void)
{
	struct strbuf old, new;
	struct str got;
	size_t changes = 0;
	bool good;

	strbuf_init(&old, arena);
	strbuf_init(&new, arena);
	for (int i = 0; i < 5000; i++) {
		strbuf_printf(&old, "line %d\n%s", i, i % 5 ? "" : "goes\n");
		strbuf_printf(&new, "line %d\n%s", i, i % 7 ? "" : "comes\n");
	}
	good = patched(strbuf_str(&old),
		       diff_edited(arena, STR("p"), strbuf_str(&old), strbuf_str(&new)), &got,
		       &changes);
	ok(good && str_eq(got, strbuf_str(&new)) && changes == 1000 + 715,
	   "many small changes in a long text: %zu lines", changes);
}

int main(void)
{
	arena = arena_new();
	test_random();
	test_little();
	arena_free(arena);
	return done();
}
