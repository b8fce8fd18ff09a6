/* SPDX-License-Identifier: Apache-2.0
 *
 * Traces against what they promise, by brute force: conditions over a few tests whose outcomes are
 * chosen freely (each asks for a field of its own), every choice tried. The verdict is the plain
 * evaluator's; of what holds not, turning the tests shown turns it, and no fewer would; of what
 * holds, it holds whatever the tests not shown say. */
#include "eval/trace.h"

#include "conds.h"
#include "random_prng.h"

#define N_TESTS 6

static struct policy policy;
static const struct cond *tests[N_TESTS];
static const char *const keys[N_TESTS] = {"a", "b", "c", "d", "e", "f"};

static void make_tests(void)
{
	for (size_t i = 0; i < N_TESTS; i++)
		tests[i] = keyed(FIELD_field, keys[i], "yes");
}

/* A finding on which just the tests of `bits` hold. */
static struct element *finding_of(unsigned bits)
{
	struct element *root = element_new(arena, GROUP_FINDING);

	root->map = ARENA_ARRAY(arena, struct map_entry, N_TESTS);
	for (size_t i = 0; i < N_TESTS; i++)
		if (bits >> i & 1)
			root->map[root->n_map++] =
				(struct map_entry){str_from(keys[i]), STR("yes")};
	return root;
}

static unsigned bit_of(const struct trace *test)
{
	for (unsigned i = 0; i < N_TESTS; i++)
		if (test->cond->kind == COND_ATOM && test->cond->atom == tests[i]->atom)
			return 1u << i;
	return 0;
}

static unsigned size_of(unsigned bits)
{
	unsigned n = 0;

	for (; bits; bits &= bits - 1)
		n++;
	return n;
}

/* The fewest tests whose turning turns the verdict. */
static uint32_t least_flips(const struct cond *cond, unsigned bits, bool holds)
{
	uint32_t least = TRACE_NEVER;

	for (unsigned turned = 1; turned < 1u << N_TESTS; turned++)
		if (size_of(turned) < least &&
		    eval_cond(&policy, cond, false, finding_of(bits ^ turned)) != holds)
			least = size_of(turned);
	return least;
}

static bool supports(const struct cond *cond, unsigned bits, unsigned shown)
{
	for (unsigned other = 0; other < 1u << N_TESTS; other++)
		if (!((other ^ bits) & shown) &&
		    !eval_cond(&policy, cond, false, finding_of(other)))
			return false;
	return true;
}

/* NULL, or what is wrong. exact: each test occurs once, so that tests are independent. */
static const char *judge(const struct cond *cond, unsigned bits, bool exact)
{
	const struct element *finding = finding_of(bits);
	const struct trace *trace = trace_cond(arena, &policy, cond, false, finding);
	struct trace_steps steps = trace_deciding(arena, trace);
	unsigned shown = 0;

	if (trace->holds != eval_cond(&policy, cond, false, finding))
		return "the verdict is not the evaluator's";
	for (size_t i = 0; i < steps.n; i++) {
		unsigned bit = bit_of(steps.items[i].test);

		if (bit & shown)
			return "a test is shown twice";
		if (bit && steps.items[i].test->holds != ((bits & bit) != 0))
			return "a test has another outcome";
		if (exact && steps.items[i].test->holds != (steps.items[i].must == trace->holds))
			return "what must be is not what is missing";
		shown |= bit;
	}
	if (trace->holds)
		return supports(cond, bits, shown) ? NULL : "what is shown does not support it";
	if (exact && trace->flips != least_flips(cond, bits, false))
		return "the number of tests in the way is not the least";
	if (exact && trace->flips != TRACE_NEVER &&
	    (size_of(shown) != trace->flips ||
	     !eval_cond(&policy, cond, false, finding_of(bits ^ shown))))
		return "turning what is shown does not turn it";
	return NULL;
}

static void check(const char *name, const struct cond *cond, bool exact)
{
	const char *wrong = NULL;
	unsigned bits = 0;

	for (; bits < 1u << N_TESTS && !wrong; bits++)
		wrong = judge(cond, bits, exact);
	if (!ok(!wrong, "%s", name))
		printf("# where %#x hold: %s\n", bits - 1, wrong);
}

/* A random condition over the tests from `first` to before `end`, each at most once. */
static const struct cond *random_cond(struct prng *prng, size_t first, size_t end)
{
	const struct cond *a, *b;
	size_t cut;

	if (end - first == 1) {
		a = tests[first];
	} else {
		cut = first + 1 + below(prng, end - first - 1);
		a = random_cond(prng, first, cut);
		b = random_cond(prng, cut, end);
		a = below(prng, 2) ? ALL(a, b) : ONE(a, b);
	}
	return below(prng, 3) ? a : NOT(a);
}

