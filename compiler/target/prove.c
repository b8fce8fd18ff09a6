/* SPDX-License-Identifier: Apache-2.0
 *
 * The proof of a unit's artefacts. */
#include "target/prove.h"

#include "finding/finding.h"
#include "ir/memo.h"
#include "target/action.h"
#include "target/automation.h"
#include "target/automation_v2.h"
#include "target/end.h"
#include "target/eventbridge.h"
#include "target/insight.h"
#include "target/inspector.h"
#include "target/lifecycle.h"
#include "target/review.h"
#include "target/workflow.h"

struct proof {
	struct compilation *c;
	const struct unit *unit;
	dd set;	     /* what the rules take together */
	dd test;     /* what their state machine goes on with */
	bool tested; /* the channels are behind the state machine */
	size_t rules, effects, requests[ARTEFACT_KIND_COUNT];
	bool more;			/* the artefact says that it takes more than its unit */
	const struct artefact *pattern; /* the last one: the rule beside it holds it too */
};

static bool bug(struct proof *p, const struct artefact *a, const char *why)
{
	/* What a reader says after the budget ran out is no finding of its own. */
	if (target_answered(p->c, p->unit->statement))
		diag_bug(p->c->diags, p->unit->statement->name_span, "`%s` %s",
			 diag_quote(p->c->diags, a->path), why);
	return false;
}

static bool same_fields(const struct effect *a, const struct effect *b)
{
	if (a->n_sets != b->n_sets)
		return false;
	for (size_t i = 0; i < a->n_sets; i++) {
		bool found = false;

		for (size_t j = 0; j < b->n_sets && !found; j++)
			found = str_eq(a->sets[i].key, b->sets[j].key) &&
				str_eq(a->sets[i].value, b->sets[j].value);
		if (!found)
			return false;
	}
	return true;
}

static bool check_effect(struct proof *p, const struct artefact *a, const struct effect *read)
{
	const struct effect *meant = &p->unit->effect;

	p->effects++;
	if (read->status != meant->status)
		return bug(p, a, "writes another workflow status than its statement");
	if (read->severity != meant->severity)
		return bug(p, a, "writes another severity than its statement");
	if (!str_eq(read->note, meant->note))
		return bug(p, a, "writes another note than its statement");
	if (!same_fields(read, meant))
		return bug(p, a, "writes other fields than its statement");
	return true;
}

static bool add_set(struct proof *p, dd set)
{
	p->set = dd_or(lower_engine(p->c->lower), p->set, set);
	p->rules++;
	return true;
}

/* What the machine lets through is all that happens. */
static bool read_machine(struct proof *p, const struct artefact *a)
{
	struct workflow machine;
	const char *why = NULL;

	if (!workflow_read(p->c, p->unit, a->text, &machine, &why))
		return bug(p, a, why);
	p->test = machine.test;
	return !machine.writes || check_effect(p, a, &machine.effect);
}

/* Who tells the channels, the rules or the machine? The rules are read first. */
static bool machine_tells(struct compilation *c, const struct artefact *artefacts, size_t n)
{
	struct json_error error;

	for (size_t i = 0; i < n; i++)
		if (artefacts[i].kind == ARTEFACT_STATE_MACHINE)
			return json_get(
				json_get(json_parse(c->arena, artefacts[i].text, &error), "States"),
				"Tell");
	return false;
}

static bool read_review(struct proof *p, const struct artefact *a)
{
	const char *why = NULL;
	dd set;

	p->more = a->beyond.len > 0;
	return (review_read(p->c, p->unit, a, &set, &why) || bug(p, a, why)) && add_set(p, set);
}

/* The rules of the unit were read before. */
static bool read_end(struct proof *p, const struct artefact *a)
{
	size_t rules = p->requests[p->unit->mechanism == MECHANISM_EVENT ? ARTEFACT_EVENT_RULE
									 : ARTEFACT_AUTOMATION_V1];
	const char *why = NULL;

	if (a->kind == ARTEFACT_HOLDER)
		return end_check_line(p->c, p->unit, a->index, a->text, &why) || bug(p, a, why);
	return end_check_schedule(p->c, p->unit, p->unit, rules, a->text, &why) || bug(p, a, why);
}

