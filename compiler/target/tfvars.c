/* SPDX-License-Identifier: Apache-2.0
 *
 * Entries of the module's maps, and the file that holds them. */
#include "target/tfvars_internal.h"

#include <stdlib.h>

#include "target/expire.h"
#include "target/text.h"

#define FILE_NAME "vulnctl.auto.tfvars.json"

/* An entry that is being written. */
struct entry {
	struct tfvars_convert t;
	const struct artefact *artefact, *next; /* its request, and what was emitted behind it */
	const struct json *request;
};

static void write_event_rule(struct entry *e);
static void write_regions(struct entry *e);
static void write_lifecycle_policy(struct entry *e);
static void write_schedule(struct entry *e);
static void write_state_machine(struct entry *e);

/* A variable of the module for each kind of request, by name. An entry has the members of the
 * request, and then what `write` adds. */
static const struct section {
	const char *name, *resource;
	enum artefact_kind kind;
	const struct tfvars_object *members;
	void (*write)(struct entry *e);
} sections[] = {
	{"action_targets", "aws_securityhub_action_target", ARTEFACT_ACTION_TARGET,
	 &tfvars_action_target, NULL},
	{"automation_rules", "aws_securityhub_automation_rule", ARTEFACT_AUTOMATION_V1,
	 &tfvars_automation_rule, NULL},
	{"automation_rules_v2", "aws_securityhub_automation_rule_v2", ARTEFACT_AUTOMATION_V2,
	 &tfvars_automation_rule_v2, NULL},
	{"event_rules", "aws_cloudwatch_event_rule", ARTEFACT_EVENT_RULE, &tfvars_event_rule,
	 write_event_rule},
	{"insights", "aws_securityhub_insight", ARTEFACT_INSIGHT, &tfvars_insight, NULL},
	{"inspector_filters", "aws_inspector2_filter", ARTEFACT_INSPECTOR_FILTER,
	 &tfvars_inspector_filter, write_regions},
	{"lifecycle_policies", "aws_ecr_lifecycle_policy", ARTEFACT_LIFECYCLE, NULL,
	 write_lifecycle_policy},
	{"schedules", "aws_scheduler_schedule", ARTEFACT_SCHEDULE, &tfvars_schedule,
	 write_schedule},
	{"state_machines", "aws_sfn_state_machine", ARTEFACT_STATE_MACHINE, NULL,
	 write_state_machine},
};

/* --- what is not in the request, or stands otherwise --- */

static void write_pair(struct json_writer *w, const char *key, struct str value)
{
	json_key(w, key);
	json_str(w, value);
}

static void write_list(struct json_writer *w, const char *key, const struct str *items, size_t n)
{
	json_key(w, key);
	json_open_array(w);
	for (size_t i = 0; i < n; i++)
		json_str(w, items[i]);
	json_close_array(w);
}

/* Where a target points to: a machine of ours by its name, for the module has its ARN; and a role
 * by its name in vulnctl.yaml. */
static void write_address(struct entry *e, const struct json *target, const struct unit *machine,
			  const char *role)
{
	struct str arn = json_text(json_get(target, "Arn"));

	if (str_eq(arn, text_state_machine_arn(e->t.c, machine)))
		write_pair(e->t.w, "state_machine", target_name_of(e->t.c, machine, 1));
	else
		write_pair(e->t.w, "arn", arn);
	if (json_get(target, "RoleArn"))
		write_pair(e->t.w, "role", str_from(role));
}

/* Where it holds, if that is a part of its condition. */
static void write_regions(struct entry *e)
{
	if (e->artefact->n_regions)
		write_list(e->t.w, "regions", e->artefact->regions, e->artefact->n_regions);
}

/* Of what may be in the home Region alone: where it is instead. */
static void write_places(struct entry *e)
{
	write_regions(e);
	if (!unit_is_everywhere(e->artefact->unit) || e->artefact->n_regions)
		return;
	json_key(e->t.w, "everywhere");
	json_bool(e->t.w, true);
}

/* The pattern of an action holds the ARN of its custom action, which the module has. */
static void write_event_rule(struct entry *e)
{
	const struct unit *unit = e->artefact->unit;
	struct json_error error;
	const struct json *targets = json_parse(e->t.c->arena, e->next->text, &error);
	const struct json *list = json_get(targets, "Targets");

	if (unit->backend == BACKEND_ACTION)
		write_pair(e->t.w, "action_target", unit->name);
	else
		write_pair(e->t.w, "event_pattern",
			   json_text(json_get(e->request, "EventPattern")));
	write_places(e);
	json_key(e->t.w, "targets");
	json_open_array(e->t.w);
	for (size_t i = 0; list && i < list->n; i++) {
		json_open_object(e->t.w);
		tfvars_members(&e->t, list->items[i], &tfvars_event_target);
		write_address(e, list->items[i], unit, "events");
		json_close_object(e->t.w);
	}
	json_close_array(e->t.w);
}