static void test_connectives(void)
{
	struct prng prng = prng_of(7);
	const char *wrong = NULL;
	int i = 0;

	check("one test", tests[0], true);
	check("not", NOT(tests[0]), true);
	check("and of two ors", ALL(ONE(tests[0], tests[1]), ONE(tests[2], tests[3])), true);
	check("not (and)", NOT(ALL(tests[0], tests[1], tests[2])), true);
	check("the cheaper branch", ONE(ALL(tests[0], tests[1], tests[2]), tests[3]), true);
	check("a test that stands twice", ALL(tests[0], ONE(tests[0], tests[1])), false);
	for (; i < 500 && !wrong; i++) {
		const struct cond *cond = random_cond(&prng, 0, N_TESTS);

		for (unsigned bits = 0; bits < 1u << N_TESTS && !wrong; bits++)
			wrong = judge(cond, bits, true);
	}
	if (!ok(!wrong, "500 random conditions, all outcomes"))
		printf("# condition %d: %s\n", i, wrong);
}

static const struct cond *tier_of(int index)
{
	struct cond *cond = ARENA_NEW(arena, struct cond);

	cond->kind = COND_TIER;
	cond->tier = index;
	return cond;
}

static void test_tiers(void)
{
	struct statement tiers[] = {{.condition = ALL(tests[0], tests[1])},
				    {.condition = tests[2]},
				    {.condition = ONE(tests[3], tests[4])}};
	struct statement *list[] = {&tiers[0], &tiers[1], &tiers[2]};

	policy.tiers = list;
	policy.n_tiers = 3;
	check("the first tier", tier_of(0), true);
	check("the last tier: none of those before", tier_of(2), true);
	check("no tier", tier_of(-1), true);
	check("not a tier, and a test", ALL(NOT(tier_of(1)), tests[5]), true);
	policy.n_tiers = 0;
}

/* --- elements --- */

static struct element *packages(const char *const *names)
{
	struct element *root = element_new(arena, GROUP_FINDING);
	struct element *vulnerability = element_add(arena, root, GROUP_VULNERABILITY);

	for (; *names; names++)
		*element_value(element_add(arena, vulnerability, GROUP_PACKAGE),
			       FIELD_package_name) =
			(struct fval){.kind = FVAL_STRING, .str = str_from(*names)};
	return root;
}

static struct trace_steps explain(const struct cond *cond, const struct element *finding,
				  const struct trace **trace)
{
	*trace = trace_cond(arena, &policy, cond, false, finding);
	return trace_deciding(arena, *trace);
}

static void test_elements(void)
{
	const struct cond *ssl =
		any_of(GROUP_PACKAGE, ALL(has(FIELD_package_name, TEST_PREFIX, "lib"),
					  is(FIELD_package_name, "libssl")));
	const struct element *two = packages((const char *const[]){"curl", "libz", NULL});
	const struct element *hit = packages((const char *const[]){"curl", "libssl", NULL});
	const struct element *none = packages((const char *const[]){NULL});
	const struct trace *t;
	struct trace_steps steps = explain(ssl, two, &t);

	ok(!t->holds && t->flips == 1 && steps.n == 1 && steps.items[0].element == 1 &&
		   steps.items[0].within == t,
	   "the nearest element is shown, and its test");
	steps = explain(ssl, hit, &t);
	ok(t->holds && steps.n == 2 && steps.items[0].element == 1,
	   "the element that fulfils it is shown");
	steps = explain(NOT(ssl), hit, &t);
	ok(!t->holds && steps.n == 1 && steps.items[0].element == 1 && !steps.items[0].must,
	   "below a not, what fulfils it is in the way");
	steps = explain(NOT(ssl), two, &t);
	ok(t->holds && steps.n == 1 && steps.items[0].test->cond == ssl,
	   "that no element fulfils it is one reason");
	steps = explain(ssl, none, &t);
	ok(!t->holds && steps.n == 1 && steps.items[0].test->cond == ssl && !t->n,
	   "where there are no elements, that is why");
}

static void test_values(void)
{
	const struct element *two = packages((const char *const[]){"curl", "libz", NULL});
	const struct cond *name = is(FIELD_package_name, "openssl"), *fix = is(FIELD_fix, "YES");
	const struct trace *t;
	struct trace_steps steps = explain(name, two, &t);

	ok(steps.n == 1 && t->n_found == 2 && t->n_places == 2 && str_is(t->found[1].str, "libz"),
	   "all values of a list are found");
	steps = explain(fix, two, &t);
	ok(steps.n == 1 && !t->n_found && t->n_places == 1, "an absent value is no value");
	steps = explain(ALL(fix, NOT(fix)), two, &t);
	ok(steps.n == 1, "what excludes itself shows its test once");
}

static void test_depth(void)
{
	const struct cond *cond = tests[0];
	const struct trace *t;

	for (int i = 0; i < 2 * EVAL_DEPTH_MAX; i++)
		cond = NOT(cond);
	explain(cond, finding_of(1), &t);
	ok(t->holds == eval_cond(&policy, cond, false, finding_of(1)),
	   "beyond the greatest depth it says what the evaluator says");
}

int main(void)
{
	arena = arena_new();
	make_tests();
	test_connectives();
	test_tiers();
	test_elements();
	test_values();
	test_depth();
	arena_free(arena);
	return done();
}
