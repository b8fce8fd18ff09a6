/* SPDX-License-Identifier: Apache-2.0
 *
 * Event rules: a unit's patterns as PutRule and PutTargets requests. */
#include "target/eventbridge.h"

#include "model/limit.h"
#include "target/message.h"
#include "target/residual.h"
#include "target/text.h"
#include "target/workflow.h"

#define STATE_MACHINE "state-machine" /* id of that target; a channel's is its name */

/* What eventbridge_make makes. */
struct rules {
	struct pattern *patterns;
	struct residual residual;
};

/* Patterns that take more, and a test for the rest. */
static bool make_tested(struct pattern_scope *s, dd set, struct rules *rules, size_t *n)
{
	return pattern_make_around(s, set, &rules->patterns, n) &&
	       residual_make(s->c, s->unit, rules->patterns, *n, s->refusal, &rules->residual);
}

/* Patterns that say it all; where they are refused, or more than the quota holds, the others. */
static bool make_rules(struct pattern_scope *s, dd set, struct rules *rules, size_t *n)
{
	size_t quota = (size_t)s->c->policy->config->quotas.event_rules, n_tested = 0;
	bool exact = pattern_make(s, set, &rules->patterns, n);
	struct refusal refusal = *s->refusal;
	struct rules tested = {0};

	if ((exact && *n <= quota) || !s->unit->tests || refusal.why == REFUSE_NOT_CARRIED)
		return exact;
	if (make_tested(s, set, &tested, &n_tested)) {
		*rules = tested;
		*n = n_tested;
		return true;
	}
	/* What no pattern says is said best; but what nothing carries is the greater trouble. */
	if (exact || s->refusal->why != REFUSE_NOT_CARRIED)
		*s->refusal = refusal;
	return exact;
}

/* The set to make tests from. Whose finding it is, Inspector's event need not say. */
static dd written_set(struct compilation *c, const struct unit *unit)
{
	struct engine *e = lower_engine(c->lower);
	dd set = lower_written(c->lower, unit_tree(unit), unit->view);

	if (unit->mechanism != MECHANISM_INSPECTOR_EVENT)
		return set;
	return dd_forget(e, dd_and(e, set, lower_inspector(c->lower)),
			 lower_var(c->lower, FIELD_product, STR(""), unit->view));
}

bool eventbridge_make(struct compilation *c, const struct unit *unit,
		      const struct literals *literals, struct refusal *refusal, void **made,
		      size_t *n)
{
	struct pattern_scope s = {.c = c, .unit = unit, .literals = literals, .refusal = refusal};
	dd set = written_set(c, unit);
	struct rules *rules = ARENA_NEW(c->arena, struct rules);

	if (!make_rules(&s, set, rules, n))
		return false;
	*made = rules;
	if (s.overlapping && *n > 1 && unit->statement->kind == STATEMENT_NOTIFY)
		diag_warning(c->diags, NULL, unit->statement->name_span,
			     "`%s` takes %zu event rules, and one finding may match several: it is "
			     "then told more than once",
			     diag_quote(c->diags, unit->name), *n);
	return true;
}

/* The request for rule number `index`; the pattern in it is what counts against the quota. */
static struct str rule_request(struct compilation *c, const struct unit *unit,
			       const struct pattern *pattern, size_t index)
{
	struct json_writer w;

	json_begin(&w, c->arena, 2);
	json_open_object(&w);
	json_key(&w, "Name");
	json_str(&w, text_aws_name(c, unit, index));
	json_key(&w, "Description");
	json_str(&w, text_description(c, unit, LIMIT_event_description));
	json_key(&w, "EventBusName");
	json_str(&w, c->policy->config->event_bus);
	json_key(&w, "EventPattern");
	json_str(&w, pattern->minified);
	json_key(&w, "State");
	json_string(&w, "ENABLED");
	json_close_object(&w);
	return json_end(&w);
}

/* The object stays open. */
static void open_target(struct json_writer *w, struct str id, struct str arn, struct str role)
{
	json_open_object(w);
	json_key(w, "Id");
	json_str(w, id);
	json_key(w, "Arn");
	json_str(w, arn);
	if (role.len) {
		json_key(w, "RoleArn");
		json_str(w, role);
	}
}