static void write_schedule(struct entry *e)
{
	const struct unit machine = expire_unit(e->artefact->unit->backend);
	const struct json *target = json_get(e->request, "Target");

	json_key(e->t.w, "target");
	json_open_object(e->t.w);
	tfvars_members(&e->t, target, &tfvars_schedule_target);
	write_address(e, target, &machine, "scheduler");
	json_close_object(e->t.w);
	write_places(e);
}

static void write_lifecycle_policy(struct entry *e)
{
	const struct unit *unit = e->artefact->unit;

	write_pair(e->t.w, "policy", tfvars_minified(e->t.c->arena, e->request));
	write_list(e->t.w, "repositories", unit->repositories, unit->n_repositories);
}

/* --- state machines --- */

enum {
	CALL_UPDATE = 1, /* writes to findings */
	CALL_TELL = 2,
	CALL_END = 4, /* disables rules, reads findings, starts the next machine */
	CALL_OTHER = 8,
};

/* What a definition needs of its role. */
struct needs {
	struct arena *arena;
	unsigned calls;
	VEC(struct str) topics;
	VEC(struct str) buses;
};

static unsigned call_of(struct str resource)
{
	static const struct {
		const char *resource;
		unsigned call;
	} calls[] = {
		{"arn:aws:states:::aws-sdk:securityhub:batchUpdateFindings", CALL_UPDATE},
		{"arn:aws:states:::sns:publish", CALL_TELL},
		{"arn:aws:states:::events:putEvents", CALL_TELL},
		{"arn:aws:states:::aws-sdk:eventbridge:disableRule", CALL_END},
		{"arn:aws:states:::aws-sdk:securityhub:listAutomationRules", CALL_END},
		{"arn:aws:states:::aws-sdk:securityhub:batchUpdateAutomationRules", CALL_END},
		{"arn:aws:states:::aws-sdk:securityhub:getFindings", CALL_END},
		{"arn:aws:states:::aws-sdk:sfn:startExecution", CALL_END},
	};

	for (size_t i = 0; i < ARRAY_LEN(calls); i++)
		if (str_is(resource, calls[i].resource))
			return calls[i].call;
	return CALL_OTHER;
}

/* Bounded as the reader's nesting is. */
static void find_needs(struct needs *needs, const struct json *json)
{
	for (size_t i = 0; i < json->n; i++) {
		struct str key = json->type == JSON_OBJECT ? json->keys[i] : STR("");
		struct str text = json_text(json->items[i]);

		if (str_is(key, "Resource"))
			needs->calls |= call_of(text);
		else if (str_is(key, "TopicArn"))
			VEC_PUSH(needs->arena, needs->topics, text);
		else if (str_is(key, "EventBusName") && str_starts(text, STR("arn:")))
			VEC_PUSH(needs->arena, needs->buses, text);
		else
			find_needs(needs, json->items[i]);
	}
}

/* The module has a role for each, with just the permissions that it needs. */
static const char *role_of(unsigned calls)
{
	switch (calls) {
	case CALL_UPDATE:
		return "update";
	case CALL_TELL:
		return "tell";
	case CALL_TELL | CALL_UPDATE:
		return "tell-update";
	case CALL_END | CALL_UPDATE:
		return "expire";
	default:
		return NULL;
	}
}

static void write_state_machine(struct entry *e)
{
	const struct artefact *a = e->artefact;
	struct needs needs = {.arena = e->t.c->arena};
	const char *role;

	find_needs(&needs, e->request);
	role = role_of(needs.calls);
	if (!role) {
		e->t.unknown = STR("Resource");
		return;
	}
	write_pair(e->t.w, "name", text_aws_name(e->t.c, a->unit, a->index));
	write_pair(e->t.w, "role", str_from(role));
	write_places(e);
	write_list(e->t.w, "topics", needs.topics.items, needs.topics.n);
	write_list(e->t.w, "buses", needs.buses.items, needs.buses.n);
	write_pair(e->t.w, "definition", tfvars_minified(e->t.c->arena, e->request));
}

/* --- entries --- */

static const struct section *section_of(enum artefact_kind kind)
{
	for (size_t i = 0; i < ARRAY_LEN(sections); i++)
		if (sections[i].kind == kind)
			return &sections[i];
	return NULL;
}

