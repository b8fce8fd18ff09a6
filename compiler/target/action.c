/* SPDX-License-Identifier: Apache-2.0
 *
 * Custom actions, written. */
#include "target/action.h"

#include "target/eventbridge.h"
#include "target/text.h"
#include "target/workflow.h"

#include <stdlib.h>

/* --- ids --- */

struct action {
	struct str id;
	const struct unit *unit;
};

static int by_id(const void *left, const void *right)
{
	const struct action *a = left, *b = right;
	int order = str_cmp(a->id, b->id);
	uint32_t x = a->unit->statement->name_span.start, y = b->unit->statement->name_span.start;

	return order ? order : (x > y) - (x < y);
}

static void report_same_id(struct compilation *c, const struct action *first,
			   const struct action *second)
{
	const struct statement *a = first->unit->statement, *b = second->unit->statement;
	struct diag *d;

	d = diag_error(c->diags, "VC604", b->name_span,
		       "the actions `%s` and `%s` would have the same id on AWS, `%s`",
		       diag_quote(c->diags, a->name), diag_quote(c->diags, b->name),
		       diag_quote(c->diags, second->id));
	diag_label(d, a->name_span, "the other action");
	diag_help(d,
		  "an id is the first %lld letters and digits of the name: give one of them "
		  "another name",
		  (long long)limits[LIMIT_action_id].value);
}

void action_check_ids(struct compilation *c, const struct plan *plan)
{
	VEC(struct action) all = {0};

	for (size_t i = 0; i < plan->units.n; i++) {
		const struct unit *unit = plan->units.items[i];
		struct str id;

		if (unit->backend != BACKEND_ACTION)
			continue;
		id = text_action_id(c->arena, unit);
		if (id.len)
			VEC_PUSH(c->arena, all, ((struct action){id, unit}));
		else
			diag_help(diag_error(c->diags, "VC604", unit->statement->name_span,
					     "the action `%s` would have no id on AWS",
					     diag_quote(c->diags, unit->name)),
				  "an id is made of the letters and digits of the name");
	}
	if (all.n)
		qsort(all.items, all.n, sizeof *all.items, by_id);
	for (size_t i = 1; i < all.n; i++)
		if (str_eq(all.items[i].id, all.items[i - 1].id))
			report_same_id(c, &all.items[i - 1], &all.items[i]);
}

/* --- requests --- */

static struct str target_request(struct compilation *c, const struct unit *unit)
{
	const struct statement *s = unit->statement;
	struct json_writer w;

	json_begin(&w, c->arena, 2);
	json_open_object(&w);
	json_key(&w, "Name");
	json_str(&w, text_flat(c->arena, s->title));
	json_key(&w, "Description");
	json_str(&w, s->description.len ? text_flat(c->arena, s->description)
					: text_description(c, unit, LIMIT_event_description));
	json_key(&w, "Id");
	json_str(&w, text_action_id(c->arena, unit));
	json_close_object(&w);
	return json_end(&w);
}

static void write_list(struct json_writer *w, const char *key, struct str only)
{
	json_key(w, key);
	json_open_array(w);
	json_str(w, only);
	json_close_array(w);
}

static struct str write_pattern(struct compilation *c, const struct unit *unit, unsigned indent)
{
	struct json_writer w;

	json_begin(&w, c->arena, indent);
	json_open_object(&w);
	write_list(&w, "detail-type", STR("Security Hub Findings - Custom Action"));
	write_list(&w, "resources", text_action_arn(c, unit));
	write_list(&w, "source", STR("aws.securityhub"));
	json_close_object(&w);
	return json_end(&w);
}

void action_emit(struct compilation *c, const struct unit *unit, const void *made, size_t n)
{
	struct pattern pattern = {
		.minified = write_pattern(c, unit, 0),
		.indented = write_pattern(c, unit, 2),
	};
	long long most = c->policy->config->quotas.event_pattern_size;

	(void)made;
	(void)n;
	eventbridge_check(c, unit, 1, false);
	if (pattern.minified.len > (size_t)most)
		diag_help(diag_error(c->diags, "VC603", unit->statement->name_span,
				     "the event pattern of `%s` has %zu characters, the quota is "
				     "%lld",
				     diag_quote(c->diags, unit->name), pattern.minified.len, most),
			  "set quotas.event-pattern-size in vulnctl.yaml if yours is higher");
	target_add(c, unit, TARGET_ACTION, ARTEFACT_ACTION_TARGET, "securityhub/action-targets/", 1,
		   ".json", target_request(c, unit), 0);
	eventbridge_add_rule(c, unit, &pattern, 1, false, 0);
	if (unit_writes(unit))
		workflow_emit(c, unit, NULL);
	c->used_actions++;
}
