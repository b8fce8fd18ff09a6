/* SPDX-License-Identifier: Apache-2.0
 *
 * Packing: rules over small domains, united, and compared with what they were at every point; how
 * few they become; and random policies whose quota is short, compiled with shapes and without. */
#include "checked.h"

#include "target/automation.h"
#include "target/compile.h"
#include "target/pack_internal.h"

#include <stdio.h>
#include <stdlib.h>

#include "random_prng.h"

static struct arena *arena;

/* --- rules over a small domain --- */

#define FIELDS 3
#define VALUES 3 /* and one that no rule names */
#define POINTS ((VALUES + 1) * (VALUES + 1) * (VALUES + 1))
#define UNITS 12

static const char *const names[FIELDS] = {"ResourceId", "SeverityLabel", "Title"};
static const char *const values[] = {"a", "b", "c", "d"};

static struct criteria_filter filter(enum criteria_comparison comparison, const char *value)
{
	return (struct criteria_filter){.comparison = comparison, .value = str_from(value)};
}

static bool negative(const struct criteria_filter *f)
{
	return f->comparison == CRITERIA_NOT_EQUALS;
}

static bool takes(const struct criteria_rule *rule, size_t point)
{
	bool all = true;

	for (size_t f = 0; f < FIELDS; f++, point /= VALUES + 1)
		for (size_t i = 0; i < rule->n; i++) {
			const struct criterion *c = &rule->criteria[i];
			bool some = false;

			if (strcmp(c->name, names[f]) != 0)
				continue;
			for (size_t k = 0; k < c->n; k++)
				some = some ||
				       str_is(c->filters[k].value, values[point % (VALUES + 1)]);
			all = all && some != negative(&c->filters[0]);
		}
	return all;
}

/* A part of the values, found in one of three ways; now and then, all but these. */
static struct criterion random_criterion(struct prng *r, const char *name)
{
	enum criteria_comparison comparison = chance(r, 80)   ? CRITERIA_EQUALS
					      : chance(r, 30) ? CRITERIA_PREFIX
					      : chance(r, 50) ? CRITERIA_CONTAINS
							      : CRITERIA_NOT_EQUALS;
	struct criterion c = {.name = name};

	c.filters = ARENA_ARRAY(arena, struct criteria_filter, VALUES);
	for (size_t i = 0, first = below(r, VALUES); i < VALUES; i++) {
		if (i != first && !chance(r, 10))
			continue;
		c.filters[c.n] = filter(comparison, values[i]);
		c.filters[c.n++].glued = comparison == CRITERIA_NOT_EQUALS;
	}
	return c;
}

static struct pack_rule rule_of(const struct criterion *criteria, size_t n, size_t unit)
{
	struct pack_rule rule = {.n_units = 1, .rule.n = n};

	rule.units = ARENA_NEW(arena, size_t);
	*rule.units = unit;
	rule.rule.criteria = ARENA_ARRAY(arena, struct criterion, n);
	for (size_t i = 0; i < n; i++)
		rule.rule.criteria[i] = criteria[i];
	return rule;
}

static struct pack_rules random_rules(struct prng *r)
{
	struct pack_rules rules = {0};
	size_t n = 1 + below(r, 60);

	for (size_t i = 0; i < n; i++) {
		struct criterion criteria[FIELDS];
		size_t some = 0;

		for (size_t f = 0; f < FIELDS; f++)
			if (chance(r, 90) || (f == FIELDS - 1 && !some))
				criteria[some++] = random_criterion(r, names[f]);
		VEC_PUSH(arena, rules, rule_of(criteria, some, below(r, UNITS)));
	}
	return rules;
}

/* Which unit has a rule that takes which point. */
static bool *taken_by(const struct pack_rules *rules)
{
	bool *taken = ARENA_ARRAY(arena, bool, UNITS *POINTS);

	for (size_t i = 0; i < rules->n; i++)
		for (size_t point = 0; point < POINTS; point++) {
			const struct pack_rule *rule = &rules->items[i];

			if (!takes(&rule->rule, point))
				continue;
			for (size_t k = 0; k < rule->n_units; k++)
				taken[rule->units[k] * POINTS + point] = true;
		}
	return taken;
}

