/* SPDX-License-Identifier: Apache-2.0
 *
 * What targets there are and what they write, and the list that artefacts are added to. */
#include "target/target.h"

#include "ir/witness.h"

static const struct {
	const char *name;
	bool native, by_default;
} targets[TARGET_COUNT] = {
	[TARGET_EVENTBRIDGE] = {"eventbridge", true, true},
	[TARGET_AUTOMATION] = {"automation", true, true},
	[TARGET_AUTOMATION_V2] = {"automation-v2", true, true},
	[TARGET_INSPECTOR] = {"inspector", true, true},
	[TARGET_INSIGHT] = {"insight", true, true},
	[TARGET_ACTION] = {"action", true, true},
	[TARGET_WORKFLOW] = {"workflow", true, true},
	[TARGET_REVIEW] = {"review", true, true},
	[TARGET_LIFECYCLE] = {"lifecycle", true, true},
	[TARGET_TFVARS] = {"tfvars", false, true},
	[TARGET_INSPECTOR_IGNORE] = {"inspector-ignore", false, false},
};

/* The layout of DIR (commands.md), by target. */
static const struct target_file files[] = {
	{TARGET_EVENTBRIDGE, ARTEFACT_EVENT_PATTERN, "eventbridge/NAME.pattern.json",
	 "an event pattern alone, to read and to test"},
	{TARGET_EVENTBRIDGE, ARTEFACT_EVENT_RULE, "eventbridge/NAME.rule.json", "events PutRule"},
	{TARGET_EVENTBRIDGE, ARTEFACT_EVENT_TARGETS, "eventbridge/NAME.targets.json",
	 "events PutTargets"},
	{TARGET_AUTOMATION, ARTEFACT_AUTOMATION_V1, "securityhub/automation-rules/NAME.json",
	 "securityhub CreateAutomationRule"},
	{TARGET_AUTOMATION_V2, ARTEFACT_AUTOMATION_V2, "securityhub/automation-rules-v2/NAME.json",
	 "securityhub CreateAutomationRuleV2"},
	{TARGET_INSPECTOR, ARTEFACT_INSPECTOR_FILTER, "inspector/filters/NAME.json",
	 "inspector2 CreateFilter"},
	{TARGET_INSIGHT, ARTEFACT_INSIGHT, "securityhub/insights/NAME.json",
	 "securityhub CreateInsight"},
	{TARGET_ACTION, ARTEFACT_ACTION_TARGET, "securityhub/action-targets/NAME.json",
	 "securityhub CreateActionTarget"},
	{TARGET_WORKFLOW, ARTEFACT_STATE_MACHINE, "stepfunctions/NAME.asl.json",
	 "the definition of a state machine"},
	{TARGET_WORKFLOW, ARTEFACT_SCHEDULE, "scheduler/NAME.json",
	 "scheduler CreateSchedule: the end of a suppression"},
	{TARGET_REVIEW, ARTEFACT_SCHEDULE, "scheduler/NAME.json",
	 "scheduler CreateSchedule: an export of findings"},
	{TARGET_LIFECYCLE, ARTEFACT_LIFECYCLE, "ecr/lifecycle-policies/NAME.json",
	 "the document of an ECR lifecycle policy"},
	{TARGET_TFVARS, ARTEFACT_TFVARS, "vulnctl.auto.tfvars.json",
	 "all of it, for the Terraform module in examples/terraform"},
	{TARGET_INSPECTOR_IGNORE, ARTEFACT_INSPECTOR_IGNORE, ".inspector-ignore",
	 "what Inspector's scan action for GitHub leaves out"},
};

static const char *const kind_names[ARTEFACT_KIND_COUNT] = {
	[ARTEFACT_EVENT_PATTERN] = "event-pattern",
	[ARTEFACT_EVENT_RULE] = "event-rule",
	[ARTEFACT_EVENT_TARGETS] = "event-targets",
	[ARTEFACT_AUTOMATION_V1] = "automation-v1",
	[ARTEFACT_AUTOMATION_V2] = "automation-v2",
	[ARTEFACT_INSIGHT] = "insight",
	[ARTEFACT_ACTION_TARGET] = "action-target",
	[ARTEFACT_INSPECTOR_FILTER] = "inspector-filter",
	[ARTEFACT_STATE_MACHINE] = "state-machine",
	[ARTEFACT_SCHEDULE] = "schedule",
	[ARTEFACT_LIFECYCLE] = "lifecycle",
	[ARTEFACT_HOLDER] = "holder",
	[ARTEFACT_TFVARS] = "tfvars",
	[ARTEFACT_INSPECTOR_IGNORE] = "inspector-ignore",
};

const char *target_name(enum target target)
{
	return targets[target].name;
}

bool target_is_native(enum target target)
{
	return targets[target].native;
}

bool target_is_default(enum target target)
{
	return targets[target].by_default;
}

const struct target_file *target_files(size_t *n)
{
	*n = ARRAY_LEN(files);
	return files;
}

