/* SPDX-License-Identifier: Apache-2.0
 *
 * Terraform's inputs, read back. An entry is compared with the request it was made of, member by
 * member and in order: the same values under the same names, in another spelling. */
#include <string.h>

#include "target/expect.h"
#include "target/tfvars.h"

#define FILE_NAME "vulnctl.auto.tfvars.json"

/* --- names --- */

/* Is `snake` the API's name, each '_' and small letter for a capital inside? */
static bool spells(struct str snake, struct str api)
{
	size_t at = 0;

	for (size_t i = 0; i < api.len; i++) {
		char c = api.ptr[i];

		if (c >= 'A' && c <= 'Z') {
			if (i && (at >= snake.len || snake.ptr[at++] != '_'))
				return false;
			c = (char)(c | 0x20);
		}
		if (at >= snake.len || snake.ptr[at++] != c)
			return false;
	}
	return at == snake.len;
}

/* What Terraform's resources call otherwise. */
static bool is_name(struct str name, struct str api, enum artefact_kind kind)
{
	if (kind == ARTEFACT_ACTION_TARGET && str_is(api, "Id"))
		return str_is(name, "identifier");
	if (kind == ARTEFACT_INSIGHT && str_is(api, "UserDefinedFields"))
		return str_is(name, "user_defined_values");
	if (kind == ARTEFACT_AUTOMATION_V2 && str_is(api, "OcsfFindingCriteria"))
		return str_is(name, "ocsf_finding_criteria_json");
	if (kind == ARTEFACT_EVENT_TARGETS && str_is(api, "InputPathsMap"))
		return str_is(name, "input_paths");
	return spells(name, api);
}

/* --- values --- */

struct request {
	struct compilation *c;
	enum artefact_kind kind;
};

static bool same_members(const struct json *request, const struct json *entry,
			 const struct request *r, const char *const *left, size_t more);

static bool same_texts(const struct json *a, const struct json *b)
{
	bool same = a->n == b->n;

	for (size_t i = 0; i < a->n && same; i++)
		same = str_eq(a->keys[i], b->keys[i]) && a->items[i]->type == JSON_STRING &&
		       b->items[i]->type == JSON_STRING &&
		       str_eq(a->items[i]->text, b->items[i]->text);
	return same;
}

/* Insights take their numbers as texts. */
static bool same_scalar(const struct json *a, const struct json *b, const struct request *r)
{
	bool text = r->kind == ARTEFACT_INSIGHT && a->type == JSON_NUMBER;

	return b->type == (text ? JSON_STRING : a->type) &&
	       (a->type < JSON_NUMBER || str_eq(a->text, b->text));
}

/* The same document, key by key. */
static bool identical(const struct json *a, const struct json *b)
{
	bool equal = a->type == b->type && a->n == b->n;

	if (a->type < JSON_ARRAY)
		return equal && (a->type < JSON_NUMBER || str_eq(a->text, b->text));
	for (size_t i = 0; i < a->n && equal; i++)
		equal = (a->type == JSON_ARRAY || str_eq(a->keys[i], b->keys[i])) &&
			identical(a->items[i], b->items[i]);
	return equal;
}

static bool is_document(struct compilation *c, const struct json *text, const struct json *document)
{
	struct json_error error;
	const struct json *inside = json_parse(c->arena, json_text(text), &error);

	return inside && identical(document, inside);
}

static bool same(struct str name, const struct json *a, const struct json *b,
		 const struct request *r)
{
	bool equal = a->n == b->n;

	if (a->type == JSON_OBJECT &&
	    (str_is(name, "UserDefinedFields") || str_is(name, "InputPathsMap")))
		return b->type == JSON_OBJECT && same_texts(a, b);
	if (r->kind == ARTEFACT_AUTOMATION_V2 && str_is(name, "OcsfFindingCriteria"))
		return is_document(r->c, b, a);
	if (a->type == JSON_OBJECT)
		return same_members(a, b, r, NULL, 0);
	if (a->type != JSON_ARRAY)
		return same_scalar(a, b, r);
	for (size_t i = 0; i < a->n && equal; i++)
		equal = b->type == JSON_ARRAY && same(STR(""), a->items[i], b->items[i], r);
	return equal && b->type == JSON_ARRAY;
}

