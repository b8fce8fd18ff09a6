/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON: both readers on the same texts, decimals, the writer. */
#include "base/json.h"

#include <string.h>
#include <time.h>

#include "base/strsort.h"
#include "base/vec.h"
#include "jansson_tree.h"
#include "odd_json.h"
#include "random_prng.h"
#include "tap.h"

static struct arena *arena;

static struct str written(const struct json *json, unsigned indent)
{
	struct json_writer w;

	json_begin(&w, arena, indent);
	json_tree(&w, json);
	return json_end(&w);
}

static void test_valid(void)
{
	for (size_t i = 0; i < ARRAY_LEN(valid_texts); i++) {
		struct json_error error = {0};
		struct json *ours = json_parse(arena, str_from(valid_texts[i][0]), &error);
		struct json *theirs = jansson_load(arena, str_from(valid_texts[i][0]), &error);

		ok(ours && str_is(written(ours, 0), valid_texts[i][1]), "parse case %zu", i);
		ok(theirs && str_is(written(theirs, 0), valid_texts[i][1]), "load case %zu", i);
	}
}

static void test_bad(void)
{
	for (size_t i = 0; i < ARRAY_LEN(bad_texts); i++) {
		const struct bad *bad = &bad_texts[i];
		struct json_error error = {0};
		bool refused = !json_parse(arena, bad->text, &error);

		ok(refused && error.offset == bad->offset && strstr(error.what, bad->what),
		   "parse refuses case %zu: %s at %zu", i, error.what, error.offset);
		ok(!jansson_load(arena, bad->text, &error) && error.what && error.line >= 1,
		   "load refuses case %zu: %s", i, error.what);
	}
}

static struct str bent(struct prng *random, struct str text)
{
	static const char bytes[] = "{}[],:\"\\\\/0123456789eE+-.truefalsn \n\xc3\xa9\x80u00d8dc";
	char *out = arena_alloc(arena, text.len + 1);
	size_t n = text.len;

	memcpy(out, text.ptr, n);
	for (unsigned edits = 1 + below(random, 3); edits && n; edits--) {
		size_t at = below(random, n);

		if (below(random, 3)) {
			out[at] = bytes[below(random, sizeof bytes - 1)];
			continue;
		}
		memmove(out + at, out + at + 1, n - at - 1);
		n--;
	}
	return (struct str){out, n};
}

/* What jansson takes is taken, and as the same; it alone refuses great numbers, and a byte
 * order mark. */
static void test_bent(void)
{
	struct prng random = prng_of(1);
	unsigned taken = 0, differ = 0, bents = 100000;

	for (unsigned i = 0; i < bents; i++) {
		const char *from = valid_texts[below(&random, ARRAY_LEN(valid_texts))][0];
		struct str text = bent(&random, str_from(from));
		struct json_error error = {0}, other = {0};
		struct json *ours = json_parse(arena, text, &error);
		struct json *theirs = jansson_load(arena, text, &other);

		if ((!theirs && strstr(other.what, "too large")) ||
		    str_starts(text, STR("\xEF\xBB\xBF")))
			continue;
		taken += ours != NULL;
		if (!ours != !theirs || (ours && !str_eq(written(ours, 0), written(theirs, 0))))
			if (!differ++)
				printf("# " STR_FMT "\n", STR_ARG(text));
	}
	ok(!differ && taken > bents / 10, "%u of %u bent texts are taken, as jansson takes them",
	   taken, bents);
}

static void test_places(void)
{
	struct json_error error = {0};

	ok(!json_parse(arena, STR("{\n \"\xE3\x81\x82\": x\n}"), &error) && error.line == 2 &&
		   error.col == 7,
	   "columns count code points: %u:%u", error.line, error.col);
	ok(json_parse(arena, STR("\xEF\xBB\xBF{}"), &error) != NULL, "one BOM is tolerated");
	ok(!jansson_load(arena, STR("\xEF\xBB\xBF{}"), &error),
	   "but not in what we wrote ourselves");
}

