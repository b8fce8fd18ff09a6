/* SPDX-License-Identifier: Apache-2.0
 *
 * Ends of suppressions: schedules and lines, written. */
#include "target/end.h"

#include "base/civil.h"
#include "target/expire.h"
#include "target/jsonata.h"
#include "target/text.h"

bool end_is_due(const struct unit *unit)
{
	return unit->end && unit->end->has_date && !unit->reopens &&
	       (unit->backend == BACKEND_AUTOMATION || unit->backend == BACKEND_EVENT);
}

struct str end_text(struct arena *arena, const struct until *until)
{
	return until->has_date ? civil_format_instant(arena, until->end)
			       : STR("9999-12-31T23:59:59Z");
}

bool end_is_before(const struct until *a, const struct until *b)
{
	return a->has_date && (!b->has_date || a->end < b->end);
}

bool end_may_hold(const struct compilation *c, const struct unit *unit)
{
	return unit->end && !unit->reopens && !unit->n_members &&
	       (unit->backend == BACKEND_AUTOMATION || unit->backend == BACKEND_EVENT) &&
	       c->has_end && (!unit->end->has_date || unit->end->end > c->first_end);
}

/* --- schedules --- */

static void write_pair(struct json_writer *w, const char *key, struct str value)
{
	json_key(w, key);
	json_str(w, value);
}

static void write_names(struct json_writer *w, const char *key, struct compilation *c,
			const struct unit *unit, size_t n)
{
	json_key(w, key);
	json_open_array(w);
	for (size_t i = 1; i <= n; i++)
		json_str(w, text_aws_name(c, unit, i));
	json_close_array(w);
}

/* By whose name the findings are marked. */
static struct str marked_by(const struct unit *unit)
{
	return unit->n_members ? unit->name : unit->statement->name;
}

static void write_marks(struct json_writer *w, struct compilation *c, const struct unit *unit)
{
	const struct statement *s = unit->statement;

	json_key(w, "marks");
	json_open_array(w);
	json_str(w, text_mark(c->arena, marked_by(unit)));
	for (size_t i = 0; i < s->n_was && !unit->n_members; i++)
		json_str(w, text_mark(c->arena, s->was[i]));
	json_close_array(w);
}

/* What the machine is told. */
static struct str input_of(struct compilation *c, const struct unit *unit, const struct unit *rules,
			   size_t n)
{
	bool event = unit->backend == BACKEND_EVENT;
	struct str home = c->policy->config->deployment.home_region;
	struct json_writer w;

	json_begin(&w, c->arena, 0);
	json_open_object(&w);
	write_pair(&w, "name", target_name_of(c, unit, 1));
	write_pair(&w, "statement", marked_by(unit));
	write_marks(&w, c, unit);
	write_pair(&w, "status",
		   str_from(vocabulary_canonical(&vocabulary_workflow,
						 (unsigned)unit->effect.status)));
	write_pair(&w, "note",
		   str_printf(c->arena, "vulnctl reopened expire: " STR_FMT,
			      STR_ARG(marked_by(unit))));
	write_names(&w, "automation_rules", c, rules, event ? 0 : n);
	write_names(&w, "event_rules", c, rules, event ? n : 0);
	write_pair(&w, "event_bus", c->policy->config->event_bus);
	if (unit_is_everywhere(unit) && home.len)
		write_pair(&w, "home", home);
	json_close_object(&w);
	return json_end(&w);
}

static void write_target(struct json_writer *w, struct compilation *c, enum backend backend,
			 struct str input)
{
	const struct unit machine = expire_unit(backend);

	json_key(w, "Target");
	json_open_object(w);
	write_pair(w, "Arn", text_state_machine_arn(c, &machine));
	write_pair(w, "RoleArn", text_role(c, "scheduler"));
	write_pair(w, "Input", input);
	json_close_object(w);
}

/* at() has no zone of its own. */
static struct str instant_of(struct compilation *c, const struct until *end)
{
	struct str text = end_text(c->arena, end);

	return str_printf(c->arena, "at(" STR_FMT ")", STR_ARG(str_slice(text, 0, text.len - 1)));
}

static struct str schedule(struct compilation *c, const struct unit *unit, struct str input)
{
	struct json_writer w;

