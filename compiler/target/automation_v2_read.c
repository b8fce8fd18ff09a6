/* SPDX-License-Identifier: Apache-2.0
 *
 * The decompiler of automation rules V2: the text of a CreateAutomationRuleV2 request to the set of
 * findings it takes (automation_v2_set.c) and what it does to them. It follows targets.md part B
 * and findings.md §3 alone and shares nothing with the writer. */
#include "target/automation_v2_internal.h"

#include "model/limit.h"
#include "target/expect.h"

struct reader {
	struct compilation *c;
	const char *why;
};

static bool fail(struct reader *r, const char *why)
{
	if (!r->why)
		r->why = why;
	return false;
}

/* --- actions --- */

static bool read_id(const struct json *json, int64_t *id)
{
	int64_t scaled;
	bool sticky;

	if (!json_is(json, JSON_NUMBER) || !json_decimal(json->text, &scaled, &sticky) || sticky ||
	    scaled % TYPE_SCALE)
		return false;
	*id = scaled / TYPE_SCALE;
	return true;
}

/* OCSF: status 1 New, 3 Suppressed, 4 Resolved; severity 1 Informational to 5 Critical. */
static bool read_update(struct reader *r, const struct json *update, struct effect *effect)
{
	static const int statuses[] = {
		[1] = WORKFLOW_NEW, [2] = -1, [3] = WORKFLOW_SUPPRESSED, [4] = WORKFLOW_RESOLVED};
	int64_t id;

	if (!json_is(update, JSON_OBJECT) || !update->n)
		return fail(r, "does nothing");
	for (size_t i = 0; i < update->n; i++) {
		const struct json *value = update->items[i];

		if (str_is(update->keys[i], "Comment") && expect_text(value))
			effect->note = json_text(value);
		else if (str_is(update->keys[i], "StatusId") && read_id(value, &id) && id >= 1 &&
			 id <= 4 && statuses[id] >= 0)
			effect->status = statuses[id];
		else if (str_is(update->keys[i], "SeverityId") && read_id(value, &id) && id >= 1 &&
			 id <= 5)
			effect->severity = (int)id - 1;
		else
			return fail(r, "updates what vulnctl never writes, or with another value");
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
	static const char *const keys[] = {"RuleName", "RuleOrder", "RuleStatus", "Description",
					   "Criteria", "Actions",   NULL};
	struct json_error error;
	const struct json *request = json_parse(r->c->arena, text, &error);

	if (!request)
		fail(r, error.what);
	else if (!expect_keys(request, keys))
		fail(r, "is no request for a rule V2, or has keys that are not known");
	return r->why ? NULL : request;
}

bool automation_v2_read(struct compilation *c, const struct unit *unit, struct str text, dd *set,
			struct effect *effect, const char **why)
{
	struct reader r = {.c = c};
	const struct json *request = read_request(&r, text);
	bool good = request &&
		    automation_v2_set(c, unit, json_get(request, "Criteria"), set, &r.why) &&
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

static size_t characters(struct str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.len; i++)
		n += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
	return n;
}

bool automation_v2_check(struct compilation *c, const struct unit *unit, size_t index,
			 struct str text, const char **why)
{
	struct reader r = {.c = c};
	const struct json *request = read_request(&r, text);
	const struct json *description = json_get(request, "Description");
	int64_t order = 0, expected = order_of(c->policy->config, expect_name(c, unit, index));

	*why = r.why;
	if (!request)
		return false;
	if (!str_eq(json_text(json_get(request, "RuleName")), expect_aws_name(c, unit, index)))
		fail(&r, "has another name");
	else if (!read_id(json_get(request, "RuleOrder"), &order) || order != expected ||
		 order < 1 || order > limits[LIMIT_automation_order].value)
		fail(&r, "has another order");
	else if (!expect_word(json_get(request, "RuleStatus"), "ENABLED"))
		fail(&r, "is not enabled");
	else if (!expect_text(description) ||
		 characters(json_text(description)) >
			 (size_t)limits[LIMIT_automation_v2_description].value)
		fail(&r, "has no description, or one that is too long");
	*why = r.why;
	return !r.why;
}