/* An artefact's name: its path without folder and ending. */
static struct str name_in(struct str path)
{
	size_t from = path.len, to;

	while (from && path.ptr[from - 1] != '/')
		from--;
	for (to = from; to < path.len && path.ptr[to] != '.';)
		to++;
	return str_slice(path, from, to);
}

static bool bug(struct compilation *c, const struct artefact *a, const char *why)
{
	diag_bug(c->diags, a->unit->statement->name_span, "`%s` %s", diag_quote(c->diags, a->path),
		 why);
	return false;
}

/* What Terraform cannot say is wrong where Terraform is asked for, and left out of it where it is
 * only written along with all else. */
static bool report_lack(struct compilation *c, const struct artefact *a,
			const struct section *section, struct str lacks)
{
	const char *name = diag_quote(c->diags, a->unit->name), *lack = diag_quote(c->diags, lacks);
	struct span at = a->unit->statement->name_span;
	struct diag *d;

	if (c->tfvars == TFVARS_NAMED) {
		d = diag_error(c->diags, "VC503", at,
			       "`%s` cannot be in " FILE_NAME ": Terraform's %s has no `%s`", name,
			       section->resource, lack);
		diag_help(d, "without `-t` it is left out of that file, and all else is written");
	} else {
		d = diag_warning(c->diags, "VC503", at,
				 "`%s` is not in " FILE_NAME ": Terraform's %s has no `%s`", name,
				 section->resource, lack);
		diag_help(d, "deploy `%s` itself", diag_quote(c->diags, a->path));
	}
	return false;
}

static bool write_entry(struct entry *e, const struct section *section)
{
	struct compilation *c = e->t.c;
	const struct artefact *a = e->artefact;
	struct json_error error;

	e->request = json_parse(c->arena, a->text, &error);
	if (!e->request)
		return bug(c, a, "is no JSON");
	json_key_str(e->t.w, name_in(a->path));
	json_open_object(e->t.w);
	if (section->members)
		tfvars_members(&e->t, e->request, section->members);
	if (section->write)
		section->write(e);
	json_close_object(e->t.w);
	if (e->t.unknown.len)
		return bug(c, a, "says what has no place among Terraform's inputs");
	return !e->t.lacks.len || report_lack(c, a, section, e->t.lacks);
}

static bool add_entry(struct compilation *c, const struct section *section,
		      const struct artefact *a, const struct artefact *next)
{
	uint64_t placeholders_used = c->placeholders_used;
	struct json_writer w;
	struct entry e = {.t = {.c = c, .w = &w}, .artefact = a, .next = next};
	struct artefact made = *a;
	bool good;

	json_begin_part(&w, c->arena, 2, 2);
	good = write_entry(&e, section);
	c->placeholders_used = placeholders_used; /* the module knows what they stand for */
	if (!good)
		return false;
	made.kind = ARTEFACT_TFVARS;
	made.target = TARGET_TFVARS;
	made.placeholders = 0;
	made.path = str_printf(c->arena, FILE_NAME "/%s/" STR_FMT, section->name,
			       STR_ARG(name_in(a->path)));
	made.text = strbuf_str(&w.out);
	VEC_PUSH(c->arena, c->artefacts, made);
	return true;
}

bool tfvars_add(struct compilation *c, size_t from)
{
	size_t n = c->artefacts.n;

	for (size_t i = from; i < n; i++) {
		struct artefact a = c->artefacts.items[i];
		struct artefact next = i + 1 < n ? c->artefacts.items[i + 1] : (struct artefact){0};
		const struct section *section = section_of(a.kind);

		if (!section || add_entry(c, section, &a, &next))
			continue;
		c->artefacts.n = n;
		return false;
	}
	return true;
}

/* Requests come first, and entries in their order. */
void tfvars_prove(struct compilation *c, size_t from)
{
	size_t at = from;
	const char *why;

	while (at < c->artefacts.n && c->artefacts.items[at].kind != ARTEFACT_TFVARS)
		at++;
	for (size_t i = from; at < c->artefacts.n; i++) {
		const struct artefact *request = &c->artefacts.items[i];

		if (request->kind == ARTEFACT_TFVARS) {
			bug(c, &c->artefacts.items[at], "has no request");
			return;
		}
		if (section_of(request->kind) &&
		    !tfvars_check(c, request, request + 1, &c->artefacts.items[at++], &why))
			bug(c, request, why);
	}
}

/* --- the file --- */

