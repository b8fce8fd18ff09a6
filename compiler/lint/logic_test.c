/* SPDX-License-Identifier: Apache-2.0
 *
 * Tests that change nothing where they stand. The tree as written is walked beside the condition
 * that it became: an operand of `and` is of no use if what the others leave is inside it, one of
 * `or` if what the others leave out is outside it. The last of those that can go goes first, so
 * that of two equal tests one stays.
 *
 * The defaults of the policy count for nothing here: what a test says that a default says, too, it
 * still says when the default is changed. Nor do tests of `product` and `record`, which switch a
 * default off. */
#include "lint/logic_internal.h"

enum { OPERANDS_MAX = 256 }; /* that are compared with the others beside them */

struct walk {
	struct logic *logic;
	const struct logic_item *item;
	bool stopped; /* the budget ran out, or a contradiction was met */
};

static dd set_of(const struct walk *w, const struct cond *cond)
{
	return lower_cond(w->logic->l->c->lower, cond, w->item->view);
}

/* --- ranges --- */

static bool is_bound(const struct atom *atom)
{
	enum type type = fields[atom->field].type;

	return atom->test == TEST_RANGE && !atom->age && (type == TYPE_DECIMAL || type == TYPE_INT);
}

static void tell_range(struct walk *w, const struct cond *cond, const struct ast_expr *expr,
		       bool empty)
{
	struct logic *logic = w->logic;
	struct diags *d = logic->l->diags;
	struct diag *diag;

	memo_put(&logic->told, logic->l->arena, (uint64_t)(uintptr_t)cond, 1);
	diag = lint_report(logic->l, RULE_range_empty_or_full, expr->span,
			   empty ? "no value of `%s` is in this range"
				 : "every value of `%s` is in this range",
			   diag_quote(d, expr->operand.path.text));
	if (empty)
		diag_help(diag, "remove it, or write the bound that was meant");
	else
		diag_help(diag, "write `%s exists` if that is meant, or a bound that divides",
			  diag_quote(d, expr->operand.path.text));
}

/* The values that a field can have are those of its table (universe U12). */
static void check_range(struct walk *w, const struct ast_expr *expr, const struct cond *cond)
{
	const struct atom *atom = cond->atom;
	const struct field *field;
	bool empty, full;

	if (cond->kind == COND_CONST) /* below the least constant, above the greatest */
		tell_range(w, cond, expr, true);
	if (cond->kind != COND_ATOM || !is_bound(atom))
		return;
	field = &fields[atom->field];
	empty = atom->lo > field->hi || (atom->lo == field->hi && atom->lo_open) ||
		atom->hi < field->lo || (atom->hi == field->lo && atom->hi_open);
	full = (atom->lo < field->lo || (atom->lo == field->lo && !atom->lo_open)) &&
	       (atom->hi > field->hi || (atom->hi == field->hi && !atom->hi_open));
	if (empty || full)
		tell_range(w, cond, expr, atom->negated ? full : empty);
}

/* Wherever they stand; a constant among others is told by logic_text. */
static void find_ranges(struct walk *w, const struct ast_expr *expr, const struct cond *cond)
{
	expr = logic_bare(expr);
	switch (expr->kind) {
	case AST_AND:
	case AST_OR:
	case AST_NOT:
	case AST_ANY:
		for (size_t i = 0; i < expr->n && i < cond->n; i++)
			find_ranges(w, expr->kids[i], cond->kids[i]);
		break;
	case AST_REF:
		break;
	case AST_CONST:
		memo_put(&w->logic->told, w->logic->l->arena, (uint64_t)(uintptr_t)cond, 1);
		break;
	default:
		check_range(w, expr, cond);
	}
}

/* --- operands --- */

/* As deep as ir/check allows. */
static bool is_switch(const struct cond *cond)
{
	enum field_id field = cond->kind == COND_ATOM ? cond->atom->field : FIELD_COUNT;

	for (size_t i = 0; i < cond->n; i++)
		if (is_switch(cond->kids[i]))
			return true;
	return field == FIELD_product || field == FIELD_product_arn || field == FIELD_record;
}

