/* SPDX-License-Identifier: Apache-2.0
 *
 * Derived fields: however a text is asked for: in one test or in several, by a list or by its
 * members, from within or from without, the findings are the same, and what can exist does not
 * depend on what was asked. */
#include "ir/lower.h"

#include "base/str.h"
#include "model/config.h"
#include "tap.h"

static struct arena *arena;
static struct engine *e;
static struct lower *lower;

#define DIGEST "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ARN "arn:aws:ecr:eu-central-1:111122223333:repository/"

static lang cut(enum field_id field, unsigned which, unsigned i)
{
	static const char *const arns[] = {
		"w1zz", "w2zz", "abc", "zz", "/sha256:0", "a/sha256:01", "3333:repository/a", "ecr",
		ARN "a/b", ARN "team", "eu-central", DIGEST};
	static const char *const titles[] = {"CVE-2024-1 - lib", "CVE-2024-1 -", "CVE-2024-2",
					     "lib", "4-1 - l", " - ", "CWE-79", "ssl, lib",
					     "CVE-2024-1 - ", "x", "-", " "};
	struct str s = str_from((field == FIELD_title ? titles : arns)[i]);

	return which == 0   ? lang_prefix(e, s)
	       : which == 1 ? lang_suffix(e, s)
	       : which == 2 ? lang_contains(e, s)
			    : lang_string(e, s);
}

static bool same(dd a, dd b)
{
	dd inspector = lower_inspector(lower);

	return relate_equal(e, dd_and(e, a, inspector), dd_and(e, b, inspector), NULL, NULL);
}

static dd one(enum field_id field, lang l)
{
	return field == FIELD_title ? lower_title(lower, l, VIEW_SINGLE)
				    : lower_resource_id(lower, l, VIEW_SINGLE);
}

static void test_field(enum field_id field)
{
	bool unions = true, negations = true, meets = true;
	lang before[48];
	size_t n = 0;

	for (unsigned which = 0; which < 4; which++)
		for (unsigned i = 0; i < 12; i++) {
			lang l = cut(field, which, i);
			lang pair[2] = {l, n ? before[n * 7 % 11 % n] : l};
			dd set = one(field, l), other = one(field, pair[1]);
			dd both = lower_derived(lower, field, pair, 2, false, VIEW_SINGLE);

			unions = unions && same(both, one(field, lang_or(e, l, pair[1])));
			meets = meets && same(dd_and(e, set, other),
					      one(field, lang_and(e, l, pair[1])));
			both = lower_derived(lower, field, pair, 2, true, VIEW_SINGLE);
			negations = negations &&
				    same(both, one(field, lang_not(e, lang_or(e, l, pair[1])))) &&
				    same(dd_not(e, set), one(field, lang_not(e, l)));
			before[n++] = l;
		}
	ok(unions, "%s: any of two texts", fields[field].name);
	ok(meets, "%s: both of two texts", fields[field].name);
	ok(negations, "%s: none of the texts", fields[field].name);
}

/* A listed ARN is taken apart as text, any other language by its automaton. */
static void test_arns(void)
{
	static const char *const texts[] = {
		ARN "team/app/" DIGEST,
		"arn:aws:ecr:us-gov-west-1:111122223333:repository/team/" DIGEST, /* partition */
		"arn:aws-us-gov:ecr:us-gov-west-1:111122223333:repository/team/" DIGEST,
		"arn:aws:ecr:eu-central-1:11112222333:repository/team/" DIGEST,
		"arn:aws:ecr:eu-central-1:111122223333:repository/a/" DIGEST, /* too short */
		ARN "Team/" DIGEST,
		ARN "team/" DIGEST "0",
		ARN "team//" DIGEST,
		ARN DIGEST,
		"arn:aws:ecr:nowhere-1:111122223333:repository/team/" DIGEST,
		"arn:aws:ecs:eu-central-1:111122223333:repository/team/" DIGEST,
		"arn",
		"",
	};
	dd none = one(FIELD_resource_id, LANG_NONE), image;

	image = lower_field_in(lower, FIELD_resource_type, STR(""),
			       set_strings(e, lang_string(e, STR("AwsEcrContainerImage")), false),
			       VIEW_SINGLE);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct str text = str_from(texts[i]);
		lang whole = lang_string(e, text);
		/* more than any image can have: no list, but the same of images */
		lang wide = lang_or(e, whole, lang_prefix(e, STR("x")));
		dd set = dd_and(e, image, one(FIELD_resource_id, whole));

		ok(same(set, dd_and(e, image, one(FIELD_resource_id, wide))), "ARN %zu", i);
		ok(same(set, none) == (i != 0 && i != 2), "ARN %zu is %san image's", i,
		   i != 0 && i != 2 ? "not " : "");
	}
}

int main(void)
{
	static struct policy policy;
	dd universe;

	arena = arena_new();
	policy.config = config_default(arena);
	e = engine_new(arena);
	lower = lower_new(arena, e, &policy);
	lower_use(lower, VIEW_SINGLE);
	universe = lower_universe(lower, VIEW_SINGLE);
	test_field(FIELD_title);
	test_field(FIELD_resource_id);
	test_arns();
	ok(universe == lower_universe(lower, VIEW_SINGLE), "the universe is what it was");
	ok(!engine_exhausted(e), "within the budget");
	arena_free(arena);
	return done();
}
