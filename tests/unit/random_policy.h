/* SPDX-License-Identifier: Apache-2.0
 *
 * Random well-typed policies, as text. Every type, operator, group and statement of the language
 * occurs; what the checker would refuse does not. A policy is a list of statements, so that a
 * failing one can be made smaller by leaving some out. */
#ifndef TESTS_UNIT_RANDOM_POLICY_H
#define TESTS_UNIT_RANDOM_POLICY_H

#include <string.h>

#include "random_literal.h"

#define LETS 6
#define DEFINES 5
#define TIERS 3
#define STATEMENTS 6

/* What a condition does that is wrong in some places. */
enum fact {
	FACT_NEGATIVE = 1, /* a negative test on a field that other products have several of */
	FACT_PRODUCT = 2,  /* tests the product, so the policy's does not stand beside it */
	FACT_TIER = 4,
};

struct random_let {
	enum field_id field; /* its values are of this field's type */
	bool is_set, is_text;
	bool needle; /* holds no empty text */
};

struct random_policy {
	VEC(struct str) items; /* edition and policy block first */
};

struct gen {
	struct prng r;
	struct arena *arena;
	struct strbuf out;
	struct random_let lets[LETS];
	size_t n_lets, n_tiers;
	unsigned defines[DEFINES]; /* their facts */
	size_t n_defines;
	unsigned facts, banned; /* of the condition being written */
	bool many;		/* the policy's product is not Inspector alone */
	struct str suppressions[STATEMENTS];
	size_t n_suppressions;
};

static void put(struct gen *g, const char *text)
{
	strbuf_puts(&g->out, text);
}

/* --- literals --- */

static void put_string(struct gen *g, struct str text)
{
	strbuf_addc(&g->out, '"');
	for (size_t i = 0; i < text.len; i++) {
		char byte = text.ptr[i];

		if (byte == '"' || byte == '\\')
			strbuf_addc(&g->out, '\\');
		if (byte == '\t')
			put(g, "\\t");
		else if (byte == '?' && chance(&g->r, 30))
			put(g, "\\u{3f}");
		else
			strbuf_addc(&g->out, byte);
	}
	strbuf_addc(&g->out, '"');
}

static struct str random_text(struct prng *r, struct arena *arena, enum field_id field)
{
	struct word_list list = words_of(field);
	struct str text = str_from(list.items[below(r, list.n)]);

	if (chance(r, 6))
		return str_printf(arena, STR_FMT "%s", STR_ARG(text), ONE_OF(r, words_any));
	if (chance(r, 4))
		return str_from(ONE_OF(r, words_any));
	return text;
}

static void put_vulnid(struct gen *g)
{
	struct str id = str_from(ONE_OF(&g->r, words_cve));
	bool bare = str_starts(id, STR("CVE-")) || str_starts(id, STR("GHSA-"));

	if (bare && chance(&g->r, 80))
		strbuf_add(&g->out, id);
	else
		put_string(g, id);
}

static void put_date(struct gen *g, size_t day)
{
	put(g, days[day]);
	put(g, ONE_OF(&g->r, times));
}

/* One value of the field's type; `needle`: part of a text, and no empty one. */
static void put_value(struct gen *g, enum field_id field, bool needle)
{
	const struct field *f = &fields[field];
	struct word_list numbers = numbers_of(field);

	switch (f->type) {
	case TYPE_ENUM:
		put(g, f->words->words[below(&g->r, f->words->n)]);
		return;
	case TYPE_WORD:
		if (!needle && chance(&g->r, 65))
			put(g, f->words->words[below(&g->r, f->words->n)]);
		else
			put_string(g, random_text(&g->r, g->arena, field));
		return;
	case TYPE_VULNID:
		put_vulnid(g);
		return;
	case TYPE_ACCOUNT:
		put(g, ONE_OF(&g->r, words_account));
		return;
	case TYPE_DECIMAL:
	case TYPE_INT:
		put(g, numbers.items[below(&g->r, numbers.n)]);
		return;
	case TYPE_DATE:
		put_date(g, below(&g->r, ARRAY_LEN(days)));
		return;
	default:
		if (field == FIELD_region && !needle)
			put_string(g, str_from(ONE_OF(&g->r, whole_regions)));
		else
			put_string(g, !needle && chance(&g->r, 3)
					      ? STR("")
					      : random_text(&g->r, g->arena, field));
	}
}

