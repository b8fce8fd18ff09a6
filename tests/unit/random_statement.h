/* SPDX-License-Identifier: Apache-2.0
 *
 * Random statements and whole policies; conditions are in random_policy.h. */
#ifndef TESTS_UNIT_RANDOM_STATEMENT_H
#define TESTS_UNIT_RANDOM_STATEMENT_H

#include "random_policy.h"

/* What vulnctl.yaml must have for them. */
static const char random_yaml[] =
	"version: 1\n"
	"channels:\n"
	"  slack: {sns_topic_arn: \"arn:aws:sns:us-east-1:111122223333:security\"}\n"
	"  bus: {event_bus_arn: \"arn:aws:events:us-east-1:111122223333:event-bus/b\"}\n"
	"buckets:\n"
	"  archive: {name: example-findings}\n"
	"roles: {events: \"arn:aws:iam::111122223333:role/e\", states: "
	"\"arn:aws:iam::111122223333:role/s\"}\n";

static void end_item(struct gen *g, struct random_policy *p)
{
	put(g, "\n");
	VEC_PUSH(g->arena, p->items, strbuf_str(&g->out));
	strbuf_init(&g->out, g->arena);
}

/* --- what a condition stands in --- */

/* Writes `product`, or not, and says what the condition must not do. */
static void put_product(struct gen *g)
{
	static const char *const others[] = {"any", "any", "[\"GuardDuty\", \"Inspector\"]",
					     "\"Security Hub\""};
	unsigned roll = below(&g->r, 100);

	g->banned = FACT_NEGATIVE;
	if (roll < 18) {
		strbuf_printf(&g->out, "  product %s;\n", ONE_OF(&g->r, others));
	} else if (roll < 23) {
		g->banned = 0;
		put(g, "  product \"Inspector\";\n");
	} else if (roll > 28) { /* else the condition may test it */
		g->banned = FACT_PRODUCT | (g->many ? FACT_NEGATIVE : 0);
	}
}

static void put_condition(struct gen *g, const char *name, bool pinned)
{
	strbuf_printf(&g->out, "  %s ", name);
	if (pinned)
		put(g, "product == \"Inspector\" and ");
	put_expr(g, below(&g->r, 4), pinned);
	put(g, ";\n");
}

/* when, unless and product. */
static void put_conditions(struct gen *g)
{
	bool pinned = chance(&g->r, 6);

	if (pinned)
		g->banned = 0;
	else
		put_product(g);
	put_condition(g, "when", pinned);
	if (chance(&g->r, 20))
		put_condition(g, "unless", false);
}

static void put_via(struct gen *g, const char *const *words, size_t n)
{
	if (chance(&g->r, 45))
		strbuf_printf(&g->out, "  via %s;\n", words[below(&g->r, n)]);
}

/* A note or a field needs a visible character. */
static struct str visible(struct gen *g)
{
	struct str word = str_from(ONE_OF(&g->r, words_any));

	return !word.len || word.ptr[0] == ' ' ? STR("x") : word;
}

static void put_text(struct gen *g, const char *name)
{
	strbuf_printf(&g->out, "  %s ", name);
	put_string(g, visible(g));
	if (chance(&g->r, 10)) {
		put(g, " ");
		put_string(g, str_from(ONE_OF(&g->r, words_any)));
	}
	put(g, ";\n");
}

static void maybe_text(struct gen *g, const char *name, unsigned percent)
{
	if (chance(&g->r, percent))
		put_text(g, name);
}

static void put_set_field(struct gen *g, size_t i)
{
	static const char *const keys[] = {"in-charge", "\"env\"", "\"x y\"", "priority"};

	strbuf_printf(&g->out, "  set %s = ", keys[i]);
	put_string(g, visible(g));
	put(g, ";\n");
}

/* --- statements --- */

static const char *const vias[] = {
	"event", "event", "event", "automation", "automation", "automation-v2", "inspector",
};

static void put_notify(struct gen *g)
{
	put_conditions(g);
	put(g, chance(&g->r, 80) ? "  to slack;\n" : "  to [slack, bus];\n");
	if (chance(&g->r, 5)) /* a mark and a machine need the source that is the default */
		put(g, "  source inspector;\n");
	else if (chance(&g->r, 5))
		put(g, "  via event;\n");
	else if (chance(&g->r, 5))
		put(g, "  mark NOTIFIED;\n");
	if (chance(&g->r, 10))
		put(g, "  record any;\n");
	maybe_text(g, "title", 10);
	if (chance(&g->r, 5))
		put(g, "  message \"{title} {repository} {{x}\";\n");
}

static void put_until(struct gen *g)
{
	static const char *const ends[] = {
		"2026-12-31", "2026-12-31", "2099-12-31", "2026-12-31T09:00+09:00",
		"fixed",      "2026-03-31", "2027-06-30",
	};
	const char *end = ONE_OF(&g->r, ends);

	strbuf_printf(&g->out, "  until %s;\n", end);
	if (strcmp(end, "fixed") != 0 && chance(&g->r, 10))
		put(g, "  until fixed;\n");
}