static bool is_left(const char *const *left, struct str name)
{
	for (; left && *left; left++)
		if (str_is(name, *left))
			return true;
	return false;
}

/* The entry has the request's members but for those that are `left`, and then `more` of its own. */
static bool same_members(const struct json *request, const struct json *entry,
			 const struct request *r, const char *const *left, size_t more)
{
	size_t at = 0;

	if (request->type != JSON_OBJECT || entry->type != JSON_OBJECT)
		return false;
	for (size_t i = 0; i < request->n; i++) {
		if (is_left(left, request->keys[i]))
			continue;
		if (at >= entry->n || !is_name(entry->keys[at], request->keys[i], r->kind) ||
		    !same(request->keys[i], request->items[i], entry->items[at], r))
			return false;
		at++;
	}
	return at + more == entry->n;
}

static bool is_text(const struct json *value, struct str text)
{
	return json_is(value, JSON_STRING) && str_eq(value->text, text);
}

static bool is_list(const struct json *list, const struct str *items, size_t n)
{
	bool equal = json_is(list, JSON_ARRAY) && list->n == n;

	for (size_t i = 0; i < n && equal; i++)
		equal = is_text(list->items[i], items[i]);
	return equal;
}

/* --- entries --- */

struct reading {
	struct compilation *c;
	const struct unit *unit;
	const struct json *request, *next, *entry;
	size_t places; /* members that say where it is */
};

/* What of that which may be in the home Region alone must be in each: what hears Inspector's own
 * events, which Security Hub does not gather there, what has Inspector write a report, and what
 * disables rules that hold in their own Region. */
static bool is_in_each(const struct artefact *request)
{
	const struct unit *unit = request->unit;
	bool ends = unit->backend == BACKEND_AUTOMATION;

	for (size_t i = 0; i < unit->n_members; i++)
		ends = ends || unit->members[i]->backend == BACKEND_AUTOMATION;
	switch (request->kind) {
	case ARTEFACT_EVENT_RULE:
		return unit->backend == BACKEND_INSPECTOR_EVENT ||
		       unit->backend == BACKEND_SCAN_EVENT;
	case ARTEFACT_SCHEDULE:
		return ends || (unit->backend == BACKEND_REVIEW && !request->n_regions);
	case ARTEFACT_STATE_MACHINE:
		return ends;
	default:
		return false;
	}
}

static bool find_places(struct reading *r, const struct artefact *request)
{
	const struct json *regions = json_get(r->entry, "regions");
	const struct json *everywhere = json_get(r->entry, "everywhere");

	r->places = (regions ? 1u : 0u) + (everywhere ? 1u : 0u);
	return (request->n_regions ? is_list(regions, request->regions, request->n_regions)
				   : !regions) &&
	       (is_in_each(request) ? json_is(everywhere, JSON_TRUE) : !everywhere);
}

/* A target of the request, and where it points to: a machine by its name, all else by its ARN. */
static bool same_target(const struct reading *r, const struct json *a, const struct json *b,
			const struct unit *machine, const char *role, struct str role_arn)
{
	static const char *const left[] = {"Arn", "RoleArn", NULL};
	const struct json *given = json_get(a, "RoleArn");
	struct str arn = json_text(json_get(a, "Arn"));

	if (!same_members(a, b, &(struct request){r->c, ARTEFACT_EVENT_TARGETS}, left,
			  given ? 2 : 1))
		return false;
	if (given && (!is_text(json_get(b, "role"), str_from(role)) || !is_text(given, role_arn)))
		return false;
	if (str_eq(arn, expect_state_machine(r->c, machine)))
		return is_text(json_get(b, "state_machine"), expect_name(r->c, machine, 1));
	return is_text(json_get(b, "arn"), arn);
}

