/* SPDX-License-Identifier: Apache-2.0
 *
 * Writing `.inspector-ignore`, and its proof. */
#include "target/ignore.h"

#include <string.h>

#include "base/strsort.h"
#include "eval/eval.h"
#include "ir/witness.h"
#include "target/literal.h"
#include "target/tree.h"

#define PATH ".inspector-ignore"

struct held { /* an id, and for whom */
	struct str id;
	const struct unit *unit;
};

struct ignore {
	struct compilation *c;
	const struct cond *scan; /* what a finding of a scan is */
	dd seen;		 /* the same as a set */
	VEC(struct held) held;
	VEC(const struct unit *) units;
	VEC(const struct cond *) conds;
};

/* --- what a scan sees --- */

static const struct cond *scan_of(struct compilation *c)
{
	struct arena *a = c->arena;
	const char *image = vocabulary_canonical(&vocabulary_resource_type, RESOURCE_ECR_IMAGE);
	const char *package = vocabulary_canonical(&vocabulary_finding_type, FINDING_PACKAGE);
	struct cond *noted = ARENA_NEW(a, struct cond);
	struct atom *atom = ARENA_NEW(a, struct atom);
	const struct cond *kids[] = {
		tree_text(a, FIELD_product, STR(""), TEST_IN, STR("Inspector")),
		tree_text(a, FIELD_resource_type, STR(""), TEST_IN, str_from(image)),
		tree_text(a, FIELD_finding_type, STR(""), TEST_IN, str_from(package)),
		tree_word(a, FIELD_record, RECORD_ACTIVE),
		tree_word(a, FIELD_workflow, WORKFLOW_NEW),
		tree_not(a, noted),
	};

	*atom = (struct atom){.field = FIELD_note, .test = TEST_EXISTS};
	*noted = (struct cond){.kind = COND_ATOM, .atom = atom};
	return tree_all(a, kids, ARRAY_LEN(kids));
}

static dd lowered(struct ignore *g, const struct cond *cond)
{
	return dd_and(lower_engine(g->c->lower), g->seen,
		      lower_cond(g->c->lower, cond, VIEW_SINGLE));
}

static const struct cond *with_ids(struct ignore *g, const struct str *ids, size_t n)
{
	struct arena *a = g->c->arena;
	struct cond *cond = ARENA_NEW(a, struct cond);
	struct atom *atom = ARENA_NEW(a, struct atom);

	if (!n) /* an empty list is no test */
		return tree_some(a, NULL, 0);
	*atom = (struct atom){.field = FIELD_cve, .test = TEST_IN, .n = n};
	atom->values = ARENA_ARRAY(a, struct value, n);
	for (size_t i = 0; i < n; i++)
		atom->values[i].str = ids[i];
	*cond = (struct cond){.kind = COND_ATOM, .atom = atom};
	return cond;
}

/* --- a suppression --- */

/* The ids that it is written with. */
static struct str *ids_of(struct ignore *g, const struct cond *cond, size_t *n)
{
	const struct literals *all = literals_collect(g->c->arena, g->c->policy, &cond, 1);
	const struct literal *literals = literals_of(all, FIELD_cve, STR(""), n);
	struct str *ids = ARENA_ARRAY(g->c->arena, struct str, *n);
	size_t kept = 0;

	for (size_t i = 0; i < *n; i++)
		if (literals[i].test == TEST_IN)
			ids[kept++] = literals[i].text;
	*n = kept;
	return ids;
}

/* Those that it holds whatever else is so. */
static size_t keep_whole(struct ignore *g, struct str *ids, size_t n, dd wanted)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (relate_inside(lower_engine(g->c->lower), lowered(g, with_ids(g, &ids[i], 1)),
				  wanted, NULL))
			ids[kept++] = ids[i];
	return kept;
}

static struct diag *refused(struct ignore *g, const struct unit *unit, const char *what)
{
	struct diag *d =
		diag_error(g->c->diags, "VC503", unit->statement->name_span,
			   "the ignore file of Inspector's scan action cannot say `%s`%s",
			   diag_quote(g->c->diags, unit->name), diag_word(g->c->diags, what));

	diag_help(d, "`vulnctl gate` judges a scan by the whole policy");
	return d;
}

/* A finding that the file would not take, or would take by mistake. */
static void refuse_set(struct ignore *g, const struct unit *unit, dd missing)
{
	struct compilation *c = g->c;
	struct element *witness = witness_pick(c->lower, c->arena, missing, VIEW_SINGLE);
	struct diag *d;

	if (!target_answered(c, unit->statement))
		return;
	if (!witness || !eval_cond(c->policy, unit->condition, false, witness)) {
		diag_bug(c->diags, unit->statement->name_span,
			 "no finding shows why `%s` is refused",
			 diag_quote(c->diags, unit->statement->name));
		return;
	}
	d = refused(g, unit, ": it knows ids alone");
	diag_note(d, "it would not leave out `%s`, and with that id it would leave out more",
		  diag_quote(c->diags, finding_summary(c->arena, witness)));
}

