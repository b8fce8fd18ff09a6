/* SPDX-License-Identifier: Apache-2.0
 *
 * Two statements that write to one place, and reopens. */
#include "target/conflict_internal.h"

#include "target/pins.h"

#include <stdlib.h>

static struct slices slices_or(struct compilation *c, struct slices a, struct slices b)
{
	for (int v = 0; v < VIEW_COUNT; v++)
		a.of[v] = dd_or(lower_engine(c->lower), a.of[v], b.of[v]);
	return a;
}

/* --- writes --- */

/* Automation rules see the severity and the workflow status of the provider, event rules those that
 * stand there. Between two of a kind that is one value; between a rule and an event, once somebody
 * writes it, any value on the event side. */
enum side { SIDE_RULE, SIDE_EVENT, SIDE_EVENT_LATER, SIDE_COUNT };

struct reach {
	struct slices of[SIDE_COUNT];
};

#define TOLD "the workflow status of what is told" /* where a mark meets an assign */

/* `unit` writes `value` to `place`; suppressions and reopens share one value for the note, which is
 * never a conflict among themselves. */
struct entry {
	struct str place, value;
	const struct unit *unit;
	bool reached;
	struct reach reach; /* once it is asked for */
};

struct writes {
	struct compilation *c;
	const struct plan *plan;
	bool status, severity; /* does anything write them? */
	VEC(struct entry) entries;
};

/* Where two reaches meet; *later: only after the event's severity or status was written. */
struct meeting {
	dd both;
	enum view view;
	bool later;
};

static bool meet(struct compilation *c, const struct reach *a, const struct reach *b,
		 struct meeting *m)
{
	static const enum side pairs[][2] = {
		{SIDE_RULE, SIDE_RULE},
		{SIDE_EVENT, SIDE_EVENT},
		{SIDE_RULE, SIDE_EVENT_LATER},
		{SIDE_EVENT_LATER, SIDE_RULE},
	};

	for (size_t i = 0; i < ARRAY_LEN(pairs); i++) {
		m->later = i >= 2;
		if (conflict_overlap(c, a->of[pairs[i][0]], b->of[pairs[i][1]], false, &m->both,
				     &m->view))
			return true;
	}
	return false;
}

/* No event and no rule of Security Hub CSPM sees what it writes. */
static bool is_elsewhere(const struct unit *unit)
{
	return unit->mechanism == MECHANISM_AUTOMATION_V2;
}

static struct slices without(struct compilation *c, struct slices s, enum field_id field)
{
	for (enum view v = 0; v < VIEW_COUNT; v++)
		s.of[v] = dd_forget(lower_engine(c->lower), s.of[v],
				    lower_var(c->lower, field, STR(""), v));
	return s;
}

static struct reach reach_of(struct writes *w, const struct cond *cond, enum view view,
			     enum mechanism mechanism)
{
	struct reach r = {{{{DD_FALSE}}}};
	struct slices set = conflict_slices(w->c, cond, view);

	if (mechanism == MECHANISM_AUTOMATION || mechanism == MECHANISM_AUTOMATION_V2) {
		r.of[SIDE_RULE] = set;
		return r;
	}
	r.of[SIDE_EVENT] = set;
	if (w->status)
		set = without(w->c, set, FIELD_workflow);
	if (w->severity)
		set = without(w->c, set, FIELD_severity);
	r.of[SIDE_EVENT_LATER] = set;
	return r;
}

static int by_place_and_value(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;
	int order = str_cmp(a->place, b->place);

	if (!order)
		order = str_cmp(a->value, b->value);
	if (!order)
		order = (a->unit->statement->name_span.start >
			 b->unit->statement->name_span.start) -
			(a->unit->statement->name_span.start < b->unit->statement->name_span.start);
	return order;
}

static void add(struct writes *w, const struct unit *unit, struct str place, struct str value)
{
	VEC_PUSH(w->c->arena, w->entries,
		 ((struct entry){.place = place, .value = value, .unit = unit}));
}

static const struct reach *entry_reach(struct writes *w, size_t i)
{
	struct entry *entry = &w->entries.items[i];
	const struct unit *unit = entry->unit;

	if (!entry->reached)
		entry->reach = reach_of(w, unit->condition, unit->view, unit->mechanism);
	entry->reached = true;
	return &entry->reach;
}

static struct str word_text(const struct vocabulary *words, int word)
{
	return str_from(words->words[word]);
}

