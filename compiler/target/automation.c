/* SPDX-License-Identifier: Apache-2.0
 *
 * Automation rules V1: their dialect of criteria, rules as CreateAutomationRule requests, and what
 * a request must hold to be taken. */
#include "target/automation.h"

#include "model/limit.h"
#include "target/criteria.h"
#include "target/text.h"

#include <stdlib.h>
#include <string.h>

/* --- the dialect --- */

size_t automation_most_values(const char *name)
{
	static const char *const large[] = {"AwsAccountId", "GeneratorId", "ResourceId", "Title"};

	for (size_t i = 0; i < ARRAY_LEN(large); i++)
		if (!strcmp(name, large[i]))
			return (size_t)limits[LIMIT_automation_values_long].value;
	return (size_t)limits[LIMIT_automation_values].value;
}

static bool fits(struct arena *arena, const struct criterion *criteria, size_t n)
{
	(void)arena, (void)criteria, (void)n;
	return true;
}

static const char *word_of(const struct vocabulary *words, unsigned index, unsigned n)
{
	return n ? NULL : words->asff[index];
}

static uint64_t rests_on(const struct criterion *criterion)
{
	switch (criterion->field) {
	case FIELD_product:
		return BIT(ASSUMPTION_A6);
	case FIELD_severity:
		return BIT(ASSUMPTION_A8);
	case FIELD_finding_type:
		return BIT(ASSUMPTION_A11);
	case FIELD_region:
		return BIT(ASSUMPTION_A13);
	default:
		return fields[criterion->field].type == TYPE_DATE ? BIT(ASSUMPTION_A15) : 0;
	}
}

bool automation_make(struct compilation *c, const struct unit *unit,
		     const struct literals *literals, struct refusal *refusal, void **rules,
		     size_t *n)
{
	const struct criteria_dialect dialect = {
		.mechanism = MECHANISM_AUTOMATION,
		.contains = true,
		.not_contains = true,
		.map_contains = true,
		.joined = BIT(ASSUMPTION_A4),
		.most_rules = (size_t)c->policy->config->quotas.automation_rules,
		.most_values = automation_most_values,
		.fits = fits,
		.word = word_of,
		.rests_on = rests_on,
	};

	return criteria_make(c, unit, literals, &dialect, refusal, rules, n);
}

/* --- a request --- */

static int by_key(const void *left, const void *right)
{
	const struct set_field *a = left, *b = right;

	return str_cmp(a->key, b->key);
}

static void write_fields(struct json_writer *w, struct arena *arena, const struct effect *effect)
{
	struct set_field *sets = ARENA_ARRAY(arena, struct set_field, effect->n_sets);

	for (size_t i = 0; i < effect->n_sets; i++)
		sets[i] = effect->sets[i];
	qsort(sets, effect->n_sets, sizeof *sets, by_key);
	json_key(w, "UserDefinedFields");
	json_open_object(w);
	for (size_t i = 0; i < effect->n_sets; i++) {
		json_key_str(w, sets[i].key);
		json_str(w, sets[i].value);
	}
	json_close_object(w);
}

static void write_word(struct json_writer *w, const char *outer, const char *inner,
		       const char *word)
{
	json_key(w, outer);
	json_open_object(w);
	json_key(w, inner);
	json_string(w, word);
	json_close_object(w);
}

static void write_update(struct json_writer *w, struct arena *arena, const struct effect *effect)
{
	json_open_object(w);
	if (effect->status >= 0)
		write_word(w, "Workflow", "Status", vocabulary_workflow.asff[effect->status]);
	if (effect->severity >= 0 && vocabulary_severity.asff[effect->severity])
		write_word(w, "Severity", "Label", vocabulary_severity.asff[effect->severity]);
	if (effect->note.len) {
		json_key(w, "Note");
		json_open_object(w);
		json_key(w, "Text");
		json_str(w, effect->note);
		json_key(w, "UpdatedBy");
		json_string(w, "vulnctl");
		json_close_object(w);
	}
	if (effect->n_sets)
		write_fields(w, arena, effect);
	json_close_object(w);
}

/* FNV-1a, for ever. */
int64_t automation_order(const struct compilation *c, struct str name)
{
	const struct config *config = c->policy->config;
	uint32_t hash = UINT32_C(0x811c9dc5);

	for (size_t i = 0; i < name.len; i++)
		hash = (hash ^ (unsigned char)name.ptr[i]) * UINT32_C(0x01000193);
	return config->order_first +
	       (int64_t)(hash % (uint64_t)(config->order_last - config->order_first + 1));
}

