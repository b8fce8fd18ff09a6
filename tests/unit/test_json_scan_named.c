/* SPDX-License-Identifier: Apache-2.0
 *
 * json_scan_named beside a walk by json_scan_key that compares each key with each name: from many
 * texts, for which what was learnt of their keys stays, both take the same values, and refuse the
 * same texts at the same place. */
#include <string.h>

#include "base/json_scan.h"
#include "base/vec.h"
#include "random_prng.h"
#include "tap.h"

static struct arena *arena;

/* What is wanted; a key of 29 bytes is the longest that is learnt. */
static const char *const wanted[] = {"Id",
				     "Resources",
				     "Type",
				     "\xE3\x81\x82",
				     "a\"",
				     "a23456789012345678901234567-9",
				     "a234567890123456789012345678-0"};

static struct json_scan_names names_new(void)
{
	struct json_scan_names names = {.mask = 31, .learnt = json_scan_learn(arena)};

	names.names = ARENA_ARRAY(arena, struct json_scan_name, 32);
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
		struct str key = str_from(wanted[i]);
		unsigned at = json_scan_hash(key);
		char *to = arena_alloc(arena, 1);

		*to = (char)('A' + i);
		while (names.names[at & 31].to)
			at++;
		names.names[at & 31] = (struct json_scan_name){key, to};
	}
	return names;
}

/* The next wanted member: its letter; 0: there is none. */
static char next_wanted(struct json_scan *s, const struct json_scan_names *names)
{
	struct str key;

	if (names) {
		const char *to = json_scan_named(s, names);

		return to ? *to : 0;
	}
	while (json_scan_key(s, &key)) {
		for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
			if (str_is(key, wanted[i]))
				return (char)('A' + i);
		json_scan_skip(s);
	}
	return 0;
}

/* The letters of the wanted members in the object at s, and in their objects. */
static void walk(struct json_scan *s, const struct json_scan_names *names, struct strbuf *out)
{
	char letter;

	json_scan_enter(s);
	strbuf_addc(out, '{');
	while ((letter = next_wanted(s, names))) {
		const char *from = s->at;

		strbuf_addc(out, letter);
		if (json_scan_kind(s) == JSON_KIND_OBJECT)
			walk(s, names, out);
		else if (json_scan_skip(s))
			strbuf_add(out, (struct str){from, (size_t)(s->at - from)});
	}
	strbuf_addc(out, '}');
}

/* What was taken of the text, or what is wrong with it. */
static struct str taken(struct str text, const struct json_scan_names *names, bool *good)
{
	struct strbuf out;
	struct json_scan s;
	const char *why;
	size_t offset;

	strbuf_init(&out, arena);
	json_scan_start(&s, arena, text);
	walk(&s, names, &out);
	*good = json_scan_end(&s);
	if (json_scan_failed(&s, &offset, &why))
		return str_printf(arena, "%s at %zu", why, offset);
	return strbuf_str(&out);
}

static void add_key(struct prng *r, struct strbuf *out, unsigned number, unsigned keys)
{
	static const char *const odd[] = {"",	     "I\\u0064", "\\u0049d", "a\\\"",
					  "a\":\"b", "k\n",	 "\xC3"};

	if (chance(r, 1))
		strbuf_puts(out, ONE_OF(r, odd));
	else if (number < ARRAY_LEN(wanted) && number != 4)
		strbuf_puts(out, wanted[number]);
	else
		strbuf_printf(out, number % 5 ? "k%u" : "a-key-that-is-long-enough-not-to-be-%u",
			      number % keys);
}