static bool read_artefact(struct proof *p, const struct artefact *a)
{
	struct effect effect = {.status = -1, .severity = -1};
	const char *why = NULL;
	dd set;

	if (a->index != ++p->requests[a->kind])
		return bug(p, a, "is out of its order");
	switch (a->kind) {
	case ARTEFACT_EVENT_PATTERN:
		if (p->unit->backend == BACKEND_ACTION) {
			p->pattern = a;
			return action_check_pattern(p->c, p->unit, a->text, &why) || bug(p, a, why);
		}
		if (!eventbridge_read(p->c, p->unit, a->text, &set, &why))
			return bug(p, a, why);
		/* Each rule that an event matches fires. */
		if (p->pattern && eventbridge_repeats(p->c, p->pattern->text, a->text))
			return bug(p, a, "takes findings that another pattern of it takes");
		p->pattern = a;
		return add_set(p, set);
	case ARTEFACT_EVENT_RULE:
		return (p->pattern && eventbridge_check_rule(p->c, p->unit, a->index, a->text,
							     p->pattern->text, &why)) ||
		       bug(p, a, why ? why : "has no pattern beside it");
	case ARTEFACT_EVENT_TARGETS:
		return eventbridge_check_targets(p->c, p->unit, a->index, a->text, p->tested,
						 &why) ||
		       bug(p, a, why);
	case ARTEFACT_AUTOMATION_V1:
		if (!automation_read(p->c, p->unit, a->text, &set, &effect, &why) ||
		    !automation_check(p->c, p->unit, a->index, a->text, &why))
			return bug(p, a, why);
		return add_set(p, set) && check_effect(p, a, &effect);
	case ARTEFACT_AUTOMATION_V2:
		if (!automation_v2_read(p->c, p->unit, a->text, &set, &effect, &why) ||
		    !automation_v2_check(p->c, p->unit, a->index, a->text, &why))
			return bug(p, a, why);
		return add_set(p, set) && check_effect(p, a, &effect);
	case ARTEFACT_LIFECYCLE:
		return lifecycle_check(p->c, p->unit, a->text, &why) || bug(p, a, why);
	case ARTEFACT_ACTION_TARGET:
		return action_check_target(p->c, p->unit, a->text, &why) || bug(p, a, why);
	case ARTEFACT_INSIGHT:
		return (insight_read(p->c, p->unit, a->text, &set, &why) &&
			insight_check(p->c, p->unit, a->text, &why) && add_set(p, set)) ||
		       bug(p, a, why);
	case ARTEFACT_INSPECTOR_FILTER:
		return (inspector_read(p->c, p->unit, a, &set, &why) || bug(p, a, why)) &&
		       add_set(p, set);
	case ARTEFACT_STATE_MACHINE:
		return read_machine(p, a);
	case ARTEFACT_SCHEDULE:
	case ARTEFACT_HOLDER:
		return p->unit->backend == BACKEND_REVIEW ? read_review(p, a) : read_end(p, a);
	default:
		return bug(p, a, "has no decompiler");
	}
}

/* The difference as a finding, so that the bug can be reported with what shows it. */
static bool report_difference(struct proof *p, dd too_much, dd too_little)
{
	struct compilation *c = p->c;
	bool more = too_much != DD_FALSE;
	const struct element *root;
	struct diag *d;

	d = diag_bug(c->diags, p->unit->statement->name_span,
		     "the artefacts of `%s` do not mean what the statement says",
		     diag_quote(c->diags, p->unit->name));
	if (p->unit->backend == BACKEND_SCAN_EVENT)
		return false; /* there is no finding to show */
	root = target_witness(c, p->unit, more ? too_much : too_little);
	if (root)
		diag_note(d, more ? "they take this finding: %s" : "they miss this finding: %s",
			  diag_quote(c->diags, finding_summary(c->arena, root)));
	return false;
}

/* The set is right; is there, beside the rules, all that makes them work? */
static bool check_complete(const struct proof *p)
{
	const struct unit *unit = p->unit;
	size_t patterns = p->requests[ARTEFACT_EVENT_PATTERN];
	size_t effects = unit->mechanism == MECHANISM_EVENT ? 1 : p->rules;
	bool action = unit->backend == BACKEND_ACTION;
	bool ends = unit->statement->kind != STATEMENT_SUPPRESS ||
		    p->requests[ARTEFACT_SCHEDULE] == (size_t)end_is_due(unit);

	if (p->effects == (unit_writes(unit) ? effects : 0) &&
	    p->requests[ARTEFACT_EVENT_RULE] == patterns &&
	    p->requests[ARTEFACT_EVENT_TARGETS] == patterns && (!action || patterns == 1) &&
	    p->requests[ARTEFACT_ACTION_TARGET] == action &&
	    p->requests[ARTEFACT_LIFECYCLE] == (unit->backend == BACKEND_LIFECYCLE) && ends)
		return true;
	diag_bug(p->c->diags, unit->statement->name_span, "the artefacts of `%s` lack what it does",
		 diag_quote(p->c->diags, unit->name));
	return false;
}

/* What says that it takes more must do so, and never take less. */
static bool same_set(struct proof *p, dd *too_much, dd *too_little)
{
	struct engine *e = lower_engine(p->c->lower);
	dd read = dd_and(e, p->set, p->test);
	bool equal = relate_equal(e, read, p->unit->wanted, too_much, too_little);

	if (!p->more)
		return equal;
	*too_much = DD_FALSE;
	return !equal && relate_inside(e, p->unit->wanted, read, too_little);
}

