/* SPDX-License-Identifier: Apache-2.0
 *
 * Which lines the machine of ends needs, and in how many machines they fit. */
#include "target/expire_internal.h"

#include <stdlib.h>
#include <string.h>

#include "target/end.h"
#include "target/jsonata.h"
#include "target/pins.h"
#include "target/text.h"

struct unit expire_unit(enum backend backend)
{
	return (struct unit){.name = STR("expire"), .first = 1, .backend = backend};
}

/* What a unit left for the end of suppressions. */
struct left {
	bool schedule;
	const struct artefact *lines[2]; /* by its condition, and of its rows */
};

struct ends {
	struct compilation *c;
	struct left *left;
	struct memo by_unit; /* index + 1 of left */
	size_t n;
	VEC(const struct unit *) due; /* by plan */
	struct memo first;	      /* by statement: index + 1 in due, of its first end */
	VEC(struct expire_line) lines;
	uint64_t rests_on;
};

static uint64_t key_of(const void *pointer)
{
	return (uint64_t)(uintptr_t)pointer;
}

/* --- what units left --- */

static struct left *left_of(struct ends *ends, const struct unit *unit)
{
	uint32_t at;

	return memo_get(&ends->by_unit, key_of(unit), &at) ? &ends->left[at - 1] : NULL;
}

static struct left *left_new(struct ends *ends, const struct unit *unit)
{
	struct left *left = left_of(ends, unit);

	if (left)
		return left;
	memo_put(&ends->by_unit, ends->c->arena, key_of(unit), (uint32_t)ends->n + 1);
	return &ends->left[ends->n++];
}

/* Lines leave the artefacts: they are no files. */
static void take_lines(struct ends *ends)
{
	struct compilation *c = ends->c;
	struct artefact *lines = ARENA_ARRAY(c->arena, struct artefact, c->artefacts.n + 1);
	size_t kept = 0, taken = 0;

	ends->left = ARENA_ARRAY(c->arena, struct left, c->artefacts.n + 1);
	for (size_t i = 0; i < c->artefacts.n; i++) {
		const struct artefact *a = &c->artefacts.items[i];

		if (a->kind == ARTEFACT_SCHEDULE && end_is_due(a->unit))
			left_new(ends, a->unit)->schedule = true;
		if (a->kind == ARTEFACT_HOLDER) {
			lines[taken] = *a;
			left_new(ends, a->unit)->lines[a->index - 1] = &lines[taken++];
		} else {
			c->artefacts.items[kept++] = *a;
		}
	}
	c->artefacts.n = kept;
}

/* --- which are needed --- */

static void add_due(struct ends *ends, const struct unit *unit)
{
	uint64_t key = key_of(unit->statement);
	uint32_t at;

	VEC_PUSH(ends->c->arena, ends->due, unit);
	if (!memo_get(&ends->first, key, &at) ||
	    end_is_before(unit->end, ends->due.items[at - 1]->end))
		memo_put(&ends->first, ends->c->arena, key, (uint32_t)ends->due.n);
}

static int by_end(const void *left, const void *right)
{
	const struct unit *const *a = left, *const *b = right;

	return end_is_before((*a)->end, (*b)->end)   ? -1
	       : end_is_before((*b)->end, (*a)->end) ? 1
						     : 0;
}

/* Those that end, first ends first. */
struct due_index {
	const struct unit **units;
	struct pins_index *pins;
};

static struct due_index index_due(struct ends *ends)
{
	size_t n = ends->due.n;
	struct due_index index = {.units = ARENA_ARRAY(ends->c->arena, const struct unit *, n + 1)};
	const struct cond **conds = ARENA_ARRAY(ends->c->arena, const struct cond *, n + 1);
	enum view *views = ARENA_ARRAY(ends->c->arena, enum view, n + 1);

	memcpy(index.units, ends->due.items, n * sizeof *index.units);
	qsort(index.units, n, sizeof *index.units, by_end);
	for (size_t i = 0; i < n; i++) {
		conds[i] = index.units[i]->condition;
		views[i] = index.units[i]->view;
	}
	index.pins = pins_index_new(ends->c->arena, conds, views, n);
	return index;
}

/* Does some suppression end before this one that may have silenced what this one holds? What a pin
 * tests never changes in the life of a finding; all else may have, so nothing else is asked. */
static bool outlives(const struct due_index *index, const struct unit *unit)
{
	size_t first;

	return pins_first(index->pins, unit->condition, unit->view, &first) &&
	       end_is_before(index->units[first]->end, unit->end);
}

/* Rows of one statement share its mark, so an end of some must leave those of the others. */
static bool outlives_sibling(struct ends *ends, const struct unit *unit)
{
	uint32_t at;

	return memo_get(&ends->first, key_of(unit->statement), &at) &&
	       end_is_before(ends->due.items[at - 1]->end, unit->end);
}

