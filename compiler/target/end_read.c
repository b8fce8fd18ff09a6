/* SPDX-License-Identifier: Apache-2.0
 *
 * Ends of suppressions, read back: schedules with what they tell the machine, and lines. */
#include "target/end.h"

#include "base/civil.h"
#include "target/expect.h"
#include "target/expire.h"
#include "target/jsonata.h"

static bool is_text(const struct json *json, struct str expected)
{
	return json_is(json, JSON_STRING) && str_eq(json->text, expected);
}

#define HAS_ONLY(json, ...) expect_keys(json, (const char *const[]){__VA_ARGS__, NULL})

/* --- schedules --- */

/* `at(2027-01-01T00:00:00)`, in UTC. */
static bool is_at(struct compilation *c, const struct json *json, int64_t instant)
{
	struct str text = json_text(json);
	int64_t read;

	if (!str_starts(text, STR("at(")) || !str_ends(text, STR(")")))
		return false;
	text = str_printf(c->arena, STR_FMT "Z", STR_ARG(str_slice(text, 3, text.len - 1)));
	return civil_parse_datetime(text, &read) && read == instant;
}

static struct str mark(struct compilation *c, struct str name)
{
	return str_printf(c->arena, "vulnctl " STR_FMT " ", STR_ARG(name));
}

/* Shared rules have a name and a mark of their own. */
static struct str marked_by(const struct unit *unit)
{
	return unit->n_members ? unit->name : unit->statement->name;
}

static bool are_marks(struct compilation *c, const struct json *list, const struct unit *unit)
{
	const struct statement *s = unit->statement;
	size_t n_was = unit->n_members ? 0 : s->n_was;

	if (!json_is(list, JSON_ARRAY) || list->n != n_was + 1 ||
	    !is_text(list->items[0], mark(c, marked_by(unit))))
		return false;
	for (size_t i = 0; i < n_was; i++)
		if (!is_text(list->items[i + 1], mark(c, s->was[i])))
			return false;
	return true;
}

static bool are_names(struct compilation *c, const struct json *list, const struct unit *unit,
		      size_t n)
{
	if (!json_is(list, JSON_ARRAY) || list->n != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!is_text(list->items[i], expect_aws_name(c, unit, i + 1)))
			return false;
	return true;
}

#define KEYS                                                                                       \
	"name", "statement", "marks", "status", "note", "automation_rules", "event_rules",         \
		"event_bus"

/* An automation rule ends in each Region, and what it silenced comes back in the home Region alone
 * if there is one. */
static const char *check_input(struct compilation *c, const struct unit *unit,
			       const struct unit *rules, size_t n, struct str text)
{
	bool event = unit->mechanism == MECHANISM_EVENT;
	struct json_error error;
	const struct json *input = json_parse(c->arena, text, &error);
	struct str home = c->policy->config->deployment.home_region;
	bool at_home = event || !home.len;

	if ((at_home ? !HAS_ONLY(input, KEYS) : !HAS_ONLY(input, KEYS, "home")) ||
	    !is_text(json_get(input, "name"), expect_name(c, unit, 1)) ||
	    !is_text(json_get(input, "statement"), marked_by(unit)))
		return "tells the machine something else than which suppression ends";
	if (!are_marks(c, json_get(input, "marks"), unit))
		return "gives the machine other marks than the suppression's";
	if (vocabulary_find_asff(&vocabulary_workflow, json_text(json_get(input, "status"))) !=
	    unit->effect.status)
		return "gives the machine another status than the suppression writes";
	if (!is_text(json_get(input, "note"),
		     str_printf(c->arena, "vulnctl reopened expire: " STR_FMT,
				STR_ARG(marked_by(unit)))))
		return "gives the machine another note than it should leave";
	if (!are_names(c, json_get(input, "automation_rules"), rules, event ? 0 : n) ||
	    !are_names(c, json_get(input, "event_rules"), rules, event ? n : 0) ||
	    !is_text(json_get(input, "event_bus"), c->policy->config->event_bus))
		return "does not name the suppression's rules";
	if (!at_home && !is_text(json_get(input, "home"), home))
		return "does not say which Region gives back what is gathered there";
	return NULL;
}

