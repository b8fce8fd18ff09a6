/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of targets and artefacts, and the list that artefacts are added to. */
#include "target/target.h"

static const char *const target_names[TARGET_COUNT] = {
	[TARGET_EVENTBRIDGE] = "eventbridge",
	[TARGET_AUTOMATION] = "automation",
	[TARGET_AUTOMATION_V2] = "automation-v2",
	[TARGET_INSPECTOR] = "inspector",
	[TARGET_INSIGHT] = "insight",
	[TARGET_ACTION] = "action",
	[TARGET_WORKFLOW] = "workflow",
	[TARGET_REVIEW] = "review",
	[TARGET_LIFECYCLE] = "lifecycle",
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
};

const char *target_name(enum target target)
{
	return target_names[target];
}

const char *artefact_kind_name(enum artefact_kind kind)
{
	return kind_names[kind];
}

int target_find(struct str name)
{
	for (int i = 0; i < TARGET_COUNT; i++)
		if (str_is(name, target_names[i]))
			return i;
	return -1;
}

const struct cond *unit_tree(const struct unit *unit)
{
	return unit->mechanism == MECHANISM_EVENT ? unit->guarded : unit->condition;
}

struct str target_name_of(struct compilation *c, const struct unit *unit, size_t index)
{
	size_t number = unit->first + index - 1;

	if (number <= 1)
		return unit->name;
	return str_printf(c->arena, STR_FMT "--%zu", STR_ARG(unit->name), number);
}

void target_add(struct compilation *c, const struct unit *unit, enum target target,
		enum artefact_kind kind, const char *folder, size_t index, const char *suffix,
		struct str text, uint64_t assumptions_used)
{
	struct artefact a = {
		.kind = kind,
		.target = target,
		.text = text,
		.unit = unit,
		.index = index,
		.assumptions = assumptions_used,
	};

	a.path = str_printf(c->arena, "%s" STR_FMT "%s", folder,
			    STR_ARG(target_name_of(c, unit, index)), suffix);
	VEC_PUSH(c->arena, c->artefacts, a);
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
