/* SPDX-License-Identifier: Apache-2.0
 *
 * The pull scanner beside json_parse: the same texts are taken, and mean the same; the same texts
 * are refused, at the same place. */
#include "base/json_scan.h"

#include <string.h>

#include "base/file.h"
#include "base/vec.h"
#include "jansson_tree.h"
#include "odd_json.h"
#include "random_prng.h"
#include "tap.h"

static struct arena *arena;

static struct str written(const struct json *json)
{
	struct json_writer w;

	json_begin(&w, arena, 0);
	json_tree(&w, json);
	return json_end(&w);
}

/* Pulls one value and writes it again; `skip`: every skip-th value is skipped instead. */
static bool rewrite(struct json_scan *s, struct json_writer *w, unsigned *count, unsigned skip)
{
	struct str text;
	enum json_kind kind = json_scan_kind(s);
	bool object = kind == JSON_KIND_OBJECT;

	if (skip && ++*count % skip == 0)
		kind = JSON_KIND_NULL;
	if (kind == JSON_KIND_STRING && json_scan_string(s, &text)) {
		json_str(w, text);
	} else if (kind == JSON_KIND_NUMBER && json_scan_number(s, &text)) {
		json_tree(w, &(struct json){.type = JSON_NUMBER, .text = text});
	} else if (kind == JSON_KIND_OBJECT || kind == JSON_KIND_ARRAY) {
		if (!json_scan_enter(s))
			return false;
		object ? json_open_object(w) : json_open_array(w);
		while (object ? json_scan_key(s, &text) : json_scan_item(s)) {
			if (object)
				json_key_str(w, text);
			if (!rewrite(s, w, count, skip))
				return false;
		}
		object ? json_close_object(w) : json_close_array(w);
	} else if (json_scan_skip(s)) {
		if (kind == JSON_KIND_NULL)
			json_null(w);
		else
			json_bool(w, kind == JSON_KIND_TRUE);
	}
	return !s->why;
}

static bool pulled(struct str text, struct str *out, unsigned skip)
{
	struct json_scan s;
	struct json_writer w;
	unsigned count = 0;
	bool taken;

	json_begin(&w, arena, 0);
	json_scan_start(&s, arena, text);
	taken = rewrite(&s, &w, &count, skip) && json_scan_end(&s);
	*out = json_end(&w);
	return taken;
}

static bool skipped(struct str text, size_t *offset, const char **why)
{
	struct json_scan s;
	bool taken;

	json_scan_start(&s, arena, text);
	taken = json_scan_skip(&s) && json_scan_end(&s);
	return !json_scan_failed(&s, offset, why) && taken;
}

static void test_valid(void)
{
	size_t offset;
	const char *why;
	struct str out;

	for (size_t i = 0; i < ARRAY_LEN(valid_texts); i++) {
		struct str text = str_from(valid_texts[i][0]);
		bool taken = pulled(text, &out, 0);

		ok(taken && str_is(out, valid_texts[i][1]), "case %zu: " STR_FMT, i, STR_ARG(out));
		ok(skipped(text, &offset, &why) && pulled(text, &out, 2) && pulled(text, &out, 3),
		   "case %zu, skipping", i);
	}
}

static void test_bad(void)
{
	struct str out;

	for (size_t i = 0; i < ARRAY_LEN(bad_texts); i++) {
		const struct bad *bad = &bad_texts[i];
		const char *why = "nothing";
		size_t offset = 0;
		bool taken;

		/* A mark at the beginning is the reader's of trees. */
		if (str_starts(bad->text, STR("\xEF\xBB\xBF")))
			continue;
		taken = skipped(bad->text, &offset, &why);
		ok(!taken && offset == bad->offset && strstr(why, bad->what), "case %zu: %s at %zu",
		   i, why, offset);
		ok(!pulled(bad->text, &out, 0) && !pulled(bad->text, &out, 2), "case %zu, pulled",
		   i);
	}
	ok(!pulled(STR("\xEF\xBB\xBF[]"), &out, 0), "a byte order mark");
}

/* Each byte that is odd in a string, at every place of strings of many lengths, and what is cut off
 * anywhere. */