/* What a rule of Security Hub V2 writes, another product: the fields of another finding. */
static void add_elsewhere(struct writes *w, const struct unit *unit)
{
	const struct effect *effect = &unit->effect;

	if (effect->status >= 0)
		add(w, unit, STR(DIAG_TEXT("the status in Security Hub V2")),
		    word_text(fields[FIELD_workflow].words, effect->status));
	if (effect->severity >= 0)
		add(w, unit, STR(DIAG_TEXT("the severity in Security Hub V2")),
		    word_text(fields[FIELD_severity].words, effect->severity));
	if (effect->note.len)
		add(w, unit, STR(DIAG_TEXT("the comment in Security Hub V2")),
		    unit->statement->kind == STATEMENT_ASSIGN
			    ? effect->note
			    : STR(DIAG_TEXT("a comment of vulnctl")));
}

static void add_unit(struct writes *w, const struct unit *unit)
{
	const struct effect *effect = &unit->effect;
	bool assigns = unit->statement->kind == STATEMENT_ASSIGN;

	if (is_elsewhere(unit)) {
		add_elsewhere(w, unit);
		return;
	}
	if (effect->status >= 0 && !unit->statement->mark)
		add(w, unit, STR(DIAG_TEXT("the workflow status")),
		    word_text(fields[FIELD_workflow].words, effect->status));
	/* A mark yields to suppressions, and it is the answer to what a reopen writes, NEW. */
	if (effect->status >= 0 && (unit->statement->mark || assigns))
		add(w, unit, STR(DIAG_TEXT(TOLD)),
		    word_text(fields[FIELD_workflow].words, effect->status));
	if (effect->severity >= 0)
		add(w, unit, STR(DIAG_TEXT("the severity")),
		    word_text(fields[FIELD_severity].words, effect->severity));
	if (effect->note.len || (!assigns && effect->status >= 0))
		add(w, unit, STR(DIAG_TEXT("the note")),
		    assigns ? effect->note : STR(DIAG_TEXT("a note of vulnctl")));
	for (size_t i = 0; i < effect->n_sets; i++)
		add(w, unit,
		    diag_piece(w->c->diags, "the field %s",
			       diag_quote(w->c->diags, effect->sets[i].key)),
		    effect->sets[i].value);
}

static struct reach reach_or(struct writes *w, struct reach a, const struct reach *b)
{
	for (int i = 0; i < SIDE_COUNT; i++)
		a.of[i] = slices_or(w->c, a.of[i], b->of[i]);
	return a;
}

static struct reach united(struct writes *w, size_t from, size_t to)
{
	size_t middle = from + (to - from) / 2;
	struct reach right;

	if (to - from == 1)
		return *entry_reach(w, from);
	right = united(w, middle, to);
	return reach_or(w, united(w, from, middle), &right);
}

/* The condition as the evaluator may judge the witness; NULL where a value will have changed. */
static const struct cond *judged(const struct entry *entry, const struct meeting *m)
{
	return m->later && entry->unit->mechanism == MECHANISM_EVENT ? NULL
								     : entry->unit->condition;
}

/* A place or a value, where it is one of our words. */
static struct str said(const struct compilation *c, struct str text)
{
	return str_from(diag_word(c->diags, str_cstr(c->arena, text)));
}

static void report(struct writes *w, const struct entry *a, const struct entry *b,
		   const struct meeting *m)
{
	struct compilation *c = w->c;
	struct diag *d;

	if (str_is(a->place, TOLD) && !a->unit->statement->mark && !b->unit->statement->mark)
		return; /* two assigns, which meet in the status itself, too */
	if (b->unit->statement->name_span.start < a->unit->statement->name_span.start) {
		const struct entry *swap = a;

		a = b;
		b = swap;
	}
	d = diag_error(c->diags, "VC308", b->unit->statement->name_span,
		       "`%s` and `%s` can match one finding and write different values to " STR_FMT,
		       diag_quote(c->diags, a->unit->statement->name),
		       diag_quote(c->diags, b->unit->statement->name), STR_ARG(said(c, a->place)));
	conflict_note_witness(c, d, "for example", m->both, m->view, false, judged(a, m),
			      judged(b, m), true);
	if (m->later)
		diag_note(d, "an automation rule sees the provider's severity and status, an event "
			     "rule what was written since");
	diag_note(d, "`%s` would write `%s`, `%s` would write `%s`",
		  diag_quote(c->diags, a->unit->statement->name),
		  diag_quote(c->diags, said(c, a->value)),
		  diag_quote(c->diags, b->unit->statement->name),
		  diag_quote(c->diags, said(c, b->value)));
	diag_label(d, a->unit->statement->name_span, "the other statement");
	diag_help(d, "make the conditions disjoint, for example with `unless`");
}