const char *artefact_kind_name(enum artefact_kind kind)
{
	return kind_names[kind];
}

bool target_asked(const struct compilation *c, unsigned bits)
{
	return c->tfvars != TFVARS_NONE || (bits & ~c->unasked);
}

int target_find(struct str name)
{
	for (int i = 0; i < TARGET_COUNT; i++)
		if (str_is(name, targets[i].name))
			return i;
	return -1;
}

const struct cond *unit_tree(const struct unit *unit)
{
	return unit->mechanism == MECHANISM_EVENT ? unit->guarded : unit->condition;
}

bool unit_writes(const struct unit *unit)
{
	const struct effect *effect = &unit->effect;

	return effect->status >= 0 || effect->severity >= 0 || effect->note.len || effect->n_sets;
}

struct str target_name_of(struct compilation *c, const struct unit *unit, size_t index)
{
	size_t number = unit->first + index - 1;

	if (number <= 1)
		return unit->name;
	return str_printf(c->arena, STR_FMT "--%zu", STR_ARG(unit->name), number);
}

struct artefact *target_add(struct compilation *c, const struct unit *unit, enum target target,
			    enum artefact_kind kind, const char *folder, size_t index,
			    const char *suffix, struct str text, uint64_t assumptions_used)
{
	struct artefact a = {
		.kind = kind,
		.target = target,
		.text = text,
		.unit = unit,
		.index = index,
		.assumptions = assumptions_used,
		.placeholders = c->placeholders_used,
	};

	c->placeholders_used = 0;

	a.path = str_printf(c->arena, "%s" STR_FMT "%s", folder,
			    STR_ARG(target_name_of(c, unit, index)), suffix);
	VEC_PUSH(c->arena, c->artefacts, a);
	return &c->artefacts.items[c->artefacts.n - 1];
}

bool unit_is_everywhere(const struct unit *unit)
{
	return unit->backend == BACKEND_AUTOMATION || unit->backend == BACKEND_INSPECTOR ||
	       unit->backend == BACKEND_INSPECTOR_EVENT || unit->backend == BACKEND_SCAN_EVENT ||
	       unit->backend == BACKEND_REVIEW || unit->backend == BACKEND_LIFECYCLE;
}

bool unit_sees_inspector(const struct unit *unit)
{
	return (unit->backend == BACKEND_INSPECTOR || unit->backend == BACKEND_REVIEW ||
		unit->backend == BACKEND_INSPECTOR_EVENT) &&
	       unit->view == VIEW_SINGLE;
}

void target_use(struct compilation *c, const struct unit *unit)
{
	if (unit->backend == BACKEND_SCAN_EVENT)
		lower_use_scan(c->lower);
	else if (unit_sees_inspector(unit))
		lower_use_inspector(c->lower);
	else
		lower_use(c->lower, unit->view);
}

struct element *target_witness(struct compilation *c, const struct unit *unit, dd set)
{
	return unit_sees_inspector(unit) ? witness_pick_inspector(c->lower, c->arena, set)
					 : witness_pick(c->lower, c->arena, set, unit->view);
}

bool target_has_other_images(struct compilation *c, dd set)
{
	static const enum resource_word words[] = {RESOURCE_AZURE_IMAGE, RESOURCE_GCP_IMAGE};
	struct engine *e = lower_engine(c->lower);
	lang types = LANG_NONE;

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		types = lang_or(e, types,
				lang_string(e, str_from(vocabulary_canonical(
						       &vocabulary_resource_type, words[i]))));
	return !relate_empty(e, dd_and(e, set,
				       lower_field_in(c->lower, FIELD_resource_type, STR(""),
						      set_strings(e, types, false), VIEW_SINGLE)));
}

void target_ask(struct compilation *c)
{
	engine_clear_exhausted(lower_engine(c->lower));
	engine_start_question(lower_engine(c->lower));
}

bool target_answered(struct compilation *c, const struct statement *statement)
{
	struct engine *e = lower_engine(c->lower);

	if (!engine_exhausted(e))
		return true;
	engine_clear_exhausted(e);
	diag_help(diag_error(c->diags, "VC016", statement->name_span,
			     "the condition of `%s` is beyond the limits of the set engine",
			     diag_quote(c->diags, statement->name)),
		  "say it in several statements; `vulnctl list limits` shows the limits");
	return false;
}

void target_warn_experimental(struct compilation *c, const struct unit *unit, struct span at,
			      uint64_t assumptions_used)
{
	for (unsigned a = 0; a < ASSUMPTION_COUNT; a++) {
		struct diag *d;

		if (!assumptions[a].experimental || !(assumptions_used >> a & 1))
			continue;
		d = diag_warning(c->diags, NULL, at,
				 "`%s` is experimental: it rests on what has not been seen",
				 diag_quote(c->diags, unit->name));
		diag_note(d, "%s: %s", assumptions[a].name,
			  diag_word(c->diags, assumptions[a].sentence));
		return;
	}
}