bool prove_unit(struct compilation *c, const struct unit *unit, const struct artefact *artefacts,
		size_t n)
{
	struct proof p = {.c = c, .unit = unit, .set = DD_FALSE, .test = DD_TRUE};
	dd too_much = DD_FALSE, too_little = DD_FALSE;
	bool equal;

	while (n && artefacts[n - 1].kind == ARTEFACT_TFVARS) /* tfvars.h proves them */
		n--;
	p.tested = machine_tells(c, artefacts, n);
	target_ask(c);
	target_use(c, unit);
	for (size_t i = 0; i < n; i++) {
		if (!read_artefact(&p, &artefacts[i]))
			return false;
		if (!target_answered(c, unit->statement))
			return false;
		target_ask(c); /* each artefact is a question of its own */
	}
	if (!unit->condition)
		return check_complete(&p);
	equal = same_set(&p, &too_much, &too_little);
	if (!target_answered(c, unit->statement))
		return false;
	if (!equal)
		return report_difference(&p, too_much, too_little);
	return check_complete(&p);
}

/* --- packing --- */

static bool packing_bug(struct compilation *c, const struct unit *unit, const char *why)
{
	diag_bug(c->diags, unit->statement->name_span, "`%s` %s", diag_quote(c->diags, unit->name),
		 why);
	return false;
}

/* A suppression's note says of whom it is, and until when; another's text is what it writes. */
static bool same_note(struct compilation *c, const struct unit *shared, const struct unit *member)
{
	struct str mark = str_printf(c->arena, "vulnctl " STR_FMT " until " STR_FMT ": ",
				     STR_ARG(shared->name), STR_ARG(member->until));

	if (member->statement->kind == STATEMENT_SUPPRESS)
		return str_starts(shared->effect.note, mark);
	return str_eq(shared->effect.note, member->effect.note);
}

static bool prove_member(struct compilation *c, const struct unit *shared,
			 const struct unit *member)
{
	const struct effect *a = &shared->effect, *b = &member->effect;

	if (a->status != b->status || a->severity != b->severity || !same_fields(a, b))
		return packing_bug(c, member, "shares a rule that does something else");
	if (!same_note(c, shared, member))
		return packing_bug(c, member, "shares a rule that ends or notes something else");
	if (shared->view != member->view || shared->backend != member->backend)
		return packing_bug(c, member, "shares a rule that sees other findings");
	return true;
}

static bool prove_shared(struct compilation *c, const struct unit *shared, struct memo *seen)
{
	const struct cond *condition = shared->condition;

	if (condition->kind != COND_OR || condition->n != shared->n_members)
		return packing_bug(c, shared, "is not for its members");
	for (size_t i = 0; i < shared->n_members; i++) {
		if (condition->kids[i] != shared->members[i]->condition)
			return packing_bug(c, shared, "is not for its members");
		if (!prove_member(c, shared, shared->members[i]))
			return false;
		memo_put(seen, c->arena, (uint64_t)(uintptr_t)shared->members[i], 1);
	}
	return true;
}

bool prove_shared_end(struct compilation *c, const struct unit *member,
		      const struct lowered *shared, const struct artefact *artefacts, size_t n)
{
	struct proof p = {.c = c, .unit = member};
	size_t due = end_is_due(member);
	const char *why = NULL;

	target_ask(c);
	lower_use(c->lower, member->view);
	for (size_t i = 0; i < n; i++) {
		const struct artefact *a = &artefacts[i];
		bool good = a->kind == ARTEFACT_SCHEDULE
				    ? end_check_schedule(c, member, shared->unit, shared->n,
							 a->text, &why)
				    : end_check_line(c, member, a->index, a->text, &why);

		if (a->index != ++p.requests[a->kind])
			return bug(&p, a, "is out of its order");
		if (!good)
			return bug(&p, a, why);
	}
	return (target_answered(c, member->statement) && p.requests[ARTEFACT_SCHEDULE] == due) ||
	       packing_bug(c, member, "comes back never, or twice");
}

bool prove_packing(struct compilation *c, const struct lowered *before, size_t n_before,
		   const struct lowered *after, size_t n_after)
{
	struct memo seen = {0};
	uint32_t found;

	for (size_t i = 0; i < n_after; i++) {
		const struct unit *unit = after[i].unit;

		memo_put(&seen, c->arena, (uint64_t)(uintptr_t)unit, 1);
		if (unit->backend == BACKEND_AUTOMATION && unit->n_members &&
		    !prove_shared(c, unit, &seen))
			return false;
	}
	for (size_t i = 0; i < n_before; i++)
		if (!memo_get(&seen, (uint64_t)(uintptr_t)before[i].unit, &found))
			return packing_bug(c, before[i].unit, "is lost among those that share");
	return true;
}