static void test_depth(void)
{
	struct json_error error = {0};

	for (int objects = 0; objects < 2; objects++) {
		struct str fits = nested(arena, JSON_DEPTH_MAX, objects);
		struct str deep = nested(arena, JSON_DEPTH_MAX + 1, objects);
		struct json *json = json_parse(arena, fits, &error);

		ok(json && str_eq(written(json, 0), fits), "parse at depth 64");
		ok(!json_parse(arena, deep, &error) && strstr(error.what, "deep"), "but not at 65");
		ok(jansson_load(arena, fits, &error) != NULL, "load at depth 64");
		ok(!jansson_load(arena, deep, &error) && strstr(error.what, "deep"),
		   "but not at 65");
		ok(!json_parse(arena, nested(arena, 100000, objects), &error), "nor at 100000");
		ok(!jansson_load(arena, nested(arena, 100000, objects), &error),
		   "nor with jansson");
	}
}

/* A large object is read in near-linear time, and its one duplicate is found. */
static void test_many_keys(void)
{
	struct json_error error = {0};
	struct json *json;
	struct strbuf b;
	struct timespec from, to;

	strbuf_init(&b, arena);
	strbuf_addc(&b, '{');
	for (unsigned i = 0; i < 300000; i++)
		strbuf_printf(&b, "%s\"k%u\":%u", i ? "," : "", i * 7919 % 300007, i);
	clock_gettime(CLOCK_MONOTONIC, &from);
	json = json_parse(arena, str_printf(arena, STR_FMT "}", STR_ARG(strbuf_str(&b))), &error);
	clock_gettime(CLOCK_MONOTONIC, &to);
	ok(json && json->n == 300000, "300000 keys");
	ok(to.tv_sec - from.tv_sec < 5, "in a few seconds at most");
	ok(!json_parse(arena, str_printf(arena, STR_FMT ",\"k7919\":1}", STR_ARG(strbuf_str(&b))),
		       &error) &&
		   error.offset == b.len + 1,
	   "one of them twice: refused at the second");
}

static void test_access(void)
{
	struct json_error error = {0};
	struct json *json = json_parse(arena, STR("{\"a\":\"x\",\"b\":[1],\"\":null}"), &error);

	ok(json_is(json, JSON_OBJECT) && json->n == 3, "an object of three");
	ok(str_is(json_text(json_get(json, "a")), "x"), "the text of a string");
	ok(json_text(json_get(json, "b")).ptr == NULL, "no text of an array");
	ok(json_get(json, "c") == NULL && json_get(NULL, "a") == NULL, "a missing key, no object");
	ok(json_get(json_get(json, "a"), "a") == NULL, "no key of a string");
	ok(json_is(json_get(json, ""), JSON_NULL), "the empty key");
	ok(!json_is(NULL, JSON_NULL), "nothing is not null");
	ok(str_is(json_get(json, "b")->items[0]->text, "1"), "the text of a number");
}

struct decimal {
	const char *text;
	bool fits;
	int64_t scaled;
	bool sticky;
};

static const struct decimal decimals[] = {
	{"0", true, 0, false},
	{"-0", true, 0, false},
	{"7.5", true, INT64_C(7500000000), false},
	{"-7.5", true, -INT64_C(7500000000), false},
	{"5e-05", true, 50000, false},
	{"1E+2", true, INT64_C(100000000000), false},
	{"0.94422", true, 944220000, false},
	{"0.000000001", true, 1, false},
	{"0.0000000001", true, 0, true},
	{"0.0000000010", true, 1, false},
	{"-0.0000000001", true, -1, true},
	{"-0.0000000019", true, -2, true},
	{"1.2345678901", true, 1234567890, true},
	{"1e-400", true, 0, true},
	{"-1e-400", true, -1, true},
	{"0e999999999999999999999999", true, 0, false},
	{"1e-999999999999999999999999", true, 0, true},
	{"1e999999999999999999999999", false, 0, false},
	{"1e400", false, 0, false},
	{"0.000000000000000000001e21", true, INT64_C(1000000000), false},
	{"1000000000000000000000e-21", true, INT64_C(1000000000), false},
	{"9223372036.854775807", true, INT64_MAX, false},
	{"9223372036.8547758079", true, INT64_MAX, true},
	{"9223372036.854775808", false, 0, false},
	{"-9223372036.854775807", true, -INT64_MAX, false},
	{"-9223372036.8547758071", true, INT64_MIN, true},
	{"99999999999999999999", false, 0, false},
	{"", false, 0, false},
	{"-", false, 0, false},
	{".", false, 0, false},
	{"1e", false, 0, false},
	{"1e+", false, 0, false},
	{"1x", false, 0, false},
	{"1.2.3", false, 0, false},
	{"1e5.0", false, 0, false},
	{"0x10", false, 0, false},
};

