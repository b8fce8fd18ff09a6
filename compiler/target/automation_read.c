/* SPDX-License-Identifier: Apache-2.0
 *
 * The decompiler of automation rules: the text of a CreateAutomationRule request to the set of
 * findings it takes (criteria_read.c) and what it does to them. It follows targets.md part A alone
 * and shares nothing with the writer; what it does not know, or what AWS does not document, is an
 * error and never a guess. */
#include "target/automation.h"

#include "base/strsort.h"
#include "model/limit.h"
#include "target/criteria.h"
#include "target/expect.h"

struct reader {
	struct compilation *c;
	const struct unit *unit;
	const char *why;
};

static bool fail(struct reader *r, const char *why)
{
	if (!r->why)
		r->why = why;
	return false;
}

/* --- actions --- */

static bool read_note(struct reader *r, const struct json *note, struct effect *effect)
{
	static const char *const keys[] = {"Text", "UpdatedBy", NULL};

	if (!expect_keys(note, keys) || !expect_text(json_get(note, "Text")) ||
	    !expect_word(json_get(note, "UpdatedBy"), "vulnctl"))
		return fail(r, "writes a note that is not vulnctl's");
	effect->note = json_text(json_get(note, "Text"));
	return true;
}

static bool read_fields(struct reader *r, const struct json *map, struct effect *effect)
{
	struct set_field *sets;
	size_t *order;

	if (!json_is(map, JSON_OBJECT) || !map->n)
		return fail(r, "writes no user-defined fields");
	sets = ARENA_ARRAY(r->c->arena, struct set_field, map->n);
	order = strsort_order(r->c->arena, map->keys, map->n);
	for (size_t i = 0; i < map->n; i++) {
		if (!expect_text(map->items[order[i]]))
			return fail(r, "writes a user-defined field that is no text");
		sets[i].key = map->keys[order[i]];
		sets[i].value = json_text(map->items[order[i]]);
	}
	effect->sets = sets;
	effect->n_sets = map->n;
	return true;
}

static bool read_word(struct reader *r, const struct json *object, const char *key,
		      const struct vocabulary *words, int *word)
{
	const char *const keys[] = {key, NULL};

	if (!expect_keys(object, keys))
		return fail(r, "writes something beside a status or a severity");
	*word = vocabulary_find_asff(words, json_text(json_get(object, key)));
	return *word >= 0 || fail(r, "writes a status or a severity that is none");
}

static bool read_update(struct reader *r, const struct json *update, struct effect *effect)
{
	if (!json_is(update, JSON_OBJECT) || !update->n)
		return fail(r, "does nothing");
	for (size_t i = 0; i < update->n; i++) {
		struct str key = update->keys[i];
		const struct json *value = update->items[i];
		bool good;

		if (str_is(key, "Workflow"))
			good = read_word(r, value, "Status", &vocabulary_workflow, &effect->status);
		else if (str_is(key, "Severity"))
			good = read_word(r, value, "Label", &vocabulary_severity,
					 &effect->severity);
		else if (str_is(key, "Note"))
			good = read_note(r, value, effect);
		else if (str_is(key, "UserDefinedFields"))
			good = read_fields(r, value, effect);
		else
			good = fail(r, "updates a field that vulnctl never writes");
		if (!good)
			return false;
	}
	return true;
}

static bool read_actions(struct reader *r, const struct json *actions, struct effect *effect)
{
	static const char *const keys[] = {"Type", "FindingFieldsUpdate", NULL};

	*effect = (struct effect){.status = -1, .severity = -1};
	if (!json_is(actions, JSON_ARRAY) || actions->n != 1 ||
	    !expect_keys(actions->items[0], keys) ||
	    !expect_word(json_get(actions->items[0], "Type"), "FINDING_FIELDS_UPDATE"))
		return fail(r, "has not exactly one action that updates the finding");
	return read_update(r, json_get(actions->items[0], "FindingFieldsUpdate"), effect);
}

/* --- requests --- */

static const struct json *read_request(struct reader *r, struct str text)
{
	static const char *const keys[] = {"RuleName",	  "RuleOrder", "RuleStatus", "IsTerminal",
					   "Description", "Criteria",  "Actions",    NULL};
	struct json_error error;
	const struct json *request = json_parse(r->c->arena, text, &error);

	if (!request)
		fail(r, error.what);
	else if (!expect_keys(request, keys))
		fail(r, "is no request for an automation rule, or has keys that are not known");
	return r->why ? NULL : request;
}

bool automation_read(struct compilation *c, const struct unit *unit, struct str text, dd *set,
		     struct effect *effect, const char **why)
{
	struct reader r = {.c = c, .unit = unit};
	const struct json *request = read_request(&r, text);
	bool good = request &&
		    criteria_read(c, unit, MECHANISM_AUTOMATION, json_get(request, "Criteria"), set,
				  &r.why) &&
		    read_actions(&r, json_get(request, "Actions"), effect);

	*why = r.why;
	return good;
}

/* Where the name alone puts the rule (commands.md): FNV-1a in the band. */
static int64_t order_of(const struct config *config, struct str name)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < name.len; i++) {
		hash ^= (uint8_t)name.ptr[i];
		hash *= 16777619u;
	}
	return config->order_first + hash % (config->order_last + 1 - config->order_first);
}

static bool is_order(const struct json *json, int64_t order)
{
	int64_t scaled;
	bool sticky;

	return json_is(json, JSON_NUMBER) && json_decimal(json->text, &scaled, &sticky) &&
	       !sticky && scaled == order * TYPE_SCALE && order >= 1 &&
	       order <= limits[LIMIT_automation_order].value;
}

bool automation_check(struct compilation *c, const struct unit *unit, size_t index, struct str text,
		      const char **why)
{
	struct reader r = {.c = c, .unit = unit};
	const struct json *request = read_request(&r, text);
	struct str name = expect_name(c, unit, index);

	*why = r.why;
	if (!request)
		return false;
	if (!str_eq(json_text(json_get(request, "RuleName")), expect_aws_name(c, unit, index)))
		fail(&r, "has another name");
	else if (!is_order(json_get(request, "RuleOrder"), order_of(c->policy->config, name)))
		fail(&r, "has another order");
	else if (!expect_word(json_get(request, "RuleStatus"), "ENABLED"))
		fail(&r, "is not enabled");
	else if (!json_is(json_get(request, "IsTerminal"), JSON_FALSE))
		fail(&r, "stops the rules after it");
	else if (!expect_text(json_get(request, "Description")))
		fail(&r, "has no description");
	*why = r.why;
	return !r.why;
}
