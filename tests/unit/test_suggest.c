/* SPDX-License-Identifier: Apache-2.0
 *
 * Did you mean: the distance against its definition, the bounds, and who wins. */
#include <string.h>

#include "base/suggest.h"
#include "tap.h"

/* The definition, by recursion, for words of a few letters. */
static unsigned defined(const char *a, size_t n, const char *b, size_t m)
{
	unsigned best, other;

	if (!n || !m)
		return (unsigned)(n + m);
	best = defined(a, n - 1, b, m - 1) + (a[n - 1] != b[m - 1]);
	other = defined(a, n - 1, b, m) + 1;
	best = other < best ? other : best;
	other = defined(a, n, b, m - 1) + 1;
	best = other < best ? other : best;
	if (n > 1 && m > 1 && a[n - 1] == b[m - 2] && a[n - 2] == b[m - 1]) {
		other = defined(a, n - 2, b, m - 2) + 1;
		best = other < best ? other : best;
	}
	return best;
}

/* The word with a number, over three letters: 0 is empty, below 121 none is longer than four. */
static size_t word(unsigned number, char *out)
{
	size_t n = 0;

	for (; number; number = (number - 1) / 3)
		out[n++] = (char)('a' + (number - 1) % 3);
	return n;
}

static void test_definition(void)
{
	unsigned wrong = 0;
	char a[8], b[8];

	for (unsigned i = 0; i < 121; i++) {
		size_t n = word(i, a);

		for (unsigned j = 0; j < 121; j++) {
			size_t m = word(j, b);
			unsigned expected = defined(a, n, b, m);

			if (expected > 3)
				expected = 3;
			wrong += suggest_distance((struct str){a, n}, (struct str){b, m}) !=
				 expected;
		}
	}
	ok(wrong == 0, "all words up to four letters of three: as defined, capped at 3");
}

static const char *best_of(const char *typed, const char *const *candidates, size_t n)
{
	static char best[128];
	struct suggest s;

	suggest_init(&s, str_from(typed));
	for (size_t i = 0; i < n; i++)
		suggest_offer(&s, str_from(candidates[i]));
	if (!suggest_found(&s))
		return "";
	memcpy(best, s.best.ptr, s.best.len);
	best[s.best.len] = '\0';
	return best;
}

static void suggests(const char *typed, const char *expected)
{
	static const char *const fields[] = {"severity", "repository", "workflow", "HIGH",
					     "LOW",	 "record",     "Record",   "epss"};
	const char *best = best_of(typed, fields, sizeof fields / sizeof *fields);

	ok(!strcmp(best, expected), "`%s` suggests `%s` (got `%s`)", typed, expected, best);
}

static void test_words(void)
{
	suggests("serverity", "severity");
	suggests("sevreity", "severity");
	suggests("Severity", "severity");
	suggests("high", "HIGH");
	suggests("hgih", "HIGH");
	suggests("hig", "HIGH");
	suggests("hi", "");
	suggests("lo", "");
	suggests("low", "LOW");
	suggests("record", "record");
	suggests("Record", "Record");
	suggests("Recrod", "Record");
	suggests("recrod", "record");
	suggests("worfklwo", "workflow");
	suggests("wrkflww", "workflow");
	suggests("wrkfww", "");
	suggests("", "");
	suggests("x", "");
	suggests("completely-else", "");
}

static void test_edges(void)
{
	static const char *const first[] = {"abcdef", "abcdeg", ""};
	static const char *const kana[] = {"リポジトリ"};
	char long_word[66];
	struct suggest s;

	ok(!strcmp(best_of("abcdeh", first, 3), "abcdef"), "of equals the first offered wins");
	ok(!strcmp(best_of("リポジドリ", kana, 1), "リポジトリ"), "code points count, not bytes");
	memset(long_word, 'a', sizeof long_word);
	ok(suggest_distance((struct str){long_word, 64}, (struct str){long_word, 63}) == 1,
	   "64 letters are measured");
	ok(suggest_distance((struct str){long_word, 65}, (struct str){long_word, 64}) == 3,
	   "65 are near nothing");
	ok(suggest_distance((struct str){long_word, 65}, (struct str){long_word, 65}) == 0,
	   "but themselves");
	suggest_init(&s, STR("\xff\xfe\xff"));
	suggest_offer(&s, STR("abc"));
	ok(!suggest_found(&s), "bytes that are no text suggest nothing");
}

int main(void)
{
	test_definition();
	test_words();
	test_edges();
	return done();
}