	json_begin(&w, c->arena, 2);
	json_open_object(&w);
	write_pair(&w, "Name", text_aws_name(c, unit, 1));
	write_pair(&w, "Description",
		   str_printf(c->arena, "vulnctl end of " STR_FMT ": " STR_FMT,
			      STR_ARG(marked_by(unit)), STR_ARG(unit->until)));
	write_pair(&w, "ScheduleExpression", instant_of(c, unit->end));
	write_pair(&w, "ScheduleExpressionTimezone", STR("UTC"));
	write_pair(&w, "State", STR("ENABLED"));
	json_key(&w, "FlexibleTimeWindow");
	json_open_object(&w);
	write_pair(&w, "Mode", STR("OFF"));
	json_close_object(&w);
	write_pair(&w, "ActionAfterCompletion", STR("DELETE"));
	write_target(&w, c, unit->backend, input);
	json_close_object(&w);
	return json_end(&w);
}

static void emit_schedule(struct compilation *c, const struct unit *unit, const struct unit *rules,
			  size_t n)
{
	struct str input = input_of(c, unit, rules, n);
	long long most = limits[LIMIT_state_data].value;

	if (unit->statement->n_was >= (size_t)limits[LIMIT_filter_values].value)
		diag_help(diag_error(c->diags, "VC602", unit->statement->name_span,
				     "`%s` has %zu old names: its end can look for %lld marks",
				     diag_quote(c->diags, unit->statement->name),
				     unit->statement->n_was,
				     (long long)limits[LIMIT_filter_values].value),
			  "leave out names that no finding bears any more");
	if (input.len > (size_t)most)
		diag_help(
			diag_error(c->diags, "VC603", unit->statement->name_span,
				   "the end of `%s` has to disable %zu rules, whose names are more "
				   "than %lld bytes",
				   diag_quote(c->diags, unit->statement->name), n, most),
			"say it in several statements");
	target_add(c, unit, TARGET_WORKFLOW, ARTEFACT_SCHEDULE, "scheduler/", 1, ".json",
		   schedule(c, unit, input), BIT(ASSUMPTION_A24));
}

/* --- lines --- */

static void add_datum(struct strbuf *b, const char *key, struct str value)
{
	strbuf_printf(b, "'%s': ", key);
	jsonata_add_literal(b, value);
}

/* `of`: the findings of that statement alone are meant. */
static struct str line_of(struct compilation *c, const struct unit *unit, bool own,
			  struct str condition)
{
	struct strbuf b;

	strbuf_init(&b, c->arena);
	strbuf_puts(&b, "{% ($line := {");
	add_datum(&b, "name", target_name_of(c, unit, 1));
	if (own) {
		strbuf_puts(&b, ", ");
		add_datum(&b, "of", unit->statement->name);
	}
	strbuf_puts(&b, ", ");
	add_datum(&b, "end", end_text(c->arena, unit->end));
	strbuf_puts(&b, ", ");
	add_datum(&b, "status",
		  str_from(vocabulary_canonical(&vocabulary_workflow,
						(unsigned)unit->effect.status)));
	strbuf_puts(&b, ", ");
	add_datum(&b, "note", unit->effect.note);
	strbuf_printf(&b, "}; $held := [$map($%s, function($finding) {",
		      unit->backend == BACKEND_EVENT ? "open" : "original");
	strbuf_add(&b, condition);
	strbuf_puts(&b, "})]; true in $held ? $merge([$line, {'held': $held}]) : null) %}");
	return strbuf_str(&b);
}

/* false if JSONata cannot say the condition. */
static bool emit_line(struct compilation *c, const struct unit *unit, const struct cond *cond,
		      size_t index)
{
	struct refusal refusal = {0};
	uint64_t rests_on;
	struct str text;

	if (!jsonata_write(c, cond, unit->view, &refusal, &text, &rests_on))
		return false;
	target_add(c, unit, TARGET_WORKFLOW, ARTEFACT_HOLDER, "", index, "",
		   line_of(c, unit, index == 2, text), rests_on);
	return true;
}

void end_emit(struct compilation *c, const struct unit *unit, const struct unit *rules, size_t n)
{
	if (end_is_due(unit))
		emit_schedule(c, unit, rules, n);
	if (!end_may_hold(c, unit))
		return;
	if (emit_line(c, unit, unit->condition, 1) && unit->own)
		emit_line(c, unit, unit->own, 2);
}
