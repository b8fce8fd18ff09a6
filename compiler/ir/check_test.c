/* SPDX-License-Identifier: Apache-2.0
 *
 * One comparison: which operators a type has, and the atom each makes. Orders of constants are
 * written out as the constants they cover, so nothing later knows of an order. */
#include "ir/check_internal.h"

enum operators {
	EQUAL = 1,
	DIFFERENT = 2,
	ORDER = 4,
	AMONG = 8,
	RANGE = 16,
	STARTS = 32,
	ENDS = 64,
	CONTAINS = 128,
	EXISTS = 256,
};

static const struct {
	unsigned bit;
	const char *shown;
} operator_names[] = {
	{EQUAL, "=="},	     {DIFFERENT, "!="},	     {ORDER, "< <= > >="},
	{AMONG, "in [...]"}, {RANGE, "in a..b"},     {STARTS, "startswith"},
	{ENDS, "endswith"},  {CONTAINS, "contains"}, {EXISTS, "exists"},
};

static unsigned operators_of(const struct check_type *type)
{
	if (type->age)
		return ORDER | RANGE;
	switch (type->type) {
	case TYPE_ENUM:
		return EQUAL | DIFFERENT | AMONG | EXISTS | (type->words->ordered ? ORDER : 0u);
	case TYPE_WORD:
		return EQUAL | DIFFERENT | AMONG | EXISTS |
		       (type->words == &vocabulary_finding_type ? STARTS : 0u);
	case TYPE_VULNID:
	case TYPE_ACCOUNT:
		return EQUAL | DIFFERENT | AMONG | EXISTS;
	case TYPE_STRING:
		return EQUAL | DIFFERENT | AMONG | STARTS | ENDS | CONTAINS | EXISTS;
	case TYPE_DECIMAL:
	case TYPE_INT:
	case TYPE_DATE:
		return EQUAL | ORDER | RANGE | EXISTS;
	case TYPE_MAP:
		return EQUAL | DIFFERENT | AMONG | STARTS | CONTAINS | EXISTS;
	case TYPE_COUNT:
		break;
	}
	return 0;
}

static unsigned operator_of(const struct ast_expr *expr)
{
	static const unsigned by_op[] = {
		[AST_EQ] = EQUAL,	   [AST_NE] = DIFFERENT,  [AST_LT] = ORDER,
		[AST_LE] = ORDER,	   [AST_GT] = ORDER,	  [AST_GE] = ORDER,
		[AST_STARTSWITH] = STARTS, [AST_ENDSWITH] = ENDS, [AST_CONTAINS] = CONTAINS,
	};

	switch (expr->kind) {
	case AST_IN:
		return AMONG;
	case AST_RANGE:
		return RANGE;
	case AST_EXISTS:
		return EXISTS;
	default:
		return by_op[expr->op];
	}
}

static bool has_operator(const struct check_test *t)
{
	unsigned able = operators_of(t->type);
	struct strbuf text;
	struct diag *diag;

	if (operator_of(t->expr) & able)
		return true;
	diag = diag_error(t->c->d, "VC005", t->expr->op_span, "`%s` (%s) has no such comparison",
			  Q(t->c, t->type->shown), check_type_shown(t->type));
	strbuf_init(&text, t->c->arena);
	for (size_t i = 0; i < ARRAY_LEN(operator_names); i++)
		if (operator_names[i].bit & able)
			strbuf_printf(&text, "%s%s", text.len ? ", " : "", operator_names[i].shown);
	diag_help(diag, "it has " STR_FMT, STR_ARG(strbuf_str(&text)));
	return false;
}

static bool constant_order(const struct check_test *t, struct atom *atom, bool *never)
{
	const struct vocabulary *words = t->type->words;
	struct value bound;
	VEC(struct value) values = {0};

	if (!check_value(t->c, t->file, t->type, &t->expr->value.items[0], &bound))
		return false;
	if (bound.word >= (int)words->n_ordered) {
		diag_error(t->c->d, "VC005", t->expr->value.items[0].span, "`%s` has no order",
			   words->words[bound.word]);
		return false;
	}
	for (int i = 0; i < (int)words->n_ordered; i++) {
		bool below = i < bound.word, same = i == bound.word;
		bool covered = t->expr->op == AST_LT   ? below
			       : t->expr->op == AST_LE ? below || same
			       : t->expr->op == AST_GT ? !below && !same
						       : !below;

		if (covered)
			VEC_PUSH(t->c->arena, values,
				 ((struct value){.span = bound.span,
						 .word = i,
						 .str = str_from(words->words[i])}));
	}
	atom->test = TEST_IN;
	atom->values = values.items;
	atom->n = values.n;
	*never = !values.n;
	return true;
}