static void test_decimal(void)
{
	for (size_t i = 0; i < ARRAY_LEN(decimals); i++) {
		const struct decimal *want = &decimals[i];
		int64_t scaled = 0;
		bool sticky = false, fits = json_decimal(str_from(want->text), &scaled, &sticky);

		ok(fits == want->fits && scaled == want->scaled && sticky == want->sticky,
		   "decimal %s: %d %lld%s", want->text, fits, (long long)scaled, sticky ? "+" : "");
	}
}

static void test_writer(void)
{
	static const char indented[] =
		"{\n  \"s\": \"a\\\"\\u0001\",\n  \"n\": null,\n  \"list\": [\n"
		"    7.5,\n    10,\n    -0.94422,\n    -9223372036.854775808,\n"
		"    -9223372036854775808,\n    true\n  ],\n  \"empty\": {}\n}\n";
	static const char minified[] =
		"{\"s\":\"a\\\"\\u0001\",\"n\":null,\"list\":[7.5,10,-0.94422,"
		"-9223372036.854775808,-9223372036854775808,true],\"empty\":{}}";
	struct json_writer w;
	struct str text;

	for (unsigned indent = 0; indent <= 2; indent += 2) {
		json_begin(&w, arena, indent);
		json_open_object(&w);
		json_key(&w, "s");
		json_string(&w, "a\"\x01");
		json_key_str(&w, STR("n"));
		json_null(&w);
		json_key(&w, "list");
		json_open_array(&w);
		json_scaled(&w, INT64_C(7500000000));
		json_scaled(&w, INT64_C(10000000000));
		json_scaled(&w, -944220000);
		json_scaled(&w, INT64_MIN);
		json_int(&w, INT64_MIN);
		json_bool(&w, true);
		json_close_array(&w);
		json_key(&w, "empty");
		json_open_object(&w);
		json_close_object(&w);
		json_close_object(&w);
		text = json_end(&w);
		ok(str_is(text, indent ? indented : minified), "the writer with indent %u", indent);
	}
}

static void test_order(void)
{
	struct str *strings = ARENA_ARRAY(arena, struct str, 1000);
	const size_t *order;
	bool sorted = true;
	size_t before, first;

	for (unsigned i = 0; i < 1000; i++)
		strings[i] = str_printf(arena, "%u", i * 7 % 500);
	order = strsort_order(arena, strings, 1000);
	for (size_t i = 1; i < 1000; i++) {
		int cmp = str_cmp(strings[order[i - 1]], strings[order[i]]);

		sorted &= cmp < 0 || (cmp == 0 && order[i - 1] < order[i]);
	}
	ok(sorted, "a stable order");
	ok(strsort_repeat(arena, strings, 1000, &before, &first) && before == 0 && first == 500,
	   "the earliest repeat: %zu after %zu", first, before);
	ok(!strsort_repeat(arena, strings, 500, &before, &first), "none among the first 500");
	strings[3] = strings[1];
	ok(strsort_repeat(arena, strings, 5, &before, &first) && before == 1 && first == 3,
	   "the same among few");
}

int main(void)
{
	arena = arena_new();
	test_valid();
	test_bad();
	test_bent();
	test_places();
	test_depth();
	test_many_keys();
	test_access();
	test_decimal();
	test_writer();
	test_order();
	arena_free(arena);
	return done();
}