/* A rule takes a point only for one of its units, which had a rule that did; and nothing is lost to
 * any unit. */
static bool same_sets(const struct pack_rules *before, const struct pack_rules *after)
{
	const bool *was = taken_by(before), *is = taken_by(after);

	for (size_t i = 0; i < UNITS * POINTS; i++)
		if (was[i] && !is[i])
			return false;
	for (size_t i = 0; i < after->n; i++)
		for (size_t point = 0; point < POINTS; point++) {
			const struct pack_rule *rule = &after->items[i];
			bool meant = !takes(&rule->rule, point);

			for (size_t k = 0; k < rule->n_units && !meant; k++)
				meant = was[rule->units[k] * POINTS + point];
			if (!meant)
				return false;
		}
	return true;
}

/* One way of finding them for all values of a criterion, and not more of them than it holds. */
static bool well_made(const struct pack_rules *rules)
{
	for (size_t i = 0; i < rules->n; i++)
		for (size_t k = 0; k < rules->items[i].rule.n; k++) {
			const struct criterion *c = &rules->items[i].rule.criteria[k];
			bool contains = c->filters[0].comparison == CRITERIA_CONTAINS;

			if (c->n > automation_most_values(c->name))
				return false;
			for (size_t v = 1; v < c->n; v++)
				if ((c->filters[v].comparison == CRITERIA_CONTAINS) != contains ||
				    negative(&c->filters[v]) != negative(&c->filters[0]))
					return false;
		}
	return true;
}

static int by_text(const void *left, const void *right)
{
	return str_cmp(*(const struct str *)left, *(const struct str *)right);
}

static struct str texts_of(const struct pack_rules *rules)
{
	struct str *texts = ARENA_ARRAY(arena, struct str, rules->n);
	struct strbuf b;

	for (size_t i = 0; i < rules->n; i++)
		texts[i] = pack_text(arena, &rules->items[i].rule);
	qsort(texts, rules->n, sizeof *texts, by_text);
	strbuf_init(&b, arena);
	for (size_t i = 0; i < rules->n; i++)
		strbuf_add(&b, texts[i]);
	return strbuf_str(&b);
}

static struct pack_rules shuffled(struct prng *r, const struct pack_rules *rules)
{
	struct pack_rules other = {0};

	for (size_t i = 0; i < rules->n; i++)
		VEC_PUSH(arena, other, rules->items[i]);
	for (size_t i = other.n; i > 1; i--) {
		size_t k = below(r, i);
		struct pack_rule swap = other.items[k];

		other.items[k] = other.items[i - 1];
		other.items[i - 1] = swap;
	}
	return other;
}

static void random_sets(struct prng *r, unsigned rounds)
{
	size_t before = 0, after = 0;
	bool good = true;

	for (unsigned round = 0; round < rounds && good; round++) {
		struct pack_rules rules = random_rules(r), other, united = {0};

		other = shuffled(r, &rules);
		for (size_t i = 0; i < rules.n; i++)
			VEC_PUSH(arena, united, rules.items[i]);
		pack_merge(arena, &united, UNITS);
		pack_merge(arena, &other, UNITS);
		good = united.n <= rules.n && same_sets(&rules, &united) && well_made(&united) &&
		       str_eq(texts_of(&united), texts_of(&other));
		before += rules.n;
		after += united.n;
		if (!good)
			printf("# round %u: %zu rules, %zu after\n", round, rules.n, united.n);
	}
	ok(good, "random rules keep their sets and their units, in any order");
	ok(after < before * 4 / 5, "%zu rules become %zu", before, after);
}

/* --- how few --- */

static const char *numbered(const char *what, size_t i)
{
	return str_cstr(arena, str_printf(arena, "%s-%zu", what, i));
}

