/* SPDX-License-Identifier: Apache-2.0
 *
 * Sets to branches: each box of the set's diagram becomes leaves, one per variable. */
#include "target/pattern_internal.h"

#include "model/event.h"
#include "model/limit.h"

#include <stdlib.h>
#include <string.h>

struct leaf_list {
	struct pattern_leaf *items;
	size_t n, cap;
	bool loosened;
};

static struct arena *arena_of(const struct pattern_scope *s)
{
	return s->c->arena;
}

static struct engine *engine_of(const struct pattern_scope *s)
{
	return lower_engine(s->c->lower);
}

/* Present or absent: that is every finding. Inside an array it still asks for an element, which may
 * be left out when the pattern is loose. */
static bool says_nothing(const struct pattern_scope *s, const struct pattern_leaf *leaf)
{
	bool present = false, absent = false;

	if (lower_is_group(leaf->place.group, s->unit->view) && !s->loose)
		return false;

	for (size_t i = 0; i < leaf->n_tests; i++) {
		present = present || leaf->tests[i].op == PATTERN_EXISTS;
		absent = absent || leaf->tests[i].op == PATTERN_ABSENT;
	}
	return present && absent;
}

/* --- branches --- */

/* Around a set few boxes will do: a state machine tests the rest. */
static size_t boxes_limit(const struct pattern_scope *s)
{
	return s->loose ? 256 : (size_t)limits[LIMIT_or_combinations].value;
}

static bool add_branches(struct pattern_scope *s, const struct box *box, struct leaf_list *so_far,
			 size_t term, struct pattern_branches *out);

static int by_path(const void *left, const void *right)
{
	const struct pattern_leaf *a = left, *b = right;

	for (size_t i = 0; i < a->n_path && i < b->n_path; i++) {
		int order = str_cmp(a->path[i], b->path[i]);

		if (order)
			return order;
	}
	return (a->n_path > b->n_path) - (a->n_path < b->n_path);
}

static bool same_array(const struct pattern_leaf *a, const struct pattern_leaf *b)
{
	if (b->n_path < a->n_array)
		return false;
	for (size_t i = 0; i < a->n_array; i++)
		if (!str_eq(a->path[i], b->path[i]))
			return false;
	return true;
}

/* exists:false inside an array means "in the element chosen so far" when a path of that array that
 * sorts before it was matched, else "in all elements" (event-patterns.md §2). */
static bool absence_holds(struct pattern_scope *s, const struct pattern_branch *b, size_t i)
{
	const struct pattern_leaf *leaf = &b->leaves[i];
	bool before = false, beside = false;

	for (size_t j = 0; j < b->n; j++) {
		if (j == i || !same_array(leaf, &b->leaves[j]))
			continue;
		beside = true;
		if (j < i && b->leaves[j].absence == PATTERN_ABSENCE_NONE)
			before = true;
	}
	if (leaf->absence == PATTERN_ABSENCE_ELEMENT ? before : !beside)
		return true;
	refuse(s->refusal,
	       leaf->absence == PATTERN_ABSENCE_ELEMENT ? REFUSE_ABSENT_ELEMENT : REFUSE_ELEMENTS,
	       &leaf->place);
	return false;
}

static bool add_presence(struct pattern_scope *s, enum field_id field, struct leaf_list *leaves)
{
	struct engine *e = engine_of(s);
	var v = lower_var(s->c->lower, field, STR(""), s->unit->view);
	struct pattern_leaf leaf;

	if (!pattern_leaf_of(s, lower_place(s->c->lower, v), set_not(e, v, set_absent(e, v)),
			     &leaf))
		return false;
	VEC_PUSH(arena_of(s), *leaves, leaf);
	return true;
}

/* What needs an anchor: absence in a resource (Resources.Id sorts before its tags and its type, and
 * every resource has one), and a pattern without any test. */
static bool add_anchors(struct pattern_scope *s, struct leaf_list *leaves)
{
	bool absent = false, id = false;

	for (size_t i = 0; i < leaves->n; i++) {
		const struct pattern_leaf *leaf = &leaves->items[i];

		id = id || leaf->place.field == FIELD_resource_id;
		absent = absent || (leaf->absence == PATTERN_ABSENCE_ELEMENT &&
				    leaf->place.group == GROUP_RESOURCE);
	}
	if (absent && !id && !add_presence(s, FIELD_resource_id, leaves))
		return false;
	return leaves->n || add_presence(s, FIELD_finding_id, leaves);
}

/* In a loose pattern an absence that would be read otherwise is left out. */
static bool check_absences(struct pattern_scope *s, struct pattern_branch *b)
{
	for (size_t i = 0; i < b->n;) {
		if (b->leaves[i].absence == PATTERN_ABSENCE_NONE || absence_holds(s, b, i)) {
			i++;
			continue;
		}
		if (!s->loose)
			return false;
		*s->refusal = (struct refusal){0};
		b->n--;
		b->loosened = true;
		memmove(&b->leaves[i], &b->leaves[i + 1], (b->n - i) * sizeof *b->leaves);
		i = 0; /* what held beside it may not hold without it */
	}
	return true;
}

