/* SPDX-License-Identifier: Apache-2.0
 *
 * Quotas; that of automation rules has more to say. */
#include "target/quota.h"

#include <stdlib.h>
#include <string.h>

#include "model/limit.h"

#define NAMES_MAX 5   /* in one line of a message */
#define TRIES_MAX 200 /* units that are lowered once more to find a way out */

/* A unit and what it is worth to move it. */
struct use {
	const struct lowered *lowered;
	size_t statements, order;
};

struct uses {
	struct use *items;
	size_t n;
	uint64_t rules, suppress_rules;
};

/* What is moved, and how far that goes. */
struct moves {
	const struct use **items;
	size_t n;
	uint64_t freed, event_rules;
};

/* --- who needs them --- */

static size_t count_statements(const struct unit *unit)
{
	size_t n = 1;

	for (size_t i = 1; i < unit->n_members; i++)
		n += unit->members[i]->statement != unit->members[i - 1]->statement;
	return n;
}

/* Most rules for a statement first. */
static int by_worth(const void *left, const void *right)
{
	const struct use *a = left, *b = right;
	uint64_t of_a = (uint64_t)a->lowered->n * b->statements,
		 of_b = (uint64_t)b->lowered->n * a->statements;

	if (of_a != of_b)
		return of_a > of_b ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

static struct uses uses_of(struct compilation *c, const struct lowered *all, size_t n)
{
	struct uses uses = {.items = ARENA_ARRAY(c->arena, struct use, n + 1)};

	for (size_t i = 0; i < n; i++) {
		if (all[i].unit->backend != BACKEND_AUTOMATION)
			continue;
		uses.items[uses.n++] = (struct use){&all[i], count_statements(all[i].unit), i};
		uses.rules += all[i].n;
		if (all[i].unit->statement->kind == STATEMENT_SUPPRESS)
			uses.suppress_rules += all[i].n;
	}
	qsort(uses.items, uses.n, sizeof *uses.items, by_worth);
	return uses;
}

/* --- what could be moved --- */

/* Of a packed unit all members must go, or the rule stays; 0: they cannot. */
static size_t cost_of(struct compilation *c, const struct unit *unit, size_t *tries,
		      quota_event_rules *event_rules)
{
	size_t n = unit->n_members ? unit->n_members : 1, cost = 0;

	if (n > *tries)
		return 0;
	*tries -= n;
	for (size_t i = 0; i < n; i++) {
		size_t one = event_rules(c, unit->n_members ? unit->members[i] : unit);

		if (!one)
			return 0;
		cost += one;
	}
	return cost;
}

static struct moves moves_of(struct compilation *c, const struct uses *uses, uint64_t too_many,
			     uint64_t room, quota_event_rules *event_rules)
{
	struct moves moves = {.items = ARENA_ARRAY(c->arena, const struct use *, uses->n + 1)};
	size_t tries = TRIES_MAX;

	for (size_t i = 0; i < uses->n && tries && moves.freed < too_many; i++) {
		const struct lowered *one = uses->items[i].lowered;
		size_t cost = cost_of(c, one->unit, &tries, event_rules);

		if (!cost || moves.event_rules + cost > room)
			continue;
		moves.items[moves.n++] = &uses->items[i];
		moves.freed += one->n;
		moves.event_rules += cost;
	}
	return moves;
}

/* --- texts --- */

static void add_name(struct compilation *c, struct strbuf *b, struct str name, size_t at)
{
	strbuf_printf(b, "%s`%s`", at ? ", " : "", diag_quote(c->diags, name));
}

/* What all units of one name need. */
struct need {
	struct str name;
	uint64_t rules;
	size_t statements;
};

static int by_rules(const void *left, const void *right)
{
	const struct need *a = left, *b = right;

	if (a->rules != b->rules)
		return a->rules > b->rules ? -1 : 1;
	return str_cmp(a->name, b->name);
}

/* Those that need more than one. */
static struct str most_text(struct compilation *c, const struct lowered *all, size_t n)
{
	struct need *needs = ARENA_ARRAY(c->arena, struct need, n + 1);
	size_t found = 0;
	struct strbuf b;

	for (size_t i = 0; i < n; i++) {
		const struct unit *unit = all[i].unit;

		if (unit->backend != BACKEND_AUTOMATION)
			continue;
		if (!found || !str_eq(needs[found - 1].name, unit->name))
			needs[found++].name = unit->name;
		needs[found - 1].rules += all[i].n;
		needs[found - 1].statements += count_statements(unit);
	}
	qsort(needs, found, sizeof *needs, by_rules);
	strbuf_init(&b, c->arena);
	for (size_t i = 0; i < found && i < NAMES_MAX && needs[i].rules > 1; i++) {
		add_name(c, &b, needs[i].name, i);
		strbuf_printf(&b, " (%llu", (unsigned long long)needs[i].rules);
		if (str_starts(needs[i].name, STR("shared-")))
			strbuf_add(&b, diag_piece(c->diags, " for %zu statements",
						  needs[i].statements));
		strbuf_addc(&b, ')');
	}
	return strbuf_str(&b);
}

/* The statements behind units; those of one stand beside each other. */
static struct str statements_text(struct compilation *c, const struct moves *moves)
{
	const struct statement *last = NULL;
	size_t names = 0;
	struct strbuf b;

	strbuf_init(&b, c->arena);
	for (size_t i = 0; i < moves->n; i++) {
		const struct unit *unit = moves->items[i]->lowered->unit;
		size_t n = unit->n_members ? unit->n_members : 1;

		for (size_t k = 0; k < n; k++) {
			const struct statement *s =
				unit->n_members ? unit->members[k]->statement : unit->statement;

			if (s != last && names < NAMES_MAX)
				add_name(c, &b, s->name, names);
			names += s != last;
			last = s;
		}
	}
	if (names > NAMES_MAX)
		strbuf_add(&b, diag_piece(c->diags, " and %zu more statements", names - NAMES_MAX));
	return strbuf_str(&b);
}

/* --- the message --- */

static void add_notes(struct compilation *c, struct diag *d, const struct uses *uses,
		      const struct lowered *all, size_t n)
{
	uint64_t rest = uses->rules - uses->suppress_rules;
	struct str most = most_text(c, all, n);

	if (rest && uses->suppress_rules)
		diag_note(d, "%llu of them are for suppressions, %llu for assignments",
			  (unsigned long long)uses->suppress_rules, (unsigned long long)rest);
	if (most.len)
		diag_note(d, "most of them are for " STR_FMT, STR_ARG(most));
}

static void add_ways_out(struct compilation *c, struct diag *d, const struct uses *uses,
			 const struct moves *moves, uint64_t shared)
{
	const struct config *config = c->policy->config;
	uint64_t quota = (uint64_t)config->quotas.automation_rules;

	if (!config->pack && shared < uses->rules)
		diag_help(d,
			  "with `pack: auto` in vulnctl.yaml statements with the same effect share "
			  "rules: %llu are needed then",
			  (unsigned long long)shared);
	if (moves->n) {
		struct str names = statements_text(c, moves);

		diag_help(d,
			  moves->event_rules == 1 ? "write `via event` on " STR_FMT
						    ": %llu fewer for %llu event rule%s"
						  : "write `via event` on " STR_FMT
						    ": %llu fewer for %llu event rules%s",
			  STR_ARG(names), (unsigned long long)moves->freed,
			  (unsigned long long)moves->event_rules,
			  moves->freed < uses->rules - quota
				  ? diag_word(c->diags, ", which is not enough")
				  : "");
	}
	if (uses->suppress_rules)
		diag_help(d, "write `via inspector` on suppressions whose findings may be closed "
			     "in Security Hub, too");
	diag_help(d, "set quotas.automation-rules in vulnctl.yaml if yours is higher");
}

void quota_automation(struct compilation *c, const struct lowered *all, size_t n, uint64_t shared,
		      quota_event_rules *event_rules)
{
	const struct config_quota *quotas = &c->policy->config->quotas;
	uint64_t quota = (uint64_t)quotas->automation_rules;
	uint64_t events = (uint64_t)quotas->event_rules, used = c->used_rules[MECHANISM_EVENT];
	struct uses uses = uses_of(c, all, n);
	struct moves moves;
	struct diag *d;

	if (uses.rules <= quota)
		return;
	moves = moves_of(c, &uses, uses.rules - quota, used < events ? events - used : 0,
			 event_rules);
	d = diag_error(c->diags, "VC601", (struct span){0, 0},
		       "the policy needs %llu automation rules, the quota is %llu: %llu too many",
		       (unsigned long long)uses.rules, (unsigned long long)quota,
		       (unsigned long long)(uses.rules - quota));
	add_notes(c, d, &uses, all, n);
	add_ways_out(c, d, &uses, &moves, shared);
}

/* --- all of them --- */

void quota_needs(const struct compilation *c, struct quota_need needs[QUOTA_COUNT])
{
	const struct config_quota *quotas = &c->policy->config->quotas;
	const uint64_t *used = c->used_rules;
	const struct quota_need all[QUOTA_COUNT] = {
		{DIAG_TEXT("automation rules"), used[MECHANISM_AUTOMATION],
		 quotas->automation_rules,
		 DIAG_TEXT("write `via event` on some, or `via inspector` on suppressions whose "
			   "findings may "
			   "be closed in Security Hub, too")},
		{DIAG_TEXT("automation rules V2"), used[MECHANISM_AUTOMATION_V2],
		 limits[LIMIT_automation_v2_rules].value,
		 DIAG_TEXT("write `via automation` or `via event` on some: they act in Security "
			   "Hub CSPM")},
		{DIAG_TEXT("event rules"), used[MECHANISM_EVENT], quotas->event_rules,
		 DIAG_TEXT("write `via automation` where it is exact, or set quotas.event-rules in "
			   "vulnctl.yaml if yours is higher")},
		{DIAG_TEXT("custom actions"), c->used_actions, quotas->action_targets,
		 DIAG_TEXT("set quotas.action-targets in vulnctl.yaml if yours is higher")},
		{DIAG_TEXT("insights"), used[MECHANISM_INSIGHT], quotas->insights,
		 DIAG_TEXT("write `via inspector` on those that look at what Inspector sends "
			   "alone, or set "
			   "quotas.insights in vulnctl.yaml if yours is higher")},
		{DIAG_TEXT("suppression rules of Inspector"), used[MECHANISM_INSPECTOR],
		 quotas->inspector_suppressions,
		 DIAG_TEXT("write `via automation` or `via event` on some suppressions")},
		{DIAG_TEXT("event rules with wildcards"), c->used_wildcards,
		 limits[LIMIT_event_wildcard_rules].value,
		 DIAG_TEXT("use `startswith` or `endswith` in place of `contains` where it says "
			   "the same")},
	};

	memcpy(needs, all, sizeof all);
}

void quota_others(struct compilation *c)
{
	struct quota_need needs[QUOTA_COUNT];

	quota_needs(c, needs);
	for (size_t i = 1; i < QUOTA_COUNT; i++) {
		uint64_t used = needs[i].used, quota = (uint64_t)needs[i].quota;
		struct diag *d;

		if (used <= quota)
			continue;
		d = diag_error(c->diags, "VC601", (struct span){0, 0},
			       "the policy needs %llu %s, the quota is %llu: %llu too many",
			       (unsigned long long)used, diag_word(c->diags, needs[i].what),
			       (unsigned long long)quota, (unsigned long long)(used - quota));
		diag_help(d, "%s", diag_word(c->diags, needs[i].way_out));
	}
}