/* A pair between two ranges that are known to meet. */
static void find_pair(struct writes *w, size_t a, size_t a_end, size_t b, size_t b_end)
{
	struct meeting m;

	while (a_end - a > 1 || b_end - b > 1) {
		bool cut_a = a_end - a >= b_end - b;
		size_t middle = cut_a ? a + (a_end - a) / 2 : b + (b_end - b) / 2;
		struct reach left = united(w, a, cut_a ? middle : a_end);
		struct reach right = united(w, b, cut_a ? b_end : middle);
		bool first = meet(w->c, &left, &right, &m);

		if (cut_a)
			*(first ? &a_end : &a) = middle;
		else
			*(first ? &b_end : &b) = middle;
	}
	if (meet(w->c, entry_reach(w, a), entry_reach(w, b), &m))
		report(w, &w->entries.items[a], &w->entries.items[b], &m);
}

/* Entries of one place; `starts` are where its values begin, n of them, and an end. */
static struct reach compare(struct writes *w, const size_t *starts, size_t n)
{
	struct reach left, right;
	size_t half = n / 2;
	struct meeting m;

	if (n == 1)
		return united(w, starts[0], starts[1]);
	left = compare(w, starts, half);
	right = compare(w, starts + half, n - half);
	if (meet(w->c, &left, &right, &m))
		find_pair(w, starts[0], starts[half], starts[half], starts[n]);
	return reach_or(w, left, &right);
}

/* How often a pair of entries with different values may be asked about by itself. Beyond it (many
 * that are not pinned) unions of the entries are compared. */
#define PAIRS_PER_ENTRY 8

struct pairs {
	size_t *items; /* of two entries, one behind the other */
	size_t n, cap;
};

static struct pins_index *index_of(struct writes *w, size_t from, size_t to)
{
	size_t n = to - from;
	const struct cond **conds = ARENA_ARRAY(w->c->arena, const struct cond *, n);
	enum view *views = ARENA_ARRAY(w->c->arena, enum view, n);

	for (size_t i = 0; i < n; i++) {
		conds[i] = w->entries.items[from + i].unit->condition;
		views[i] = w->entries.items[from + i].unit->view;
	}
	return pins_index_new(w->c->arena, conds, views, n);
}

/* The pairs of different values that their pins do not exclude; false if they are too many. The
 * entries most … most_end have one value: it is enough to look at all pairs of the others. */
static bool find_pairs(struct writes *w, size_t from, size_t to, size_t most, size_t most_end,
		       struct pairs *pairs)
{
	size_t room = PAIRS_PER_ENTRY * (to - from) + 64;
	struct pins_index *index = index_of(w, from, to);

	for (size_t i = from; i < to; i++) {
		const struct entry *entry = &w->entries.items[i];
		const uint32_t *near;
		size_t n;

		if (i >= most && i < most_end)
			continue;
		near = pins_candidates(index, entry->unit->condition, entry->unit->view, &n);
		for (size_t k = 0; k < n; k++) {
			size_t j = from + near[k];

			if ((j <= i && (j < most || j >= most_end)) ||
			    str_eq(entry->value, w->entries.items[j].value))
				continue;
			if (pairs->n >= 2 * room)
				return false;
			VEC_PUSH(w->c->arena, *pairs, i);
			VEC_PUSH(w->c->arena, *pairs, j);
		}
	}
	return true;
}

static void ask_pairs(struct writes *w, const struct pairs *pairs)
{
	size_t reported = SIZE_MAX;
	struct meeting m;

	for (size_t k = 0; k < pairs->n; k += 2) {
		size_t i = pairs->items[k], j = pairs->items[k + 1];

		if (i == reported) /* one is enough to see */
			continue;
		target_ask(w->c);
		if (meet(w->c, entry_reach(w, i), entry_reach(w, j), &m)) {
			report(w, &w->entries.items[i], &w->entries.items[j], &m);
			reported = i;
		}
		if (!target_answered(w->c, w->entries.items[i].unit->statement))
			return;
	}
}

