/* SPDX-License-Identifier: Apache-2.0
 *
 * The passes of a compilation, in order. */
#include "target/compile.h"

#include "base/strsort.h"
#include "target/action.h"
#include "target/automation.h"
#include "target/automation_v2.h"
#include "target/conflict.h"
#include "target/end.h"
#include "target/eventbridge.h"
#include "target/expire.h"
#include "target/ignore.h"
#include "target/insight.h"
#include "target/inspector.h"
#include "target/lifecycle.h"
#include "target/pack.h"
#include "target/prove.h"
#include "target/review.h"
#include "target/quota.h"
#include "target/shape.h"
#include "target/text.h"
#include "target/tfvars.h"

#include <string.h>

#define TO(target) TARGET_BIT(TARGET_##target)
#define TO_RULES (TO(EVENTBRIDGE) | TO(WORKFLOW))

/* A row for each way to turn units into artefacts. */
static const struct {
	enum mechanism mechanism;
	unsigned targets; /* bits of those that its artefacts, and its end's, are for */
	/* The rules that mean unit->wanted exactly, or a refusal; nothing is added to the
	 * compilation. NULL: what is not about findings needs none. */
	bool (*make)(struct compilation *c, const struct unit *unit,
		     const struct literals *literals, struct refusal *refusal, void **made,
		     size_t *n);
	/* Adds the artefacts, or reports what the user must change. */
	void (*emit)(struct compilation *c, const struct unit *unit, const void *made, size_t n);
} backends[BACKEND_COUNT] = {
	[BACKEND_EVENT] = {MECHANISM_EVENT, TO_RULES, eventbridge_make, eventbridge_emit},
	[BACKEND_INSPECTOR_EVENT] = {MECHANISM_INSPECTOR_EVENT, TO_RULES, eventbridge_make,
				     eventbridge_emit},
	[BACKEND_V2_EVENT] = {MECHANISM_V2_EVENT, TO_RULES, eventbridge_make, eventbridge_emit},
	[BACKEND_SCAN_EVENT] = {MECHANISM_SCAN_EVENT, TO_RULES, eventbridge_make, eventbridge_emit},
	/* An event rule that reopens must know which rules are shared: by whose mark to go. */
	[BACKEND_AUTOMATION] = {MECHANISM_AUTOMATION, TO(AUTOMATION) | TO_RULES, automation_make,
				automation_emit},
	[BACKEND_AUTOMATION_V2] = {MECHANISM_AUTOMATION_V2, TO(AUTOMATION_V2) | TO(WORKFLOW),
				   automation_v2_make, automation_v2_emit},
	[BACKEND_INSIGHT] = {MECHANISM_INSIGHT, TO(INSIGHT), insight_make, insight_emit},
	[BACKEND_INSPECTOR] = {MECHANISM_INSPECTOR, TO(INSPECTOR) | TO(WORKFLOW), inspector_make,
			       inspector_emit},
	[BACKEND_REVIEW] = {MECHANISM_INSPECTOR, TO(REVIEW), review_make, review_emit},
	[BACKEND_LIFECYCLE] = {.targets = TO(LIFECYCLE), .emit = lifecycle_emit},
	[BACKEND_ACTION] = {.targets = TO(ACTION) | TO_RULES, .emit = action_emit},
};

/* --- mechanisms --- */

static void use_backend(struct compilation *c, struct unit *unit, enum backend backend)
{
	unit->backend = backend;
	unit->mechanism = backends[backend].mechanism;
	target_use(c, unit);
	unit->wanted = lower_cond(c->lower, unit_tree(unit), unit->view);
}

static bool try_backend(struct compilation *c, struct lowered *l, enum backend backend,
			struct refusal *refusal)
{
	const struct literals *literals;
	const struct cond *tree;
	bool done;