static bool same_pattern(const struct reading *r)
{
	struct str pattern = json_text(json_get(r->request, "EventPattern")), custom;

	if (r->unit->statement->kind != STATEMENT_ACTION)
		return is_text(json_get(r->entry, "event_pattern"), pattern);
	custom = expect_action(r->c, r->unit);
	return is_text(json_get(r->entry, "action_target"), r->unit->statement->name) &&
	       str_eq(pattern,
		      str_printf(r->c->arena,
				 "{\"detail-type\":[\"Security Hub Findings - Custom Action\"],"
				 "\"resources\":[\"" STR_FMT
				 "\"],\"source\":[\"aws.securityhub\"]}",
				 STR_ARG(custom)));
}

static bool is_event_rule(const struct reading *r)
{
	static const char *const left[] = {"EventPattern", NULL};
	const struct json *of = json_get(r->next, "Targets"),
			  *targets = json_get(r->entry, "targets");
	bool equal =
		json_is(of, JSON_ARRAY) && json_is(targets, JSON_ARRAY) && of->n == targets->n &&
		r->next->n == 3 &&
		is_text(json_get(r->next, "Rule"), json_text(json_get(r->request, "Name"))) &&
		is_text(json_get(r->next, "EventBusName"),
			json_text(json_get(r->request, "EventBusName"))) &&
		same_members(r->request, r->entry, &(struct request){r->c, ARTEFACT_EVENT_RULE},
			     left, 2 + r->places) &&
		same_pattern(r);

	for (size_t i = 0; equal && i < of->n; i++)
		equal = same_target(r, of->items[i], targets->items[i], r->unit, "events",
				    expect_events_role(r->c));
	return equal;
}

static bool is_schedule(const struct reading *r)
{
	static const char *const left[] = {"Target", NULL};
	const struct unit machine = {
		.name = STR("expire"), .first = 1, .backend = r->unit->backend};
	const struct json *of = json_get(r->request, "Target"),
			  *target = json_get(r->entry, "target");

	return of && target &&
	       same_members(r->request, r->entry, &(struct request){r->c, ARTEFACT_SCHEDULE}, left,
			    1 + r->places) &&
	       same_target(r, of, target, &machine, "scheduler", expect_scheduler_role(r->c));
}

/* What a machine calls, by the end of the names. */
struct calls {
	bool update, tell, end;
	struct str topics[8], buses[8];
	size_t n_topics, n_buses;
};

static bool take(struct str *list, size_t *n, struct str text)
{
	if (*n == 8)
		return false;
	list[(*n)++] = text;
	return true;
}

static bool find_calls(struct calls *calls, const struct json *json)
{
	bool good = true;

	for (size_t i = 0; i < json->n && good; i++) {
		struct str key = json->type == JSON_OBJECT ? json->keys[i] : STR("");
		struct str text = json_text(json->items[i]);

		if (str_is(key, "TopicArn"))
			good = take(calls->topics, &calls->n_topics, text);
		else if (str_is(key, "EventBusName") && !str_starts(text, STR("{%")))
			good = take(calls->buses, &calls->n_buses, text);
		else if (!str_is(key, "Resource"))
			good = find_calls(calls, json->items[i]);
		else if (str_ends(text, STR(":batchUpdateFindings")))
			calls->update = true;
		else if (str_ends(text, STR(":publish")) || str_ends(text, STR(":putEvents")))
			calls->tell = true;
		else
			calls->end = true;
	}
	return good;
}

/* A machine that ends suppressions is that of no statement: its role may do more. */
static bool is_state_machine(const struct reading *r, size_t index)
{
	struct calls calls = {0};
	bool ends = str_is(r->unit->name, "expire");
	const char *role;

	if (r->entry->n != 5 + r->places || !find_calls(&calls, r->request) || calls.end != ends)
		return false;
	role = ends ? "expire" : !calls.tell ? "update" : calls.update ? "tell-update" : "tell";
	return (calls.update || calls.tell) &&
	       is_text(json_get(r->entry, "name"), expect_aws_name(r->c, r->unit, index)) &&
	       is_text(json_get(r->entry, "role"), str_from(role)) &&
	       is_list(json_get(r->entry, "topics"), calls.topics, calls.n_topics) &&
	       is_list(json_get(r->entry, "buses"), calls.buses, calls.n_buses) &&
	       is_document(r->c, json_get(r->entry, "definition"), r->request);
}

