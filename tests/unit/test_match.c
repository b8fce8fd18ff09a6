/* SPDX-License-Identifier: Apache-2.0
 *
 * The parts of eval/match that cases of whole patterns and events reach only by luck: which
 * decimals binary64 gives an order, how they compare, what is an address; and what an event may
 * cost. Whole patterns: tests/meta/event_patterns.py. */
#include "eval/match_internal.h"

#include "base/str.h"
#include "tap.h"

static void test_ordered(void)
{
	/* What Double.toString gives for the nearest binary64 (Java 19), or not. */
	static const struct {
		const char *text;
		bool ordered;
	} rows[] = {
		{"0", true},
		{"-0.000e7", true},
		{"0e2147483647", true},
		{"0e2147483648", false},
		{"123456789012345", true},
		{"9007199254740991", true},
		{"9007199254740992", true},
		{"9007199254740993", false},
		{"9007199254740994", true},
		{"0.1", true},
		{"0.30000000000000004", true},
		{"0.30000000000000003", false},
		{"0.3000000000000000", true},
		{"0.1000000000000000055511151231257827", false},
		{"2e23", true},
		{"1e23", true},
		{"1.0000000000000001e23", true},
		{"9.999999999999999e22", false},
		{"17976931348623157e292", true},
		{"1.7976931348623158e308", false},
		{"1.7976931348623159e308", false},
		{"1e309", false},
		{"1e99999999999999999999", false},
		{"2.2250738585072014e-308", true},
		{"2.2250738585072011e-308", false},
		{"2.225073858507201e-308", true},
		{"4.9e-324", true},
		{"5e-324", false},
		{"4.8e-324", false},
		{"9.9e-324", true},
		{"1e-323", false},
		{"2e-324", false},
		{"1e-400", false},
		{"1.2345678901234567e-17", true},
		{"12345678901234567890", false},
		{"7205759403792794e1", true},
		{"5e-5", true},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct match_number number;
		bool ordered = match_number_read(str_from(rows[i].text), &number);

		ok(ordered == rows[i].ordered, "%s has %s order", rows[i].text,
		   rows[i].ordered ? "an" : "no");
	}
}

static void test_order(void)
{
	static const char *const rising[] = {
		"-1.7976931348623157e308",
		"-300",
		"-7.5",
		"-7",
		"-1e-300",
		"0",
		"4.9e-324",
		"1e-5",
		"0.00043",
		"0.3",
		"0.30000000000000004",
		"7",
		"7.5",
		"300",
		"3.0001e2",
		"1e20",
		"1e308",
	};
	static const char *const equal[][2] = {{"300", "3e2"},
					       {"300", "300.00"},
					       {"-0", "0.0"},
					       {"1e20", "100000000000000000000"}};
	struct match_number a, b;
	int wrong = 0;

	for (size_t i = 0; i < ARRAY_LEN(rising); i++)
		for (size_t k = 0; k < ARRAY_LEN(rising); k++) {
			int order, expected = (i > k) - (i < k);

			wrong += !match_number_read(str_from(rising[i]), &a);
			wrong += !match_number_read(str_from(rising[k]), &b);
			order = match_number_order(&a, &b);
			wrong += (order > 0) - (order < 0) != expected;
		}
	ok(!wrong, "numbers have the order of their values");
	for (size_t i = 0; i < ARRAY_LEN(equal); i++)
		ok(match_number_read(str_from(equal[i][0]), &a) &&
			   match_number_read(str_from(equal[i][1]), &b) &&
			   match_number_order(&a, &b) == 0,
		   "%s is %s", equal[i][0], equal[i][1]);
}

/* The sign and the 63 bits of binary64, seven at a time: 1 is 3FF0…, -2 is C000…, all turned over.
 */
static void test_digits(void)
{
	static const struct {
		const char *text;
		unsigned char digits[10];
	} rows[] = {
		{"0", {0x7F, 0, 0, 0, 0, 0, 0, 0, 0, 0}},
		{"1", {0x7F, 0x3F, 0x78, 0, 0, 0, 0, 0, 0, 0}},
		{"-2", {0, 0x3F, 0x7F, 0x7F, 0x7F, 0x7F, 0x7F, 0x7F, 0x7F, 0x7F}},
		{"0.1", {0x7F, 0x3F, 0x5C, 0x66, 0x33, 0x19, 0x4C, 0x66, 0x33, 0x1A}},
		{"4.9e-324", {0x7F, 0, 0, 0, 0, 0, 0, 0, 0, 1}},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct match_number number;
		char digits[10] = {0};

		if (match_number_read(str_from(rows[i].text), &number))
			match_number_digits(&number, digits);
		ok(memcmp(digits, rows[i].digits, sizeof digits) == 0, "the digits of %s",
		   rows[i].text);
	}
}

