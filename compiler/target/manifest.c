/* SPDX-License-Identifier: Apache-2.0
 *
 * The manifest. */
#include "target/manifest.h"

#include <stdlib.h>

#include "base/sha256.h"
#include "model/limit.h"

struct entry {
	const struct artefact *artefact;
	bool first;	   /* of its unit */
	struct str digest; /* of its text */
};

static int by_path(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;

	return str_cmp(a->artefact->path, b->artefact->path);
}

static int by_text(const void *left, const void *right)
{
	return str_cmp(*(const struct str *)left, *(const struct str *)right);
}

static void write_pair(struct json_writer *w, const char *key, struct str value)
{
	json_key(w, key);
	json_str(w, value);
}

static void write_texts(struct json_writer *w, const char *key, const struct str *texts, size_t n)
{
	json_key(w, key);
	json_open_array(w);
	for (size_t i = 0; i < n; i++)
		json_str(w, texts[i]);
	json_close_array(w);
}

/* --- artefacts --- */

static struct str row_end(struct compilation *c, const struct until *until)
{
	if (until->has_date && until->fixed)
		return str_printf(c->arena, STR_FMT " or fixed", STR_ARG(until->text));
	return until->fixed ? STR("fixed") : until->text;
}

static void write_rows(struct compilation *c, struct json_writer *w, const struct unit *unit)
{
	json_key(w, "rows");
	json_open_array(w);
	for (size_t i = 0; i < unit->n_rows; i++) {
		json_open_object(w);
		write_pair(w, "value", unit->rows[i]->value);
		write_pair(w, "until", row_end(c, &unit->rows[i]->until));
		json_close_object(w);
	}
	json_close_array(w);
}

static void write_statement(struct compilation *c, struct json_writer *w, const struct unit *unit,
			    bool first)
{
	const struct statement *s = unit->statement;

	json_open_object(w);
	write_pair(w, "name", s->name);
	write_pair(w, "kind", str_from(policy_kind(s->kind)));
	write_pair(w, "file", s->file);
	json_key(w, "line");
	json_int(w, s->line);
	if (unit->n_rows && first)
		write_rows(c, w, unit);
	json_close_object(w);
}

/* A lifecycle document does not say which repositories it is for. */
static void write_repositories(struct json_writer *w, const struct unit *unit)
{
	json_key(w, "repositories");
	json_open_array(w);
	for (size_t i = 0; i < unit->n_repositories; i++)
		json_str(w, unit->repositories[i]);
	json_close_array(w);
}

/* Exact, if what nobody has seen is as it is assumed to be. */
static bool is_experimental(const struct artefact *a)
{
	for (unsigned i = 0; i < ASSUMPTION_COUNT; i++)
		if ((a->assumptions >> i & 1) && assumptions[i].experimental)
			return true;
	return false;
}

static void write_artefact(struct compilation *c, struct json_writer *w, const struct entry *entry)
{
	const struct artefact *a = entry->artefact;

	json_open_object(w);
	write_pair(w, "path", a->path);
	write_pair(w, "kind", str_from(artefact_kind_name(a->kind)));
	write_pair(w, "sha256", entry->digest);
	json_key(w, "exact"); /* what is not exact is refused, except of a review */
	json_bool(w, !a->beyond.len);
	if (is_experimental(a)) {
		json_key(w, "experimental");
		json_bool(w, true);
	}
	if (a->beyond.len)
		write_pair(w, "beyond", a->beyond);
	if (a->tested) /* exact together with it */
		write_pair(w, "tested_by",
			   str_printf(c->arena, "stepfunctions/" STR_FMT ".asl.json",
				      STR_ARG(target_name_of(c, a->unit, 1))));
	if (a->n_regions)
		write_texts(w, "regions", a->regions, a->n_regions);
	else if (unit_is_everywhere(a->unit) && a->kind != ARTEFACT_TFVARS) {
		json_key(w, "everywhere");
		json_bool(w, true);
	}
	json_key(w, "assumptions");
	json_open_array(w);
	for (unsigned i = 0; i < ASSUMPTION_COUNT; i++)
		if (a->assumptions >> i & 1)
			json_string(w, assumptions[i].name);
	json_close_array(w);
	json_key(w, "statements");
	json_open_array(w);
	for (size_t i = 0; i < a->unit->n_members; i++)
		write_statement(c, w, a->unit->members[i], entry->first);
	if (!a->unit->n_members && a->unit->statement)
		write_statement(c, w, a->unit, entry->first);
	json_close_array(w);
	if (a->kind == ARTEFACT_LIFECYCLE)
		write_repositories(w, a->unit);
	json_close_object(w);
}

static void write_artefacts(struct compilation *c, struct json_writer *w)
{
	size_t n = c->artefacts.n;
	struct entry *entries = ARENA_ARRAY(c->arena, struct entry, n + 1);
	struct str *texts = ARENA_ARRAY(c->arena, struct str, n + 1);
	struct str *digests = ARENA_ARRAY(c->arena, struct str, n + 1);

	for (size_t i = 0; i < n; i++)
		texts[i] = c->artefacts.items[i].text;
	sha256_hex(c->arena, texts, n, digests);
	/* A unit's artefacts are emitted one after the other. */
	for (size_t i = 0; i < n; i++) {
		entries[i].artefact = &c->artefacts.items[i];
		entries[i].digest = digests[i];
		entries[i].first =
			i == 0 || entries[i].artefact->unit != entries[i - 1].artefact->unit;
	}
	qsort(entries, n, sizeof *entries, by_path);
	json_key(w, "artefacts");
	json_open_array(w);
	for (size_t i = 0; i < n; i++)
		write_artefact(c, w, &entries[i]);
	json_close_array(w);
}