static bool is_lifecycle(const struct reading *r)
{
	return r->entry->n == 2 + r->places &&
	       is_document(r->c, json_get(r->entry, "policy"), r->request) &&
	       is_list(json_get(r->entry, "repositories"), r->unit->repositories,
		       r->unit->n_repositories);
}

static bool same_entry(const struct reading *r, const struct artefact *request)
{
	switch (request->kind) {
	case ARTEFACT_EVENT_RULE:
		return is_event_rule(r);
	case ARTEFACT_STATE_MACHINE:
		return is_state_machine(r, request->index);
	case ARTEFACT_SCHEDULE:
		return is_schedule(r);
	case ARTEFACT_LIFECYCLE:
		return is_lifecycle(r);
	default:
		return same_members(r->request, r->entry, &(struct request){r->c, request->kind},
				    NULL, r->places);
	}
}

/* Where the entries of a kind stand. */
static const char *const folders[ARTEFACT_KIND_COUNT] = {
	[ARTEFACT_ACTION_TARGET] = FILE_NAME "/action_targets/",
	[ARTEFACT_AUTOMATION_V1] = FILE_NAME "/automation_rules/",
	[ARTEFACT_AUTOMATION_V2] = FILE_NAME "/automation_rules_v2/",
	[ARTEFACT_EVENT_RULE] = FILE_NAME "/event_rules/",
	[ARTEFACT_INSIGHT] = FILE_NAME "/insights/",
	[ARTEFACT_INSPECTOR_FILTER] = FILE_NAME "/inspector_filters/",
	[ARTEFACT_LIFECYCLE] = FILE_NAME "/lifecycle_policies/",
	[ARTEFACT_SCHEDULE] = FILE_NAME "/schedules/",
	[ARTEFACT_STATE_MACHINE] = FILE_NAME "/state_machines/",
};

/* The order in which they stand. */
static const enum artefact_kind order[] = {
	ARTEFACT_ACTION_TARGET, ARTEFACT_AUTOMATION_V1, ARTEFACT_AUTOMATION_V2,
	ARTEFACT_EVENT_RULE,	ARTEFACT_INSIGHT,	ARTEFACT_INSPECTOR_FILTER,
	ARTEFACT_LIFECYCLE,	ARTEFACT_SCHEDULE,	ARTEFACT_STATE_MACHINE,
};

static bool stands_at(struct compilation *c, const struct artefact *request,
		      const struct artefact *entry, struct str name)
{
	struct str folder = str_from(folders[request->kind] ? folders[request->kind] : "");

	return str_eq(name, expect_name(c, request->unit, request->index)) &&
	       str_starts(entry->path, folder) &&
	       str_eq(str_slice(entry->path, folder.len, entry->path.len), name);
}

bool tfvars_check(struct compilation *c, const struct artefact *request,
		  const struct artefact *next, const struct artefact *entry, const char **why)
{
	struct str whole = str_printf(c->arena, "{" STR_FMT "}", STR_ARG(entry->text));
	struct json_error error;
	const struct json *alone = json_parse(c->arena, whole, &error);
	struct reading r = {.c = c, .unit = request->unit};

	*why = "is no entry of Terraform's inputs";
	if (!alone || alone->n != 1 || !stands_at(c, request, entry, alone->keys[0]))
		return false;
	*why = "does not say what its request says";
	r.entry = alone->items[0];
	r.request = json_parse(c->arena, request->text, &error);
	if (request->kind == ARTEFACT_EVENT_RULE)
		r.next = json_parse(c->arena, next->text, &error);
	return r.request && r.entry->type == JSON_OBJECT && find_places(&r, request) &&
	       same_entry(&r, request);
}

/* --- the file --- */

static const char *find_sections(struct str text)
{
	static const char first[] = ",\n  \"action_targets\": {";

	return memmem(text.ptr, text.len, first, sizeof first - 1);
}

/* The text as far as its first section, as an object of its own. */
static const struct json *read_head(struct compilation *c, struct str text, const char *end)
{
	struct json_error error;

	return json_parse(c->arena,
			 str_printf(c->arena, STR_FMT "}", (int)(end - text.ptr), text.ptr),
			 &error);
}