static void report_unsaid(struct compilation *c, const struct unit *unit)
{
	struct refusal refusal = {0};
	struct diag *d = diag_error(
		c->diags, "VC503", unit->statement->name_span,
		"others end before `%s`, and what it holds then cannot be told by a state machine",
		diag_quote(c->diags, unit->statement->name));
	struct str text;
	uint64_t rests_on;

	jsonata_write(c, unit->condition, unit->view, &refusal, &text, &rests_on);
	if (refusal.has_field)
		diag_note(d, "findings of Security Hub do not carry what it tests of `%s`",
			  fields[refusal.field].name);
	else if (refusal.why == REFUSE_SIZE)
		diag_note(d, "its condition is longer than fits beside those of others");
	diag_help(d, "let all end on the same day, or exclude it from those that end before");
}

static void need(struct ends *ends, const struct unit *unit, const struct artefact *line)
{
	if (!line) {
		report_unsaid(ends->c, unit);
		return;
	}
	VEC_PUSH(ends->c->arena, ends->lines, ((struct expire_line){unit, line->text}));
	ends->rests_on |= line->assumptions;
}

/* In the order of the policy: of several that hold a finding, the first gives its note. What a
 * shared rule holds, its members do. */
static void find_needed(struct ends *ends, const struct plan *plan)
{
	struct due_index index = index_due(ends);

	for (size_t i = 0; i < plan->units.n; i++) {
		const struct unit *unit = plan->units.items[i];
		const struct left *left = left_of(ends, unit);

		if (!left || !end_may_hold(ends->c, unit))
			continue;
		if (outlives(&index, unit))
			need(ends, unit, left->lines[0]);
		if (unit->own && outlives_sibling(ends, unit))
			need(ends, unit, left->lines[1]);
	}
}

/* --- the machines --- */

/* The statements whose ends the machine serves; their rows are listed with their own artefacts. If
 * one of them has rules that hold in their own Region, the machine is in each. */
static struct unit *unit_of(struct ends *ends)
{
	struct compilation *c = ends->c;
	struct unit *unit = ARENA_NEW(c->arena, struct unit);
	const struct unit **members = ARENA_ARRAY(c->arena, const struct unit *, ends->due.n);
	size_t n = 0;

	*unit = expire_unit(BACKEND_EVENT);
	unit->statement = ends->due.items[0]->statement;
	for (size_t i = 0; i < ends->due.n; i++) {
		struct unit *member;

		if (unit_is_everywhere(ends->due.items[i]))
			unit->backend = ends->due.items[i]->backend;
		if (n && members[n - 1]->statement == ends->due.items[i]->statement)
			continue;
		member = ARENA_NEW(c->arena, struct unit);
		*member = *ends->due.items[i];
		member->n_rows = 0;
		members[n++] = member;
	}
	unit->members = members;
	unit->n_members = n;
	return unit;
}

static struct str arn_of(struct compilation *c, enum backend backend, size_t index)
{
	struct unit machine = expire_unit(backend);

	machine.first = index;
	return text_state_machine_arn(c, &machine);
}

static void bug(struct compilation *c, const struct artefact *a, const char *why)
{
	diag_bug(c->diags, a->unit->statement->name_span, "`%s` %s", diag_quote(c->diags, a->path),
		 why);
}

static void prove(struct ends *ends, size_t from)
{
	struct compilation *c = ends->c;
	const struct artefact *a = NULL;
	const char *why = NULL;
	size_t n = 0;

	for (size_t i = from; i < c->artefacts.n; i++) {
		a = &c->artefacts.items[i];
		if (!expire_check(c, ends->lines.items, ends->lines.n, a, &n, &why)) {
			bug(c, a, why);
			return;
		}
	}
	if (n != ends->lines.n)
		bug(c, a, "does not know all suppressions that may hold what others give back");
}

static void add_machines(struct ends *ends)
{
	struct compilation *c = ends->c;
	const struct unit *unit = unit_of(ends);
	size_t done = 0, used, index = 1;

	do {
		struct str next = arn_of(c, unit->backend, index + 1);
		struct str text = expire_write(c, ends->lines.items + done, ends->lines.n - done,
					       next, &used);

		target_add(c, unit, TARGET_WORKFLOW, ARTEFACT_STATE_MACHINE, "stepfunctions/",
			   index++, ".asl.json", text, ends->rests_on | BIT(ASSUMPTION_A24));
		done += used;
	} while (done < ends->lines.n);
}

size_t expire_emit(struct compilation *c, const struct plan *plan)
{
	struct ends ends = {.c = c};
	size_t errors = diags_count(c->diags, DIAG_ERROR), from;

	take_lines(&ends);
	if (!target_asked(c, TARGET_BIT(TARGET_WORKFLOW)))
		return c->artefacts.n;
	for (size_t i = 0; i < plan->units.n; i++) {
		const struct left *left = left_of(&ends, plan->units.items[i]);

		if (left && left->schedule && !plan->units.items[i]->n_members)
			add_due(&ends, plan->units.items[i]);
	}
	from = c->artefacts.n;
	if (!ends.due.n)
		return from;
	find_needed(&ends, plan);
	if (diags_count(c->diags, DIAG_ERROR) != errors)
		return from;
	add_machines(&ends);
	prove(&ends, from);
	return from;
}