static void write_channels(struct compilation *c, struct json_writer *w, const struct unit *unit)
{
	const struct statement *statement = unit->statement;

	for (size_t i = 0; i < statement->n_to; i++) {
		const struct config_channel *channel =
			config_channel(c->policy->config, statement->to[i]);

		if (channel->sns_topic_arn.len)
			open_target(w, channel->name, channel->sns_topic_arn, STR(""));
		else
			open_target(w, channel->name, channel->event_bus_arn,
				    text_role(c, "events"));
		if (statement->message.len) {
			json_key(w, "InputTransformer");
			message_write(c, w, unit);
		}
		json_close_object(w);
	}
}

static struct str targets_request(struct compilation *c, const struct unit *unit, size_t index,
				  bool tested)
{
	struct json_writer w;

	json_begin(&w, c->arena, 2);
	json_open_object(&w);
	json_key(&w, "Rule");
	json_str(&w, text_aws_name(c, unit, index));
	json_key(&w, "EventBusName");
	json_str(&w, c->policy->config->event_bus);
	json_key(&w, "Targets");
	json_open_array(&w);
	if (!tested)
		write_channels(c, &w, unit);
	if (tested || unit_writes(unit)) {
		open_target(&w, STR(STATE_MACHINE), text_state_machine_arn(c, unit),
			    text_role(c, "events"));
		json_close_object(&w);
	}
	json_close_array(&w);
	json_close_object(&w);
	return json_end(&w);
}

/* --- what a pattern rests on --- */

/* Inspector's own event has an array of resources, and its vulnerability by itself. */
static uint64_t own_rests_on(enum field_id field)
{
	enum group group = fields[field].group;
	uint64_t one = group == GROUP_RESOURCE || group_parent(group) == GROUP_RESOURCE
			       ? BIT(ASSUMPTION_A1)
			       : 0;

	switch (field) {
	case FIELD_repository:
	case FIELD_image_digest:
		return one | BIT(ASSUMPTION_A9);
	case FIELD_region:
		return one | BIT(ASSUMPTION_A22);
	default:
		return one;
	}
}

static uint64_t scan_rests_on(enum field_id field)
{
	switch (field) {
	case FIELD_repository:
		return BIT(ASSUMPTION_A30);
	case FIELD_counts_low:
	case FIELD_counts_informational:
	case FIELD_counts_untriaged:
		return BIT(ASSUMPTION_A31);
	default:
		return 0;
	}
}

static uint64_t ocsf_rests_on(enum field_id field)
{
	switch (field) {
	case FIELD_product:
		return BIT(ASSUMPTION_A6);
	case FIELD_record:
		return BIT(ASSUMPTION_A27);
	case FIELD_fix:
		return BIT(ASSUMPTION_A28);
	case FIELD_resource_id:
	case FIELD_repository:
	case FIELD_image_digest:
		return BIT(ASSUMPTION_A29);
	default:
		return 0;
	}
}

uint64_t eventbridge_rests_on(enum mechanism m, enum field_id field, enum view view)
{
	uint64_t one = view == VIEW_SINGLE && fields[field].group != GROUP_FINDING
			       ? BIT(ASSUMPTION_A1)
			       : 0;

	if (m == MECHANISM_INSPECTOR_EVENT)
		return own_rests_on(field);
	if (m == MECHANISM_SCAN_EVENT)
		return scan_rests_on(field);
	if (m == MECHANISM_V2_EVENT)
		return one | ocsf_rests_on(field);
	switch (field) {
	case FIELD_product:
		return one | BIT(ASSUMPTION_A6);
	case FIELD_fix:
		return one | BIT(ASSUMPTION_A7);
	case FIELD_repository:
	case FIELD_image_digest:
		return one | BIT(ASSUMPTION_A9);
	case FIELD_finding_type:
		return one | BIT(ASSUMPTION_A11);
	case FIELD_score:
		return one | BIT(ASSUMPTION_A12);
	case FIELD_region:
		return one | BIT(ASSUMPTION_A13);
	default:
		return one;
	}
}

/* Does the pattern take what it is not told: presence, or anything but some texts? */
static bool takes_unnamed(const struct pattern *pattern)
{
	return str_contains(pattern->minified, STR("{\"exists\":")) ||
	       str_contains(pattern->minified, STR("{\"anything-but\":"));
}