static bool is_role(const struct json *roles, const char *name, struct str arn)
{
	const struct json *role = json_get(roles, name);

	return arn.len ? is_text(role, arn) : !role;
}

static bool is_head(struct compilation *c, const struct json *head)
{
	const struct config *config = c->policy->config;
	const struct config_deployment *place = &config->deployment;
	const struct json *home = json_get(head, "home_region"), *roles = json_get(head, "roles");

	return json_is(head, JSON_OBJECT) && head->n == 6 &&
	       json_is(json_get(head, "tfvars_format"), JSON_NUMBER) &&
	       is_list(json_get(head, "accounts"), place->accounts.items, place->accounts.n) &&
	       is_list(json_get(head, "regions"), place->regions.items, place->regions.n) &&
	       (place->home_region.len ? is_text(home, place->home_region)
				       : json_is(home, JSON_NULL)) &&
	       is_text(json_get(head, "rule_prefix"), config->rule_prefix) &&
	       json_is(roles, JSON_OBJECT) && is_role(roles, "events", config->roles.events) &&
	       is_role(roles, "scheduler", config->roles.scheduler) &&
	       is_role(roles, "states", config->roles.states);
}

static uint64_t key_of(const void *pointer)
{
	return (uint64_t)(uintptr_t)pointer;
}

/* Every request has its entry, but for those of statements that the manifest excuses. That an entry
 * has a request cannot be asked: nobody may have wanted that. */
static bool is_complete(struct compilation *c, const struct plan *plan,
			const struct artefact *entries, size_t n)
{
	struct memo there = {0}, excused = {0};
	uint32_t count, yes;

	for (size_t i = 0; i < n; i++)
		memo_put(&there, c->arena, key_of(entries[i].unit),
			 memo_get(&there, key_of(entries[i].unit), &count) ? count + 1 : 1);
	for (size_t i = 0; i < plan->left_out.n; i++)
		if (strcmp(plan->left_out.items[i].why, TFVARS_LACKS) == 0)
			memo_put(&excused, c->arena, key_of(plan->left_out.items[i].statement), 1);
	for (size_t i = 0; i < c->artefacts.n; i++) {
		const struct artefact *a = &c->artefacts.items[i];

		if (!folders[a->kind])
			continue;
		if (!memo_get(&there, key_of(a->unit), &count))
			count = 0;
		if (!count && !memo_get(&excused, key_of(a->unit->statement), &yes))
			return false;
		memo_put(&there, c->arena, key_of(a->unit), count ? count - 1 : 0);
	}
	return true;
}

/* Steps over `part`. */
static bool step(struct str *text, struct str part)
{
	if (!str_starts(*text, part))
		return false;
	*text = str_slice(*text, part.len, text->len);
	return true;
}

static bool step_section(struct str *text, struct str folder, const struct artefact *entries,
			 size_t n, size_t *at)
{
	size_t from = sizeof FILE_NAME;
	struct str name = str_slice(folder, from, folder.len - 1);
	bool first = true;

	if (!step(text, STR(",\n  \"")) || !step(text, name) || !step(text, STR("\": {")))
		return false;
	for (; *at < n && str_starts(entries[*at].path, folder); ++*at, first = false)
		if ((!first && (str_cmp(entries[*at - 1].path, entries[*at].path) >= 0 ||
				!step(text, STR(",")))) ||
		    !step(text, entries[*at].text))
			return false;
	return step(text, first ? STR("}") : STR("\n  }"));
}

bool tfvars_check_file(struct compilation *c, const struct plan *plan, struct str text,
		       const struct artefact *entries, size_t n, const char **why)
{
	const char *sections = find_sections(text);
	size_t at = 0;

	*why = "does not say where to deploy";
	if (!sections || !is_head(c, read_head(c, text, sections)))
		return false;
	*why = "does not hold an entry for each request";
	if (!is_complete(c, plan, entries, n))
		return false;
	*why = "does not hold its entries in their places";
	text = str_slice(text, (size_t)(sections - text.ptr), text.len);
	for (size_t i = 0; i < ARRAY_LEN(order); i++)
		if (!step_section(&text, str_from(folders[order[i]]), entries, n, &at))
			return false;
	return at == n && str_is(text, "\n}\n");
}
