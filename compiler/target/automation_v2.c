/* SPDX-License-Identifier: Apache-2.0
 *
 * Automation rules V2: their dialect of criteria, rules as CreateAutomationRuleV2 requests, and
 * what a request must hold to be taken. */
#include "target/automation_v2.h"

#include "model/limit.h"
#include "target/automation.h"
#include "target/criteria.h"
#include "target/text.h"

/* --- the dialect --- */

static size_t most_values(const char *name)
{
	(void)name;
	return (size_t)limits[LIMIT_automation_v2_filters].value;
}

/* Severity is tested by its number; a finding is active until its activity is Close. */
static const char *word_of(const struct vocabulary *words, unsigned index, unsigned n)
{
	static const char *const severity[] = {"1", "2", "3", "4", "5", NULL};
	static const char *const record[][3] = {
		[RECORD_ACTIVE] = {"Create", "Update", NULL}, [RECORD_ARCHIVED] = {"Close", NULL}};

	if (words == &vocabulary_record)
		return record[index][n];
	if (n || (words != &vocabulary_severity && !words->ocsf))
		return NULL;
	return words == &vocabulary_severity ? severity[index] : words->ocsf[index];
}

static uint64_t rests_on(const struct criterion *c)
{
	uint64_t image = 0;

	switch (c->field) {
	case FIELD_product:
		return BIT(ASSUMPTION_A6);
	case FIELD_severity:
		return BIT(ASSUMPTION_A8) | BIT(ASSUMPTION_A26);
	case FIELD_record:
		return BIT(ASSUMPTION_A27);
	case FIELD_fix:
		return BIT(ASSUMPTION_A28);
	case FIELD_region:
		return BIT(ASSUMPTION_A13);
	case FIELD_resource_id:
		return BIT(ASSUMPTION_A29);
	case FIELD_resource_type:
		for (size_t i = 0; i < c->n; i++)
			if (str_starts(c->filters[i].value, STR("AWS::ECR::")))
				image = BIT(ASSUMPTION_A29);
		return image;
	case FIELD_cvss:
	case FIELD_related:
	case FIELD_package_name:
		return BIT(ASSUMPTION_A17);
	default:
		return fields[c->field].type == TYPE_DATE ? BIT(ASSUMPTION_A15) : 0;
	}
}

/* --- composites --- */

enum v2_kind { KIND_STRING, KIND_DATE, KIND_BOOLEAN, KIND_NUMBER, KIND_MAP, KIND_COUNT };

struct v2_test {
	enum field_id field;
	const char *name;
	struct criteria_filter filter;
};

struct v2_tests {
	struct v2_test *items;
	size_t n, cap;
};

struct v2_composite {
	bool any; /* OR */
	struct v2_tests of[KIND_COUNT];
};

struct v2_composites {
	struct arena *arena;
	VEC(struct v2_composite) items; /* the first: all that must hold */
};

static enum v2_kind kind_of(enum field_id field)
{
	switch (fields[field].type) {
	case TYPE_DATE:
		return KIND_DATE;
	case TYPE_DECIMAL:
	case TYPE_INT:
		return KIND_NUMBER;
	case TYPE_MAP:
		return KIND_MAP;
	default:
		return field == FIELD_severity	? KIND_NUMBER
		       : field == FIELD_exploit ? KIND_BOOLEAN
						: KIND_STRING;
	}
}

static bool excludes(const struct criteria_filter *f)
{
	return f->comparison == CRITERIA_NOT_EQUALS ||
	       f->comparison == CRITERIA_PREFIX_NOT_EQUALS ||
	       f->comparison == CRITERIA_NOT_CONTAINS;
}

static void add_test(struct v2_composites *all, size_t at, const struct criterion *c,
		     const struct criteria_filter *filter)
{
	struct v2_tests *tests = &all->items.items[at].of[kind_of(c->field)];

	VEC_PUSH(all->arena, *tests, ((struct v2_test){c->field, c->name, *filter}));
}

/* A composite of the conjunction with room for one more test of the kind. */
static size_t room_for(struct v2_composites *all, enum v2_kind kind)
{
	size_t most = (size_t)limits[LIMIT_automation_v2_filters].value;

	for (size_t i = 0; i < all->items.n; i++)
		if (!all->items.items[i].any && all->items.items[i].of[kind].n < most)
			return i;
	VEC_PUSH(all->arena, all->items, ((struct v2_composite){.any = false}));
	return all->items.n - 1;
}