	target_ask(c);
	use_backend(c, l->unit, backend);
	tree = unit_tree(l->unit);
	literals = literals_collect(c->arena, c->policy, &tree, 1);
	*refusal = (struct refusal){0};
	done = backends[backend].make(c, l->unit, literals, refusal, &l->made, &l->n);
	if (engine_exhausted(lower_engine(c->lower))) {
		engine_clear_exhausted(lower_engine(c->lower));
		*refusal = (struct refusal){.why = REFUSE_BUDGET};
		return false;
	}
	return done;
}

/* Where a backend refuses, another may be the way out; BACKEND_COUNT if there is none. */
static enum backend way_out(const struct unit *unit)
{
	enum statement_kind kind = unit->statement->kind;
	bool silences = !unit->reopens && (kind == STATEMENT_SUPPRESS || kind == STATEMENT_ASSIGN);

	switch (unit->backend) {
	case BACKEND_AUTOMATION:
	case BACKEND_AUTOMATION_V2:
	case BACKEND_INSPECTOR:
		return silences ? BACKEND_EVENT : BACKEND_COUNT;
	case BACKEND_EVENT:
		return silences ? BACKEND_AUTOMATION : BACKEND_COUNT;
	case BACKEND_INSIGHT:
		return unit->view == VIEW_SINGLE ? BACKEND_INSPECTOR : BACKEND_COUNT;
	default:
		return BACKEND_COUNT;
	}
}

/* Is it the compiler that chooses between an automation rule and an event rule? */
static bool is_free(const struct unit *unit)
{
	return unit->backend == BACKEND_AUTOMATION && unit->statement->via == VIA_NONE &&
	       way_out(unit) != BACKEND_COUNT;
}

/* May something come of the unit that somebody asked for? What the compiler chooses for is made
 * whatever was asked, because what it becomes decides what it conflicts with. */
static bool is_asked(const struct compilation *c, const struct unit *unit)
{
	return is_free(unit) || target_asked(c, backends[unit->backend].targets);
}

/* Would the rules say it if a state machine stood behind them? Of a notify, `via event` says so. */
static bool could_test(struct compilation *c, const struct unit *unit)
{
	struct unit trial = *unit;
	struct lowered l = {.unit = &trial};
	struct refusal refusal;

	if (unit->tests || unit->backend != BACKEND_EVENT)
		return false;
	trial.tests = true;
	return try_backend(c, &l, BACKEND_EVENT, &refusal);
}

bool compile_could(struct compilation *c, const struct unit *unit, enum backend backend)
{
	struct unit trial = *unit;
	struct lowered l = {.unit = &trial};
	struct refusal refusal;

	trial.guarded = trial.condition;
	return try_backend(c, &l, backend, &refusal) && l.n;
}

/* Between an automation rule and an event rule the compiler chooses, unless `via` is written:
 * automation if it is exact, else event if that is. */
static bool choose(struct compilation *c, struct lowered *l)
{
	struct unit *unit = l->unit;
	enum backend first = unit->backend, second = way_out(unit);
	bool both = second != BACKEND_COUNT;
	struct refusal refusal, other;
	struct diag *d;
	bool can;

	unit->chosen = is_free(unit);
	if (try_backend(c, l, first, &refusal))
		return true;
	can = both && try_backend(c, l, second, &other);
	if (can && unit->chosen)
		return true;
	use_backend(c, unit, first);
	if (!both && could_test(c, unit)) {
		can = true;
		second = BACKEND_EVENT;
	}
	/* Where `via` is written, the other mechanism is only the way out. */
	d = refuse_report(c, unit, unit->mechanism, &refusal,
			  can ? mechanism_name(backends[second].mechanism) : NULL);
	if (both && !can)
		refuse_also(c, d, unit, backends[second].mechanism, &other);
	return false;
}

/* --- what is empty, what is too many --- */