static void test_strings(void)
{
	static const char *const odd[] = {"\\n",  "\\u00e9", "\xC3\xA9", "\xF0\x9F\x98\x80",
					  "\x1f", "\x7f",    "\\\"",	 "\xFF",
					  " "};
	struct json_error error;
	unsigned differ = 0, early = 0, cuts = 0;
	size_t offset;
	const char *why;

	for (size_t i = 0; i < ARRAY_LEN(odd); i++)
		for (unsigned before = 0; before < 40; before++)
			for (unsigned after = 0; after < 20; after++) {
				struct str text = str_printf(
					arena, "%*s[\"%.*s%s%.*s\" ]", before % 3, "", (int)before,
					"abcdefghijklmnopqrstuvwxyz0123456789ABCDEF", odd[i],
					(int)after, "abcdefghijklmnopqrst");
				struct json *json = json_parse(arena, text, &error);
				struct str out;

				if (pulled(text, &out, 0) != (json != NULL) ||
				    skipped(text, &offset, &why) != (json != NULL) ||
				    (json && !str_eq(out, written(json))) ||
				    (!json && offset != error.offset))
					differ++;
				for (size_t cut = 0; json && after == 3 && cut < text.len; cut++) {
					struct str part = str_copy(arena, str_slice(text, 0, cut));

					cuts++;
					early += !skipped(part, &offset, &why) &&
						 (offset == cut || cut - offset < 12);
				}
			}
	ok(differ == 0, "%u strings are read otherwise than json_parse reads them", differ);
	ok(early == cuts, "%u of %u cut texts end too early", early, cuts);
}

static void test_depth(void)
{
	size_t offset;
	const char *why = "";
	struct str out;

	for (int objects = 0; objects < 2; objects++) {
		struct str fits = nested(arena, JSON_DEPTH_MAX, objects);
		struct str deep = nested(arena, JSON_DEPTH_MAX + 1, objects);

		ok(skipped(fits, &offset, &why) && pulled(fits, &out, 0) && str_eq(out, fits),
		   "64 levels");
		ok(!skipped(deep, &offset, &why) && strstr(why, "deep") &&
			   offset == JSON_DEPTH_MAX * (objects ? 5 : 1) && !pulled(deep, &out, 0),
		   "65 levels: %s at %zu", why, offset);
		ok(!skipped(nested(arena, 100000, objects), &offset, &why), "100000 levels");
	}
}

/* An object of n keys in an object of as many; `twice`: the key that the last one repeats. */
static struct str wide(unsigned n, int twice, const char *format)
{
	struct strbuf b;

	strbuf_init(&b, arena);
	for (int inner = 0; inner < 2; inner++) {
		strbuf_addc(&b, '{');
		for (unsigned i = 0; i < n; i++)
			strbuf_printf(&b, "%s\"%s%u\":%u", i ? "," : "", inner ? "" : "o", i, i);
		strbuf_puts(&b, ",\"\":");
	}
	strbuf_puts(&b, "0,");
	strbuf_printf(&b, format, twice);
	strbuf_puts(&b, ":0}}");
	return strbuf_str(&b);
}

static void test_keys(void)
{
	static const unsigned sizes[] = {1, 2, 31, 32, 33, 62, 63, 64, 65, 200, 100000};
	const char *why = "";
	size_t offset = 0;
	struct str out;

	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		unsigned n = sizes[i];
		struct str text = wide(n, -1, "\"%d\"");

		ok(skipped(text, &offset, &why) && pulled(text, &out, 0) && str_eq(out, text),
		   "%u keys, each of them once", n);
		for (unsigned twice = 0; twice < n; twice += n / 7 + 1) {
			text = wide(n, (int)twice, "\"%d\"");
			if (skipped(text, &offset, &why) || !strstr(why, "twice") ||
			    text.ptr[offset] != '"' || pulled(text, &out, 0))
				ok(false, "%u keys, number %u twice", n, twice);
		}
	}
	ok(!skipped(wide(100, 7, "\"\\u003%d\""), &offset, &why) && strstr(why, "twice"),
	   "written otherwise, and twice nevertheless");
	ok(skipped(STR("[{\"a\":1},{\"a\":1},{\"b\":{\"b\":1,\"a\":1},\"a\":2}]"), &offset, &why),
	   "the same key in other objects");
	if (skipped(STR("{\"a\":1,\"b\":{\"c\":1,\"d\":1},\"a\":2}"), &offset, &why))
		why = "nothing";
	ok(strstr(why, "twice") && offset == 25, "twice, around an object: %s at %zu", why, offset);
}