static bool finish_branch(struct pattern_scope *s, struct leaf_list *leaves,
			  struct pattern_branches *out)
{
	struct pattern_branch b = {0};

	if (out->n >= (size_t)limits[LIMIT_or_combinations].value *
			      (size_t)s->c->policy->config->quotas.event_rules) {
		refuse(s->refusal, REFUSE_BOXES, NULL);
		return false;
	}
	if (!add_anchors(s, leaves))
		return false;
	b.n = leaves->n;
	b.loosened = leaves->loosened;
	b.leaves = ARENA_ARRAY(arena_of(s), struct pattern_leaf, leaves->n);
	if (leaves->n)
		memcpy(b.leaves, leaves->items, leaves->n * sizeof *b.leaves);
	if (b.n)
		qsort(b.leaves, b.n, sizeof *b.leaves, by_path);
	if (!check_absences(s, &b))
		return false;
	if (!b.n) { /* nothing is left to say */
		struct leaf_list none = {.loosened = true};

		return finish_branch(s, &none, out);
	}
	VEC_PUSH(arena_of(s), *out, b);
	return true;
}

/* The elements of a group that can exist. */
static dd existing(struct engine *e, var group)
{
	const struct group_pair *pairs;
	size_t n = set_pairs(e, set_group_some(e, group, DD_TRUE), &pairs);

	return n == 1 && pairs[0].n_required == 1 ? pairs[0].required[0] : DD_TRUE;
}

/* The one test that a set of elements consists of; false if it takes more to say it. */
static bool single_term(struct pattern_scope *s, var group, dd elements, struct box_term *term)
{
	struct engine *e = engine_of(s);
	struct boxes boxes;

	if (!boxes_disjoint_within(e, arena_of(s), elements, existing(e, group), 1, &boxes) ||
	    boxes.n != 1 || boxes.items[0].n != 1)
		return false;
	*term = boxes.items[0].terms[0];
	return true;
}

/* `no element has the field`: the forbidden elements are those in which it is present. */
static bool absent_leaf(struct pattern_scope *s, var group, dd forbidden, struct pattern_leaf *leaf)
{
	struct engine *e = engine_of(s);
	struct box_term term;

	while (single_term(s, group, forbidden, &term)) {
		const struct place *place = lower_place(s->c->lower, term.v);
		const struct group_pair *pairs;

		if (place->is_group) { /* in an element of it, and so on */
			if (set_pairs(e, term.set, &pairs) != 1 || pairs[0].n_required != 1 ||
			    pairs[0].forbidden != DD_FALSE)
				return false;
			group = term.v;
			forbidden = pairs[0].required[0];
			continue;
		}
		if (term.set != set_not(e, term.v, set_absent(e, term.v)) ||
		    !event_place(s->unit->mechanism, place->field))
			return false;
		pattern_leaf_absent(s, place, leaf);
		return true;
	}
	return false;
}

/* One element of the group at `term` that satisfies `element`: its boxes are alternatives beside
 * the rest of the box. */
static bool element_branches(struct pattern_scope *s, dd element, const struct box *rest,
			     struct leaf_list *so_far, size_t term, struct pattern_branches *out)
{
	struct engine *e = engine_of(s);
	size_t limit = boxes_limit(s);
	var group = rest->terms[term++].v;
	struct boxes boxes;

	if (s->cover ? !boxes_cover_within(e, arena_of(s), element, existing(e, group), limit,
					   &boxes)
		     : !boxes_disjoint_within(e, arena_of(s), element, existing(e, group), limit,
					      &boxes)) {
		refuse(s->refusal, engine_exhausted(e) ? REFUSE_BUDGET : REFUSE_BOXES, NULL);
		return false;
	}
	if (boxes.n > 1)
		s->overlapping = true; /* two elements may be in one box each */
	for (size_t i = 0; i < boxes.n; i++) {
		/* The element's terms first, then what is left of the outer box: one list. */
		const struct box *box = &boxes.items[i];
		size_t n_rest = rest->n - term, had = so_far->n;
		struct box joined = {.n = box->n + n_rest};

		joined.terms = ARENA_ARRAY(arena_of(s), struct box_term, joined.n);
		for (size_t j = 0; j < box->n; j++)
			joined.terms[j] = box->terms[j];
		for (size_t j = 0; j < n_rest; j++)
			joined.terms[box->n + j] = rest->terms[term + j];
		if (!box->n && !s->loose) {
			refuse(s->refusal, REFUSE_ELEMENTS, lower_place(s->c->lower, group));
			return false;
		}
		if (!add_branches(s, &joined, so_far, 0, out))
			return false;
		so_far->n = had;
	}
	return true;
}