static void test_addresses(void)
{
	static const struct {
		const char *text, *digits; /* "": none */
	} rows[] = {
		{"10.0.0.1", "0A000001"},
		{"010.000.000.001", "0A000001"},
		{"0010.000.000.001", ""},
		{"10.0.0.256", ""},
		{"10.0.0", ""},
		{"10.0.0.1.1", ""},
		{"10..0.1", ""},
		{"10.0.0.", ""},
		{"", ""},
		{":", ""},
		{"::", "00000000000000000000000000000000"},
		{":::", ""},
		{"1::", "00010000000000000000000000000000"},
		{"1:", ""},
		{":1", ""},
		{"::1", "00000000000000000000000000000001"},
		{"1::2::3", ""},
		{"0001:2:3:4:5:6:7:8", "00010002000300040005000600070008"},
		{"1:2:3:4:5:6:7:00008", "00010002000300040005000600070008"},
		{"1:2:3:4:5:6:7:10008", ""},
		{"1:2:3:4:5:6:7", ""},
		{"1:2:3:4:5:6:7::", "00010002000300040005000600070000"},
		{"1:2:3:4::5:6:7:8", ""},
		{"1:2:3:4:5:6:7:8:9", ""},
		{"::ffff:a00:1", "0A000001"},
		{"::ffff:10.0.0.1", ""},
		{"fe80::1%1", ""},
		{"2001:DB8::g", ""},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char digits[MATCH_ADDRESS_DIGITS];
		unsigned n = match_address_digits(str_from(rows[i].text), digits);

		ok(str_eq((struct str){digits, n}, str_from(rows[i].digits)), "`%s` is %s",
		   rows[i].text, *rows[i].digits ? rows[i].digits : "no address");
	}
}

static bool matches(const char *pattern, struct str event, struct match_wrong *wrong, bool *match)
{
	struct arena *arena = arena_new();
	struct match_event answer = {0};
	const struct match_pattern *compiled;
	size_t at = 0;
	bool fine;

	compiled = match_compile(arena, str_from(pattern), &at, wrong);
	at = 0;
	fine = compiled && match_event(compiled, arena, event, &at, &answer, wrong);
	*match = answer.match;
	arena_free(arena);
	return fine;
}

#define ARRAYS 40
#define FIELDS 180

/* "v" 40 times, each an array of two elements; each of 180 fields stands in three of these: which
 * elements to choose so that all fields are there is a question of logic. */
static struct str make_puzzle(struct arena *arena)
{
	static bool has[2 * ARRAYS][FIELDS];
	uint32_t random = 1;
	struct strbuf b;

	strbuf_init(&b, arena);
	for (unsigned i = 0; i < 3 * FIELDS; i++) {
		random = random * 1664525 + 1013904223;
		has[(random >> 16) % (2 * ARRAYS)][i % FIELDS] = true;
	}
	for (unsigned i = 0; i < 2 * ARRAYS; i++) {
		strbuf_puts(&b, i % 2 ? "},{" : i ? "}],\"v\":[{" : "{\"v\":[{");
		for (unsigned k = 0, n = 0; k < FIELDS; k++)
			if (has[i][k])
				strbuf_printf(&b, "%s\"p%u\":1", n++ ? "," : "", k);
	}
	strbuf_puts(&b, "}]}");
	return strbuf_str(&b);
}

static void test_puzzle(void)
{
	struct arena *arena = arena_new();
	struct match_wrong wrong = {0};
	struct strbuf pattern;
	bool match;

	strbuf_init(&pattern, arena);
	strbuf_puts(&pattern, "{\"v\":{");
	for (unsigned i = 0; i < FIELDS; i++)
		strbuf_printf(&pattern, "%s\"p%u\":[1]", i ? "," : "", i);
	strbuf_puts(&pattern, "}}");
	strbuf_addc(&pattern, '\0');
	ok(!matches(pattern.ptr, make_puzzle(arena), &wrong, &match) && wrong.limit,
	   "too many choices are an error, and no verdict");
	arena_free(arena);
}

/* Elements are passed over by their place: what must not be is a step for each two of them. */
static void test_many_elements(void)
{
	struct arena *arena = arena_new();
	struct match_wrong wrong = {0};
	struct strbuf b;
	bool match;

	strbuf_init(&b, arena);
	strbuf_puts(&b, "{\"v\":[");
	for (int i = 0; i < 100000; i++)
		strbuf_puts(&b, i ? ",{\"a\":1,\"b\":2}" : "{\"b\":1}");
	strbuf_puts(&b, "]}");
	ok(matches("{\"v\":{\"a\":[1],\"b\":[1]}}", strbuf_str(&b), &wrong, &match) && !match,
	   "no one of 100,000 elements has both");
	ok(matches("{\"v\":{\"a\":[{\"exists\":false}],\"b\":[2]}}", strbuf_str(&b), &wrong,
		   &match) &&
		   !match,
	   "an absent path that comes first is absent everywhere");
	ok(matches("{\"v\":{\"b\":[1],\"c\":[{\"exists\":false}]}}", strbuf_str(&b), &wrong,
		   &match) &&
		   match,
	   "an absent path behind another one is absent in its element");
	arena_free(arena);
}

int main(void)
{
	test_ordered();
	test_order();
	test_digits();
	test_addresses();
	test_puzzle();
	test_many_elements();
	return done();
}