static void put_rows(struct gen *g)
{
	static const enum field_id operands[] = {FIELD_cve, FIELD_cve, FIELD_repository,
						 FIELD_severity, FIELD_epss, FIELD_created,
						 FIELD_region, FIELD_account};
	enum field_id field = ONE_OF(&g->r, operands);
	size_t n = 1 + below(&g->r, 3);

	strbuf_printf(&g->out, "  each %s {\n", fields[field].name);
	for (size_t i = 0; i < n; i++) {
		put(g, "    ");
		if (fields[field].type == TYPE_ENUM)
			put(g, fields[field].words->words[i]);
		else if (fields[field].type == TYPE_DATE)
			put_date(g, i);
		else if (fields[field].type == TYPE_DECIMAL)
			put(g, numbers_of(field).items[i]);
		else if (fields[field].type == TYPE_ACCOUNT)
			put(g, words_account[i]);
		else
			put_string(g, str_from(words_of(field).items[i]));
		put(g, chance(&g->r, 25) ? " until 2027-01-31" : "");
		put(g, chance(&g->r, 25) ? " reason \"row\"" : "");
		put(g, chance(&g->r, 15) ? " ticket \"T-1\";\n" : ";\n");
	}
	put(g, "  }\n");
}

static void put_suppress(struct gen *g)
{
	static const char *const statuses[] = {"SUPPRESSED", "NOTIFIED", "RESOLVED"};

	if (chance(&g->r, 15)) {
		g->facts = 0;
		g->banned = FACT_PRODUCT | (g->many ? FACT_NEGATIVE : 0);
		put_rows(g);
		if (chance(&g->r, 50))
			put_condition(g, "when", false);
	} else {
		put_conditions(g);
	}
	put_until(g);
	put_text(g, "reason");
	maybe_text(g, "owner", 30);
	maybe_text(g, "ticket", 20);
	maybe_text(g, "note", 10);
	put_via(g, vias, ARRAY_LEN(vias));
	if (chance(&g->r, 25))
		strbuf_printf(&g->out, "  status %s;\n", ONE_OF(&g->r, statuses));
	if (chance(&g->r, 10))
		put(g, "  record any;\n");
	if (chance(&g->r, 10))
		put(g, "  review 30d;\n  justification component_not_present;\n");
}

static void put_reopen(struct gen *g)
{
	static const char *const words[] = {"event", "event", "event", "automation"};

	if (g->n_suppressions && chance(&g->r, 80)) {
		put(g, "  of ");
		strbuf_add(&g->out, g->suppressions[below(&g->r, g->n_suppressions)]);
		put(g, ";\n");
	}
	put_conditions(g);
	put_via(g, words, ARRAY_LEN(words));
}

static void put_assign(struct gen *g)
{
	static const char *const severities[] = {"LOW", "HIGH", "CRITICAL"};
	static const char *const statuses[] = {"NEW", "NOTIFIED", "RESOLVED"};
	size_t sets = below(&g->r, 4);

	put_conditions(g);
	for (size_t i = 0; i < sets; i++)
		put_set_field(g, i);
	if (!sets || chance(&g->r, 15))
		strbuf_printf(&g->out, "  severity %s;\n", ONE_OF(&g->r, severities));
	if (chance(&g->r, 15))
		strbuf_printf(&g->out, "  status %s;\n", ONE_OF(&g->r, statuses));
	maybe_text(g, "note", 15);
	put_via(g, vias, ARRAY_LEN(vias) - 1); /* not inspector */
}

static void put_other(struct gen *g, unsigned kind)
{
	switch (kind) {
	case 0:
		put_conditions(g);
		put(g, "  group by repository;\n");
		maybe_text(g, "title", 30);
		break;
	case 1:
		put(g, "  title \"t\";\n  set in-charge = \"A\";\n");
		break;
	case 2:
		put_conditions(g);
		put(g, "  schedule \"cron(0 9 1 * ? *)\";\n  export csv;\n  to archive;\n");
		break;
	default:
		put(g, "  when repository startswith \"app/\";\n  keep 10;\n");
	}
}

static void put_statement(struct gen *g, size_t i)
{
	static const char *const others[] = {"insight", "action", "review", "lifecycle"};
	static const char *const names[] = {"s", "s", "s-", "r", "CVE-2020-27619-", "notify-"};
	unsigned roll = below(&g->r, 100), other = below(&g->r, ARRAY_LEN(others));
	const char *kind = roll < 28 ? "notify" : roll < 55 ? "suppress" : roll < 67 ? "reopen"
			   : roll < 90 ? "assign" : roll < 94 ? "protect" : others[other];
	struct strbuf name;

	strbuf_init(&name, g->arena);
	strbuf_printf(&name, "%s%zu", ONE_OF(&g->r, names), i);
	strbuf_printf(&g->out, "%s " STR_FMT " {\n", kind, STR_ARG(strbuf_str(&name)));
	if (roll < 28)
		put_notify(g);
	else if (roll < 55)
		put_suppress(g);
	else if (roll < 67)
		put_reopen(g);
	else if (roll < 90)
		put_assign(g);
	else if (roll < 94)
		put_conditions(g);
	else
		put_other(g, other);
	put(g, "}\n");
	if (roll >= 28 && roll < 55)
		g->suppressions[g->n_suppressions++] = strbuf_str(&name);
}