static int by_path(const void *left, const void *right)
{
	const struct artefact *a = left, *b = right;

	return str_cmp(a->path, b->path);
}

/* Takes the entries out of the artefacts, by section and name. */
static struct artefact *take_entries(struct compilation *c, size_t *n)
{
	struct artefact *entries = ARENA_ARRAY(c->arena, struct artefact, c->artefacts.n + 1);
	size_t kept = 0;

	*n = 0;
	for (size_t i = 0; i < c->artefacts.n; i++) {
		if (c->artefacts.items[i].kind == ARTEFACT_TFVARS)
			entries[(*n)++] = c->artefacts.items[i];
		else
			c->artefacts.items[kept++] = c->artefacts.items[i];
	}
	c->artefacts.n = kept;
	qsort(entries, *n, sizeof *entries, by_path);
	return entries;
}

static void write_role(struct json_writer *w, const char *name, struct str arn)
{
	if (arn.len)
		write_pair(w, name, arn);
}

/* Where to deploy, as the chosen environment has it. */
static void write_head(struct json_writer *w, const struct config *config)
{
	const struct config_deployment *place = &config->deployment;

	json_key(w, "tfvars_format");
	json_int(w, TFVARS_FORMAT);
	write_list(w, "accounts", place->accounts.items, place->accounts.n);
	write_list(w, "regions", place->regions.items, place->regions.n);
	json_key(w, "home_region");
	if (place->home_region.len)
		json_str(w, place->home_region);
	else
		json_null(w);
	write_pair(w, "rule_prefix", config->rule_prefix);
	json_key(w, "roles");
	json_open_object(w);
	write_role(w, "events", config->roles.events);
	write_role(w, "scheduler", config->roles.scheduler);
	write_role(w, "states", config->roles.states);
	json_close_object(w);
}

static struct str write_file(struct compilation *c, const struct artefact *entries, size_t n)
{
	struct json_writer w;
	size_t size = 4096, at = 0;

	for (size_t i = 0; i < n; i++)
		size += entries[i].text.len + 1;
	json_begin(&w, c->arena, 2);
	strbuf_reserve(&w.out, size);
	json_open_object(&w);
	write_head(&w, c->policy->config);
	for (size_t i = 0; i < ARRAY_LEN(sections); i++) {
		struct str folder = str_printf(c->arena, FILE_NAME "/%s/", sections[i].name);

		json_key(&w, sections[i].name);
		json_open_object(&w);
		for (; at < n && str_starts(entries[at].path, folder); at++)
			json_part(&w, entries[at].text);
		json_close_object(&w);
	}
	json_close_object(&w);
	return json_end(&w);
}

/* What stands for the file among units: all units that an entry serves, in policy order. */
static struct unit *unit_of_all(struct compilation *c, const struct plan *plan,
				const struct artefact *entries, size_t n)
{
	struct unit *unit = ARENA_NEW(c->arena, struct unit);
	const struct unit **members = ARENA_ARRAY(c->arena, const struct unit *, plan->units.n + 1);
	struct memo served = {0};
	uint32_t yes;

	for (size_t i = 0; i < n; i++) {
		const struct unit *one = entries[i].unit;

		memo_put(&served, c->arena, (uint64_t)(uintptr_t)one, 1);
		for (size_t j = 0; j < one->n_members; j++)
			memo_put(&served, c->arena, (uint64_t)(uintptr_t)one->members[j], 1);
	}
	for (size_t i = 0; i < plan->units.n; i++)
		if (memo_get(&served, (uint64_t)(uintptr_t)plan->units.items[i], &yes))
			members[unit->n_members++] = plan->units.items[i];
	unit->members = members;
	return unit;
}

void tfvars_finish(struct compilation *c, const struct plan *plan)
{
	size_t n;
	struct artefact *entries = take_entries(c, &n);
	struct artefact file = {
		.path = STR(FILE_NAME),
		.kind = ARTEFACT_TFVARS,
		.target = TARGET_TFVARS,
		.text = write_file(c, entries, n),
		.unit = unit_of_all(c, plan, entries, n),
		.index = 1,
	};
	const char *why;

	for (size_t i = 0; i < n; i++) {
		file.assumptions |= entries[i].assumptions;
		if (entries[i].beyond.len)
			file.beyond = STR("findings that its reviews hold beyond their conditions");
	}
	if (!tfvars_check_file(c, plan, file.text, entries, n, &why))
		diag_bug(c->diags, (struct span){0, 0}, "`" FILE_NAME "` %s", why);
	VEC_PUSH(c->arena, c->artefacts, file);
}
