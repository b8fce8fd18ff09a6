/* SPDX-License-Identifier: Apache-2.0
 *
 * Shapes of patterns in which the engine is known to be wrong: it keeps the matchers of a path in
 * one machine, where some of them disturb others (facts/event-patterns.md §4: B1, B4, B7; the last
 * one here was found with tests/conformance/judge_match.py). We decide as the pattern says, and
 * tell. A shape is told generously: it may be harmless in this or that order. */
#include "eval/match_internal.h"

#include "base/diag.h"
#include "model/limit.h"

enum { LOST_BRANCH, STAR_AND_FOLD, RANGE_BELOW, NUMBER_AND_ADDRESS };

_Static_assert(NUMBER_AND_ADDRESS + 1 == MATCH_FAULTS, "a place for each kind");

static const struct {
	const char *what, *remedy;
} kinds[MATCH_FAULTS] = {
	[LOST_BRANCH] = {DIAG_TEXT("AWS's engine drops a branch of `$or` that has the paths of an "
				   "earlier one "
				   "and shares a value with it at each of them"),
			 DIAG_TEXT("write the lists so that they have nothing in common at one of "
				   "the paths")},
	[STAR_AND_FOLD] =
		{DIAG_TEXT("in AWS's engine a wildcard that begins with `*` and equals-ignore-case "
			   "on one path disturb each other"),
		 DIAG_TEXT("use suffix in place of the wildcard, or list the spellings")},
	[RANGE_BELOW] =
		{DIAG_TEXT(
			 "AWS's engine now and then loses a value that stands beside a range open "
			 "below or with a negative bound, when there are others on this path"),
		 DIAG_TEXT("bound the range by 0 from below, or keep it apart from other values")},
	[NUMBER_AND_ADDRESS] =
		{DIAG_TEXT("AWS's engine can lose a long number that stands before an address"),
		 DIAG_TEXT("write the number behind the address")},
};

/* What all lists of a path have together. */
struct traits {
	const struct match_list *list; /* one of them */
	bool several, star, folded, below, text, text_first;
	size_t exact; /* strings and literals */
};

static void add_operand(struct traits *t, const struct match_operand *operand)
{
	switch (operand->op) {
	case MATCH_OP_RANGE:
		t->below |= !operand->range->has_low || operand->range->low.negative;
		break;
	case MATCH_OP_WILDCARD: /* behind the quote */
		t->star |= operand->pieces.n > 1 && operand->pieces.items[0].len == 1;
		break;
	case MATCH_OP_FOLDED:
	case MATCH_OP_PREFIX_FOLDED:
	case MATCH_OP_SUFFIX_FOLDED:
		t->folded = true;
		break;
	default:
		break;
	}
}

static void add_list(struct traits *t, const struct match_list *list)
{
	if (t->list == list)
		return;
	t->several = t->list != NULL;
	t->list = list;
	t->text_first |= list->text_first || (t->text && list->has_address);
	t->text |= list->has_text;
	for (size_t i = 0; i < list->n_tests; i++) {
		const struct match_test *test = list->tests + i;

		for (size_t k = 0; k < test->n_operands; k++)
			add_operand(t, test->operands + k);
		for (size_t k = 0; k < test->n_exact && !test->but; k++)
			t->exact += !memchr("-0123456789", test->exact[k].ptr[0], 11);
	}
}

static bool share_entry(const struct match_list *a, const struct match_list *b)
{
	size_t i = 0, k = 0;

	while (i < a->n_entries && k < b->n_entries) {
		int order = str_cmp(a->entries[i], b->entries[k]);

		if (order == 0)
			return true;
		if (order < 0)
			i++;
		else
			k++;
	}
	return false;
}

static bool share_all(const struct match_rule *a, const struct match_rule *b)
{
	bool same = a->n == b->n;

	for (size_t i = 0; i < a->n && same; i++)
		same = a->entries[i].path_id == b->entries[i].path_id;
	for (size_t i = 0; i < a->n && same; i++)
		same = share_entry(a->entries[i].list, b->entries[i].list);
	return same;
}

/* Each with each, which is why more than AWS takes are not looked at. */
static const struct match_rule *find_lost_branch(const struct match_pattern *pattern)
{
	if (pattern->n_rules > (size_t)limits[LIMIT_or_combinations].value)
		return NULL;
	for (size_t i = 1; i < pattern->n_rules; i++)
		for (size_t k = 0; k < i; k++)
			if (share_all(pattern->rules + i, pattern->rules + k))
				return pattern->rules + i;
	return NULL;
}

static void note(const struct match_list *found[MATCH_FAULTS], const struct traits *t)
{
	if (t->star && t->folded)
		found[STAR_AND_FOLD] = t->list;
	if (t->below && t->exact && (t->exact > 1 || t->several))
		found[RANGE_BELOW] = t->list;
	if (t->text_first)
		found[NUMBER_AND_ADDRESS] = t->list;
}

size_t match_faults(const struct match_pattern *pattern, struct arena *scratch,
		    struct match_fault faults[MATCH_FAULTS])
{
	struct traits *traits = ARENA_ARRAY(scratch, struct traits, pattern->n_paths);
	const struct match_list *found[MATCH_FAULTS] = {0};
	const struct match_rule *lost = find_lost_branch(pattern);
	size_t n = 0;

	for (size_t i = 0; i < pattern->n_rules; i++)
		for (size_t k = 0; k < pattern->rules[i].n; k++)
			add_list(traits + pattern->rules[i].entries[k].path_id,
				 pattern->rules[i].entries[k].list);
	for (size_t i = 0; i < pattern->n_paths; i++)
		note(found, traits + i);
	if (lost) /* its last list is one that its branch has written, or the whole pattern's */
		found[LOST_BRANCH] = lost->entries[lost->n - 1].list;
	for (size_t i = 0; i < MATCH_FAULTS; i++)
		if (found[i])
			faults[n++] = (struct match_fault){found[i]->place, kinds[i].what,
							   kinds[i].remedy};
	return n;
}