/* --- what stands before them --- */

static void put_policy_block(struct gen *g)
{
	static const char *const zones[] = {"+09:00", "-14:59", "+00:00", "+05:30", "+14:59"};
	static const char *const products[] = {"any", "[\"Inspector\", \"GuardDuty\"]",
					       "\"Inspector\""};
	size_t product = below(&g->r, 20);

	put(g, "policy \"p\" {\n  owner \"o\";\n");
	if (chance(&g->r, 60))
		strbuf_printf(&g->out, "  timezone \"%s\";\n", ONE_OF(&g->r, zones));
	if (chance(&g->r, 35))
		put(g, "  resources [ecr_image];\n");
	else if (chance(&g->r, 15))
		put(g, "  resources [ecr_image, ec2_instance, \"AwsS3Bucket\"];\n");
	if (chance(&g->r, 25))
		put(g, "  accounts [111122223333, 444455556666];\n");
	if (chance(&g->r, 25))
		put(g, "  regions [\"us-east-1\", \"eu-west-1\"];\n");
	if (product < ARRAY_LEN(products)) {
		strbuf_printf(&g->out, "  product %s;\n", products[product]);
		g->many = product < 2;
	}
	if (chance(&g->r, 8))
		strbuf_printf(&g->out, "  via %s;\n", vias[below(&g->r, 5)]);
	if (chance(&g->r, 4))
		put(g, "  scope severity in [HIGH, CRITICAL] or record == ACTIVE;\n");
	put(g, "}\n");
}

static void put_let(struct gen *g)
{
	struct random_let *let = &g->lets[g->n_lets];
	enum field_id field = chance(&g->r, 60) ? ONE_OF(&g->r, common)
						: (enum field_id)below(&g->r, FIELD_COUNT);
	bool set = fields[field].type != TYPE_DECIMAL && fields[field].type != TYPE_INT &&
		   fields[field].type != TYPE_DATE && chance(&g->r, 50);

	*let = (struct random_let){.field = field, .is_set = set, .needle = chance(&g->r, 50)};
	strbuf_printf(&g->out, "let l%zu = ", g->n_lets);
	if (set) {
		put(g, "[");
		put_set_items(g, field, let->needle);
		put(g, "]");
	} else {
		put_scalar(g, field, let->needle);
	}
	put(g, ";\n");
	g->n_lets++;
}

static void put_definition(struct gen *g)
{
	g->facts = 0;
	g->banned = chance(&g->r, 50) ? FACT_NEGATIVE : 0;
	g->banned |= chance(&g->r, 80) ? FACT_PRODUCT : 0;
	g->banned |= chance(&g->r, 60) ? FACT_TIER : 0;
	strbuf_printf(&g->out, "define d%zu = ", g->n_defines);
	put_expr(g, below(&g->r, 3), false);
	put(g, ";\n");
	g->defines[g->n_defines++] = g->facts;
}

/* First match wins among tiers, so none may depend on another. */
static void put_tier_body(struct gen *g)
{
	if (chance(&g->r, 15)) {
		put(g, "  product any;\n");
		g->banned = FACT_TIER | FACT_NEGATIVE;
	} else {
		g->banned = FACT_TIER | FACT_PRODUCT | (g->many ? FACT_NEGATIVE : 0);
	}
	put_condition(g, "when", false);
	if (chance(&g->r, 15))
		put_condition(g, "unless", false);
	maybe_text(g, "label", 10);
}

/* Random text from a seed; the same seed gives the same text. */
static struct random_policy random_policy(struct arena *arena, struct prng r)
{
	struct random_policy p = {{0}};
	struct gen g = {.r = r, .arena = arena};
	size_t lets, defines, tiers, statements;

	strbuf_init(&g.out, arena);
	put(&g, "edition 1;\n");
	end_item(&g, &p);
	put_policy_block(&g);
	end_item(&g, &p);
	lets = chance(&g.r, 50) ? below(&g.r, LETS) : 0;
	for (size_t i = 0; i < lets; i++, end_item(&g, &p))
		put_let(&g);
	g.n_tiers = tiers = chance(&g.r, 40) ? 1 + below(&g.r, TIERS) : 0;
	defines = chance(&g.r, 50) ? below(&g.r, DEFINES) : 0;
	for (size_t i = 0; i < defines; i++, end_item(&g, &p))
		put_definition(&g);
	for (size_t i = 0; i < tiers; i++, end_item(&g, &p)) {
		strbuf_printf(&g.out, "tier t%zu {\n", i);
		put_tier_body(&g);
		put(&g, "}\n");
	}
	statements = 1 + below(&g.r, STATEMENTS - 1);
	for (size_t i = 0; i < statements; i++, end_item(&g, &p))
		put_statement(&g, i);
	if (chance(&g.r, 5)) {
		put(&g, "status NEW { label \"x\"; }\n");
		end_item(&g, &p);
	}
	return p;
}

#endif
