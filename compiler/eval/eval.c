/* SPDX-License-Identifier: Apache-2.0
 *
 * The plain evaluator: a walk over the tree, one atom at a time. Kept free of cleverness on
 * purpose, because everything clever in the compiler is judged by it. */
#include "eval/eval.h"

/* What one evaluation carries along. */
struct run {
	const struct policy *policy;
	bool many;
	unsigned depth;
};

/* What an element of a group must fulfil: an atom, or the condition inside `any`. */
struct demand {
	const struct atom *atom;
	const struct cond *cond; /* if atom is NULL */
};

static bool eval_at(struct run run, const struct cond *cond, const struct element *at);

/* The number of a finding is 2 * scaled + (more digits follow): half and sticky are its parts, so
 * `> 7.0` holds for 7.0000000001 and `<= 7.0` does not. No doubling of bounds, so no overflow. */
static bool number_in_range(const struct atom *atom, int64_t number)
{
	int64_t sticky = number & 1, half = (number - sticky) / 2;
	bool above = atom->lo == INT64_MIN || half > atom->lo ||
		     (half == atom->lo && (sticky || !atom->lo_open));
	bool below = atom->hi == INT64_MAX || half < atom->hi ||
		     (half == atom->hi && !sticky && !atom->hi_open);

	return above && below;
}

static bool instant_in_range(const struct atom *atom, int64_t instant)
{
	bool above =
		atom->lo == INT64_MIN || (atom->lo_open ? instant > atom->lo : instant >= atom->lo);
	bool below =
		atom->hi == INT64_MAX || (atom->hi_open ? instant < atom->hi : instant <= atom->hi);

	return above && below;
}

/* now - instant, held at the ends of int64. */
static int64_t age_of(int64_t now, int64_t instant)
{
	if (instant < 0 && now > INT64_MAX + instant)
		return INT64_MAX;
	if (instant > 0 && now < INT64_MIN + instant)
		return INT64_MIN;
	return now - instant;
}

static bool number_is(enum type type, int64_t literal, int64_t number)
{
	if (type == TYPE_DATE)
		return number == literal;
	return (number & 1) == 0 && number / 2 == literal;
}

static bool text_fulfils(enum test test, struct str text, struct str operand)
{
	switch (test) {
	case TEST_IN:
		return str_eq(text, operand);
	case TEST_PREFIX:
		return str_starts(text, operand);
	case TEST_SUFFIX:
		return str_ends(text, operand);
	case TEST_CONTAINS:
		return str_contains(text, operand);
	case TEST_RANGE:
	case TEST_EXISTS:
		break;
	}
	return false;
}

static bool value_equals(const struct atom *atom, const struct value *value,
			 const struct fval *fval)
{
	switch (fval->kind) {
	case FVAL_WORD: /* a word outside the vocabulary (-1) equals no constant */
		return atom->test == TEST_IN && fval->word >= 0 && fval->word == value->word;
	case FVAL_NUMBER:
		return atom->test == TEST_IN &&
		       number_is(fields[atom->field].type, value->number, fval->number);
	case FVAL_STRING:
		return text_fulfils(atom->test, fval->str, value->str);
	case FVAL_ABSENT:
		break;
	}
	return false;
}

static bool range_holds(const struct policy *policy, const struct atom *atom,
			const struct fval *fval)
{
	if (fval->kind != FVAL_NUMBER)
		return false;
	if (atom->age)
		return instant_in_range(atom, age_of(policy->now, fval->number));
	if (fields[atom->field].type == TYPE_DATE)
		return instant_in_range(atom, fval->number);
	return number_in_range(atom, fval->number);
}

/* language.md §3: a comparison with an absent value is false, negated ones included. */
bool eval_value(const struct policy *policy, const struct atom *atom, const struct fval *fval)
{
	bool holds = false;

	if (fval->kind == FVAL_ABSENT)
		return false;
	if (atom->test == TEST_EXISTS)
		return true;
	if (atom->test == TEST_RANGE)
		holds = range_holds(policy, atom, fval);
	else
		for (size_t i = 0; i < atom->n && !holds; i++)
			holds = value_equals(atom, &atom->values[i], fval);
	return holds != atom->negated;
}