/* The one of the others that makes it superfluous by itself; cond->n: none does. */
static size_t culprit(const struct walk *w, const struct cond *cond, size_t i)
{
	struct engine *e = logic_engine(w->logic->l);
	dd mine = set_of(w, cond->kids[i]);
	bool all = cond->kind == COND_AND;

	for (size_t k = 0; k < cond->n; k++) {
		dd other = set_of(w, cond->kids[k]);

		if (k != i && relate_inside(e, all ? other : mine, all ? mine : other, NULL))
			return k;
	}
	return cond->n;
}

static bool is_told(const struct walk *w, const struct cond *cond)
{
	uint32_t told;

	return memo_get(&w->logic->told, (uint64_t)(uintptr_t)cond, &told);
}

/* What holds, or fails, for every finding by itself. */
static bool tell_constant(struct walk *w, const struct ast_expr *list, const struct cond *cond,
			  size_t i)
{
	struct lint *l = w->logic->l;
	struct engine *e = logic_engine(l);
	bool all = cond->kind == COND_AND;
	dd mine = set_of(w, cond->kids[i]);
	bool holds = all ? relate_inside(e, DD_TRUE, mine, NULL) : relate_empty(e, mine);
	struct diag *diag;

	if (!holds || engine_exhausted(e))
		return false;
	diag = lint_report(l, RULE_constant_subexpression, list->kids[i]->span,
			   all ? "this holds for every finding" : "this holds for no finding");
	diag_help(diag, "remove it, or write what was meant");
	logic_fix_operand(l, diag, list, i);
	return true;
}

static void tell_redundant(struct walk *w, const struct ast_expr *list, const struct cond *cond,
			   size_t i)
{
	struct lint *l = w->logic->l;
	struct span at = list->kids[i]->span;
	struct diag *diag;
	size_t by;

	if (is_told(w, cond->kids[i]) || tell_constant(w, list, cond, i))
		return;
	by = culprit(w, cond, i);
	if (by < cond->n && is_told(w, cond->kids[by]))
		return;
	diag = cond->kind == COND_AND
		       ? lint_report(l, RULE_redundant_atom, at,
				     "this test changes nothing: what the others leave fulfils it")
		       : lint_report(l, RULE_redundant_atom, at,
				     "this test changes nothing: what fulfils it is taken already");
	if (by < cond->n)
		diag_label(diag, list->kids[by]->span, "by this alone");
	diag_help(diag, "remove it, or write what was meant");
	logic_fix_operand(l, diag, list, i);
}

static void walk(struct walk *w, const struct ast_expr *expr, const struct cond *cond, dd care);

/* Of an `and`, what is left when the others were asked; of an `or`, what is left out. */
static dd others(struct engine *e, bool all, dd care, dd before, dd behind)
{
	dd joined = all ? dd_and(e, before, behind) : dd_or(e, before, behind);

	return all ? dd_and(e, care, joined) : dd_minus(e, care, joined);
}

/* Each is asked about beside what all others leave: of very many that is too much. */
static void tell_too_many(struct walk *w, const struct ast_expr *list)
{
	struct diag *diag = lint_report(w->logic->l, RULE_analysis_incomplete, list->op_span,
					"%s (%s) was not checked here: more than %d tests stand "
					"side by side",
					lint_rules[RULE_redundant_atom].name,
					lint_rules[RULE_redundant_atom].id, OPERANDS_MAX);

	diag_help(diag, "write a list: `in [ … ]`");
}

static void walk_operands(struct walk *w, const struct ast_expr *list, const struct cond *cond,
			  dd care)
{
	struct lint *l = w->logic->l;
	struct engine *e = logic_engine(l);
	bool all = cond->kind == COND_AND;

	dd *before = ARENA_ARRAY(l->arena, dd, cond->n), behind = all ? DD_TRUE : DD_FALSE;

	before[0] = behind;
	for (size_t i = 1; i < cond->n; i++) {
		dd one = set_of(w, cond->kids[i - 1]);

		before[i] = all ? dd_and(e, before[i - 1], one) : dd_or(e, before[i - 1], one);
	}
	for (size_t i = cond->n; i-- > 0 && !w->stopped;) {
		const struct ast_expr *kid = list->kids[i];
		dd one = set_of(w, cond->kids[i]), left = others(e, all, care, before[i], behind);
		bool idle = all ? relate_inside(e, left, one, NULL)
				: !relate_overlap(e, left, one, NULL);

		if (engine_exhausted(e)) {
			w->stopped = true;
		} else if (idle && !is_switch(cond->kids[i])) {
			tell_redundant(w, list, cond, i);
		} else {
			walk(w, kid, cond->kids[i], left);
			behind = all ? dd_and(e, behind, one) : dd_or(e, behind, one);
		}
	}
}