static bool same_values(enum field_id a, enum field_id b)
{
	return a == b || (fields[a].type == fields[b].type && fields[a].words == fields[b].words &&
			  fields[a].lo == fields[b].lo && fields[a].hi == fields[b].hi);
}

/* A whole Region is one that AWS has; those are in lets of whole Regions alone. */
static bool fits_region(const struct random_let *let, enum field_id field, bool needle)
{
	return field != FIELD_region || needle || (let->field == FIELD_region && !let->needle);
}

/* A let that fits, else SIZE_MAX. */
static size_t fitting_let(struct gen *g, enum field_id field, bool set, bool needle)
{
	for (size_t tries = 0; g->n_lets && tries < 3; tries++) {
		size_t i = below(&g->r, g->n_lets);

		if (!g->lets[i].is_text && g->lets[i].is_set == set &&
		    (g->lets[i].needle || !needle) && same_values(g->lets[i].field, field) &&
		    fits_region(&g->lets[i], field, needle))
			return i;
	}
	return SIZE_MAX;
}

static void put_scalar(struct gen *g, enum field_id field, bool needle)
{
	size_t let = chance(&g->r, 70) ? SIZE_MAX : fitting_let(g, field, false, needle);

	if (let != SIZE_MAX)
		strbuf_printf(&g->out, "l%zu", let);
	else
		put_value(g, field, needle);
}

static void put_set_items(struct gen *g, enum field_id field, bool needle)
{
	size_t n = 1 + below(&g->r, chance(&g->r, 5) ? 12 : 3);
	size_t let = chance(&g->r, 80) ? SIZE_MAX : fitting_let(g, field, true, needle);

	if (let != SIZE_MAX)
		strbuf_printf(&g->out, "l%zu, ", let);
	for (size_t i = 0; i < n; i++) {
		put_scalar(g, field, needle);
		put(g, i + 1 < n ? ", " : chance(&g->r, 10) ? "," : "");
	}
}

static void put_set(struct gen *g, enum field_id field, bool needle)
{
	size_t let = chance(&g->r, 75) ? SIZE_MAX : fitting_let(g, field, true, needle);

	if (let != SIZE_MAX) {
		strbuf_printf(&g->out, "l%zu", let);
		return;
	}
	put(g, "[");
	put_set_items(g, field, needle);
	put(g, "]");
}

/* --- comparisons --- */

/* Negative tests say something else where a field has several values. */
static bool may_negate(struct gen *g, enum field_id field, bool inside)
{
	enum group group = fields[field].group;
	bool below_array = group == GROUP_VULNERABILITY || group == GROUP_RESOURCE;

	if (fields[field].cardinality == CARD_MANY)
		return inside && (group == GROUP_PACKAGE || group == GROUP_CVSS);
	if (inside || !below_array)
		return true;
	if (g->banned & FACT_NEGATIVE)
		return false;
	g->facts |= FACT_NEGATIVE;
	return true;
}

static const char *maybe_not(struct gen *g, enum field_id field, bool inside)
{
	return chance(&g->r, 35) && may_negate(g, field, inside) ? " not" : "";
}

static void put_affix(struct gen *g, enum field_id field, bool inside)
{
	static const char *const affixes[] = {"startswith", "contains", "endswith"};
	enum type type = fields[field].type;
	unsigned n = type == TYPE_STRING ? 3 : type == TYPE_MAP ? 2 : 1;

	strbuf_printf(&g->out, "%s %s ", maybe_not(g, field, inside), affixes[below(&g->r, n)]);
	if (chance(&g->r, 75))
		put_scalar(g, field, true);
	else
		put_set(g, field, true);
}