static void add_range(struct criterion *c, int64_t lo, int64_t hi)
{
	const int64_t step = 2 * TYPE_SCALE;

	if (lo > hi)
		return;
	if (c->n && c->filters[c->n - 1].between.hi == lo - step) {
		c->filters[c->n - 1].between.hi = hi;
		return;
	}
	c->filters[c->n++] =
		(struct criteria_filter){.comparison = CRITERIA_BETWEEN, .between = {lo, hi}};
}

/* Severities by their numbers, which are whole and stand in their order: values that follow each
 * other are one range, and of exclusions, which numbers do not have, the ranges between them. */
static struct criterion as_ranges(struct arena *arena, const struct criterion *c)
{
	const int64_t step = 2 * TYPE_SCALE;
	struct criterion ranges = *c;
	int64_t from = INT64_MIN;
	bool out = c->n && excludes(&c->filters[0]);

	ranges.filters = ARENA_ARRAY(arena, struct criteria_filter, c->n + 1);
	ranges.n = 0;
	for (size_t i = 0; i < c->n; i++) {
		int64_t id = step * (c->filters[i].value.ptr[0] - '0');

		add_range(&ranges, out ? from : id, out ? id - step : id);
		from = id + step;
	}
	if (out)
		add_range(&ranges, from, INT64_MAX);
	return ranges;
}

static void add_criterion(struct v2_composites *all, const struct criterion *given)
{
	struct criterion c = *given;
	enum v2_kind kind = kind_of(c.field);
	size_t wanted = 0, own;

	if (c.field == FIELD_severity)
		c = as_ranges(all->arena, &c);
	for (size_t i = 0; i < c.n; i++)
		wanted += !excludes(&c.filters[i]);
	own = all->items.n;
	if (wanted > 1 || (wanted && wanted < c.n))
		VEC_PUSH(all->arena, all->items, ((struct v2_composite){.any = true}));
	else
		own = room_for(all, kind);
	for (size_t i = 0; i < c.n; i++)
		add_test(all, excludes(&c.filters[i]) ? room_for(all, kind) : own, &c,
			 &c.filters[i]);
}

static bool is_empty(const struct v2_composite *composite)
{
	for (size_t kind = 0; kind < KIND_COUNT; kind++)
		if (composite->of[kind].n)
			return false;
	return true;
}

/* The composites of a rule; the first may be empty. */
static struct v2_composites composites_of(struct arena *arena, const struct criterion *criteria,
					  size_t n)
{
	struct v2_composites all = {.arena = arena};

	VEC_PUSH(arena, all.items, ((struct v2_composite){.any = false}));
	for (size_t i = 0; i < n; i++)
		add_criterion(&all, &criteria[i]);
	return all;
}

static bool fits(struct arena *arena, const struct criterion *criteria, size_t n)
{
	struct v2_composites all = composites_of(arena, criteria, n);

	return all.items.n - is_empty(&all.items.items[0]) <=
	       (size_t)limits[LIMIT_automation_v2_composites].value;
}

/* --- making --- */

static bool can_write(const struct unit *unit, struct refusal *refusal)
{
	const struct effect *effect = &unit->effect;

	if (effect->n_sets)
		refuse(refusal, REFUSE_SETS, NULL);
	else if (effect->status >= 0 && !vocabulary_workflow.ocsf[effect->status])
		refuse(refusal, REFUSE_STATUS, NULL);
	return refusal->why == REFUSE_NONE;
}

bool automation_v2_make(struct compilation *c, const struct unit *unit,
			const struct literals *literals, struct refusal *refusal, void **rules,
			size_t *n)
{
	const struct criteria_dialect dialect = {
		.mechanism = MECHANISM_AUTOMATION_V2,
		.contains = true,
		.ocsf = true,
		.most_rules = (size_t)limits[LIMIT_automation_v2_rules].value,
		.most_values = most_values,
		.fits = fits,
		.word = word_of,
		.rests_on = rests_on,
	};

	return can_write(unit, refusal) &&
	       criteria_make(c, unit, literals, &dialect, refusal, rules, n);
}

/* --- a request --- */

static void write_test(struct json_writer *w, struct arena *arena, enum v2_kind kind,
		       const struct v2_test *test)
{
	json_open_object(w);
	json_key(w, "FieldName");
	json_string(w, test->name);
	json_key(w, "Filter");
	if (kind == KIND_BOOLEAN) {
		json_open_object(w);
		json_key(w, "Value");
		json_bool(w, str_is(test->filter.value, "true"));
		json_close_object(w);
	} else {
		criteria_write_filter(w, arena, test->field, &test->filter);
	}
	json_close_object(w);
}