/* Over the tests that stand in the pattern. */
static uint64_t pattern_assumptions(struct compilation *c, const struct unit *unit,
				    const struct pattern *pattern)
{
	uint64_t all = pattern->wildcard ? BIT(ASSUMPTION_A14) : 0;

	if (unit->statement->message.len)
		all |= message_rests_on(c, unit);
	if (takes_unnamed(pattern))
		all |= unit->mechanism == MECHANISM_INSPECTOR_EVENT ? BIT(ASSUMPTION_A23)
								    : BIT(ASSUMPTION_A16);
	if (unit->mechanism == MECHANISM_V2_EVENT)
		all |= BIT(ASSUMPTION_A25);
	if (unit->mechanism == MECHANISM_V2_EVENT &&
	    str_contains(pattern->minified, STR("\"AWS::ECR::")))
		all |= BIT(ASSUMPTION_A29);
	for (size_t i = 0; i < pattern->n; i++)
		for (size_t j = 0; j < pattern->branches[i].n; j++) {
			const struct pattern_leaf *leaf = &pattern->branches[i].leaves[j];

			all |= eventbridge_rests_on(unit->mechanism, leaf->place.field, unit->view);
			all |= leaf->any_image ? BIT(ASSUMPTION_A37) : 0;
		}
	return all;
}

/* rule_prefix, the statement's name and "--2" may be longer together than AWS takes. */
static void check_name(struct compilation *c, const struct unit *unit, size_t n)
{
	struct str last = text_aws_name(c, unit, n);
	long long most = limits[LIMIT_event_rule_name].value;

	if (n && last.len > (size_t)most)
		diag_help(diag_error(c->diags, "VC604", unit->statement->name_span,
				     "the name of the event rule, `%s`, is longer than %lld "
				     "characters",
				     diag_quote(c->diags, last), most),
			  "give `%s` a shorter name, or shorten `rule_prefix` in vulnctl.yaml",
			  diag_quote(c->diags, unit->name));
}

static void check_targets(struct compilation *c, const struct unit *unit)
{
	const struct statement *s = unit->statement;
	long long most = limits[LIMIT_event_targets].value;
	bool machine = unit_writes(unit);

	if (s->n_to + machine > (size_t)most)
		diag_help(diag_error(c->diags, "VC602", s->name_span,
				     machine ? "`%s` names %zu channels beside its state machine, "
					       "an event rule has at most %lld targets"
					     : "`%s` names %zu channels, an event rule has at most "
					       "%lld targets",
				     diag_quote(c->diags, unit->name), s->n_to, most),
			  "send to one topic or bus and fan out behind it");
	for (size_t i = 0; i < s->n_to && machine; i++)
		if (str_is(s->to[i], STATE_MACHINE))
			diag_help(diag_error(c->diags, "VC604", s->to_spans[i],
					     "two targets of `%s` would have the id `%s`",
					     diag_quote(c->diags, unit->name), STATE_MACHINE),
				  "give the channel another name in vulnctl.yaml");
}

void eventbridge_check(struct compilation *c, const struct unit *unit, size_t n, bool tested)
{
	check_name(c, unit, n);
	if (!tested)
		check_targets(c, unit);
	if (unit->statement->message.len)
		message_check(c, unit);
}

void eventbridge_add_rule(struct compilation *c, const struct unit *unit,
			  const struct pattern *pattern, size_t index, bool tested,
			  uint64_t assumptions_used)
{
	static const char folder[] = "eventbridge/";

	target_add(c, unit, TARGET_EVENTBRIDGE, ARTEFACT_EVENT_PATTERN, folder, index,
		   ".pattern.json", pattern->indented, assumptions_used)
		->tested = tested;
	target_add(c, unit, TARGET_EVENTBRIDGE, ARTEFACT_EVENT_RULE, folder, index, ".rule.json",
		   rule_request(c, unit, pattern, index), assumptions_used)
		->tested = tested;
	target_add(c, unit, TARGET_EVENTBRIDGE, ARTEFACT_EVENT_TARGETS, folder, index,
		   ".targets.json", targets_request(c, unit, index, tested), assumptions_used);
	c->used_rules[MECHANISM_EVENT]++;
	c->used_wildcards += pattern->wildcard;
}

void eventbridge_emit(struct compilation *c, const struct unit *unit, const void *made, size_t n)
{
	const struct rules *rules = made;
	bool tested = rules->residual.test.len;
	uint64_t all = 0;

	eventbridge_check(c, unit, n, tested);
	for (size_t i = 0; i < n; i++) {
		uint64_t one = pattern_assumptions(c, unit, &rules->patterns[i]);

		eventbridge_add_rule(c, unit, &rules->patterns[i], i + 1, tested, one);
		all |= one;
	}
	target_warn_experimental(c, unit, unit->statement->source_span, all);
	if (tested || unit_writes(unit))
		workflow_emit(c, unit, &rules->residual);
}