/* Of the elements required, the set that lies inside all others (a repository is on an image, so
 * who asks for the one need not ask for the other); false if there is none. */
static bool strictest(struct pattern_scope *s, enum group group, const struct group_pair *pair,
		      dd *element)
{
	struct engine *e = engine_of(s);
	dd exist = existing(e, lower_group(s->c->lower, group, s->unit->view));

	for (size_t i = 0; i < pair->n_required; i++) {
		dd inside = dd_and(e, pair->required[i], exist);
		bool all = true;

		for (size_t j = 0; j < pair->n_required && all; j++)
			all = dd_minus(e, inside, pair->required[j]) == DD_FALSE;
		*element = pair->required[i];
		if (all)
			return true;
	}
	return false;
}

static bool group_branches(struct pattern_scope *s, const struct box *box, struct leaf_list *so_far,
			   size_t term, struct pattern_branches *out)
{
	struct engine *e = engine_of(s);
	const struct place *place = lower_place(s->c->lower, box->terms[term].v);
	const struct group_pair *pairs;
	size_t n = set_pairs(e, box->terms[term].set, &pairs), had = so_far->n;
	dd some = DD_FALSE, element;

	if (n > 1)
		s->overlapping = true; /* some finding may be in two of the pairs */
	for (size_t i = 0; i < n; i++) {
		struct pattern_leaf leaf;
		bool exact = strictest(s, place->group, &pairs[i], &element);

		if (!exact && s->loose && pairs[i].n_required)
			element = pattern_telling(s, &pairs[i]);
		if ((exact && pairs[i].forbidden == DD_FALSE) ||
		    (s->loose && pairs[i].n_required)) {
			so_far->loosened = so_far->loosened || s->loose || pairs[i].n_required > 1;
			some = dd_or(e, some, element);
			continue;
		}
		if (pairs[i].n_required) {
			refuse(s->refusal, REFUSE_ELEMENTS, place);
			return false;
		}
		/* Of an array inside another, absence would be read as "in every element". */
		if (lower_is_group(group_parent(place->group), s->unit->view) ||
		    !absent_leaf(s, box->terms[term].v, pairs[i].forbidden, &leaf)) {
			if (s->loose) {
				so_far->loosened = true;
				return add_branches(s, box, so_far, term + 1, out);
			}
			refuse(s->refusal, REFUSE_NO_ELEMENT, place);
			return false;
		}
		VEC_PUSH(arena_of(s), *so_far, leaf);
		if (!add_branches(s, box, so_far, term + 1, out))
			return false;
		so_far->n = had;
	}
	return some == DD_FALSE || element_branches(s, some, box, so_far, term, out);
}

static bool add_branches(struct pattern_scope *s, const struct box *box, struct leaf_list *so_far,
			 size_t term, struct pattern_branches *out)
{
	for (; term < box->n; term++) {
		const struct place *place = lower_place(s->c->lower, box->terms[term].v);
		struct pattern_leaf leaf;

		if (place->is_group)
			return group_branches(s, box, so_far, term, out);
		if (!pattern_id_fits(s, box, term) ||
		    !pattern_leaf_of(s, place, box->terms[term].set, &leaf))
			return false;
		if (says_nothing(s, &leaf))
			so_far->loosened = true;
		else
			VEC_PUSH(arena_of(s), *so_far, leaf);
	}
	return finish_branch(s, so_far, out);
}

/* The findings of a box. Of derived fields the universe knows only the parts, so a test on one
 * excludes nothing here. */
static dd findings_of(struct pattern_scope *s, const struct box *box)
{
	struct engine *e = engine_of(s);
	dd set = box_diagram(e, box);

	if (s->unit->view == VIEW_SINGLE) {
		set = dd_forget(e, set,
				lower_var(s->c->lower, FIELD_resource_id, STR(""), VIEW_SINGLE));
		set = dd_forget(e, set, lower_var(s->c->lower, FIELD_title, STR(""), VIEW_SINGLE));
	}
	return set;
}

static bool tests_images(struct pattern_scope *s, const struct box *box)
{
	for (size_t i = 0; i < box->n; i++) {
		const struct place *place = lower_place(s->c->lower, box->terms[i].v);

		if (place->is_group ? place->group == GROUP_IMAGE_TAG
				    : fields[place->field].habitat == HABITAT_IMAGE)
			return true;
	}
	return false;
}

/* False if the box holds nothing. */
static bool enter_box(struct pattern_scope *s, const struct box *box)
{
	dd set = findings_of(s, box);

	if (relate_empty(engine_of(s), set))
		return false;
	s->any_image = s->unit->mechanism == MECHANISM_INSPECTOR_EVENT && tests_images(s, box) &&
		       target_has_other_images(s->c, set);
	return true;
}