static struct str request(struct compilation *c, const struct unit *unit,
			  const struct criteria_rule *rule, size_t index)
{
	struct json_writer w;

	json_begin(&w, c->arena, 2);
	json_open_object(&w);
	json_key(&w, "RuleName");
	json_str(&w, text_aws_name(c, unit, index));
	json_key(&w, "RuleOrder");
	json_int(&w, automation_order(c, target_name_of(c, unit, index)));
	json_key(&w, "RuleStatus");
	json_string(&w, "ENABLED");
	json_key(&w, "IsTerminal");
	json_bool(&w, false);
	json_key(&w, "Description");
	json_str(&w, unit->n_members
			     ? text_shared_description(c, unit, LIMIT_automation_description)
			     : text_description(c, unit, LIMIT_automation_description));
	json_key(&w, "Criteria");
	criteria_write(&w, c->arena, rule);
	json_key(&w, "Actions");
	json_open_array(&w);
	json_open_object(&w);
	json_key(&w, "Type");
	json_string(&w, "FINDING_FIELDS_UPDATE");
	json_key(&w, "FindingFieldsUpdate");
	write_update(&w, c->arena, &unit->effect);
	json_close_object(&w);
	json_close_array(&w);
	json_close_object(&w);
	return json_end(&w);
}

/* --- limits --- */

static size_t characters(struct str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++)
		n += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
	return n;
}

/* `[-_+=.:/@\w\s]` [cfn-lint]. */
static bool is_key_character(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_' || c == '+' || c == '=' || c == '.' || c == ':' || c == '/' ||
	       c == '@' || c == ' ' || (c >= '\t' && c <= '\r');
}

static bool key_fits(struct str key)
{
	for (size_t i = 0; i < key.len; i++)
		if (!is_key_character(key.ptr[i]))
			return false;
	return !criteria_blank(key) &&
	       characters(key) <= (size_t)limits[LIMIT_user_field_key].value;
}

static bool check_fields(struct compilation *c, const struct unit *unit)
{
	const struct effect *effect = &unit->effect;
	struct span at = unit->statement->name_span;
	bool good = effect->n_sets <= (size_t)limits[LIMIT_user_fields].value;

	if (!good)
		diag_error(c->diags, "VC605", at,
			   "`%s` sets %zu user-defined fields; at most %lld fit",
			   diag_quote(c->diags, unit->statement->name), effect->n_sets,
			   (long long)limits[LIMIT_user_fields].value);
	for (size_t i = 0; i < effect->n_sets; i++) {
		const struct set_field *f = &effect->sets[i];

		if (!key_fits(f->key)) {
			diag_error(c->diags, "VC605", f->span,
				   "`%s` is no name for a user-defined field: 1 to %lld letters, "
				   "digits, blanks and `- _ + = . : / @`",
				   diag_quote(c->diags, f->key),
				   (long long)limits[LIMIT_user_field_key].value);
			good = false;
		}
		if (criteria_blank(f->value) ||
		    characters(f->value) > (size_t)limits[LIMIT_user_field_value].value) {
			diag_error(c->diags, "VC605", f->span,
				   "the value of `%s` has no character or is longer than %lld",
				   diag_quote(c->diags, f->key),
				   (long long)limits[LIMIT_user_field_value].value);
			good = false;
		}
	}
	return good;
}

bool automation_check_limits(struct compilation *c, const struct unit *unit, size_t n)
{
	struct span at = unit->statement->name_span;
	struct str name = text_aws_name(c, unit, n);
	bool good = check_fields(c, unit);

	if (criteria_blank(name) ||
	    characters(name) > (size_t)limits[LIMIT_automation_rule_name].value) {
		diag_error(c->diags, "VC604", at,
			   "`%s` is no name for an automation rule: 1 to %lld characters",
			   diag_quote(c->diags, name),
			   (long long)limits[LIMIT_automation_rule_name].value);
		good = false;
	}
	return good;
}

void automation_emit(struct compilation *c, const struct unit *unit, const void *made, size_t n)
{
	const struct criteria_rule *rules = made;
	uint64_t writes = unit->effect.n_sets ? BIT(ASSUMPTION_A5) : 0;

	if (n && !automation_check_limits(c, unit, n))
		return;
	for (size_t i = 0; i < n; i++) {
		target_add(c, unit, TARGET_AUTOMATION, ARTEFACT_AUTOMATION_V1,
			   "securityhub/automation-rules/", i + 1, ".json",
			   request(c, unit, &rules[i], i + 1), rules[i].assumptions | writes);
		c->used_rules[MECHANISM_AUTOMATION]++;
	}
}
