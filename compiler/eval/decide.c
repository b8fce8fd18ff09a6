/* SPDX-License-Identifier: Apache-2.0
 *
 * Decisions: three rounds, and what is written between them. */
#include "eval/decide.h"

#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "eval/program.h"

/* The rules of one round, and its program: their conditions, behind them those of protects, and
 * behind these the guarded ones. */
struct round {
	const struct decide_rule **rules;
	size_t n;
	struct program *program;
};

struct decider {
	struct arena *arena;
	const struct policy *policy;
	const struct decide_rule *rules;
	uint32_t *positions; /* of the rules in their rounds */
	struct round rounds[DECIDE_ROUND_COUNT];
	const struct statement **protects;
	size_t n_protects;
	unsigned workflow, slots; /* of the finding itself */
	struct decision decision;
	/* What stands: copies of a finding's elements, made when something is written on them. */
	struct element original, event;
	struct fval *original_values, *event_values;
	VEC(struct map_entry) event_map, fields;
	VEC(const struct decide_rule *) fields_by;
	const struct decide_rule **hits, **writers; /* so far */
	size_t n_hits, n_writers;
};

const char *decide_list_name(enum decide_list list)
{
	static const char *const names[] = {
		[DECIDE_NOTIFY] = "notify",   [DECIDE_SUPPRESS] = "suppress",
		[DECIDE_REOPEN] = "reopen",   [DECIDE_ASSIGN] = "assign",
		[DECIDE_PROTECT] = "protect",
	};

	return names[list];
}

static void add_protects(struct decider *d)
{
	const struct policy *policy = d->policy;

	d->protects = ARENA_ARRAY(d->arena, const struct statement *, policy->n_statements);
	for (size_t i = 0; i < policy->n_statements; i++)
		if (policy->statements[i]->kind == STATEMENT_PROTECT)
			d->protects[d->n_protects++] = policy->statements[i];
}

static struct program *program_of(struct decider *d, enum decide_round r)
{
	const struct round *round = &d->rounds[r];
	size_t n_protects = r == DECIDE_EVENT ? d->n_protects : 0, n = 0;
	struct program_item *items =
		ARENA_ARRAY(d->arena, struct program_item, 2 * round->n + n_protects);

	for (size_t i = 0; i < round->n; i++)
		items[n++] = (struct program_item){.cond = round->rules[i]->condition,
						   .many = round->rules[i]->many};
	for (size_t i = 0; i < n_protects; i++)
		items[n++] = (struct program_item){.cond = d->protects[i]->condition,
						   .many = d->protects[i]->many};
	for (size_t i = 0; i < round->n && r == DECIDE_EVENT; i++)
		items[n++] = (struct program_item){.cond = round->rules[i]->guarded,
						   .many = round->rules[i]->many,
						   .alone = true};
	return program_new(d->arena, d->policy, items, n);
}

struct decider *decide_new(struct arena *arena, const struct policy *policy,
			   const struct decide_rule *rules, size_t n)
{
	struct decider *d = ARENA_NEW(arena, struct decider);

	d->arena = arena;
	d->policy = policy;
	d->rules = rules;
	d->positions = ARENA_ARRAY(arena, uint32_t, n);
	d->workflow = field_slot(FIELD_workflow);
	d->slots = group_slots(GROUP_FINDING);
	d->original_values = ARENA_ARRAY(arena, struct fval, d->slots);
	d->event_values = ARENA_ARRAY(arena, struct fval, d->slots);
	d->hits = ARENA_ARRAY(arena, const struct decide_rule *, n);
	d->writers = ARENA_ARRAY(arena, const struct decide_rule *, n);
	for (unsigned r = 0; r < DECIDE_ROUND_COUNT; r++)
		d->rounds[r].rules = ARENA_ARRAY(arena, const struct decide_rule *, n);
	for (size_t i = 0; i < n; i++) {
		struct round *round = &d->rounds[rules[i].round];

		d->positions[i] = (uint32_t)round->n;
		round->rules[round->n++] = &rules[i];
	}
	add_protects(d);
	for (unsigned r = 0; r < DECIDE_ROUND_COUNT; r++)
		d->rounds[r].program = program_of(d, r);
	for (unsigned l = 0; l < DECIDE_LIST_COUNT; l++)
		d->decision.lists[l].items = ARENA_ARRAY(arena, const struct statement *,
							 l == DECIDE_PROTECT ? d->n_protects : n);
	return d;
}

