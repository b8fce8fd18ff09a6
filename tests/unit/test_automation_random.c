/* SPDX-License-Identifier: Apache-2.0
 *
 * Random conditions of what automation rules can say, and of a little more: whatever compiles reads
 * back equal, and whatever is refused with a nearest set has a witness that the evaluator confirms.
 * The texts overlap on purpose. */
#include <string.h>

#include "target/automation.h"

#include "conds.h"
#include "eval/eval.h"
#include "ir/witness.h"

#if defined(__SANITIZE_ADDRESS__)
#define ROUNDS 100
#else
#define ROUNDS 600
#endif

static struct compilation c;
static struct policy policy;
static struct statement statement = {.kind = STATEMENT_ASSIGN, .name = {"rule", 4}};
static struct unit unit;
static const struct set_field field_set = {{"a", 1}, {"b", 1}, {0, 0}};
static uint64_t state;

static void begin(void)
{
	struct sources *sources = sources_new(arena);

	policy = (struct policy){.config = config_default(arena)};
	c = (struct compilation){.arena = arena, .sources = sources, .policy = &policy};
	c.diags = diags_new(arena, sources);
	c.lower = lower_new(arena, engine_new(arena), &policy);
}

static unsigned below(unsigned n)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (unsigned)(state >> 33) % n;
}

/* --- conditions --- */

#define DIGEST "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ARN "arn:aws:ecr:us-east-1:111122223333:repository/"

static const struct {
	enum field_id field;
	bool many; /* also of other products' findings */
	const char *texts[6];
} leaves[] = {
	{FIELD_repository, false, {"project-a", "project-a/", "abc", "a/web", "/web", "oseto"}},
	{FIELD_repository, false, {"team-1/", "team-1", "web", "a/sha", "b-", "sha256"}},
	{FIELD_image_digest, false, {DIGEST, "sha256:", "sha256:0", "abc", "00", "ef"}},
	{FIELD_resource_id, true,
	 {ARN "abc", ARN "project-a/" DIGEST, "i-", "abc", "arn:aws:", "/"}},
	{FIELD_resource_type, true,
	 {"AwsEcrContainerImage", "AwsEc2Instance", "AwsLambdaFunction", "Aws", "AwsEc", "e"}},
	{FIELD_account, true, {"111122223333", "111122224444", "1111", "3333", "22", "0"}},
	{FIELD_region, true, {"us-east-1", "us-west-2", "us-", "eu-central-1", "west", "-1"}},
	{FIELD_cve, false, {"CVE-2024-1", "CVE-2024-12", "CVE-2024-", "CVE-", "GHSA-1", "1"}},
	{FIELD_title, true,
	 {"CVE-2024-1 - ", "CVE-2024-", "openssl", "CVE-2024-1 - a", "x", "ssl"}},
	{FIELD_generator, true, {"a", "ab", "abc", "b", "ba", "c"}},
	{FIELD_finding_type, true,
	 {"Software and Configuration Checks/Vulnerabilities/CVE", "Software", "a", "b", "/", "x"}},
	{FIELD_finding_id, true, {"a", "ab", "abc", "b", "ba", "c"}},
};

static const struct cond *random_leaf(bool many)
{
	static const enum test tests[] = {TEST_IN, TEST_IN, TEST_PREFIX, TEST_SUFFIX,
					  TEST_CONTAINS};
	static const char *const words[] = {"LOW|HIGH", "CRITICAL", "LOW", "MEDIUM|LOW"};
	unsigned i = below(sizeof leaves / sizeof *leaves + 2);
	const struct cond *cond;
	struct atom atom;

	if (i == sizeof leaves / sizeof *leaves)
		return is(FIELD_severity, words[below(4)]);
	if (i > sizeof leaves / sizeof *leaves)
		return between(FIELD_created, (int64_t)below(5) * NS_PER_DAY, below(2),
			       (int64_t)(5 + below(5)) * NS_PER_DAY, below(2));
	if (many && !leaves[i].many)
		return random_leaf(many);
	cond = has(leaves[i].field, tests[below(5)], leaves[i].texts[below(6)]);
	atom = *cond->atom;
	atom.negated = below(5) == 0;
	return atom_cond(atom);
}