/* care: where it matters what the condition says. */
static void walk(struct walk *w, const struct ast_expr *expr, const struct cond *cond, dd care)
{
	expr = logic_bare(expr);
	switch (expr->kind) {
	case AST_AND:
	case AST_OR:
		if (cond->n == expr->n && cond->n <= OPERANDS_MAX)
			walk_operands(w, expr, cond, care);
		else if (cond->n == expr->n)
			tell_too_many(w, expr);
		break;
	case AST_NOT:
		walk(w, expr->kids[0], cond->kids[0], care);
		break;
	default:
		break;
	}
}

/* --- statements --- */

static const struct ast_property *property_of(const struct ast_statement *s,
					      enum ast_property_kind kind)
{
	for (size_t i = 0; i < s->n_properties; i++)
		if (s->properties[i]->kind == kind)
			return s->properties[i];
	return NULL;
}

static void check_unless(struct walk *w, const struct ast_property *p, dd when, dd unless)
{
	struct lint *l = w->logic->l;
	struct diag *diag;

	if (relate_overlap(logic_engine(l), when, unless, NULL) ||
	    engine_exhausted(logic_engine(l)))
		return;
	diag = lint_report(l, RULE_redundant_atom, p->span, "this `unless` excludes nothing");
	diag_help(diag, "remove it, or write what was meant");
	diag_fix(diag, p->span, STR(""));
}

/* What the rows of a statement take, all together: there is nothing else to care for. */
static dd care_of(const struct walk *w, const struct statement *s)
{
	dd *rows = ARENA_ARRAY(w->logic->l->arena, dd, s->n_rows + 1);

	if (!s->n_rows)
		return DD_TRUE;
	for (size_t i = 0; i < s->n_rows; i++)
		rows[i] = set_of(w, s->rows[i].own);
	return dd_or_all(logic_engine(w->logic->l), rows, s->n_rows);
}

static void check_statement(struct walk *w)
{
	struct lint *l = w->logic->l;
	struct engine *e = logic_engine(l);
	const struct statement *s = w->item->statement;
	const struct ast_statement *ast = places_find(l->places, s->name_span);
	const struct ast_property *when = property_of(ast, AST_WHEN),
				  *unless = property_of(ast, AST_UNLESS);
	dd care, yes, no;

	if (s->when)
		find_ranges(w, when->expr, s->when);
	if (s->unless)
		find_ranges(w, unless->expr, s->unless);
	lint_ask(l);
	logic_use(l, s);
	care = care_of(w, s);
	yes = s->when ? dd_and(e, care, set_of(w, s->when)) : care;
	no = s->unless ? set_of(w, s->unless) : DD_FALSE;
	if (relate_empty(e, dd_minus(e, yes, no)))
		w->stopped = true; /* told as a contradiction */
	if (s->when && !w->stopped)
		walk(w, when->expr, s->when, dd_minus(e, care, no));
	if (s->unless && !w->stopped) {
		check_unless(w, unless, yes, no);
		walk(w, unless->expr, s->unless, yes);
	}
	lint_answered(l, RULE_redundant_atom, s->name_span);
}

void logic_tests(struct logic *logic)
{
	struct lint *l = logic->l;
	const struct statement *last = NULL;

	if (!lint_wants(l, RULE_redundant_atom) && !lint_wants(l, RULE_range_empty_or_full) &&
	    !lint_wants(l, RULE_constant_subexpression))
		return;
	for (size_t i = 0; i < logic->items.n; i++) {
		struct walk w = {.logic = logic, .item = &logic->items.items[i]};
		const struct statement *s = w.item->statement;

		if (s != last)
			check_statement(&w);
		last = s;
	}
}
