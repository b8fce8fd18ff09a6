/* SPDX-License-Identifier: Apache-2.0
 *
 * Witnesses: for each condition, the finding that is picked for it and the one that is picked for
 * its opposite. The plain evaluator judges both, and the values people see are pinned. */
#include "ir/witness.h"

#include "conds.h"
#include "eval/eval.h"

#define NOW (INT64_C(1775001600) * NS_PER_SECOND) /* 2026-04-01T00:00:00Z */

static struct policy policy = {.now = NOW};
static struct lower *lower;

static struct element *pick(const struct cond *cond, enum view view, bool truth, const char *name)
{
	struct engine *e = lower_engine(lower);
	dd set = lower_cond(lower, cond, view);
	struct element *found;

	found = witness_pick(lower, arena, truth ? set : dd_not(e, set), view);
	if (!ok(found != NULL, "%s: %s is found", name, truth ? "a finding" : "another"))
		return NULL;
	if (!ok(eval_cond(&policy, cond, view == VIEW_MANY, found) == truth,
		"%s: the evaluator agrees that it is %s", name, truth ? "in" : "out"))
		printf("# " STR_FMT "\n", STR_ARG(finding_summary(arena, found)));
	return found;
}

/* Both sides in both views. */
static void judge(const struct cond *cond, const char *name)
{
	for (int view = 0; view < VIEW_COUNT; view++)
		for (int truth = 0; truth < 2; truth++)
			pick(cond, (enum view)view, truth, name);
}

static void says(const struct cond *cond, const char *summary)
{
	struct element *found = pick(cond, VIEW_SINGLE, true, summary);
	struct str got = found ? finding_summary(arena, found) : STR("");

	if (!ok(str_is(got, summary), "summary is %s", summary))
		printf("# got " STR_FMT "\n", STR_ARG(got));
}

/* Read back from its own ASFF, a witness is still the same answer. */
static void survives(const struct cond *cond, const char *name)
{
	struct element *found = pick(cond, VIEW_SINGLE, true, name);
	struct json_writer w;
	struct finding *back;

	if (!found)
		return;
	json_begin(&w, arena, 0);
	finding_write_asff(&w, found);
	back = read_text(json_end(&w));
	ok(back && eval_cond(&policy, cond, false, back->root), "%s: still in after a round trip",
	   name);
}

static void test_sides(void)
{
	judge(is(FIELD_severity, "CRITICAL"), "one word");
	judge(is_not(FIELD_severity, "CRITICAL|HIGH"), "another word");
	judge(is(FIELD_fix, "NO"), "an optional word");
	judge(NOT(exists(FIELD_fix)), "an absent word");
	judge(is(FIELD_cve, "CVE-2020-27619"), "an id");
	judge(is_not(FIELD_repository, "app/web"), "another repository");
	judge(has(FIELD_repository, TEST_PREFIX, "project-a/"), "a prefix");
	judge(has(FIELD_title, TEST_PREFIX, "CVE-2020-27619 - "), "a title of known form");
	judge(has(FIELD_title, TEST_CONTAINS, "kernel"), "a title of unknown form");
	judge(has(FIELD_resource_id, TEST_CONTAINS, ":repository/oseto/"), "an ARN");
	judge(between(FIELD_epss, TYPE_SCALE / 10, true, INT64_MAX, false), "a strict bound");
	judge(between(FIELD_created, NOW, false, INT64_MAX, false), "an instant");
	judge(keyed(FIELD_field, "in-charge", "oseto"), "a key of a map");
	judge(keyed(FIELD_tag, "env", "prod|test"), "a tag");
	judge(is(FIELD_image_tag, "v1"), "an element of a list");
	judge(any_of(GROUP_PACKAGE,
		     ALL(is(FIELD_package_name, "openssl"), exists(FIELD_package_fixed_in))),
	      "an element with two values");
	judge(NOT(exists(FIELD_package_name)), "no element");
	judge(ALL(is(FIELD_package_name, "openssl"), is(FIELD_package_name, "zlib")),
	      "two elements");
}

static void test_shown(void)
{
	says(is(FIELD_severity, "CRITICAL"),
	     "cve CVE-2024-6119, severity CRITICAL, repository app/web");
	says(ALL(is(FIELD_cve, "CVE-2020-27619"), is(FIELD_repository, "project-a")),
	     "cve CVE-2020-27619, severity HIGH, repository project-a");
	says(has(FIELD_repository, TEST_CONTAINS, "oseto"),
	     "cve CVE-2024-6119, severity HIGH, repository oseto/api");
	says(is(FIELD_fix, "NO"), "cve CVE-2024-6119, severity HIGH, repository app/web");
}

static void test_made_to_fit(void)
{
	struct element *found =
		pick(ALL(is(FIELD_cve, "CVE-2020-27619"), is(FIELD_region, "eu-west-1"),
			 is(FIELD_account, "444455556666"), is(FIELD_repository, "oseto")),
		     VIEW_SINGLE, true, "what completion writes");

	if (!found)
		return;
	is_value(found, "title", "CVE-2020-27619 - example");
	is_value(found, "resource.id",
		 "arn:aws:ecr:eu-west-1:444455556666:repository/oseto/sha256:"
		 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
	is_value(found, "product", "Inspector");
	found = pick(is(FIELD_control, "ECR.1"), VIEW_MANY, true, "a control");
	if (found)
		is_value(found, "product", "Security Hub");
}

static void test_none(void)
{
	dd both = lower_cond(lower, ALL(is(FIELD_fix, "NO"), is(FIELD_fix, "YES")), VIEW_SINGLE);
	/* Of Inspector's, only images have a repository. */
	dd instance = lower_cond(lower,
				 ALL(is(FIELD_product, "Inspector"),
				     is(FIELD_resource_type, "AwsEc2Instance"),
				     exists(FIELD_repository)),
				 VIEW_SINGLE);

	ok(!witness_pick(lower, arena, both, VIEW_SINGLE), "nothing in an empty set");
	ok(!witness_pick(lower, arena, instance, VIEW_SINGLE), "nothing that cannot exist");
}

int main(void)
{
	arena = arena_new();
	lower = lower_new(arena, engine_new(arena), &policy);
	test_sides();
	test_shown();
	test_made_to_fit();
	test_none();
	survives(is(FIELD_repository, "project-a"), "a repository");
	survives(keyed(FIELD_field, "in-charge", "oseto"), "a map");
	survives(NOT(exists(FIELD_fix)), "absence");
	arena_free(arena);
	return done();
}
