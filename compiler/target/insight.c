/* SPDX-License-Identifier: Apache-2.0
 *
 * Insights: their dialect of criteria, what one set of filters cannot say, and the request. */
#include "target/insight.h"

#include "model/limit.h"
#include "target/criteria.h"
#include "target/text.h"

/* --- the dialect --- */

static size_t most_values(const char *name)
{
	(void)name;
	return (size_t)limits[LIMIT_insight_values].value;
}

static bool fits(struct arena *arena, const struct criterion *criteria, size_t n)
{
	(void)arena, (void)criteria;
	return n <= (size_t)limits[LIMIT_insight_attributes].value;
}

static const char *word_of(const struct vocabulary *words, unsigned index, unsigned n)
{
	return n ? NULL : words->asff[index];
}

static uint64_t rests_on(const struct criterion *criterion)
{
	switch (criterion->field) {
	case FIELD_product:
		return BIT(ASSUMPTION_A6);
	case FIELD_fix:
		return BIT(ASSUMPTION_A7);
	case FIELD_severity:
		return BIT(ASSUMPTION_A8);
	case FIELD_finding_type:
		return BIT(ASSUMPTION_A11);
	case FIELD_score:
		return BIT(ASSUMPTION_A12);
	case FIELD_region:
		return BIT(ASSUMPTION_A13);
	default:
		return fields[criterion->field].type == TYPE_DATE ? BIT(ASSUMPTION_A15) : 0;
	}
}

/* --- refusals --- */

static dd active_findings(struct compilation *c, enum view view)
{
	var v = lower_var(c->lower, FIELD_record, STR(""), view);

	return lower_field_in(c->lower, FIELD_record, STR(""),
			      set_bits(lower_engine(c->lower), v, BIT(RECORD_ACTIVE)), view);
}

static bool only_active(struct compilation *c, const struct unit *unit, struct refusal *refusal)
{
	static const struct place record = {.field = FIELD_record};
	struct engine *e = lower_engine(c->lower);
	dd active = active_findings(c, unit->view), outside;

	lower_use(c->lower, unit->view);
	if (relate_inside(e, unit->wanted, active, &outside))
		return true;
	refuse(refusal, REFUSE_INACTIVE, &record);
	refusal->nearest = dd_and(e, unit->wanted, active);
	refusal->has_nearest = true;
	return false;
}

/* The least set that one set of filters could take: each field's values whatever the others are. */
static dd around(struct compilation *c, dd set)
{
	struct engine *e = lower_engine(c->lower);
	var *vars;
	size_t n = dd_support(e, c->arena, set, &vars);
	dd result = DD_TRUE;

	for (size_t i = 0; i < n; i++) {
		dd alone = set;

		for (size_t j = 0; j < n; j++)
			if (j != i)
				alone = dd_forget(e, alone, vars[j]);
		result = dd_and(e, result, alone);
	}
	return result;
}

bool insight_make(struct compilation *c, const struct unit *unit, const struct literals *literals,
		  struct refusal *refusal, void **rules, size_t *n)
{
	const struct criteria_dialect dialect = {
		.mechanism = MECHANISM_INSIGHT,
		.joined = BIT(ASSUMPTION_A19),
		.most_rules = 1,
		.most_values = most_values,
		.fits = fits,
		.word = word_of,
		.rests_on = rests_on,
	};

	if (!only_active(c, unit, refusal))
		return false;
	if (criteria_make(c, unit, literals, &dialect, refusal, rules, n))
		return true;
	if (refusal->why == REFUSE_BOXES) {
		*refusal = (struct refusal){.why = REFUSE_ONE_SET,
					    .nearest = around(c, unit->wanted),
					    .has_nearest = true};
	}
	return false;
}

/* --- the request --- */

/* The title is what people see in the console; without one the name, as all that is vulnctl's. */
static struct str name_of(struct compilation *c, const struct unit *unit)
{
	struct str title = unit->statement->title;

	return title.len ? text_cut(c, unit, title, LIMIT_insight_name, "title")
			 : text_aws_name(c, unit, 1);
}

static struct str request(struct compilation *c, const struct unit *unit,
			  const struct criteria_rule *rule)
{
	enum field_id by = (enum field_id)unit->statement->group_by;
	struct json_writer w;

	json_begin(&w, c->arena, 2);
	json_open_object(&w);
	json_key(&w, "Name");
	json_str(&w, name_of(c, unit));
	json_key(&w, "Filters");
	criteria_write(&w, c->arena, rule);
	json_key(&w, "GroupByAttribute");
	json_string(&w, field_called(by, MECHANISM_INSIGHT));
	json_close_object(&w);
	return json_end(&w);
}

/* --- grouping --- */

/* Those that others are known to group by; of the rest only A20 says that AWS takes them. */
static bool is_usual(enum field_id field)
{
	return field == FIELD_resource_id || field == FIELD_severity || field == FIELD_product ||
	       field == FIELD_resource_type || field == FIELD_workflow || field == FIELD_title;
}

/* By an attribute that is the field, not one that holds others too, and not by a point on a scale.
 */
static bool can_group(enum field_id field)
{
	enum type type = fields[field].type;

	return fields[field].can[MECHANISM_INSIGHT] == CAN_DIRECTLY && type != TYPE_DATE &&
	       type != TYPE_INT && !field_map_key(field, MECHANISM_INSIGHT).len;
}

static bool check_group(struct compilation *c, const struct unit *unit)
{
	const struct statement *s = unit->statement;
	enum field_id by = (enum field_id)s->group_by;
	struct diag *d;

	if (can_group(by))
		return true;
	d = diag_error(c->diags, "VC503", s->name_span, "an insight cannot group by `%s`",
		       fields[by].name);
	if (fields[by].can[MECHANISM_INSIGHT] == CAN_BY_TITLE)
		diag_help(d, "`group by title` is the nearest: the id and its packages");
	else if (fields[by].can[MECHANISM_INSIGHT] == CAN_BY_ARN)
		diag_help(d, "`group by resource.id` is the nearest: the image");
	else
		diag_help(d, "Security Hub groups by `resource.id`, `title`, `severity`, "
			     "`account`, …");
	return false;
}

void insight_emit(struct compilation *c, const struct unit *unit, const void *made, size_t n)
{
	const struct criteria_rule *rule = made;
	uint64_t grouping;

	(void)n; /* one */
	if (!check_group(c, unit))
		return;
	grouping = is_usual((enum field_id)unit->statement->group_by) ? 0 : BIT(ASSUMPTION_A20);
	target_add(c, unit, TARGET_INSIGHT, ARTEFACT_INSIGHT, "securityhub/insights/", 1, ".json",
		   request(c, unit, rule), rule->assumptions | grouping);
	c->used_rules[MECHANISM_INSIGHT]++;
}