static bool are_known_forms(struct ignore *g, const struct unit *unit, const struct str *ids,
			    size_t n)
{
	const char *why;
	struct str *read;
	size_t n_read;

	for (size_t i = 0; i < n; i++) {
		if (ignore_read(g->c->arena, ids[i], &read, &n_read, &why) && n_read == 1 &&
		    str_eq(read[0], ids[i]))
			continue;
		diag_note(
			refused(g, unit, ""),
			"the action is known to take CVE-… and GHSA-… as ids, and `%s` is neither",
			diag_quote(g->c->diags, ids[i]));
		return false;
	}
	return true;
}

static void add_unit(struct ignore *g, const struct unit *unit)
{
	struct engine *e = lower_engine(g->c->lower);
	dd wanted, missing;
	struct str *ids;
	size_t n;

	target_ask(g->c);
	lower_use(g->c->lower, VIEW_SINGLE);
	wanted = lowered(g, unit->condition);
	ids = ids_of(g, unit->condition, &n);
	if (!relate_equal(e, wanted, lowered(g, with_ids(g, ids, n)), NULL, NULL))
		n = keep_whole(g, ids, n, wanted);
	if (!relate_inside(e, wanted, lowered(g, with_ids(g, ids, n)), &missing)) {
		refuse_set(g, unit, missing);
		return;
	}
	if (!target_answered(g->c, unit->statement) || !are_known_forms(g, unit, ids, n))
		return;
	for (size_t i = 0; i < n; i++)
		VEC_PUSH(g->c->arena, g->held, ((struct held){ids[i], unit}));
	VEC_PUSH(g->c->arena, g->units, unit);
	VEC_PUSH(g->c->arena, g->conds, unit->condition);
}

/* --- the file --- */

static void add_for(struct strbuf *out, const struct unit *unit)
{
	strbuf_puts(out, "# ");
	strbuf_add(out, unit->name);
	if (unit->until.len)
		strbuf_printf(out, " until " STR_FMT, STR_ARG(unit->until));
	strbuf_addc(out, '\n');
}

/* In the order of the ids; each once, with all that hold it. */
static struct str write(struct ignore *g)
{
	struct arena *arena = g->c->arena;
	struct str *ids = ARENA_ARRAY(arena, struct str, g->held.n);
	struct strbuf out;
	size_t *order;

	for (size_t i = 0; i < g->held.n; i++)
		ids[i] = g->held.items[i].id;
	order = strsort_order(arena, ids, g->held.n);
	strbuf_init(&out, arena);
	strbuf_puts(&out, "# Written by vulnctl for ");
	strbuf_add(&out, g->c->policy->now_text);
	strbuf_puts(&out, ": what the policy holds back, whatever else a scan says of it.\n");
	for (size_t i = 0; i < g->held.n; i++) {
		const struct held *held = &g->held.items[order[i]];

		add_for(&out, held->unit);
		if (i + 1 == g->held.n || !str_eq(held->id, ids[order[i + 1]]))
			strbuf_printf(&out, STR_FMT "\n", STR_ARG(held->id));
	}
	return strbuf_str(&out);
}

static void prove(struct ignore *g, struct str text)
{
	struct compilation *c = g->c;
	const struct statement *s = g->units.items[0]->statement;
	const char *why;
	struct str *ids;
	size_t n;

	if (!ignore_read(c->arena, text, &ids, &n, &why)) {
		diag_bug(c->diags, s->name_span, "`" PATH "` cannot be read back: %s", why);
		return;
	}
	target_ask(c);
	lower_use(c->lower, VIEW_SINGLE);
	if (!relate_equal(lower_engine(c->lower), lowered(g, with_ids(g, ids, n)),
			  lowered(g, tree_some(c->arena, g->conds.items, g->conds.n)), NULL,
			  NULL) &&
	    target_answered(c, s))
		diag_bug(c->diags, s->name_span,
			 "`" PATH "` does not leave out what the suppressions hold");
}

static bool holds(const struct unit *unit)
{
	return unit->statement->kind == STATEMENT_SUPPRESS && !unit->reopens && !unit->n_members;
}

void ignore_emit(struct compilation *c, const struct plan *plan)
{
	struct ignore g = {.c = c};
	size_t errors = diags_count(c->diags, DIAG_ERROR);
	struct unit *unit;
	struct str text;

	g.scan = scan_of(c);
	lower_use(c->lower, VIEW_SINGLE);
	g.seen = lower_cond(c->lower, g.scan, VIEW_SINGLE);
	for (size_t i = 0; i < plan->units.n; i++)
		if (holds(plan->units.items[i]))
			add_unit(&g, plan->units.items[i]);
	if (diags_count(c->diags, DIAG_ERROR) != errors)
		return;
	if (!g.units.n) {
		diag_warning(c->diags, NULL, (struct span){0, 0},
			     "nothing is held back, so no `" PATH "` is written");
		return;
	}
	text = write(&g);
	prove(&g, text);
	unit = ARENA_NEW(c->arena, struct unit);
	*unit = (struct unit){.name = STR(PATH),
			      .first = 1,
			      .statement = g.units.items[0]->statement,
			      .members = g.units.items,
			      .n_members = g.units.n};
	target_add(c, unit, TARGET_INSPECTOR_IGNORE, ARTEFACT_INSPECTOR_IGNORE, "", 1, "", text,
		   BIT(ASSUMPTION_A1) | BIT(ASSUMPTION_A39));
}