static bool is_empty(struct compilation *c, struct plan *plan, const struct unit *unit)
{
	bool empty;

	target_ask(c);
	target_use(c, unit);
	empty = relate_empty(lower_engine(c->lower),
			     lower_cond(c->lower, unit->condition, unit->view));
	if (!target_answered(c, unit->statement))
		return true; /* nothing more is asked about it: there is no output now */
	if (!empty)
		return false;
	if (!c->for_lint || !unit->statement->mark) /* what suppressions left of it: VC401 */
		diag_help(diag_warning(c->diags, "VC301", unit->statement->name_span,
				       "`%s` can never match, so no rule is written for it",
				       diag_quote(c->diags, unit->name)),
			  "its conditions exclude each other, or no such finding exists");
	VEC_PUSH(c->arena, plan->left_out,
		 ((struct left_out){unit->statement, STR(""), "matches nothing"}));
	return true;
}

/* An event rule whose guard excludes all that its condition takes has nothing to write. */
static bool has_work(struct compilation *c, struct plan *plan, const struct lowered *l)
{
	if (l->n)
		return true;
	diag_warning(
		c->diags, "VC301", l->unit->statement->name_span,
		"what `%s` writes stands on every finding of its condition already, so no rule "
		"is written for it",
		diag_quote(c->diags, l->unit->name));
	VEC_PUSH(c->arena, plan->left_out,
		 ((struct left_out){l->unit->statement, STR(""), "has nothing to write"}));
	return false;
}

/* An empty tree would replace a good one, for a default of the policy that is mistaken, say. */
static void check_something_left(struct compilation *c, const struct plan *plan, size_t n)
{
	size_t first = 0;

	while (first < plan->units.n && !is_asked(c, plan->units.items[first]))
		first++;
	if (n || first == plan->units.n || diags_count(c->diags, DIAG_ERROR))
		return;
	diag_help(diag_error(c->diags, "VC301", plan->units.items[first]->statement->name_span,
			     "no rule of the policy is left, so nothing is written"),
		  "look at what all statements share: `accounts`, `regions`, `resources` and "
		  "`product`");
}

/* --- passes --- */

/* Two artefacts of one path would hide one of them. */
static void check_paths(struct compilation *c)
{
	struct str *paths = ARENA_ARRAY(c->arena, struct str, c->artefacts.n);
	size_t before, first;

	for (size_t i = 0; i < c->artefacts.n; i++)
		paths[i] = c->artefacts.items[i].path;
	if (strsort_repeat(c->arena, paths, c->artefacts.n, &before, &first))
		diag_bug(c->diags, c->artefacts.items[first].unit->statement->name_span,
			 "two artefacts have one path, `%s`", diag_quote(c->diags, paths[first]));
}

/* What stands from `from` on is one unit's, and proved, unless nobody will ever write it. */
static void to_terraform(struct compilation *c, struct plan *plan, size_t from, bool written)
{
	const struct unit *unit = from < c->artefacts.n ? c->artefacts.items[from].unit : NULL;

	if (c->tfvars == TFVARS_NONE || !unit)
		return;
	if (!tfvars_add(c, from))
		VEC_PUSH(c->arena, plan->left_out,
			 ((struct left_out){unit->statement, STR(""), TFVARS_LACKS}));
	else if (written)
		tfvars_prove(c, from);
}

/* What is written is read back and proved; that of a shape's markers never is (shape.h). */
static void emit(struct compilation *c, struct plan *plan, const struct lowered *l, bool written)
{
	size_t from = c->artefacts.n, errors = diags_count(c->diags, DIAG_ERROR);

	backends[l->unit->backend].emit(c, l->unit, l->made, l->n);
	end_emit(c, l->unit, l->unit, l->n);
	if (written && diags_count(c->diags, DIAG_ERROR) == errors)
		prove_unit(c, l->unit, c->artefacts.items + from, c->artefacts.n - from);
	for (size_t i = 0; i < l->unit->n_members; i++) {
		size_t before = c->artefacts.n;

		end_emit(c, l->unit->members[i], l->unit, l->n);
		prove_shared_end(c, l->unit->members[i], l, c->artefacts.items + before,
				 c->artefacts.n - before);
	}
	if (diags_count(c->diags, DIAG_ERROR) == errors)
		to_terraform(c, plan, from, written);
}

