/* SPDX-License-Identifier: Apache-2.0
 *
 * Messages and what silences their findings. An automation rule does before the message goes out,
 * and so does Inspector; an event rule only behind it (semantics.md §3). */
#include "lint/notify_internal.h"

#include "eval/eval.h"
#include "ir/witness.h"
#include "target/tree.h"

#define NAMED_MAX 3 /* statements that a message names */

/* The rules that change a status, by the status that they write. */
struct silencers {
	struct lint *l;
	struct unions *before[STATUSES], *behind[STATUSES];
	struct unions *v2[STATUSES]; /* in Security Hub V2, before its events */
	struct unions *inspector;    /* which archives what it hides */
	bool severity;		     /* rules see another severity than messages may */
};

static struct unions *united(struct lint *l, const struct unit_list *list)
{
	return unions_new(l, list->items, list->n);
}

static struct silencers silencers_of(struct lint *l)
{
	struct unit_list before[STATUSES] = {{0}}, behind[STATUSES] = {{0}}, v2[STATUSES] = {{0}};
	struct unit_list inspector = {0};
	struct silencers s = {.l = l};

	for (size_t i = 0; i < l->plan->units.n; i++) {
		const struct unit *unit = l->plan->units.items[i];
		bool suppress = unit->statement->kind == STATEMENT_SUPPRESS && !unit->reopens;
		int status = unit->effect.status;

		if (unit->n_members)
			continue; /* its members are told of */
		s.severity |= unit->effect.severity >= 0;
		if (suppress && unit->backend == BACKEND_INSPECTOR)
			VEC_PUSH(l->arena, inspector, unit);
		else if (status <= WORKFLOW_NEW || !unit->condition)
			continue;
		else if (unit->backend == BACKEND_AUTOMATION)
			VEC_PUSH(l->arena, before[status], unit);
		else if (unit->backend == BACKEND_AUTOMATION_V2)
			VEC_PUSH(l->arena, v2[status], unit);
		else if (suppress)
			VEC_PUSH(l->arena, behind[status], unit);
	}
	for (int w = 0; w < STATUSES; w++) {
		s.before[w] = united(l, &before[w]);
		s.behind[w] = united(l, &behind[w]);
		s.v2[w] = united(l, &v2[w]);
	}
	s.inspector = united(l, &inspector);
	return s;
}

/* What the message does not tell of once they have a status, or are archived. */
static struct slices sensitive(struct lint *l, const struct message *m, enum field_id field,
			       int word)
{
	return sets_minus(l, m->set, sets_once(l, m->set, field, word));
}

#define SILENCES_MAX (2 * STATUSES + 1)

/* One kind of silencers of a message, and the part of it that they can silence. */
struct silence {
	struct unions *by;
	struct slices part;
	bool archives; /* as Inspector does, where it sees the severity that messages do */
};

/* Those that act before the message goes out; their number. */
static size_t silences_before(struct silencers *s, const struct message *m,
			      struct silence out[SILENCES_MAX])
{
	bool v2 = m->unit->backend == BACKEND_V2_EVENT;
	size_t n = 0;

	if (!v2 && unions_count(s->inspector))
		out[n++] = (struct silence){
			.by = unions_near(s->inspector, m->unit),
			.part = sensitive(s->l, m, FIELD_record, RECORD_ARCHIVED),
			.archives = true,
		};
	for (int w = 0; w < STATUSES && !m->inspector; w++) {
		struct unions *by = v2 ? s->v2[w] : s->before[w];

		if (unions_count(by))
			out[n++] = (struct silence){
				.by = unions_near(by, m->unit),
				.part = sensitive(s->l, m, FIELD_workflow, w),
			};
	}
	return n;
}

static struct slices silenced(struct silencers *s, const struct silence *by)
{
	struct slices all = unions_of(by->by, 0, unions_count(by->by));

	if (s->severity && !by->archives)
		all = sets_whichever(s->l, all, FIELD_severity, BIT(SEVERITY_UNTRIAGED + 1) - 1);
	return sets_and(s->l, all, by->part);
}

/* Names the first that take what is told, the first that take what is left then, and so on. */
static void name_silencers(struct silencers *s, struct diag *diag, const struct message *m,
			   const struct silence *by, size_t n)
{
	struct slices left = m->set;
	struct lint *l = s->l;
	size_t named = 0;

	for (size_t i = 0; i < n; i++) {
		size_t count = unions_count(by[i].by), at = 0;

		for (;; at++) {
			enum view view;
			dd both;

			lint_ask(l);
			at = unions_meet(by[i].by, sets_and(l, left, by[i].part), at, m->inspector,
					 &both, &view);
			if (at >= count)
				break;
			if (named++ == NAMED_MAX) {
				diag_note(diag, "other statements take the rest of them");
				return;
			}
			diag_label(diag, unions_unit(by[i].by, at)->statement->name_span,
				   named > 1 ? "and here" : "silenced here");
			left = sets_minus(l, left, unions_of(by[i].by, at, at + 1));
		}
	}
}

static void report_dead(struct silencers *s, const struct message *m, const struct silence *by,
			size_t n)
{
	const struct statement *told = m->unit->statement;
	struct lint *l = s->l;
	struct diag *diag;
	enum view view;
	dd set;

	if (!sets_find(l, m->set, m->inspector, &set, &view))
		return; /* it has none: VC301 */
	diag = lint_report(l, RULE_notification_never_fires, told->name_span,
			   "`%s` never tells of anything: all its findings are silenced before",
			   diag_quote(l->diags, told->name));
	name_silencers(s, diag, m, by, n);
	lint_witness(l, diag, "not told is, for example", set, view, told->condition, NULL, NULL);
	diag_help(diag, "narrow the suppressions, or remove the message");
}

