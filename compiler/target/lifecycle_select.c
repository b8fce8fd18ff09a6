/* SPDX-License-Identifier: Apache-2.0
 *
 * Which repositories lifecycles are for: those that a condition names, and those of vulnctl.yaml on
 * which it holds. */
#include "base/strsort.h"
#include "eval/eval.h"
#include "target/lifecycle.h"

/* All repositories of vulnctl.yaml in order, and one record to judge names on. */
struct selector {
	struct compilation *c;
	struct str *all;
	size_t n;
	struct element *finding;
	struct fval *name;
};

struct names {
	struct str *items;
	size_t n, cap;
};

static struct selector selector_new(struct compilation *c)
{
	const struct config_strings *given = &c->policy->config->repositories;
	struct selector s = {.c = c, .n = given->n};
	size_t *order = strsort_order(c->arena, given->items, given->n);

	s.all = ARENA_ARRAY(c->arena, struct str, given->n + 1);
	for (size_t i = 0; i < given->n; i++)
		s.all[i] = given->items[order[i]];
	s.finding = element_new(c->arena, GROUP_FINDING);
	s.name = element_value(element_add(c->arena, s.finding, GROUP_RESOURCE), FIELD_repository);
	return s;
}

static void add_prefixed(struct selector *s, struct str prefix, struct names *out)
{
	size_t from = 0, to = s->n;

	while (from < to) {
		size_t middle = from + (to - from) / 2;

		if (str_cmp(s->all[middle], prefix) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	for (size_t i = from; i < s->n && str_starts(s->all[i], prefix); i++)
		VEC_PUSH(s->c->arena, *out, s->all[i]);
}

/* A superset of the names on which the condition holds; false if others may fulfil it than those
 * that it names. The tree is as deep as ir/check allows. */
static bool add_candidates(struct selector *s, const struct cond *cond, struct names *out)
{
	const struct atom *atom = cond->atom;
	size_t before = out->n;

	switch (cond->kind) {
	case COND_ATOM:
		for (size_t i = 0; i < atom->n && atom->test == TEST_IN; i++)
			VEC_PUSH(s->c->arena, *out, atom->values[i].str);
		for (size_t i = 0; i < atom->n && atom->test == TEST_PREFIX; i++)
			add_prefixed(s, atom->values[i].str, out);
		return !atom->negated && (atom->test == TEST_IN || atom->test == TEST_PREFIX);
	case COND_OR:
		for (size_t i = 0; i < cond->n; i++)
			if (!add_candidates(s, cond->kids[i], out))
				return false;
		return true;
	case COND_AND: /* one that names all is enough */
		for (size_t i = 0; i < cond->n; i++) {
			if (add_candidates(s, cond->kids[i], out))
				return true;
			out->n = before;
		}
		return false;
	default:
		return false;
	}
}

static void select_for(struct selector *s, struct unit *unit, const struct cond *cond)
{
	struct names names = {0};
	struct str *chosen;
	size_t *order, n = 0;

	if (!add_candidates(s, cond, &names)) {
		names.n = 0;
		for (size_t i = 0; i < s->n; i++)
			VEC_PUSH(s->c->arena, names, s->all[i]);
	}
	order = strsort_order(s->c->arena, names.items, names.n);
	chosen = ARENA_ARRAY(s->c->arena, struct str, names.n + 1);
	for (size_t i = 0; i < names.n; i++) {
		*s->name = (struct fval){.kind = FVAL_STRING, .str = names.items[order[i]]};
		if ((!n || !str_eq(chosen[n - 1], s->name->str)) &&
		    eval_cond(s->c->policy, cond, false, s->finding))
			chosen[n++] = s->name->str;
	}
	unit->repositories = chosen;
	unit->n_repositories = n;
}

static void report_none(struct compilation *c, const struct unit *unit)
{
	const struct statement *s = unit->statement;
	struct diag *d = diag_error(c->diags, "VC301", s->name_span, "`%s` selects no repository",
				    diag_quote(c->diags, s->name));

	diag_help(d, "name them with `==` or `in`, or list what `startswith` shall select from as "
		     "`repositories` in vulnctl.yaml");
}

/* A repository has one lifecycle policy. */
static void check_shared(struct compilation *c, struct unit *const *units, size_t n)
{
	VEC(struct str) names = {0};
	VEC(const struct statement *) owners = {0};
	size_t *order;

	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < units[i]->n_repositories; j++) {
			VEC_PUSH(c->arena, names, units[i]->repositories[j]);
			VEC_PUSH(c->arena, owners, units[i]->statement);
		}
	order = strsort_order(c->arena, names.items, names.n);
	for (size_t i = 1; i < names.n; i++) {
		const struct statement *a = owners.items[order[i - 1]];
		const struct statement *b = owners.items[order[i]];
		struct str name = names.items[order[i]];
		struct diag *d;

		if (!str_eq(names.items[order[i - 1]], name))
			continue;
		d = diag_error(c->diags, "VC308", b->name_span,
			       "`%s` and `%s` both select the repository `%s`",
			       diag_quote(c->diags, a->name), diag_quote(c->diags, b->name),
			       diag_quote(c->diags, name));
		diag_label(d, a->name_span, "the other lifecycle");
		diag_help(d, "a repository has one lifecycle policy: make the conditions disjoint");
	}
}

void lifecycle_select(struct compilation *c, struct unit *const *units, size_t n)
{
	struct selector s = selector_new(c);

	for (size_t i = 0; i < n; i++) {
		const struct statement *statement = units[i]->statement;

		if (statement->kind != STATEMENT_LIFECYCLE)
			continue;
		lifecycle_check_rules(c, statement);
		select_for(&s, units[i], statement->condition);
		if (!units[i]->n_repositories)
			report_none(c, units[i]);
	}
	check_shared(c, units, n);
}
