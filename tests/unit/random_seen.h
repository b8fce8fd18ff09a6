/* SPDX-License-Identifier: Apache-2.0
 *
 * What the random policies of a run were about, so that a generator that forgets a part of the
 * language is no silence. */
#ifndef TESTS_UNIT_RANDOM_SEEN_H
#define TESTS_UNIT_RANDOM_SEEN_H

#include <stdio.h>

#include "ir/policy.h"

struct seen {
	bool fields[FIELD_COUNT];
	bool tests[TYPE_COUNT][TEST_EXISTS + 1][2]; /* negated or not */
	bool conds[COND_TIER + 1], groups[GROUP_COUNT], age[2], many[2];
	bool kinds[STATEMENT_STATUS + 1], vias[VIA_INSPECTOR + 1];
	bool rows, fixed, of, scope;
};

static void see_cond(struct seen *seen, const struct cond *cond)
{
	const struct atom *atom;

	if (!cond)
		return;
	seen->conds[cond->kind] = true;
	if (cond->kind == COND_ANY)
		seen->groups[cond->group] = true;
	for (size_t i = 0; i < cond->n; i++)
		see_cond(seen, cond->kids[i]);
	if (cond->kind != COND_ATOM)
		return;
	atom = cond->atom;
	seen->fields[atom->field] = true;
	seen->tests[fields[atom->field].type][atom->test][atom->negated] = true;
	if (atom->age)
		seen->age[atom->negated] = true;
}

static void see_statement(struct seen *seen, const struct statement *s)
{
	seen->kinds[s->kind] = true;
	seen->vias[s->via] = true;
	seen->many[s->many] = true;
	seen->rows |= s->n_rows > 0;
	seen->fixed |= s->until.fixed;
	seen->of |= s->of != NULL;
	seen->scope |= s->scope != NULL;
	see_cond(seen, s->condition);
	for (size_t i = 0; i < s->n_rows; i++)
		see_cond(seen, s->rows[i].condition);
}

static void see_policy(struct seen *seen, const struct policy *policy)
{
	for (size_t i = 0; i < policy->n_tiers; i++)
		see_statement(seen, policy->tiers[i]);
	for (size_t i = 0; i < policy->n_statements; i++)
		see_statement(seen, policy->statements[i]);
}

static bool missed(bool seen, const char *what, const char *which)
{
	if (!seen)
		printf("# never occurred: %s %s\n", what, which);
	return !seen;
}

/* The comparisons that language.md §3 gives a type. */
static bool seen_tests(const struct seen *seen)
{
	static const struct {
		enum type type;
		enum test test;
		bool not_too;
	} all[] = {
		{TYPE_ENUM, TEST_IN, true},	   {TYPE_ENUM, TEST_EXISTS, false},
		{TYPE_WORD, TEST_IN, true},	   {TYPE_WORD, TEST_PREFIX, true},
		{TYPE_WORD, TEST_EXISTS, false},   {TYPE_VULNID, TEST_IN, true},
		{TYPE_VULNID, TEST_EXISTS, false}, {TYPE_STRING, TEST_IN, true},
		{TYPE_STRING, TEST_PREFIX, true},  {TYPE_STRING, TEST_SUFFIX, true},
		{TYPE_STRING, TEST_CONTAINS, true}, {TYPE_STRING, TEST_EXISTS, false},
		{TYPE_ACCOUNT, TEST_IN, true},	   {TYPE_ACCOUNT, TEST_EXISTS, false},
		{TYPE_DECIMAL, TEST_RANGE, true},  {TYPE_DECIMAL, TEST_EXISTS, false},
		{TYPE_INT, TEST_RANGE, true},	   {TYPE_INT, TEST_EXISTS, false},
		{TYPE_DATE, TEST_RANGE, true},	   {TYPE_DATE, TEST_EXISTS, false},
		{TYPE_MAP, TEST_IN, true},	   {TYPE_MAP, TEST_PREFIX, true},
		{TYPE_MAP, TEST_CONTAINS, true},   {TYPE_MAP, TEST_EXISTS, false},
	};
	bool fine = true;

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		const bool *test = seen->tests[all[i].type][all[i].test];

		if (missed(test[0] && (test[1] || !all[i].not_too), "a test on",
			   type_name(all[i].type)))
			fine = false;
	}
	return fine;
}

static bool seen_everything(const struct seen *seen)
{
	bool fine = seen_tests(seen);

	for (enum field_id f = 0; f < FIELD_COUNT; f++)
		fine &= !missed(seen->fields[f], "the field", fields[f].name);
	for (size_t i = 0; i < ARRAY_LEN(seen->conds); i++)
		fine &= !missed(seen->conds[i], "a", "kind of condition");
	/* A status has no statement of its own. */
	for (size_t i = 0; i < STATEMENT_STATUS; i++)
		fine &= !missed(seen->kinds[i], "a", "kind of statement");
	for (size_t i = 0; i < ARRAY_LEN(seen->vias); i++)
		fine &= !missed(seen->vias[i], "a", "via");
	fine &= !missed(seen->groups[GROUP_PACKAGE] && seen->groups[GROUP_CVSS] &&
				seen->groups[GROUP_RESOURCE],
			"any", "group");
	fine &= !missed(seen->age[0] && seen->age[1], "a test on", "an age");
	fine &= !missed(seen->many[0] && seen->many[1], "one product or", "any");
	return fine & !missed(seen->rows && seen->fixed && seen->of && seen->scope, "each, fixed,",
			      "of or scope");
}

#endif