static struct fval word_of(enum field_id field, int word)
{
	return (struct fval){
		.kind = FVAL_WORD,
		.word = word,
		.str = str_from(vocabulary_canonical(fields[field].words, (unsigned)word))};
}

/* --- what stands when the event is raised --- */

static void set_word(struct element *element, enum field_id field, int word)
{
	*element_value(element, field) = word_of(field, word);
}

/* The finding's own element, as long as nothing is written on it. */
static struct element *own(const struct decider *d, struct element *copy, struct fval *values,
			   const struct element **at)
{
	if (*at == copy)
		return copy;
	*copy = **at;
	memcpy(values, (*at)->values, d->slots * sizeof *values);
	copy->values = values;
	*at = copy;
	return copy;
}

static struct element *own_event(struct decider *d)
{
	return own(d, &d->event, d->event_values, &d->decision.event);
}

static void put_entry(struct decider *d, const struct set_field *set)
{
	size_t i = 0;

	while (i < d->event_map.n && !str_eq(d->event_map.items[i].key, set->key))
		i++;
	if (i == d->event_map.n)
		VEC_PUSH(d->arena, d->event_map, (struct map_entry){0});
	d->event_map.items[i] = (struct map_entry){set->key, set->value};
}

static void own_map(struct decider *d, struct element *event)
{
	if (event->map == d->event_map.items && d->event_map.items)
		return;
	d->event_map.n = 0;
	for (size_t i = 0; i < event->n_map; i++)
		VEC_PUSH(d->arena, d->event_map, event->map[i]);
}

static void put_on_event(struct decider *d, const struct decide_rule *rule)
{
	struct element *event = own_event(d);

	if (rule->status >= 0)
		set_word(event, FIELD_workflow, rule->status);
	if (rule->severity >= 0)
		set_word(event, FIELD_severity, rule->severity);
	if (rule->note.len)
		*element_value(event, FIELD_note) =
			(struct fval){.kind = FVAL_STRING, .str = rule->note};
	if (!rule->n_sets)
		return;
	own_map(d, event);
	for (size_t i = 0; i < rule->n_sets; i++)
		put_entry(d, &rule->sets[i]);
	event->map = d->event_map.items;
	event->n_map = d->event_map.n;
}

/* --- rounds --- */

static void list(struct decider *d, enum decide_list list, const struct statement *statement)
{
	const struct statement **items = d->decision.lists[list].items;
	size_t *n = &d->decision.lists[list].n;

	if (!*n || items[*n - 1] != statement)
		items[(*n)++] = statement;
}

static bool writes(const struct decide_rule *rule)
{
	return rule->status >= 0 || rule->severity >= 0 || rule->note.len || rule->n_sets;
}

/* Adds to the hits what holds of `element`; protects are listed at once. */
static void run_round(struct decider *d, enum decide_round r, const struct element *element)
{
	const struct round *round = &d->rounds[r];
	const uint32_t *held;
	size_t n;

	if (!round->n && r != DECIDE_EVENT)
		return;
	held = program_run(round->program, element, &n);
	for (size_t i = 0; i < n; i++)
		if (held[i] < round->n)
			d->hits[d->n_hits++] = round->rules[held[i]];
		else
			list(d, DECIDE_PROTECT, d->protects[held[i] - round->n]);
}

static void run_inspector(struct decider *d)
{
	struct decision *out = &d->decision;

	run_round(d, DECIDE_INSPECTOR, out->original);
	if (!d->n_hits)
		return;
	set_word(own(d, &d->original, d->original_values, &out->original), FIELD_record,
		 RECORD_ARCHIVED);
	set_word(own_event(d), FIELD_record, RECORD_ARCHIVED);
}