static struct fval map_value(const struct element *element, struct str key)
{
	for (size_t i = 0; i < element->n_map; i++)
		if (str_eq(element->map[i].key, key))
			return (struct fval){.kind = FVAL_STRING, .str = element->map[i].value};
	return (struct fval){.kind = FVAL_ABSENT};
}

struct fval eval_found(const struct atom *atom, const struct element *element)
{
	if (fields[atom->field].type == TYPE_MAP)
		return map_value(element, atom->key);
	return element->values[field_slot(atom->field)];
}

static bool fulfils(const struct run *run, const struct demand *demand, const struct element *at)
{
	struct fval value;

	if (!demand->atom)
		return eval_at(*run, demand->cond, at);
	value = eval_found(demand->atom, at);
	return eval_value(run->policy, demand->atom, &value);
}

enum group eval_next_group(enum group from, enum group target)
{
	while (target != GROUP_FINDING && group_parent(target) != from)
		target = group_parent(target);
	return target;
}

/* A finding judged as an Inspector finding has one vulnerability and one resource (assumption A1):
 * were there more, the first would be the one. */
size_t eval_elements(const struct element *at, enum group group, bool many)
{
	size_t n = at->n_children[group];

	if (n > 1 && !many && (group == GROUP_VULNERABILITY || group == GROUP_RESOURCE))
		n = 1;
	return n;
}

/* Does some element of group `target` in or below `at` fulfil the demand? The recursion follows the
 * nesting of groups, which is at most three. */
static bool some_element(const struct run *run, const struct demand *demand,
			 const struct element *at, enum group target)
{
	enum group next;
	size_t n;

	if (at->group == target)
		return fulfils(run, demand, at);
	next = eval_next_group(at->group, target);
	if (next == GROUP_FINDING)
		return false;
	n = eval_elements(at, next, run->many);
	for (size_t i = 0; i < n; i++)
		if (some_element(run, demand, at->children[next][i], target))
			return true;
	return false;
}

static int tier_of(struct run run, const struct element *finding)
{
	for (size_t i = 0; i < run.policy->n_tiers; i++) {
		const struct statement *tier = run.policy->tiers[i];

		run.many = tier->many;
		if (tier->condition && eval_at(run, tier->condition, finding))
			return (int)i;
	}
	return -1;
}

static bool eval_at(struct run run, const struct cond *cond, const struct element *at)
{
	struct demand demand = {0};

	if (++run.depth > EVAL_DEPTH_MAX)
		return false;
	switch (cond->kind) {
	case COND_CONST:
		return cond->truth;
	case COND_AND:
		for (size_t i = 0; i < cond->n; i++)
			if (!eval_at(run, cond->kids[i], at))
				return false;
		return true;
	case COND_OR:
		for (size_t i = 0; i < cond->n; i++)
			if (eval_at(run, cond->kids[i], at))
				return true;
		return false;
	case COND_NOT:
		return !eval_at(run, cond->kids[0], at);
	case COND_ANY:
		demand.cond = cond->kids[0];
		return some_element(&run, &demand, at, cond->group);
	case COND_ATOM:
		demand.atom = cond->atom;
		return some_element(&run, &demand, at, fields[cond->atom->field].group);
	case COND_TIER:
		return tier_of(run, at) == cond->tier;
	}
	return false;
}

bool eval_cond(const struct policy *policy, const struct cond *cond, bool many,
	       const struct element *finding)
{
	return eval_at((struct run){.policy = policy, .many = many}, cond, finding);
}

int eval_tier(const struct policy *policy, const struct element *finding)
{
	return tier_of((struct run){.policy = policy}, finding);
}