/* A day is [first, end): `<= D` takes all of it and `> D` starts behind it. */
static void bounds(enum ast_op op, const struct check_point *p, struct atom *atom)
{
	switch (op) {
	case AST_LT:
		atom->hi = p->first;
		atom->hi_open = true;
		break;
	case AST_LE:
		atom->hi = p->end;
		atom->hi_open = p->day;
		break;
	case AST_GT:
		atom->lo = p->end;
		atom->lo_open = !p->day;
		break;
	case AST_GE:
		atom->lo = p->first;
		break;
	default:
		atom->lo = p->first;
		atom->hi = p->end;
		atom->hi_open = p->day;
	}
}

/* Between whole numbers there are none, and more mechanisms take a bound that lies inside. */
static void close_bounds(struct atom *atom)
{
	if (atom->lo_open && atom->lo % TYPE_SCALE == 0) {
		atom->lo += TYPE_SCALE;
		atom->lo_open = false;
	}
	if (atom->hi_open && atom->hi % TYPE_SCALE == 0) {
		atom->hi -= TYPE_SCALE;
		atom->hi_open = false;
	}
}

static bool number_test(const struct check_test *t, struct atom *atom)
{
	const struct ast_expr *expr = t->expr;
	struct check_point first, last;

	atom->test = TEST_RANGE;
	atom->age = t->type->age;
	atom->lo = INT64_MIN;
	atom->hi = INT64_MAX;
	if (expr->kind != AST_RANGE) {
		if (!check_point(t->c, t->file, t->type, &expr->value.items[0], &first))
			return false;
		bounds(expr->op, &first, atom);
		if (t->type->type == TYPE_INT)
			close_bounds(atom);
		return true;
	}
	if (!check_point(t->c, t->file, t->type, &expr->value.items[0], &first) |
	    !check_point(t->c, t->file, t->type, &expr->value.items[1], &last))
		return false;
	bounds(AST_GE, &first, atom);
	bounds(AST_LE, &last, atom);
	atom->negated = expr->negated;
	if (first.first <= last.first)
		return true;
	diag_error(t->c->d, "VC005", expr->value.span, "the range ends before it begins");
	return false;
}

/* `in` and `startswith` with one path: a let; `in` needs a set. */
static bool is_set(const struct check_test *t)
{
	const struct ast_value *value = &t->expr->value;
	const struct check_def *def;
	struct diag *diag;

	if (t->expr->kind != AST_IN || value->kind == AST_VALUE_SET || !value->n)
		return true;
	def = value->items[0].kind == AST_NAME ? check_find(t->c, t->file, &value->items[0].path)
					       : NULL;
	if (def && (def->is_define || def->broken || def->ast->value.kind == AST_VALUE_SET))
		return true;
	if (!def && t->c->partial)
		return false;
	if (def) {
		diag = diag_error(t->c->d, "VC005", value->span,
				  "`%s` is one value; `in` needs a set", Q(t->c, def->name));
		diag_label(diag, def->ast->name_span, "defined here");
	} else {
		diag = diag_error(t->c->d, "VC003", value->span, "there is no set named `%s`",
				  Q(t->c, value->items[0].text));
	}
	diag_help(diag, "write the values in brackets");
	return false;
}

static bool no_empty_needle(const struct check_test *t, const struct atom *atom)
{
	for (size_t i = 0; i < atom->n; i++) {
		if (atom->values[i].str.len || atom->test == TEST_IN)
			continue;
		diag_error(t->c->d, "VC105", atom->values[i].span,
			   "an empty text is in every text: this test holds for all");
		return false;
	}
	return true;
}

static bool text_test(const struct check_test *t, struct atom *atom)
{
	const struct ast_expr *expr = t->expr;
	struct check_type type = *t->type;
	struct value *one;

	switch (operator_of(expr)) {
	case STARTS:
		atom->test = TEST_PREFIX;
		break;
	case ENDS:
		atom->test = TEST_SUFFIX;
		break;
	case CONTAINS:
		atom->test = TEST_CONTAINS;
		break;
	default:
		atom->test = TEST_IN;
	}
	if (atom->test != TEST_IN)
		type = check_type_of_part(t->type);
	atom->negated = expr->negated || (expr->kind == AST_COMPARE && expr->op == AST_NE);
	if (expr->kind != AST_COMPARE)
		return is_set(t) &&
		       check_values(t->c, t->file, &type, &expr->value, &atom->values, &atom->n) &&
		       no_empty_needle(t, atom);
	one = ARENA_NEW(t->c->arena, struct value);
	atom->values = one;
	atom->n = 1;
	return check_value(t->c, t->file, &type, &expr->value.items[0], one);
}

bool check_test_atom(const struct check_test *t, struct atom *atom, bool *never)
{
	unsigned op = operator_of(t->expr);

	*never = false;
	atom->span = t->expr->span;
	if (!has_operator(t))
		return false;
	if (op == EXISTS) {
		atom->test = TEST_EXISTS;
		return true;
	}
	if (op == ORDER && t->type->words)
		return constant_order(t, atom, never);
	if (t->type->age || t->type->type == TYPE_DECIMAL || t->type->type == TYPE_INT ||
	    t->type->type == TYPE_DATE)
		return number_test(t, atom);
	return text_test(t, atom);
}