/* Every value that the inner leaf takes, by the same test. */
static bool leaf_takes(const struct pattern_leaf *leaf, const struct pattern_leaf *inner)
{
	if (str_eq(leaf->text, inner->text))
		return true;
	if (inner->n_tests > leaf->n_tests)
		return false;
	for (size_t i = 0; i < inner->n_tests; i++) {
		const struct pattern_test *test = &inner->tests[i];
		bool found = false;

		if (test->op == PATTERN_ABSENT && leaf->absence != inner->absence)
			return false;
		for (size_t j = 0; j < leaf->n_tests && !found; j++)
			found = pattern_same_test(&leaf->tests[j], test);
		if (!found)
			return false;
	}
	return true;
}

static bool takes_leaf_of(const struct pattern_leaf *leaf, const struct pattern_branch *b)
{
	for (size_t i = 0; i < b->n; i++)
		if (!by_path(&b->leaves[i], leaf))
			return leaf_takes(leaf, &b->leaves[i]);
	return false;
}

static bool takes_all_of(const struct pattern_branch *a, const struct pattern_branch *b)
{
	for (size_t i = 0; i < a->n; i++)
		if (!takes_leaf_of(&a->leaves[i], b))
			return false;
	return true;
}

#define COMPARED_MAX 256 /* branches that are compared each with each */

/* Branches that another takes as a whole are left out: beside it they would be the same tests and
 * more, and an `$or` has no place for a branch without tests of its own. Boxes are none inside
 * another; branches may be, where a leaf leaves out what every finding has. */
void pattern_drop_taken(struct pattern_branches *branches)
{
	bool few = branches->n <= COMPARED_MAX;

	for (size_t i = 0; i < branches->n; i++) {
		struct pattern_branch a = branches->items[i];
		size_t kept = 0, self = i;

		if (!few && !a.loosened)
			continue;
		for (size_t j = 0; j < branches->n; j++) {
			if (j == i)
				self = kept;
			if (j == i || !takes_all_of(&a, &branches->items[j]))
				branches->items[kept++] = branches->items[j];
		}
		branches->n = kept;
		i = self;
	}
}

/* The branches of a set: its boxes, disjoint or as few as cover it. */
static bool branches_of(struct pattern_scope *s, dd set, bool cover, struct pattern_branches *out)
{
	struct engine *e = engine_of(s);
	size_t limit = boxes_limit(s);
	struct leaf_list leaves = {0};
	struct boxes boxes;

	out->n = 0;
	s->cover = s->overlapping = cover;
	if (cover ? !boxes_cover(e, arena_of(s), set, limit, &boxes)
		  : !boxes_disjoint(e, arena_of(s), set, limit, &boxes)) {
		refuse(s->refusal, engine_exhausted(e) ? REFUSE_BUDGET : REFUSE_BOXES, NULL);
		return false;
	}
	/* Every test that was written stays, even where the universe would imply it: a pattern
	 * should not rest on more than it must. Boxes that hold no finding at all are left out. */
	for (size_t i = 0; i < boxes.n; i++) {
		struct box box = pattern_narrow(s, &boxes.items[i]);

		if (!enter_box(s, &box))
			continue;
		leaves.n = 0;
		leaves.loosened = false;
		if (!add_branches(s, &box, &leaves, 0, out))
			return false;
	}
	if (s->loose) {
		pattern_merge(s, out);
		for (size_t i = 0; i < out->n; i++)
			check_absences(s, &out->items[i]);
	}
	pattern_drop_taken(out);
	return true;
}

bool pattern_of(struct pattern_scope *s, dd set, bool cover, struct pattern **patterns, size_t *n)
{
	struct pattern_branches branches = {0};

	*s->refusal = (struct refusal){.why = REFUSE_NONE};
	return branches_of(s, set, cover, &branches) && pattern_fold(s, &branches, patterns, n);
}

/* As few branches as cover the set, if they fit in one rule: an event fires it once. Where it takes
 * several rules, a notify had better tell once, so its branches are made disjoint as far as that
 * can be said; what writes to a finding is guarded, and fewer rules are better. */
bool pattern_make(struct pattern_scope *s, dd set, struct pattern **patterns, size_t *n)
{
	bool tells = s->unit->statement->kind == STATEMENT_NOTIFY;
	bool covered = pattern_of(s, set, true, patterns, n);
	struct pattern *first = *patterns;
	struct refusal refusal = *s->refusal;
	size_t n_first = *n;

	if (covered && (n_first == 1 || !tells))
		return true;
	if (pattern_of(s, set, false, patterns, n) && (!covered || !s->overlapping))
		return true;
	if (covered) {
		s->overlapping = true;
		*patterns = first;
		*n = n_first;
	}
	*s->refusal = refusal;
	return covered;
}