/* Is the unit one that is emitted, and in what form? What is not is reported. */
static bool lower_unit(struct compilation *c, struct plan *plan, struct lowered *l)
{
	if (!l->unit->condition)
		return true;
	plan_finish(c, plan, l->unit);
	return !is_empty(c, plan, l->unit) && choose(c, l) && has_work(c, plan, l);
}

/* --- shapes --- */

/* A unit of a shape by itself; false if there is anything to say about it. */
static bool compile_alone(struct compilation *c, struct plan *plan, struct unit *unit,
			  const struct policy *policy, struct compilation *alone)
{
	struct lowered l = {.unit = unit};
	size_t left_out = plan->left_out.n;
	bool good;

	*alone = (struct compilation){
		.arena = c->arena,
		.diags = diags_new(c->arena, c->sources),
		.sources = c->sources,
		.lower = c->lower,
		.policy = policy,
		.tfvars = c->tfvars,
		.placeholders = c->placeholders,
		.has_end = c->has_end,
		.first_end = c->first_end,
	};
	plan_again(alone, plan, unit);
	good = lower_unit(alone, plan, &l);
	if (good)
		emit(alone, plan, &l, false);
	plan->left_out.n = left_out;
	c->placeholders = alone->placeholders;
	return good && !diags_count(alone->diags, DIAG_ERROR) &&
	       !diags_count(alone->diags, DIAG_WARNING);
}

static void learn(struct compilation *c, struct plan *plan, struct shapes *shapes,
		  struct shape *shape)
{
	struct compilation alone[2];
	bool good = true;

	for (unsigned which = 0; which < 2 && good; which++) {
		const struct policy *policy;
		struct unit *unit = shape_marked(shapes, shape, which, &policy);

		good = compile_alone(c, plan, unit, policy, &alone[which]);
	}
	shape_learn(shapes, shape, good ? &alone[0] : NULL, good ? &alone[1] : NULL);
}

/* --- automation rules that statements share --- */

static uint64_t automation_rules(const struct lowered *all, size_t n)
{
	uint64_t rules = 0;

	for (size_t i = 0; i < n; i++)
		if (all[i].unit->backend == BACKEND_AUTOMATION)
			rules += all[i].n;
	return rules;
}

/* What a shape has emitted is text, and cannot be packed: it is lowered after all. */
static void take_back(struct compilation *c, struct plan *plan, struct lowered *all, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < c->artefacts.n; i++)
		if (c->artefacts.items[i].unit->backend != BACKEND_AUTOMATION)
			c->artefacts.items[kept++] = c->artefacts.items[i];
	c->artefacts.n = kept;
	c->used_rules[MECHANISM_AUTOMATION] = 0;
	for (size_t i = 0; i < n; i++)
		if (all[i].emitted && all[i].unit->backend == BACKEND_AUTOMATION)
			all[i].emitted = !lower_unit(c, plan, &all[i]);
}

/* Where there are more than the quota; how many units are left, and how many rules would be. What
 * reopens by a mark must know that of a shared rule. */
static size_t share_rules(struct compilation *c, struct plan *plan, struct lowered *all, size_t n,
			  uint64_t *rules)
{
	const struct config *config = c->policy->config;
	uint64_t alone = automation_rules(all, n);
	struct lowered *before;
	struct packing *packing;
	size_t left;

	*rules = alone;
	if (alone <= (uint64_t)config->quotas.automation_rules)
		return n;
	take_back(c, plan, all, n);
	packing = pack_new(c, all, n);
	*rules = pack_rules(packing);
	if (!config->pack || *rules == alone)
		return n;
	before = ARENA_ARRAY(c->arena, struct lowered, n);
	memcpy(before, all, n * sizeof *all);
	left = pack_apply(c, plan, packing, all, n);
	c->unshared_rules = alone;
	prove_packing(c, before, n, all, left);
	for (size_t i = 0; i < left; i++)
		if (all[i].unit->reopens) {
			plan_guard(c, plan, all[i].unit);
			all[i].emitted = !choose(c, &all[i]);
		}
	return left;
}

