/* SPDX-License-Identifier: Apache-2.0
 *
 * Guards of event rules. */
#include "target/guard.h"

#include "target/text.h"
#include "target/tree.h"

static const struct cond *mark_of(struct compilation *c, struct str name)
{
	return tree_text(c->arena, FIELD_note, STR(""), TEST_PREFIX, text_mark(c->arena, name));
}

/* The mark of a statement or one that it bore under an old name (@was). */
static void add_marks(struct compilation *c, const struct statement *s, struct cond_list *marks)
{
	VEC_PUSH(c->arena, *marks, mark_of(c, s->name));
	for (size_t i = 0; i < s->n_was; i++)
		VEC_PUSH(c->arena, *marks, mark_of(c, s->was[i]));
}

/* Not yet silenced, and not silenced by us before: what a person set back stays so. */
static const struct cond *guard_suppress(struct compilation *c, const struct unit *unit)
{
	const struct cond *open[] = {
		tree_word(c->arena, FIELD_workflow, WORKFLOW_NEW),
		tree_word(c->arena, FIELD_workflow, WORKFLOW_NOTIFIED),
	};
	struct cond_list marks = {0};

	add_marks(c, unit->statement, &marks);
	return tree_both(c->arena, tree_some(c->arena, open, 2),
			 tree_not(c->arena, tree_some(c->arena, marks.items, marks.n)));
}

/* What never changes in the life of a finding. */
static bool lasting(enum field_id field)
{
	switch (field) {
	case FIELD_product:
	case FIELD_product_arn:
	case FIELD_finding_id:
	case FIELD_finding_type:
	case FIELD_generator:
	case FIELD_cve:
	case FIELD_account:
	case FIELD_region:
	case FIELD_resource_type:
	case FIELD_resource_id:
	case FIELD_repository:
	case FIELD_image_digest:
	case FIELD_lambda_name:
	case FIELD_ec2_instance:
	case FIELD_control:
		return true;
	default:
		return false;
	}
}

static dd lasting_part(struct compilation *c, dd set)
{
	struct engine *e = lower_engine(c->lower);
	var *vars;
	size_t n = dd_support(e, c->arena, set, &vars);

	for (size_t i = 0; i < n; i++) {
		const struct place *place = lower_place(c->lower, vars[i]);

		if (place->is_group || !lasting(place->field))
			set = dd_forget(e, set, vars[i]);
	}
	return set;
}

/* The mark of a rule that the suppression shares with others stands for it where it can have held:
 * what may have changed since then apart. */
static void add_shared_marks(struct compilation *c, const struct in_force *held,
			     struct cond_list *marks)
{
	for (size_t i = 0; i < held->shared.n; i++)
		VEC_PUSH(c->arena, *marks,
			 tree_both(c->arena, mark_of(c, held->shared.items[i]),
				   tree_widened(c->arena, held->whole, lasting)));
}

/* Could a finding that bears the mark of `other` (because it held together with the suppression
 * that is reopened) ever be one that the reopen takes? */
static bool may_bear(struct compilation *c, const struct unit *unit, dd held, dd taken,
		     const struct cond *other)
{
	struct engine *e = lower_engine(c->lower);
	dd both = dd_and(e, held, lower_cond(c->lower, other, unit->view));

	return relate_overlap(e, lasting_part(c, both), taken, NULL);
}

static const struct cond *guard_reopen(struct compilation *c, struct plan *plan,
				       const struct unit *unit)
{
	const struct statement *of = unit->of;
	const struct cond *silent =
		tree_word(c->arena, FIELD_workflow, of ? of->status : WORKFLOW_SUPPRESSED);
	const struct in_force *held = of ? plan_in_force(plan, of) : NULL;
	struct in_force_list others = {0};
	struct cond_list marks = {0};
	dd whole, taken;

	if (!of)
		return silent;
	add_marks(c, of, &marks);
	if (held) {
		add_shared_marks(c, held, &marks);
		lower_use(c->lower, unit->view);
		whole = lower_cond(c->lower, held->whole, unit->view);
		taken = lasting_part(c, lower_cond(c->lower, unit->condition, unit->view));
		plan_overlapping(c, plan, held->whole, unit->view, whole, &others);
		for (size_t i = 0; i < others.n; i++) {
			if (others.items[i] == held ||
			    others.items[i]->statement->status != of->status ||
			    !may_bear(c, unit, whole, taken, others.items[i]->whole))
				continue;
			add_marks(c, others.items[i]->statement, &marks);
			add_shared_marks(c, others.items[i], &marks);
		}
	}
	return tree_both(c->arena, silent, tree_some(c->arena, marks.items, marks.n));
}

/* Not all that it writes stands there already. */
static const struct cond *guard_assign(struct compilation *c, const struct unit *unit)
{
	const struct effect *effect = &unit->effect;
	struct cond_list stands = {0};

	for (size_t i = 0; i < effect->n_sets; i++)
		VEC_PUSH(c->arena, stands,
			 tree_text(c->arena, FIELD_field, effect->sets[i].key, TEST_IN,
				   effect->sets[i].value));
	if (effect->status >= 0)
		VEC_PUSH(c->arena, stands, tree_word(c->arena, FIELD_workflow, effect->status));
	if (effect->severity >= 0)
		VEC_PUSH(c->arena, stands, tree_word(c->arena, FIELD_severity, effect->severity));
	if (effect->note.len)
		VEC_PUSH(c->arena, stands,
			 tree_text(c->arena, FIELD_note, STR(""), TEST_IN, effect->note));
	return tree_not(c->arena, tree_all(c->arena, stands.items, stands.n));
}

const struct cond *guard_make(struct compilation *c, struct plan *plan, const struct unit *unit)
{
	if (unit->reopens)
		return guard_reopen(c, plan, unit);
	switch (unit->statement->kind) {
	case STATEMENT_SUPPRESS:
		return guard_suppress(c, unit);
	case STATEMENT_ASSIGN:
		return guard_assign(c, unit);
	default:
		return NULL;
	}
}
