/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables: `each OPERAND { VALUE until … reason …; }` in a suppress is one suppression per row. */
#include "ir/check_internal.h"

bool check_apply_each(struct check *c, struct check_statement *s, const struct ast_property *p)
{
	VEC_PUSH(c->arena, s->each, p);
	if (p->n_rows || c->partial)
		return true;
	diag_error(c->d, "VC104", p->name_span, "the table has no rows");
	return false;
}

/* A row's own properties; an end of its own replaces those of the block. */
static bool row_property(struct check *c, struct check_statement *s, const struct ast_property *p,
			 struct row *row, struct until *own)
{
	static const char *const names[] = {"until", "reason", "ticket"};
	struct str *text = str_is(p->name, "reason")   ? &row->reason
			   : str_is(p->name, "ticket") ? &row->ticket
						       : NULL;
	struct check_hint hint;
	struct diag *diag;

	if (str_is(p->name, "until"))
		return check_until(c, s->n_file, p, own);
	if (text)
		return check_text(c, s->n_file, p, text);
	diag = diag_error(c->d, "VC004", p->name_span, "`%s` is no property of a row",
			  Q(c, p->name));
	check_hint_init(c, &hint, p->name);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		check_hint_offer(&hint, str_from(names[i]));
	if (!check_hint_apply(c, &hint, diag, p->name_span))
		diag_help(diag, "it has until, reason, ticket");
	return false;
}

static bool once(struct check *c, const struct ast_row *ast, size_t index)
{
	const struct ast_property *p = ast->properties[index];
	struct diag *diag;

	for (size_t i = 0; i < index && !str_is(p->name, "until"); i++) {
		if (!str_eq(ast->properties[i]->name, p->name))
			continue;
		diag = diag_error(c->d, "VC010", p->name_span, "`%s` stands twice in one row",
				  Q(c, p->name));
		diag_label(diag, ast->properties[i]->name_span, "first here");
		return false;
	}
	return true;
}

static bool missing(struct check *c, struct check_statement *s, const struct row *row)
{
	bool until = row->until.has_date || row->until.fixed;
	struct diag *diag;

	if (c->partial || s->failed || (until && row->reason.ptr))
		return c->partial || s->failed;
	if (!until) {
		diag = diag_error(c->d, "VC201", row->span, "the row has no end");
		diag_help(diag, "add `until DATE` here, or `until DATE;` for all rows");
		check_until_offer(c, diag, row->span, "");
	}
	if (!row->reason.ptr)
		diag_help(diag_error(c->d, "VC205", row->span, "the row has no reason"),
			  "add `reason \"…\"` here, or `reason \"…\";` for all rows");
	return true;
}

static bool read_row(struct check *c, struct check_statement *s, const struct ast_row *ast,
		     struct row *row)
{
	struct until own = {.has_date = false};
	bool fine = true;

	*row = (struct row){.span = ast->value.span, .until = s->out->until};
	/* More than four properties is one of the three a second time. */
	for (size_t i = 0; i < ast->n && fine; i++)
		fine = once(c, ast, i) && row_property(c, s, ast->properties[i], row, &own);
	if (!fine)
		return false;
	if (own.has_date || own.fixed)
		row->until = own;
	if (!row->reason.ptr)
		row->reason = s->out->reason;
	if (!row->ticket.ptr)
		row->ticket = s->out->ticket;
	return !missing(c, s, row);
}

struct table {
	const struct ast_property *ast;
	enum field_id field;
	struct check_type type;
	struct check_table values; /* text -> its span */
};

static bool operand_of(struct check *c, struct check_statement *s, const struct ast_property *p,
		       struct table *table)
{
	struct check_scope scope = {.c = c, .file = s->n_file, .place = CHECK_FINDING};
	struct check_operand operand = check_find_operand(&scope, &p->operand);

	*table = (struct table){.ast = p, .field = operand.field, .type = operand.type};
	if (operand.kind == CHECK_OPERAND_BAD)
		return false;
	if (operand.kind == CHECK_OPERAND_FIELD && !operand.type.many && !operand.type.age)
		return true;
	diag_error(c->d, "VC005", p->operand.span, "`%s` is not a field with one value",
		   Q(c, p->operand.path.text));
	return false;
}

/* operand == value */
static struct check_node equality(struct check *c, struct check_statement *s, struct table *table,
				  const struct ast_row *ast, struct atom *atom)
{
	struct check_point point;
	struct value *value;
	bool ordered = table->type.type == TYPE_DECIMAL || table->type.type == TYPE_INT ||
		       table->type.type == TYPE_DATE;

	atom->span = ast->value.span;
	atom->field = table->field;
	atom->key = table->ast->operand.key;
	atom->test = ordered ? TEST_RANGE : TEST_IN;
	if (ordered) {
		if (!check_point(c, s->n_file, &table->type, &ast->value, &point))
			return (struct check_node){0};
		atom->lo = point.first;
		atom->hi = point.end;
		atom->hi_open = point.day;
		return check_leaf(c, atom);
	}
	value = ARENA_NEW(c->arena, struct value);
	if (!check_value(c, s->n_file, &table->type, &ast->value, value))
		return (struct check_node){0};
	atom->values = value;
	atom->n = 1;
	return check_leaf(c, atom);
}

/* One value in two rows would have two ends. */
static bool first_of_value(struct check *c, struct table *table, const struct ast_row *ast,
			   struct str text)
{
	struct span *first = check_table_get(&table->values, text);
	struct diag *diag;

	if (!first) {
		first = ARENA_NEW(c->arena, struct span);
		*first = ast->value.span;
		check_table_put(c->arena, &table->values, text, first);
		return true;
	}
	diag = diag_error(c->d, "VC010", ast->value.span, "`%s` has two rows", Q(c, text));
	diag_label(diag, *first, "first here");
	return false;
}

static unsigned tests_of(enum field_id field)
{
	return field == FIELD_record				      ? CHECK_TESTS_RECORD
	       : field == FIELD_product || field == FIELD_product_arn ? CHECK_TESTS_PRODUCT
								      : 0;
}

static bool one_row(struct check *c, struct check_statement *s, struct table *table,
		    const struct ast_row *ast, struct row *row)
{
	struct atom *atom = ARENA_NEW(c->arena, struct atom);
	struct check_node equal, whole;

	if (!read_row(c, s, ast, row))
		return false;
	equal = equality(c, s, table, ast, atom);
	if (!equal.cond)
		return false;
	row->value = atom->n && atom->values[0].str.len ? atom->values[0].str : ast->value.text;
	if (!first_of_value(c, table, ast, row->value))
		return false;
	whole = check_whole(c, s, &equal, &row->until, tests_of(table->field));
	row->condition = whole.cond;
	row->own = equal.cond;
	s->out->many |= !whole.inspector;
	return whole.cond != NULL;
}

bool check_rows(struct check *c, struct check_statement *s)
{
	VEC(struct row) rows = {0};
	bool fine = true;

	for (size_t i = 0; i < s->each.n; i++) {
		const struct ast_property *p = s->each.items[i];
		struct table table;
		struct row row;

		if (!operand_of(c, s, p, &table)) {
			fine = false;
			continue;
		}
		if (!s->out->operand.len)
			s->out->operand = sources_text(c->sources, p->operand.span);
		for (size_t k = 0; k < p->n_rows; k++) {
			if (one_row(c, s, &table, &p->rows[k], &row))
				VEC_PUSH(c->arena, rows, row);
			else
				fine = false;
		}
	}
	s->out->rows = rows.items;
	s->out->n_rows = rows.n;
	return fine;
}