static void add_object(struct prng *r, struct strbuf *out, unsigned keys, unsigned depth)
{
	static const char *const values[] = {"1",
					     "\"x\"",
					     "[1,{\"Id\":2}]",
					     "null",
					     "\"a longer text, of more than a block\"",
					     "\"\\n\"",
					     "{}",
					     "truth"};
	unsigned number = 0, n = below(r, keys);

	strbuf_addc(out, '{');
	for (unsigned i = 0; i < n; i++) {
		/* Mostly in the same order, a few left out, rarely one twice. */
		number = chance(r, 1) ? below(r, keys) : number + 1 + chance(r, 10);
		strbuf_puts(out, i == 0 ? "\"" : chance(r, 20) ? ", \"" : ",\"");
		add_key(r, out, number, keys + n);
		strbuf_puts(out, chance(r, 5) ? "\" : " : "\":");
		if (depth && chance(r, 20))
			add_object(r, out, keys, depth - 1);
		else
			strbuf_puts(out, values[below(r, chance(r, 1) ? 8 : 7)]);
	}
	strbuf_puts(out, chance(r, 5) ? " }" : "}");
}

/* The same from all texts, whatever was learnt of those before. */
static void test_random(unsigned keys)
{
	const unsigned n = 2000;
	struct json_scan_names names = names_new();
	unsigned same = 0, good = 0;

	for (unsigned seed = 0; seed < n; seed++) {
		struct prng r = prng_of(seed + keys);
		struct strbuf text;
		struct str a, b;
		bool one, two;

		strbuf_init(&text, arena);
		add_object(&r, &text, keys, 3);
		if (chance(&r, 10))
			text.len -= below(&r, text.len);
		a = taken(strbuf_str(&text), &names, &one);
		b = taken(strbuf_str(&text), NULL, &two);
		good += one;
		same += one == two && str_eq(a, b);
		if (one != two || !str_eq(a, b))
			printf("# " STR_FMT "\n# " STR_FMT "\n# " STR_FMT "\n",
			       STR_ARG(strbuf_str(&text)), STR_ARG(a), STR_ARG(b));
	}
	ok(same == n && good > n / 20 && good < n, "%u keys: %u times the same, %u taken", keys,
	   same, good);
}

/* After as many objects as are needed for it to be expected. */
static void test_learnt(void)
{
	static const struct {
		const char *text, *taken;
	} cases[] = {
		{"{\"Id\":1,\"x\":2,\"Type\":3}", "{A1C3}"},
		{"{\"Id\":1,\"x\":2,\"Type\":4}", "{A1C4}"},
		{"{\"Type\":5,\"x\":2,\"Id\":1}", "{C5A1}"},
		{"{\"Id\":1,\"Id\":2,\"x\":0,\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaa\":0}",
		 "a key stands twice in one object at 8"},
		{"{\"Id\":1,\"\\u0049d\":2,\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\":0}",
		 "a key stands twice in one object at 8"},
		{"{\"x\":1,\"Id\":{\"x\":1,\"Id\":2,\"Type\":3},\"Type\":3,\"x\":4}", "twice"},
		{"{\"x\" 1,\"Id\":3,\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\":0}",
		 "`:` is expected after a key at 5"},
		{"{\"a\\\"\":1,\"Id\":3,\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\":0}",
		 "{E1A3}"},
		/* How the first is not written is what the second is. */
		{"{\"a\\\":\\\"b\":1,\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\":0}", "{}"},
		{"{\"a\":\"b\":1,\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\":0}",
		 "`,` or `}` is expected here at 8"},
		{"{,\"Id\":3,\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\":0}",
		 "a key in double quotes is expected here at 1"},
		{"{\"Id\":3 \"Type\":3,\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\":0}",
		 "`,` or `}` is expected here at 8"},
	};
	struct json_scan_names names = names_new();

	for (size_t i = 0; i < 3 * ARRAY_LEN(cases); i++) {
		struct str text = str_from(cases[i % ARRAY_LEN(cases)].text), is;
		const char *wants = cases[i % ARRAY_LEN(cases)].taken;
		bool good;

		is = taken(text, &names, &good);
		ok(strstr(str_cstr(arena, is), wants) && good == (*wants == '{'),
		   "round %zu, case %zu: " STR_FMT, i / ARRAY_LEN(cases), i % ARRAY_LEN(cases),
		   STR_ARG(is));
	}
}

int main(void)
{
	arena = arena_new();
	test_learnt();
	test_random(5);
	test_random(40);
	test_random(60);
	arena_free(arena);
	return done();
}