/* --- the rest --- */

static void write_left_out(struct json_writer *w, const struct plan *plan)
{
	json_key(w, "left_out");
	json_open_array(w);
	for (size_t i = 0; i < plan->left_out.n; i++) {
		const struct left_out *left = &plan->left_out.items[i];

		json_open_object(w);
		write_pair(w, "name", left->statement->name);
		write_pair(w, "kind", str_from(policy_kind(left->statement->kind)));
		json_member(w, "until", left->until);
		write_pair(w, "why", str_from(left->why));
		json_close_object(w);
	}
	json_close_array(w);
}

static void write_assumptions(struct compilation *c, struct json_writer *w)
{
	uint64_t used = 0;

	for (size_t i = 0; i < c->artefacts.n; i++)
		used |= c->artefacts.items[i].assumptions;
	json_key(w, "assumptions");
	json_open_object(w);
	for (unsigned i = 0; i < ASSUMPTION_COUNT; i++)
		if (used >> i & 1)
			write_pair(w, assumptions[i].name, str_from(assumptions[i].sentence));
	json_close_object(w);
}

struct quota_use {
	const char *name;
	unsigned targets; /* TARGET_BITs: what nobody asked for was not made, and not counted */
	uint64_t used;
	int64_t limit;
};

static void write_quota(struct json_writer *w, const struct quota_use *use)
{
	json_open_object(w);
	write_pair(w, "name", str_from(use->name));
	json_key(w, "used");
	json_int(w, (int64_t)use->used);
	json_key(w, "limit");
	json_int(w, use->limit);
	json_close_object(w);
}

static void write_quotas(struct compilation *c, struct json_writer *w)
{
	enum {
		RULES = TARGET_BIT(TARGET_EVENTBRIDGE) | TARGET_BIT(TARGET_WORKFLOW) |
			TARGET_BIT(TARGET_ACTION),
	};
	const struct config_quota *quotas = &c->policy->config->quotas;
	const struct limit *v2 = &limits[LIMIT_automation_v2_rules];
	const struct limit *wildcards = &limits[LIMIT_event_wildcard_rules];
	const uint64_t *used = c->used_rules;
	const struct quota_use uses[] = {
		{"automation-rules", TARGET_BIT(TARGET_AUTOMATION), used[MECHANISM_AUTOMATION],
		 quotas->automation_rules},
		/* Of another product: said only where it is used. */
		{v2->name, used[MECHANISM_AUTOMATION_V2] ? TARGET_BIT(TARGET_AUTOMATION_V2) : 0,
		 used[MECHANISM_AUTOMATION_V2], v2->value},
		{"event-rules", RULES, used[MECHANISM_EVENT], quotas->event_rules},
		{wildcards->name, RULES, c->used_wildcards, wildcards->value},
		{"inspector-suppressions", TARGET_BIT(TARGET_INSPECTOR), used[MECHANISM_INSPECTOR],
		 quotas->inspector_suppressions},
		{"insights", TARGET_BIT(TARGET_INSIGHT), used[MECHANISM_INSIGHT], quotas->insights},
		{"action-targets", TARGET_BIT(TARGET_ACTION), c->used_actions,
		 quotas->action_targets},
	};

	json_key(w, "quotas");
	json_open_array(w);
	for (size_t i = 0; i < sizeof uses / sizeof *uses; i++)
		if (uses[i].targets && target_asked(c, uses[i].targets))
			write_quota(w, &uses[i]);
	json_close_array(w);
}

/* What the user must fill in before the artefacts can be deployed. */
static void write_placeholders(struct compilation *c, struct json_writer *w)
{
	struct str *names = ARENA_ARRAY(c->arena, struct str, c->placeholders.n + 1);
	uint64_t used = 0;
	size_t n = 0;

	for (size_t i = 0; i < c->artefacts.n; i++)
		used |= c->artefacts.items[i].placeholders;
	for (size_t i = 0; i < c->placeholders.n; i++)
		if (used & BIT(i))
			names[n++] = c->placeholders.items[i];
	if (!n)
		return;
	qsort(names, n, sizeof *names, by_text);
	write_texts(w, "placeholders", names, n);
}

struct str manifest_write(struct compilation *c, const struct plan *plan)
{
	struct json_writer w;

	json_begin(&w, c->arena, 2);
	json_open_object(&w);
	json_key(&w, "format");
	json_int(&w, 1);
	json_key(&w, "edition");
	json_int(&w, c->policy->edition);
	json_member(&w, "policy", c->policy->name);
	if (c->policy->config->deployment.environment.len)
		write_pair(&w, "environment", c->policy->config->deployment.environment);
	write_pair(&w, "compiled_for", c->policy->now_text);
	json_member(&w, "next_change", plan->has_next_change ? plan->next_change : STR(""));
	write_artefacts(c, &w);
	write_left_out(&w, plan);
	write_assumptions(c, &w);
	write_quotas(c, &w);
	write_placeholders(c, &w);
	json_close_object(&w);
	return json_end(&w);
}

bool manifest_is_ours(struct arena *arena, struct str text)
{
	struct json_error error;
	const struct json *manifest = json_parse(arena, text, &error);

	return manifest && json_is(json_get(manifest, "format"), JSON_NUMBER) &&
	       json_is(json_get(manifest, "edition"), JSON_NUMBER) &&
	       json_is(json_get(manifest, "compiled_for"), JSON_STRING) &&
	       json_is(json_get(manifest, "artefacts"), JSON_ARRAY);
}