/* A unit for each pair of `titles` and `resources` that the divisor says. */
static size_t pairs(size_t titles, size_t resources, size_t divisor)
{
	struct pack_rules rules = {0};
	size_t n = 0;

	for (size_t t = 0; t < titles; t++)
		for (size_t k = 0; k < resources; k++) {
			struct criterion criteria[2] = {{.name = "ResourceId", .n = 1},
							{.name = "Title", .n = 1}};

			if ((t * resources + k) % divisor)
				continue;
			criteria[0].filters = ARENA_NEW(arena, struct criteria_filter);
			criteria[1].filters = ARENA_NEW(arena, struct criteria_filter);
			*criteria[0].filters = filter(CRITERIA_CONTAINS, numbered("resource", k));
			*criteria[1].filters = filter(CRITERIA_PREFIX, numbered("title", t));
			VEC_PUSH(arena, rules, rule_of(criteria, 2, n++));
		}
	pack_merge(arena, &rules, n);
	return rules.n;
}

static void few(void)
{
	ok(pairs(1, 100, 1) == 1, "a hundred resources fit into one rule");
	ok(pairs(1, 101, 1) == 2, "a hundred and one into two");
	ok(pairs(250, 1, 1) == 3, "and so do titles");
	ok(pairs(7, 9, 1) == 1, "all pairs of two lists are one rule");
	ok(pairs(7, 200, 1) == 2, "of two long lists two");
	ok(pairs(200, 300, 1) == 6, "or six");
	ok(pairs(5, 90, 7) == 5, "scattered pairs: a rule for each of the few");
	ok(pairs(90, 5, 7) == 5, "on either side");
	ok(pairs(300, 300, 301) == 300, "what has nothing in common stays apart: %zu",
	   pairs(300, 300, 301));
}

/* --- policies --- */

#define STATEMENTS 40

static const char *const policies[] = {
	"suppress a-%u { when cve == CVE-2024-1%03u and repository == \"app/r%u\"; "
	"until 2026-12-31; reason \"%u\"; owner \"o\"; }",
	"suppress b-%u { when cve in [CVE-2023-1%03u, CVE-2023-2%03u] and account == "
	"11112222333%u; "
	"until 2026-12-31; reason \"r\"; owner \"o\"; }",
	"suppress c-%u { when cve == GHSA-jfh8-c2jp-5v3q and repository in [\"b/%u\", \"c/%u\"]; "
	"until 2026-11-3%u; reason \"r\"; owner \"o\"; }",
	"suppress d-%u { when repository == \"app/r%u\"; each cve { CVE-2022-1%03u; CVE-2022-2%03u "
	"until 2026-12-01; CVE-2022-3111 reason \"x\"; } until 2026-12-31; reason \"r\"; "
	"owner \"o\"; }",
	"suppress e-%u { when fix == NO and repository == \"app/r%u\" and cve == CVE-2020-1%03u; "
	"until 2026-12-31; reason \"%u\"; owner \"o\"; }",
	"assign f-%u { when repository startswith \"q%u-\" and account == 11112222333%u; "
	"set team%u = \"t\"; }",
	"assign g-%u { when account == 44445555666%u and severity == HIGH; set acc%u = \"%u\"; }",
};

static struct str random_policy(struct prng *r)
{
	struct strbuf b;

	strbuf_init(&b, arena);
	strbuf_puts(&b,
		    "edition 1;\npolicy \"p\" { resources [ecr_image]; timezone \"+09:00\"; }\n");
	for (unsigned i = 0; i < STATEMENTS; i++) {
		char text[512];
		unsigned x = below(r, 4), y = below(r, 2);
		const char *statement = ONE_OF(r, policies);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#pragma GCC diagnostic ignored "-Wformat-security"
		snprintf(text, sizeof text, statement, i, x, y, 0u);
#pragma GCC diagnostic pop
		strbuf_puts(&b, text);
		strbuf_addc(&b, '\n');
	}
	strbuf_puts(&b, "reopen r { of last; when exploit == YES and severity == HIGH; }\n"
			"suppress last { when cve == CVE-2024-1000 and repository == \"app/r9\" "
			"and severity == LOW; "
			"until 2026-12-31; reason \"r\"; owner \"o\"; }\n");
	strbuf_addc(&b, 0);
	return strbuf_str(&b);
}