static void run_original(struct decider *d)
{
	size_t first = d->n_hits;

	run_round(d, DECIDE_ORIGINAL, d->decision.original);
	for (size_t i = first; i < d->n_hits; i++)
		if (writes(d->hits[i])) {
			put_on_event(d, d->hits[i]);
			d->writers[d->n_writers++] = d->hits[i];
		}
}

/* Does it have something to write? Whatever other rules of the round write. */
static bool is_due(const struct decider *d, const struct decide_rule *rule)
{
	const struct round *round = &d->rounds[DECIDE_EVENT];
	size_t position = d->positions[rule - d->rules];

	return writes(rule) && (rule->guarded == rule->condition ||
				program_ask(round->program, round->n + d->n_protects + position));
}

static void run_event(struct decider *d)
{
	size_t first = d->n_hits;

	run_round(d, DECIDE_EVENT, d->decision.event);
	for (size_t i = first; i < d->n_hits; i++)
		if (is_due(d, d->hits[i]))
			d->writers[d->n_writers++] = d->hits[i];
	d->decision.tier = program_tier(d->rounds[DECIDE_EVENT].program);
}

/* --- what stands afterwards --- */

/* Of those that wrote what stands, the first in policy order is named. */
static void name(const struct decide_rule **by, const struct decide_rule *rule, bool same)
{
	if (!*by || !same || rule < *by)
		*by = rule;
}

static void settle_field(struct decider *d, const struct set_field *set,
			 const struct decide_rule *rule)
{
	struct map_entry *entry;
	size_t i = 0;

	while (i < d->fields.n && !str_eq(d->fields.items[i].key, set->key))
		i++;
	if (i == d->fields.n) {
		VEC_PUSH(d->arena, d->fields, ((struct map_entry){set->key, set->value}));
		VEC_PUSH(d->arena, d->fields_by, rule);
		return;
	}
	entry = &d->fields.items[i];
	name(&d->fields_by.items[i], rule, str_eq(entry->value, set->value));
	entry->value = set->value;
}

static void settle(struct decider *d, const struct element *root)
{
	struct decision *out = &d->decision;

	d->fields.n = d->fields_by.n = 0;
	for (size_t i = 0; i < root->n_map; i++) {
		VEC_PUSH(d->arena, d->fields, root->map[i]);
		VEC_PUSH(d->arena, d->fields_by, NULL);
	}
	out->workflow = root->values[d->workflow];
	out->workflow_by = NULL;
	for (size_t i = 0; i < d->n_writers; i++) {
		const struct decide_rule *rule = d->writers[i];

		if (rule->status >= 0) {
			name(&out->workflow_by, rule, out->workflow.word == rule->status);
			out->workflow = word_of(FIELD_workflow, rule->status);
		}
		for (size_t k = 0; k < rule->n_sets; k++)
			settle_field(d, &rule->sets[k], rule);
	}
	out->fields = d->fields.items;
	out->fields_by = d->fields_by.items;
	out->n_fields = d->fields.n;
}

static int by_place(const void *left, const void *right)
{
	const struct decide_rule *a = *(const struct decide_rule *const *)left,
				 *b = *(const struct decide_rule *const *)right;

	return (a > b) - (a < b);
}

/* Those of each round are in order, and mostly there is but one. */
static void sort_hits(struct decider *d)
{
	size_t i = 1;

	while (i < d->n_hits && d->hits[i - 1] <= d->hits[i])
		i++;
	if (i < d->n_hits)
		qsort(d->hits, d->n_hits, sizeof *d->hits, by_place);
}

const struct decision *decide_finding(struct decider *d, const struct finding *finding,
				      size_t input)
{
	struct decision *out = &d->decision;

	d->n_hits = d->n_writers = 0;
	out->finding = finding;
	out->input = input;
	out->original = finding->original;
	out->event = finding->root;
	for (unsigned l = 0; l < DECIDE_LIST_COUNT; l++)
		out->lists[l].n = 0;
	run_inspector(d);
	run_original(d);
	run_event(d);
	sort_hits(d);
	for (size_t i = 0; i < d->n_hits; i++)
		list(d, d->hits[i]->list, d->hits[i]->statement);
	settle(d, finding->root);
	return out;
}