static void put_order(struct gen *g, enum field_id field)
{
	static const char *const orders[] = {"<", "<=", ">", ">="};
	const struct vocabulary *words = fields[field].words;

	strbuf_printf(&g->out, " %s ", ONE_OF(&g->r, orders));
	if (words)
		put(g, words->words[below(&g->r, words->n_ordered)]);
	else
		put_scalar(g, field, false);
}

static void put_range(struct gen *g, enum field_id field, bool inside)
{
	bool date = fields[field].type == TYPE_DATE;
	struct word_list numbers = numbers_of(field);
	size_t n = date ? ARRAY_LEN(days) : numbers.n;
	size_t first = below(&g->r, n), last = first + below(&g->r, n - first);

	strbuf_printf(&g->out, "%s in ", maybe_not(g, field, inside));
	if (date && first == last) {
		strbuf_printf(&g->out, "%s .. %s", days[first], days[last]);
	} else if (date) {
		put_date(g, first);
		put(g, "..");
		put_date(g, last);
	} else {
		strbuf_printf(&g->out, "%s..%s", numbers.items[first], numbers.items[last]);
	}
}

static void put_age(struct gen *g, enum field_id field)
{
	static const char *const orders[] = {"<", "<=", ">", ">="};
	size_t first = below(&g->r, ARRAY_LEN(durations));
	size_t last = first + below(&g->r, ARRAY_LEN(durations) - first);

	if (chance(&g->r, 65))
		strbuf_printf(&g->out, ".age %s %s", ONE_OF(&g->r, orders), durations[first]);
	else
		strbuf_printf(&g->out, ".age%s in %s..%s", maybe_not(g, field, false),
			      durations[first], durations[last]);
}

static void put_number_test(struct gen *g, enum field_id field, bool inside)
{
	if (fields[field].type == TYPE_DATE && !inside && chance(&g->r, 35)) {
		put_age(g, field);
	} else if (chance(&g->r, 20)) {
		put(g, " == ");
		put_scalar(g, field, false);
	} else if (chance(&g->r, 40)) {
		put_range(g, field, inside);
	} else {
		put_order(g, field);
	}
}

static void put_text_test(struct gen *g, enum field_id field, bool inside)
{
	const struct field *f = &fields[field];
	bool affix = f->type == TYPE_STRING || f->type == TYPE_MAP || field == FIELD_finding_type;

	if (f->words && f->words->ordered && chance(&g->r, 30)) {
		put_order(g, field);
	} else if (affix && chance(&g->r, 55)) {
		put_affix(g, field, inside);
	} else if (chance(&g->r, 35)) {
		strbuf_printf(&g->out, "%s in ", maybe_not(g, field, inside));
		put_set(g, field, false);
	} else {
		put(g, *maybe_not(g, field, inside) ? " != " : " == ");
		put_scalar(g, field, false);
	}
}

static void put_test(struct gen *g, enum field_id field, bool inside)
{
	const struct field *f = &fields[field];

	put(g, inside ? f->inner : f->name);
	if (f->type == TYPE_MAP) {
		put(g, "[");
		put_string(g, str_from(ONE_OF(&g->r, words_key)));
		put(g, "]");
	}
	if (chance(&g->r, 12))
		put(g, chance(&g->r, 50) ? " exists" : " not exists");
	else if (f->type == TYPE_DECIMAL || f->type == TYPE_INT || f->type == TYPE_DATE)
		put_number_test(g, field, inside);
	else
		put_text_test(g, field, inside);
}

/* What policies are mostly about; every other field now and then. */
static const enum field_id common[] = {
	FIELD_severity,	  FIELD_severity,      FIELD_fix,	  FIELD_exploit,
	FIELD_cve,	  FIELD_repository,    FIELD_repository,  FIELD_workflow,
	FIELD_field,	  FIELD_resource_type, FIELD_resource_id, FIELD_title,
	FIELD_account,	  FIELD_region,	       FIELD_epss,	  FIELD_tag,
	FIELD_record,	  FIELD_image_tag,     FIELD_package_name, FIELD_finding_type,
	FIELD_note,
};

