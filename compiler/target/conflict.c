/* SPDX-License-Identifier: Apache-2.0
 *
 * Scope and protect. */
#include "target/conflict_internal.h"

#include "eval/eval.h"
#include "ir/witness.h"
#include "target/pins.h"

struct slices conflict_slices(struct compilation *c, const struct cond *cond, enum view view)
{
	struct engine *e = lower_engine(c->lower);
	dd single = lower_cond(c->lower, cond, VIEW_SINGLE);
	struct slices s = {{dd_and(e, single, lower_inspector(c->lower)), DD_FALSE}};

	if (view == VIEW_MANY)
		s.of[VIEW_MANY] = dd_minus(e, lower_cond(c->lower, cond, VIEW_MANY),
					   lower_inspector(c->lower));
	return s;
}

static void use_slice(struct compilation *c, enum view view, bool inspector)
{
	if (inspector && view == VIEW_SINGLE)
		lower_use_inspector(c->lower);
	else
		lower_use(c->lower, view);
}

bool conflict_overlap(struct compilation *c, struct slices a, struct slices b, bool inspector,
		      dd *both, enum view *view)
{
	for (*view = 0; *view < VIEW_COUNT; (*view)++) {
		if (a.of[*view] == DD_FALSE || b.of[*view] == DD_FALSE)
			continue;
		use_slice(c, *view, inspector);
		if (relate_overlap(lower_engine(c->lower), a.of[*view], b.of[*view], both))
			return true;
	}
	return false;
}

void conflict_note_witness(struct compilation *c, struct diag *d, const char *what, dd set,
			   enum view view, bool inspector, const struct cond *a,
			   const struct cond *b, bool b_holds)
{
	const struct element *root = inspector && view == VIEW_SINGLE
					     ? witness_pick_inspector(c->lower, c->arena, set)
					     : witness_pick(c->lower, c->arena, set, view);
	bool many = view == VIEW_MANY;

	if (!root || (a && !eval_cond(c->policy, a, many, root)) ||
	    (b && eval_cond(c->policy, b, many, root) != b_holds)) {
		diag_bug(c->diags, (struct span){0, 0},
			 "the witness of a conflict does not satisfy its conditions");
		return;
	}
	diag_note(d, "%s: %s", diag_word(c->diags, what),
		  diag_quote(c->diags, finding_summary(c->arena, root)));
}

/* --- scope --- */

static void check_scope(struct compilation *c, const struct statement *s, const struct cond *cond)
{
	struct slices inside, bound;
	struct diag *d;
	bool inspector;

	if (!s->scope || !cond)
		return;
	inspector = s->via == VIA_INSPECTOR || s->kind == STATEMENT_REVIEW;
	target_ask(c);
	inside = conflict_slices(c, cond, s->many ? VIEW_MANY : VIEW_SINGLE);
	bound = conflict_slices(c, s->scope, VIEW_MANY);
	for (enum view v = 0; v < VIEW_COUNT; v++) {
		dd outside;

		bool in;

		use_slice(c, v, inspector);
		in = relate_inside(lower_engine(c->lower), inside.of[v], bound.of[v], &outside);
		if (!target_answered(c, s))
			return;
		if (in)
			continue;
		d = diag_error(c->diags, "VC121", s->name_span,
			       "`%s` can match findings outside the scope of its file",
			       diag_quote(c->diags, s->name));
		conflict_note_witness(c, d, "for example", outside, v, inspector, cond, s->scope,
				      false);
		diag_label(d, s->scope->span, "the scope");
		diag_help(d, "add the scope's condition to `when`");
		return;
	}
}

/* --- protect --- */

static bool silences(const struct unit *unit)
{
	return unit->effect.status == WORKFLOW_SUPPRESSED ||
	       unit->effect.status == WORKFLOW_RESOLVED ||
	       (unit->backend == BACKEND_INSPECTOR && unit->statement->kind == STATEMENT_SUPPRESS);
}

/* What a unit may do it to. A person may press an action's button on any finding. */
static const struct cond *reaches(const struct unit *unit)
{
	static const struct cond anything = {.kind = COND_CONST, .truth = true};

	return unit->condition ? unit->condition : &anything;
}

static bool check_protect(struct compilation *c, const struct unit *unit,
			  const struct statement *protect)
{
	dd both;
	enum view view;
	struct diag *d;
	bool overlap;

	target_ask(c);
	overlap = conflict_overlap(
		c, conflict_slices(c, reaches(unit), unit->view),
		conflict_slices(c, protect->condition, protect->many ? VIEW_MANY : VIEW_SINGLE),
		unit_sees_inspector(unit), &both, &view);
	if (!target_answered(c, unit->statement) || !overlap)
		return false;
	d = diag_error(c->diags, "VC127", unit->statement->name_span,
		       "`%s` can silence findings that `%s` protects",
		       diag_quote(c->diags, unit->statement->name),
		       diag_quote(c->diags, protect->name));
	conflict_note_witness(c, d, "for example", both, view, unit_sees_inspector(unit),
			      reaches(unit), protect->condition, true);
	diag_label(d, protect->name_span, "protected here");
	if (unit->condition)
		diag_help(d, "exclude them with `unless`");
	else
		diag_help(d, "a person may press the button on any finding: leave out its status");
	return true;
}

struct statement_list {
	const struct statement **items;
	size_t n, cap;
};

static struct statement_list protects_of(struct compilation *c)
{
	struct statement_list all = {0};

	for (size_t i = 0; i < c->policy->n_statements; i++)
		if (c->policy->statements[i]->kind == STATEMENT_PROTECT)
			VEC_PUSH(c->arena, all, c->policy->statements[i]);
	return all;
}

static void check_protected(struct compilation *c, const struct plan *plan)
{
	struct statement_list all = protects_of(c);
	const struct cond **conds = ARENA_ARRAY(c->arena, const struct cond *, all.n + 1);
	enum view *views = ARENA_ARRAY(c->arena, enum view, all.n + 1);
	struct pins_index *index;

	for (size_t i = 0; i < all.n; i++) {
		conds[i] = all.items[i]->condition;
		views[i] = all.items[i]->many ? VIEW_MANY : VIEW_SINGLE;
	}
	index = pins_index_new(c->arena, conds, views, all.n);
	for (size_t i = 0; all.n && i < plan->units.n; i++) {
		const struct unit *unit = plan->units.items[i];
		const uint32_t *near;
		size_t n;

		if (!silences(unit))
			continue;
		near = pins_candidates(index, reaches(unit), unit->view, &n);
		for (size_t j = 0; j < n; j++)
			if (check_protect(c, unit, all.items[near[j]]))
				break; /* one is enough to see */
	}
}

void conflict_check_bounds(struct compilation *c, const struct plan *plan)
{
	for (size_t i = 0; i < c->policy->n_statements; i++) {
		const struct statement *s = c->policy->statements[i];

		check_scope(c, s, s->condition);
		for (size_t j = 0; j < s->n_rows; j++)
			check_scope(c, s, s->rows[j].condition);
	}
	check_protected(c, plan);
}