/* A message that marks is left what no suppression holds (target/plan.c), event rules included. */
static void report_marked(struct silencers *s, const struct message *m)
{
	const struct statement *told = m->unit->statement;
	struct message whole = *m;
	struct silence by[SILENCES_MAX];
	size_t n;

	whole.set = conflict_slices(s->l->c, told->condition, told->many ? VIEW_MANY : VIEW_SINGLE);
	n = silences_before(s, &whole, by);
	for (int w = 0; w < STATUSES; w++)
		if (unions_count(s->behind[w]))
			by[n++] = (struct silence){.by = s->behind[w], .part = whole.set};
	report_dead(s, &whole, by, n);
}

/* The first suppression whose event rule comes behind the message. */
static void check_behind(struct silencers *s, const struct message *m, struct slices alive)
{
	const struct statement *told = m->unit->statement;
	struct lint *l = s->l;
	const struct cond *open[] = {tree_word(l->arena, FIELD_workflow, WORKFLOW_NEW),
				     tree_word(l->arena, FIELD_workflow, WORKFLOW_NOTIFIED)};
	struct slices due = conflict_slices(l->c, tree_some(l->arena, open, 2), VIEW_MANY);

	due = sets_and(l, due, sets_and(l, m->sometimes, alive));
	for (int w = 0; w < STATUSES; w++) {
		struct unions *by = unions_near(s->behind[w], m->unit);
		struct slices part = sets_minus(l, due, sets_once(l, m->set, FIELD_workflow, w));
		const struct unit *silencer;
		struct diag *diag;
		enum view view;
		size_t at;
		dd both;

		at = unions_meet(by, part, 0, false, &both, &view);
		if (at == unions_count(by))
			continue;
		silencer = unions_unit(by, at);
		diag = lint_report(l, RULE_told_before_silenced, told->name_span,
				   "`%s` tells of findings before `%s` silences them",
				   diag_quote(l->diags, told->name),
				   diag_quote(l->diags, silencer->statement->name));
		diag_label(diag, silencer->statement->name_span,
			   silencer->chosen
				   ? "silenced by an event rule, for no automation rule says it "
				     "exactly"
				   : "silenced by an event rule");
		lint_witness(l, diag, "for example", both, view, m->unit->condition,
			     silencer->condition, NULL);
		diag_help(diag, "repeat its condition as `unless` of the message, which needs `via "
				"event` where no pattern says that exactly");
		if (!silencer->chosen)
			diag_help(diag,
				  "or remove `via event` from `%s` where an automation rule "
				  "says it exactly",
				  diag_quote(l->diags, silencer->statement->name));
		return;
	}
}

/* --- messages --- */

#define MANY 64 /* silencers, of which to ask one by one with a finding in hand */
#define TRIES 4

/* The first of the silencers that take the finding; NULL if none does. */
static const struct unit *taken_by(struct silencers *s, const struct silence *by, size_t n,
				   enum view view, const struct element *finding)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < unions_count(by[i].by); k++) {
			const struct unit *unit = unions_unit(by[i].by, k);

			if (eval_cond(s->l->policy, unit->condition, view == VIEW_MANY, finding))
				return unit;
		}
	return NULL;
}

static const struct element *pick(struct lint *l, const struct message *m, dd set, enum view view)
{
	return m->inspector ? witness_pick_inspector(l->c->lower, l->arena, set)
			    : witness_pick(l->c->lower, l->arena, set, view);
}

/* A finding of which it tells and that none of them takes: quickly found among many, where the set
 * of all such findings is large. */
static bool tells_of_one(struct silencers *s, const struct message *m, const struct silence *by,
			 size_t n)
{
	enum view view = m->set.of[VIEW_SINGLE] != DD_FALSE ? VIEW_SINGLE : VIEW_MANY;
	struct slices left = m->set;
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += unions_count(by[i].by);
	if (count < MANY || s->severity)
		return false;
	for (int tries = 0; tries < TRIES; tries++) {
		const struct element *finding = pick(s->l, m, left.of[view], view);
		const struct unit *taker = finding ? taken_by(s, by, n, view, finding) : NULL;

		if (!finding || !taker)
			return finding;
		left = sets_minus(s->l, left, sets_of_unit(s->l, taker));
	}
	return false;
}

static void check_message(struct silencers *s, struct message *m)
{
	struct span at = m->unit->statement->name_span;
	struct slices alive = m->set;
	struct silence by[SILENCES_MAX];
	struct lint *l = s->l;
	enum view view;
	bool lives;
	dd set;
	size_t n;

	lint_ask(l);
	n = silences_before(s, m, by);
	for (size_t i = 0; i < n; i++)
		alive = sets_minus(l, alive, silenced(s, &by[i]));
	lives = tells_of_one(s, m, by, n) || sets_find(l, alive, m->inspector, &set, &view);
	if (!lint_answered(l, RULE_notification_never_fires, at))
		return;
	m->dead = !lives;
	if (!lives && lint_wants(l, RULE_notification_never_fires)) {
		if (m->unit->statement->mark)
			report_marked(s, m);
		else
			report_dead(s, m, by, n);
	}
	if (!lives || m->unit->backend != BACKEND_EVENT ||
	    !lint_wants(l, RULE_told_before_silenced))
		return;
	lint_ask(l);
	check_behind(s, m, alive);
	lint_answered(l, RULE_told_before_silenced, at);
}

void notify_check_silenced(struct lint *l, const struct messages *all)
{
	struct silencers s;

	if (!all->n || (!lint_wants(l, RULE_notification_never_fires) &&
			!lint_wants(l, RULE_told_before_silenced)))
		return;
	s = silencers_of(l);
	for (size_t i = 0; i < all->n; i++)
		check_message(&s, &all->items[i]);
}