static const struct cond *random_cond(unsigned depth, bool many)
{
	const struct cond *a, *b;

	if (!depth || below(3) == 0) {
		a = random_leaf(many);
		return below(4) ? a : NOT(a);
	}
	a = random_cond(depth - 1, many);
	b = random_cond(depth - 1, many);
	return below(2) ? ALL(a, b) : ONE(a, b);
}

/* --- judging --- */

static bool reads_back(size_t from)
{
	struct engine *e = lower_engine(c.lower);
	dd all = DD_FALSE;

	for (size_t i = from; i < c.artefacts.n; i++) {
		struct effect effect;
		const char *why = NULL;
		dd set;

		if (!automation_read(&c, &unit, c.artefacts.items[i].text, &set, &effect, &why)) {
			printf("# not read: %s\n", why);
			return false;
		}
		all = dd_or(e, all, set);
	}
	return relate_equal(e, all, unit.wanted, NULL, NULL) && !engine_exhausted(e);
}

static unsigned tally_idle; /* refusals of what is exact after all */

static bool witness_holds(const struct refusal *refusal)
{
	struct engine *e = lower_engine(c.lower);
	dd more = dd_minus(e, refusal->nearest, unit.wanted);
	dd less = dd_minus(e, unit.wanted, refusal->nearest);
	struct element *root;
	bool many = unit.view == VIEW_MANY;

	root = witness_pick(c.lower, arena, more, unit.view);
	if (root)
		return !eval_cond(&policy, unit.condition, many, root);
	root = witness_pick(c.lower, arena, less, unit.view);
	/* No difference: the box alone could not be said, what was tried for it is the whole. Such
	 * a refusal is one too many, and shows no witness. */
	if (!root)
		tally_idle++;
	return !root || eval_cond(&policy, unit.condition, many, root);
}

struct tally {
	unsigned compiled, rules, refused, shown, wrong;
};

static void judge(const struct cond *cond, enum view view, struct tally *t)
{
	void *rules;
	struct literals *literals;
	struct refusal refusal = {0};
	size_t n, from = c.artefacts.n;

	unit = (struct unit){.statement = &statement, .name = STR("rule"), .view = view,
			     .mechanism = MECHANISM_AUTOMATION, .first = 1, .condition = cond,
			     .effect = {.status = -1, .severity = -1, .sets = &field_set,
					.n_sets = 1}};
	lower_use(c.lower, view);
	engine_start_question(lower_engine(c.lower));
	unit.wanted = lower_cond(c.lower, cond, view);
	literals = literals_collect(arena, &policy, &cond, 1);
	if (automation_make(&c, &unit, literals, &refusal, &rules, &n)) {
		automation_emit(&c, &unit, rules, n);
		t->compiled += n != 0;
		t->rules += (unsigned)n;
		t->wrong += !reads_back(from);
	} else {
		t->refused++;
		t->shown += refusal.has_nearest;
		t->wrong += refusal.why == REFUSE_NONE ||
			    (refusal.has_nearest && !witness_holds(&refusal));
	}
	engine_clear_exhausted(lower_engine(c.lower));
}

static void test_random(enum view view, const char *product, unsigned depth)
{
	struct tally t = {0};

	tally_idle = 0;
	for (unsigned round = 0; round < ROUNDS; round++) {
		uint64_t seed = state;
		unsigned wrong = t.wrong;

		judge(ALL(is(FIELD_product, product), random_cond(depth, view == VIEW_MANY)), view,
		      &t);
		if (t.wrong > wrong)
			printf("# wrong: seed %llu\n", (unsigned long long)seed);
	}
	ok(!t.wrong, "%s, depth %u: %u wrong (%u compiled to %u rules; %u refused, %u with a set)",
	   product, depth, t.wrong, t.compiled, t.rules, t.refused, t.shown);
	ok(t.compiled > ROUNDS / 10, "enough of them compile");
	ok(tally_idle * 100 <= t.refused, "at most 1%% are refused without need: %u", tally_idle);
}

int main(int argc, char **argv)
{
	arena = arena_new();
	begin();
	state = argc > 1 ? strtoull(argv[1], NULL, 10) : 20260401;
	printf("# seed %llu\n", (unsigned long long)state);
	test_random(VIEW_SINGLE, "Inspector", 0);
	test_random(VIEW_SINGLE, "Inspector", 1);
	test_random(VIEW_SINGLE, "Inspector", 2);
	test_random(VIEW_MANY, "GuardDuty", 1);
	arena_free(arena);
	return done();
}