static size_t event_rules(struct compilation *c, const struct unit *unit)
{
	struct unit copy = *unit;
	struct lowered l = {.unit = &copy};
	struct refusal refusal;

	if (way_out(unit) != BACKEND_EVENT || !try_backend(c, &l, BACKEND_EVENT, &refusal))
		return 0;
	return l.n;
}

/* The artefacts of a unit by its shape, and how many rules they are. */
static size_t emit_shaped(struct compilation *c, struct plan *plan, struct shapes *shapes,
			  struct shape *shape, struct unit *unit)
{
	size_t from = c->artefacts.n, rules;
	unsigned unwanted = c->unwanted;
	bool proved;

	if (shape_is_new(shape))
		learn(c, plan, shapes, shape);
	proved = shape_is_proved(shape);
	if (!proved)
		c->unwanted = 0;
	rules = shape_emit(shapes, shape, unit);
	c->unwanted = unwanted;
	if (!proved && rules) {
		plan_finish(c, plan, unit);
		use_backend(c, unit, unit->backend);
		prove_unit(c, unit, c->artefacts.items + from, c->artefacts.n - from);
		tfvars_prove(c, from);
		shape_set_proved(shape);
	}
	return rules;
}

/* --- the whole --- */

/* What is of a learned shape is emitted at once; the number of all that are left. Units of one name
 * (rows of an `each`) number their rules on. What nobody asked for is left alone. */
static size_t lower_all(struct compilation *c, struct plan *plan, struct lowered *all)
{
	struct shapes *shapes = shapes_find(c, plan);
	const struct unit *last = NULL;
	size_t n = 0, next = 1;

	for (size_t i = 0; i < plan->units.n; i++) {
		struct unit *unit = plan->units.items[i];
		struct shape *shape = shape_of(shapes, i);
		size_t rules = 0;

		if (!is_asked(c, unit)) {
			plan_finish(c, plan, unit); /* conflicts are looked for all the same */
			continue;
		}
		if (last && str_eq(last->name, unit->name))
			unit->first = next;
		if (shape)
			rules = emit_shaped(c, plan, shapes, shape, unit);
		all[n] = (struct lowered){.unit = unit, .n = rules, .emitted = rules};
		if (!rules && !lower_unit(c, plan, &all[n]))
			continue;
		unit->n_rules = all[n].n;
		next = unit->first + all[n++].n;
		last = unit;
	}
	return n;
}

struct plan *compile_policy(struct compilation *c)
{
	struct plan *plan = plan_make(c);
	struct lowered *all = ARENA_ARRAY(c->arena, struct lowered, plan->units.n + 1);
	uint64_t shared;
	size_t n;

	action_check_ids(c, plan);
	conflict_check_bounds(c, plan);
	n = lower_all(c, plan, all);
	conflict_check_writes(c, plan);
	check_something_left(c, plan, n);
	if (!diags_count(c->diags, DIAG_ERROR)) {
		n = share_rules(c, plan, all, n, &shared);
		for (size_t i = 0; i < n; i++)
			if (!all[i].emitted)
				emit(c, plan, &all[i], true);
		to_terraform(c, plan, expire_emit(c, plan), true);
		check_paths(c);
		quota_automation(c, all, n, shared, event_rules);
		quota_others(c);
		if (c->tfvars != TFVARS_NONE && !diags_count(c->diags, DIAG_ERROR))
			tfvars_finish(c, plan);
		if (c->ignore)
			ignore_emit(c, plan);
	}
	return diags_count(c->diags, DIAG_ERROR) ? NULL : plan;
}