/* What is asked for is not there: the message, and nothing goes on. */
static void test_wrong_kind(void)
{
	struct json_scan s;
	struct str text;
	size_t offset;
	const char *why = "nothing";

	json_scan_start(&s, arena, STR("[1]"));
	json_scan_string(&s, &text);
	json_scan_failed(&s, &offset, &why);
	ok(strstr(why, "a string") && offset == 0, "an array for a string: %s", why);
	ok(!json_scan_enter(&s) && !json_scan_skip(&s) && !json_scan_end(&s) &&
		   json_scan_kind(&s) == JSON_KIND_ERROR,
	   "after an error nothing goes on");
	json_scan_start(&s, arena, STR("\"1\""));
	json_scan_number(&s, &text);
	json_scan_failed(&s, &offset, &why);
	ok(strstr(why, "a number"), "a string for a number: %s", why);
	json_scan_start(&s, arena, STR("1"));
	json_scan_enter(&s);
	json_scan_failed(&s, &offset, &why);
	ok(strstr(why, "an object or an array"), "a number to enter: %s", why);
	json_scan_start(&s, arena, STR("[]"));
	ok(json_scan_enter(&s) && !json_scan_item(&s) && !json_scan_item(&s) && json_scan_end(&s),
	   "an array without items ends once");
}

/* --- against both readers, jansson's among them --- */

static struct str mutated(struct prng *r, struct str from)
{
	static const char *const bits[] = {"{",
					   "}",
					   "[",
					   "]",
					   ",",
					   ":",
					   "\"",
					   "\\",
					   "\n",
					   " ",
					   "0",
					   "-",
					   "\\u0041",
					   "\\ud83d\\ude00",
					   "\xC3",
					   "\x80",
					   "\xE3\x81\x82",
					   "\x7f",
					   "\x1f",
					   "\\u",
					   "\"a\":1,",
					   "null",
					   "1.5e3",
					   "\\x",
					   "e",
					   ".",
					   "\t",
					   "\"Id\":0,",
					   "\xF4\x90\x80\x80"};
	struct strbuf out;
	size_t at = 0;

	strbuf_init(&out, arena);
	for (unsigned n = 1 + below(r, 2); n; n--) {
		size_t to = at + below(r, from.len - at + 1);

		strbuf_add(&out, str_slice(from, at, to));
		if (chance(r, 70))
			strbuf_puts(&out, ONE_OF(r, bits));
		at = to + (chance(r, 50) ? 0 : below(r, 4));
		at = at < from.len ? at : from.len;
	}
	strbuf_add(&out, str_slice(from, at, chance(r, 90) ? from.len : at));
	return strbuf_str(&out);
}

/* jansson reads numbers, and refuses those that are too large for it. */
static bool same_verdicts(struct str text, unsigned *taken)
{
	struct json_error error, theirs;
	struct json *json = json_parse(arena, text, &error);
	bool load = jansson_load(arena, text, &theirs) != NULL, scan, pull;
	const char *why = "";
	size_t offset = 0;
	struct str out;

	scan = skipped(text, &offset, &why);
	pull = pulled(text, &out, 0);
	*taken += scan;
	if (scan == (json != NULL) && pull == scan && (!json || str_eq(out, written(json))) &&
	    (load == scan || (scan && strstr(theirs.what, "too large"))))
		return true;
	printf("# scan %d, pull %d, parse %d, load %d: " STR_FMT "\n", scan, pull, json != NULL,
	       load, STR_ARG(text));
	return false;
}

static void test_mutated(void)
{
	static const char *const names[] = {"asff-ecr-full.json", "event-custom-action.json",
					    "asff-control.json", "asff-lambda.json"};
	const unsigned n = 500;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct arena *run = arena;
		struct diags *diags = diags_new(arena, sources_new(arena));
		struct str path = str_printf(arena, "tests/unit/fixtures/%s", names[i]), text;
		unsigned taken = 0, same = 0;

		if (!file_read(arena, diags, path, 1 << 20, &text)) {
			ok(false, "no %s", names[i]);
			continue;
		}
		arena = arena_new();
		for (unsigned seed = 0; seed < n; seed++) {
			struct prng r = prng_of(seed);

			same += same_verdicts(mutated(&r, text), &taken);
			arena_clear(arena);
		}
		arena_free(arena);
		arena = run;
		ok(same == n && taken > n / 20 && taken < n,
		   "%s, seeds 0 to %u: %u taken, %u times the same verdict", names[i], n - 1, taken,
		   same);
	}
}

int main(void)
{
	arena = arena_new();
	test_valid();
	test_bad();
	test_strings();
	test_depth();
	test_keys();
	test_wrong_kind();
	test_mutated();
	arena_free(arena);
	return done();
}