static void put_field_test(struct gen *g)
{
	enum field_id field;

	do {
		field = chance(&g->r, 75) ? ONE_OF(&g->r, common)
					  : (enum field_id)below(&g->r, FIELD_COUNT);
	} while ((field == FIELD_product || field == FIELD_product_arn) &&
		 (g->banned & FACT_PRODUCT));
	if (field == FIELD_product || field == FIELD_product_arn)
		g->facts |= FACT_PRODUCT;
	put_test(g, field, false);
}

static bool put_define(struct gen *g)
{
	size_t i = g->n_defines ? below(&g->r, g->n_defines) : 0;

	if (!g->n_defines || (g->defines[i] & g->banned))
		return false;
	g->facts |= g->defines[i];
	strbuf_printf(&g->out, "d%zu", i);
	return true;
}

static bool put_tier(struct gen *g)
{
	size_t i = below(&g->r, g->n_tiers + 1);
	bool none = i == g->n_tiers;

	if (!g->n_tiers || (g->banned & FACT_TIER))
		return false;
	g->facts |= FACT_TIER;
	if (chance(&g->r, 25)) {
		strbuf_printf(&g->out, "tier%s in [t0, none]", chance(&g->r, 30) ? " not" : "");
		return true;
	}
	put(g, chance(&g->r, 25) ? "tier != " : "tier == ");
	if (none)
		put(g, "none");
	else
		strbuf_printf(&g->out, "t%zu", i);
	return true;
}

static void put_leaf(struct gen *g)
{
	unsigned roll = below(&g->r, 100);

	if (roll < 2)
		put(g, roll ? "true" : "false");
	else if (!(roll < 12 && put_define(g)) && !(roll >= 12 && roll < 20 && put_tier(g)))
		put_field_test(g);
}

/* --- conditions --- */

/* A field that `any GROUP { }` may test, by its name there. */
static enum field_id inner_field(struct gen *g, enum group group)
{
	for (;;) {
		enum field_id field = (enum field_id)below(&g->r, FIELD_COUNT);
		const char *inner = fields[field].inner;

		if (inner && field_find_inner(group, str_from(inner)) == (int)field)
			return field;
	}
}

/* `tight`: what stands here needs no parentheses only if it is no `and` and no `or`. */
static void put_inside(struct gen *g, enum group group, unsigned depth, bool tight)
{
	bool join = depth > 0 && chance(&g->r, 60);
	const char *word = chance(&g->r, 65) ? " and " : " or ";
	size_t n = 2 + below(&g->r, 2);

	if (!join && depth > 0 && chance(&g->r, 15)) {
		put(g, "not ");
		put_inside(g, group, depth - 1, true);
		return;
	}
	if (!join) {
		put_test(g, inner_field(g, group), true);
		return;
	}
	put(g, tight ? "(" : "");
	for (size_t i = 0; i < n; i++) {
		put(g, i ? word : "");
		put_inside(g, group, depth - 1, true);
	}
	put(g, tight ? ")" : "");
}

static void put_any(struct gen *g)
{
	static const enum group named[] = {GROUP_PACKAGE, GROUP_PACKAGE, GROUP_CVSS,
					   GROUP_RESOURCE};
	enum group group = ONE_OF(&g->r, named);

	strbuf_printf(&g->out, "any %s { ", group_name(group));
	put_inside(g, group, below(&g->r, 3), false);
	put(g, " }");
}

static void put_expr(struct gen *g, unsigned depth, bool tight)
{
	unsigned roll = below(&g->r, 100);
	const char *word = chance(&g->r, 60) ? " and " : " or ";
	size_t n = 2 + below(&g->r, chance(&g->r, 5) ? 6 : 2);

	if (roll < 6) {
		put_any(g);
	} else if (depth == 0 || roll < 30) {
		put_leaf(g);
	} else if (roll < 42) {
		put(g, "not ");
		put_expr(g, depth - 1, true);
	} else if (roll < 46) {
		put(g, "(");
		put_expr(g, depth - 1, false);
		put(g, ")");
	} else {
		put(g, tight ? "(" : "");
		for (size_t i = 0; i < n; i++) {
			put(g, i ? word : "");
			put_expr(g, depth - 1, true);
		}
		put(g, tight ? ")" : "");
	}
}

#endif