static const char *check_schedule(struct compilation *c, const struct unit *unit,
				  const struct unit *rules, size_t n, const struct json *schedule)
{
	const struct json *window = json_get(schedule, "FlexibleTimeWindow");
	const struct json *target = json_get(schedule, "Target");
	const struct unit machine = expire_unit(unit->backend);

	if (!HAS_ONLY(schedule, "Name", "Description", "ScheduleExpression",
		      "ScheduleExpressionTimezone", "State", "FlexibleTimeWindow",
		      "ActionAfterCompletion", "Target") ||
	    !json_is(json_get(schedule, "Description"), JSON_STRING))
		return "is no schedule of an end";
	if (!is_text(json_get(schedule, "Name"), expect_aws_name(c, unit, 1)))
		return "has another name than its suppression";
	if (!is_text(json_get(schedule, "ScheduleExpressionTimezone"), STR("UTC")) ||
	    !is_at(c, json_get(schedule, "ScheduleExpression"), unit->end->end))
		return "is not at the first instant after the end";
	if (!is_text(json_get(schedule, "State"), STR("ENABLED")) || !HAS_ONLY(window, "Mode") ||
	    !is_text(json_get(window, "Mode"), STR("OFF")) ||
	    !is_text(json_get(schedule, "ActionAfterCompletion"), STR("DELETE")))
		return "does not happen once and on time";
	if (!HAS_ONLY(target, "Arn", "RoleArn", "Input") ||
	    !is_text(json_get(target, "Arn"), expect_state_machine(c, &machine)) ||
	    !is_text(json_get(target, "RoleArn"), expect_scheduler_role(c)))
		return "does not start the machine that ends suppressions";
	return check_input(c, unit, rules, n, json_text(json_get(target, "Input")));
}

bool end_check_schedule(struct compilation *c, const struct unit *unit, const struct unit *rules,
			size_t n, struct str text, const char **why)
{
	struct json_error error;
	const struct json *schedule = json_parse(c->arena, text, &error);

	*why = !end_is_due(unit) ? "is a schedule for what does not end"
				 : check_schedule(c, unit, rules, n, schedule);
	return *why == NULL;
}

/* --- lines --- */

static bool take_any(struct jsonata *j, const char *key, struct str *read)
{
	return jsonata_take(j, key) && jsonata_take(j, ":") && jsonata_take_literal(j, read);
}

static bool take_datum(struct jsonata *j, const char *key, struct str expected)
{
	struct str read;

	return take_any(j, key, &read) && str_eq(read, expected);
}

/* Texts of instants that the machine compares: in UTC, to the second. */
static bool take_end(struct jsonata *j, const struct until *until)
{
	struct str read;
	int64_t instant;

	if (!take_any(j, "'end'", &read))
		return false;
	if (!until->has_date)
		return str_is(read, "9999-12-31T23:59:59Z");
	return read.len == sizeof "2026-01-01T00:00:00Z" - 1 && str_ends(read, STR("Z")) &&
	       civil_parse_datetime(read, &instant) && instant == until->end;
}

/* The data of a line up to its condition. */
static bool take_data(struct compilation *c, const struct unit *unit, bool own, struct jsonata *j)
{
	struct str status = str_from(vocabulary_workflow.asff[unit->effect.status]);

	return jsonata_take(j, "($line := {") && take_datum(j, "'name'", expect_name(c, unit, 1)) &&
	       jsonata_take(j, ",") &&
	       (!own || (take_datum(j, "'of'", unit->statement->name) && jsonata_take(j, ","))) &&
	       take_end(j, unit->end) && jsonata_take(j, ",") &&
	       take_datum(j, "'status'", status) && jsonata_take(j, ",") &&
	       take_datum(j, "'note'", unit->effect.note) && jsonata_take(j, "};") &&
	       jsonata_take(j, "$held := [$map(") &&
	       jsonata_take(j, unit->mechanism == MECHANISM_EVENT ? "$open" : "$original") &&
	       jsonata_take(j, ", function($finding) {");
}

bool end_check_line(struct compilation *c, const struct unit *unit, size_t index, struct str text,
		    const char **why)
{
	static const char closing[] =
		"})]; true in $held ? $merge([$line, {'held': $held}]) : null) ";
	bool own = index == 2;
	struct jsonata j;
	dd set;

	*why = "is no line of the machine that ends suppressions";
	if (!end_may_hold(c, unit) || !jsonata_open(c->arena, text, &j) ||
	    !take_data(c, unit, own, &j) || !str_ends(j.text, STR(closing)))
		return false;
	if (!jsonata_read(c, unit->view, str_slice(j.text, 0, j.text.len - sizeof closing + 1),
			  &set, why))
		return false;
	*why = "holds other findings than its suppression";
	return relate_equal(lower_engine(c->lower), set,
			    lower_cond(c->lower, own ? unit->own : unit->condition, unit->view),
			    NULL, NULL);
}