static void write_composite(struct json_writer *w, struct arena *arena,
			    const struct v2_composite *composite)
{
	static const char *const names[] = {
		[KIND_STRING] = "StringFilters",   [KIND_DATE] = "DateFilters",
		[KIND_BOOLEAN] = "BooleanFilters", [KIND_NUMBER] = "NumberFilters",
		[KIND_MAP] = "MapFilters",
	};

	json_open_object(w);
	json_key(w, "Operator");
	json_string(w, composite->any ? "OR" : "AND");
	for (size_t kind = 0; kind < KIND_COUNT; kind++) {
		const struct v2_tests *tests = &composite->of[kind];

		if (!tests->n)
			continue;
		json_key(w, names[kind]);
		json_open_array(w);
		for (size_t i = 0; i < tests->n; i++)
			write_test(w, arena, (enum v2_kind)kind, &tests->items[i]);
		json_close_array(w);
	}
	json_close_object(w);
}

static void write_criteria(struct json_writer *w, struct arena *arena,
			   const struct criteria_rule *rule)
{
	struct v2_composites all = composites_of(arena, rule->criteria, rule->n);

	json_open_object(w);
	json_key(w, "OcsfFindingCriteria");
	json_open_object(w);
	json_key(w, "CompositeOperator");
	json_string(w, "AND");
	json_key(w, "CompositeFilters");
	json_open_array(w);
	for (size_t i = is_empty(&all.items.items[0]); i < all.items.n; i++)
		write_composite(w, arena, &all.items.items[i]);
	json_close_array(w);
	json_close_object(w);
	json_close_object(w);
}

/* Ids of OCSF: of severities 1 Informational to 5 Critical, of statuses these. */
static void write_update(struct json_writer *w, const struct effect *effect)
{
	static const int64_t status_ids[] = {
		[WORKFLOW_NEW] = 1, [WORKFLOW_SUPPRESSED] = 3, [WORKFLOW_RESOLVED] = 4};

	json_open_object(w);
	if (effect->severity >= 0) {
		json_key(w, "SeverityId");
		json_int(w, effect->severity + 1);
	}
	if (effect->status >= 0) {
		json_key(w, "StatusId");
		json_int(w, status_ids[effect->status]);
	}
	if (effect->note.len) {
		json_key(w, "Comment");
		json_str(w, effect->note);
	}
	json_close_object(w);
}

static struct str request(struct compilation *c, const struct unit *unit,
			  const struct criteria_rule *rule, size_t index)
{
	struct json_writer w;

	json_begin(&w, c->arena, 2);
	json_open_object(&w);
	json_key(&w, "RuleName");
	json_str(&w, text_aws_name(c, unit, index));
	json_key(&w, "RuleOrder");
	json_int(&w, automation_order(c, target_name_of(c, unit, index)));
	json_key(&w, "RuleStatus");
	json_string(&w, "ENABLED");
	json_key(&w, "Description");
	json_str(&w, text_description(c, unit, LIMIT_automation_v2_description));
	json_key(&w, "Criteria");
	write_criteria(&w, c->arena, rule);
	json_key(&w, "Actions");
	json_open_array(&w);
	json_open_object(&w);
	json_key(&w, "Type");
	json_string(&w, "FINDING_FIELDS_UPDATE");
	json_key(&w, "FindingFieldsUpdate");
	write_update(&w, &unit->effect);
	json_close_object(&w);
	json_close_array(&w);
	json_close_object(&w);
	return json_end(&w);
}

/* --- what is said about it --- */

static void warn_experimental(struct compilation *c, const struct unit *unit,
			      const struct criteria_rule *rules, size_t n)
{
	uint64_t all = 0;

	for (size_t i = 0; i < n; i++)
		all |= rules[i].assumptions;
	target_warn_experimental(c, unit, unit->statement->via_span, all);
}

void automation_v2_emit(struct compilation *c, const struct unit *unit, const void *made, size_t n)
{
	const struct criteria_rule *rules = made;

	if (n && !automation_check_limits(c, unit, n))
		return;
	warn_experimental(c, unit, rules, n);
	for (size_t i = 0; i < n; i++) {
		target_add(c, unit, TARGET_AUTOMATION_V2, ARTEFACT_AUTOMATION_V2,
			   "securityhub/automation-rules-v2/", i + 1, ".json",
			   request(c, unit, &rules[i], i + 1),
			   rules[i].assumptions | BIT(ASSUMPTION_A25));
		c->used_rules[MECHANISM_AUTOMATION_V2]++;
	}
}