static struct compilation compiled(struct checked *k, int64_t quota, bool no_shapes)
{
	struct config *config = ARENA_NEW(k->arena, struct config);
	struct policy *policy = ARENA_NEW(k->arena, struct policy);
	struct compilation c;

	*config = *k->policy->config;
	config->quotas.automation_rules = quota;
	*policy = *k->policy;
	policy->config = config;
	c = (struct compilation){
		.arena = k->arena,
		.diags = diags_new(k->arena, k->sources),
		.sources = k->sources,
		.lower = lower_new(k->arena, engine_new(k->arena), policy),
		.policy = policy,
		.no_shapes = no_shapes,
	};
	compile_policy(&c);
	return c;
}

static struct str artefact_texts(const struct compilation *c)
{
	struct str *texts = ARENA_ARRAY(arena, struct str, c->artefacts.n);
	struct strbuf b;

	for (size_t i = 0; i < c->artefacts.n; i++)
		texts[i] =
			str_printf(arena, STR_FMT "\n" STR_FMT, STR_ARG(c->artefacts.items[i].path),
				   STR_ARG(c->artefacts.items[i].text));
	qsort(texts, c->artefacts.n, sizeof *texts, by_text);
	strbuf_init(&b, arena);
	for (size_t i = 0; i < c->artefacts.n; i++)
		strbuf_add(&b, texts[i]);
	return strbuf_str(&b);
}

static size_t rules_of(const struct compilation *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->artefacts.n; i++)
		n += c->artefacts.items[i].kind == ARTEFACT_AUTOMATION_V1;
	return n;
}

/* A quota that holds changes nothing; one less, and statements share: fewer rules, and the same
 * with shapes and without. */
static bool short_quota(struct prng *r, size_t *all, size_t *left)
{
	struct checked k = check_text_of(random_policy(r).ptr);
	struct compilation with, without, plenty, enough;
	size_t n;
	bool good;

	if (!k.policy || k.errors.len) {
		printf("# " STR_FMT "\n", STR_ARG(k.errors));
		return false;
	}
	plenty = compiled(&k, 1000, false);
	n = rules_of(&plenty);
	enough = compiled(&k, (int64_t)n, true);
	with = compiled(&k, (int64_t)n - 1, false);
	without = compiled(&k, (int64_t)n - 1, true);
	good = n > 1 && str_eq(artefact_texts(&plenty), artefact_texts(&enough)) &&
	       !diags_count(with.diags, DIAG_ERROR) && rules_of(&with) < n &&
	       rules_of(&with) == with.used_rules[MECHANISM_AUTOMATION] &&
	       str_eq(artefact_texts(&with), artefact_texts(&without));
	*all += n;
	*left += rules_of(&with);
	if (!good)
		printf("# %zu rules, %zu left\n" STR_FMT "\n", n, rules_of(&with),
		       STR_ARG(diags_text(with.diags, k.arena, false)));
	arena_free(k.arena);
	return good;
}

static void random_policies(struct prng *r, unsigned rounds)
{
	size_t all = 0, left = 0;
	bool good = true;

	for (unsigned round = 0; round < rounds && good; round++)
		good = short_quota(r, &all, &left);
	ok(good, "policies are packed where the quota is short, and only there");
	ok(left < all, "%zu rules of them become %zu", all, left);
}

int main(void)
{
	struct prng r = prng_of(20260401);

	arena = arena_new();
	few();
	random_sets(&r, 200);
	random_policies(&r, 12);
	arena_free(arena);
	return done();
}
