/* SPDX-License-Identifier: Apache-2.0
 *
 * The whole condition of a statement: when, not unless, what its properties add, and the defaults
 * of the policy block. What a condition tests is seen through defines but not through tiers: a
 * tier has defaults of its own. */
#include "ir/check_internal.h"

struct check_node check_field_in(struct check *c, enum field_id field, struct span span,
				 struct value *values, size_t n)
{
	struct atom *atom = ARENA_NEW(c->arena, struct atom);

	atom->span = span;
	atom->field = field;
	atom->test = TEST_IN;
	atom->values = values;
	atom->n = n;
	return check_leaf(c, atom);
}

struct check_node check_field_words(struct check *c, enum field_id field, struct span span,
				    const int *words, size_t n)
{
	struct value *values = ARENA_ARRAY(c->arena, struct value, n);

	for (size_t i = 0; i < n; i++)
		values[i] = (struct value){
			.span = span,
			.word = words[i],
			.str = str_from(fields[field].words->words[words[i]]),
		};
	return check_field_in(c, field, span, values, n);
}

enum { CONJUNCTS_MAX = 10 }; /* of check_whole */

struct conjuncts {
	struct check_node items[CONJUNCTS_MAX];
	size_t n;
};

static void add(struct conjuncts *all, struct check_node node)
{
	if (node.cond)
		all->items[all->n++] = node;
}

static bool gets_record(const struct check_statement *s)
{
	enum ast_statement_kind kind = s->ast->kind;

	if (s->seen[CHECK_RULE_record] || s->out->via == VIA_INSPECTOR)
		return false;
	return kind == AST_NOTIFY || kind == AST_INSIGHT || kind == AST_SUPPRESS ||
	       kind == AST_REOPEN;
}

/* What the policy puts beside the conditions of statements, whatever they say themselves. */
static const struct cond *given(struct check *c, bool product, bool record)
{
	const struct cond **slot = &c->defaults.given[product][record];
	struct conjuncts all = {.n = 0};

	if (*slot)
		return *slot;
	add(&all, c->defaults.accounts);
	add(&all, c->defaults.regions);
	add(&all, c->defaults.resources);
	if (product)
		add(&all, c->defaults.product);
	if (record)
		add(&all, c->defaults.record);
	*slot = check_join(c, COND_AND, (struct span){0}, all.items, all.n).cond;
	return *slot;
}

/* false after a diagnostic. */
static bool add_product(struct check *c, struct check_statement *s, unsigned tests,
			struct conjuncts *all)
{
	const struct ast_property *own = s->seen[CHECK_RULE_product];
	struct check_node node = {0};

	if (!own && !(tests & CHECK_TESTS_PRODUCT))
		node = c->defaults.product;
	else if (own && !check_product(c, s->n_file, own, &node))
		return false;
	add(all, node);
	return true;
}

struct check_node check_whole(struct check *c, struct check_statement *s,
			      const struct check_node *more, const struct until *until,
			      unsigned tests)
{
	static const int open_fixes[] = {FIX_NO, FIX_PARTIAL}, new_status[] = {WORKFLOW_NEW};
	struct conjuncts all = {.n = 0};
	bool product, record;

	tests |= s->when.facts.tests | s->unless.facts.tests;
	add(&all, s->when.node);
	if (more)
		add(&all, *more);
	if (s->unless.node.cond)
		add(&all, check_negate(c, s->unless.node.cond->span, s->unless.node));
	if (until && until->fixed)
		add(&all, check_field_words(c, FIELD_fix, until->fixed_span, open_fixes, 2));
	if (s->out->mark)
		add(&all, check_field_words(c, FIELD_workflow, s->out->mark_span, new_status, 1));
	add(&all, c->defaults.accounts);
	add(&all, c->defaults.regions);
	add(&all, c->defaults.resources);
	if (!add_product(c, s, tests, &all))
		return (struct check_node){0};
	product = !s->seen[CHECK_RULE_product] && !(tests & CHECK_TESTS_PRODUCT);
	record = gets_record(s) && !(tests & CHECK_TESTS_RECORD);
	if (record)
		add(&all, c->defaults.record);
	s->out->given = given(c, product, record);
	if (all.n == 1)
		return all.items[0];
	return check_join(c, COND_AND, s->ast->name_span, all.items, all.n);
}

static bool build(struct check *c, struct check_statement *s, enum check_rule_id id,
		  enum check_place place, struct check_built *out)
{
	const struct ast_property *p = s->seen[id];
	struct diag *diag;

	if (!p)
		return true;
	if (!check_condition(c, s->n_file, place, p->expr, out))
		return false;
	if (s->ast->kind == AST_TIER && out->facts.tier.start) {
		diag = diag_error(c->d, "VC012", out->facts.tier,
				  "the condition of a tier cannot depend on tiers");
		diag_help(diag, "tiers are ordered: `%s` already excludes those before it",
			  Q(c, s->ast->name));
		return false;
	}
	if (s->ast->kind == AST_LIFECYCLE && out->facts.other.start) {
		diag_error(c->d, "VC005", out->facts.other,
			   "a lifecycle policy is chosen by `repository` alone");
		return false;
	}
	return true;
}

static bool scope_fits(struct check *c, struct check_file *file)
{
	if (file->scope_judged)
		return file->scope_fits;
	file->scope_judged = true;
	file->scope_fits = check_negatives(c, &file->scope.facts);
	if (file->root_scope)
		file->scope_fits &= check_negatives(c, file->root_scope);
	return file->scope_fits;
}

/* What would be wrong where the product may be another than Inspector. */
static bool fits_many(struct check *c, struct check_statement *s)
{
	bool fine = check_negatives(c, &s->when.facts) & check_negatives(c, &s->unless.facts);

	return fine & scope_fits(c, s->file);
}

static void finish(struct check *c, struct check_statement *s)
{
	struct check_node node;

	if (s->ast->kind == AST_LIFECYCLE) {
		s->out->condition = s->when.node.cond;
		return;
	}
	if (s->each.n) {
		if (!check_rows(c, s))
			s->failed = true;
	} else {
		bool scan = s->out->source == SOURCE_INSPECTOR_SCAN;

		node = scan ? check_scan_whole(c, s) : check_whole(c, s, NULL, &s->out->until, 0);
		s->out->condition = node.cond;
		s->out->many = !scan && !node.inspector;
		if (!node.cond)
			s->failed = true;
	}
	if (!s->failed && s->out->many && !fits_many(c, s))
		s->failed = true;
}

void check_complete(struct check *c, struct check_statement *s)
{
	bool scan = s->out->source == SOURCE_INSPECTOR_SCAN;
	enum check_place place = scan ? CHECK_SCAN : CHECK_FINDING;
	bool fine = build(c, s, CHECK_RULE_when, place, &s->when) &
		    build(c, s, CHECK_RULE_unless, place, &s->unless);

	if (!fine) {
		s->failed = true;
		return;
	}
	if (!s->seen[CHECK_RULE_when] && !s->each.n)
		return;
	s->out->when = s->when.node.cond;
	s->out->unless = s->unless.node.cond;
	if (!scan) /* which is a bound of findings */
		s->out->scope = s->file->scope.node.cond;
	finish(c, s);
}