static void compare_place(struct writes *w, size_t from, size_t to)
{
	VEC(size_t) starts = {0};
	struct pairs pairs = {0};
	size_t most = 0;

	for (size_t i = from; i < to; i++)
		if (i == from || !str_eq(w->entries.items[i].value, w->entries.items[i - 1].value))
			VEC_PUSH(w->c->arena, starts, i);
	VEC_PUSH(w->c->arena, starts, to);
	if (starts.n <= 2)
		return;
	for (size_t k = 1; k + 1 < starts.n; k++)
		if (starts.items[k + 1] - starts.items[k] >
		    starts.items[most + 1] - starts.items[most])
			most = k;
	if (find_pairs(w, from, to, starts.items[most], starts.items[most + 1], &pairs)) {
		ask_pairs(w, &pairs);
		return;
	}
	target_ask(w->c);
	compare(w, starts.items, starts.n - 1);
	target_answered(w->c, w->entries.items[from].unit->statement);
}

/* --- reopen --- */

static void report_reopen(struct compilation *c, const struct statement *s,
			  const struct in_force *other, const struct meeting *m)
{
	struct diag *d = diag_error(
		c->diags, "VC309", s->name_span, "`%s` can reopen what `%s` suppresses",
		diag_quote(c->diags, s->name), diag_quote(c->diags, other->statement->name));

	conflict_note_witness(c, d, "its status would change at every update, for example", m->both,
			      m->view, false, m->later ? NULL : s->condition, other->whole, true);
	if (m->later)
		diag_note(d,
			  "an automation rule sees the provider's severity, `%s` what was "
			  "written since",
			  diag_quote(c->diags, s->name));
	diag_label(d, other->statement->name_span, "suppressed here");
	diag_help(d, "make the conditions disjoint");
}

/* With `of`: that one suppression. Without: none may overlap. */
static void check_reopen(struct writes *w, struct plan *plan, const struct unit *unit)
{
	const struct statement *s = unit->statement;
	struct in_force_list others = {0};
	struct compilation *c = w->c;
	struct reach own;

	target_ask(c);
	own = reach_of(w, s->condition, unit->view, MECHANISM_EVENT);
	if (s->of && plan_in_force(plan, s->of))
		VEC_PUSH(c->arena, others, plan_in_force(plan, s->of));
	for (enum view v = 0; v < VIEW_COUNT && !s->of; v++) {
		lower_use(c->lower, v);
		plan_overlapping(c, plan, s->condition, v, own.of[SIDE_EVENT_LATER].of[v], &others);
	}
	for (size_t i = 0; i < others.n; i++) {
		const struct in_force *other = others.items[i];
		struct meeting m;
		struct reach held =
			reach_of(w, other->whole, other->statement->many ? VIEW_MANY : VIEW_SINGLE,
				 other->unit->mechanism);

		if (meet(c, &own, &held, &m))
			report_reopen(c, s, other, &m);
	}
	target_answered(c, s);
}

void conflict_check_writes(struct compilation *c, struct plan *plan)
{
	struct writes w = {.c = c, .plan = plan};
	size_t from = 0;

	for (size_t i = 0; i < plan->units.n; i++) {
		const struct unit *unit = plan->units.items[i];

		if (is_elsewhere(unit))
			continue;
		w.status = w.status || unit->effect.status >= 0;
		w.severity = w.severity || unit->effect.severity >= 0;
	}
	for (size_t i = 0; i < plan->units.n; i++)
		if (plan->units.items[i]->statement->kind == STATEMENT_REOPEN)
			check_reopen(&w, plan, plan->units.items[i]);
	if (diags_count(c->diags, DIAG_ERROR))
		return; /* a reopen that overlaps its suppression conflicts with it, too */
	for (size_t i = 0; i < plan->units.n; i++)
		if (plan->units.items[i]->condition) /* what a person does conflicts with nothing */
			add_unit(&w, plan->units.items[i]);
	if (w.entries.n)
		qsort(w.entries.items, w.entries.n, sizeof *w.entries.items, by_place_and_value);
	for (size_t i = 1; i <= w.entries.n; i++) {
		if (i < w.entries.n &&
		    str_eq(w.entries.items[i].place, w.entries.items[from].place))
			continue;
		compare_place(&w, from, i);
		from = i;
	}
}
