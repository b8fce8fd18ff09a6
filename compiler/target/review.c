/* SPDX-License-Identifier: Apache-2.0
 *
 * Reviews as CreateSchedule requests. */
#include "target/review.h"

#include "model/limit.h"
#include "target/age.h"
#include "target/inspector.h"
#include "target/text.h"
#include "target/tree.h"

#include <stdlib.h>
#include <string.h>

#define MAX_BOXES 256
#define HOUR 3600

struct review {
	struct inspector_criteria criteria;
	struct str beyond;
};

/* --- what is beyond --- */

static struct str name_of(struct compilation *c, const struct unit *unit, var v)
{
	const struct place *place = lower_place(c->lower, v);

	if (place->is_group)
		return str_from(group_name(place->group));
	return str_printf(c->arena, "%s%s", fields[place->field].name,
			  age_tested(c->arena, c->policy, unit->condition, place->field) ? ".age"
											 : "");
}

static int by_text(const void *left, const void *right)
{
	return str_cmp(*(const struct str *)left, *(const struct str *)right);
}

struct names {
	struct str *items;
	size_t n, cap;
};

static struct str joined(struct arena *arena, struct names *names)
{
	struct strbuf b;
	size_t kept = 0;

	qsort(names->items, names->n, sizeof *names->items, by_text);
	for (size_t i = 0; i < names->n; i++)
		if (!kept || !str_eq(names->items[kept - 1], names->items[i]))
			names->items[kept++] = names->items[i];
	strbuf_init(&b, arena);
	strbuf_puts(&b, "findings that the tests on ");
	for (size_t i = 0; i < kept; i++) {
		strbuf_puts(&b, !i ? "" : i + 1 < kept ? ", " : " and ");
		strbuf_add(&b, names->items[i]);
	}
	strbuf_puts(&b, " exclude");
	return strbuf_str(&b);
}

/* The tests that are left where only findings of the report are looked at. */
static struct str beyond_of(struct compilation *c, const struct unit *unit, dd taken)
{
	struct engine *e = lower_engine(c->lower);
	struct names names = {0};
	struct boxes boxes;

	for (enum field_id f = 0; f < FIELD_COUNT; f++)
		if (age_tested(c->arena, c->policy, unit->condition, f))
			VEC_PUSH(c->arena, names, str_printf(c->arena, "%s.age", fields[f].name));
	if (boxes_cover_within(e, c->arena, unit->wanted, taken, MAX_BOXES, &boxes))
		for (size_t i = 0; i < boxes.n; i++)
			for (size_t j = 0; j < boxes.items[i].n; j++)
				VEC_PUSH(c->arena, names,
					 name_of(c, unit, boxes.items[i].terms[j].v));
	if (!names.n)
		return STR("findings that its condition excludes");
	return joined(c->arena, &names);
}

/* --- the report --- */

/* The condition with ages, which move, taken as they may come to be. */
static dd lasting_set(struct compilation *c, const struct unit *unit)
{
	return lower_cond(c->lower, tree_without_ages(c->arena, c->policy, unit->condition),
			  VIEW_SINGLE);
}

static void make_hull(struct compilation *c, const struct unit *unit,
		      const struct literals *literals, struct review *review)
{
	struct engine *e = lower_engine(c->lower);
	dd set = lasting_set(c, unit), taken;

	review->criteria = inspector_hull(c, unit, literals, unit->condition, set, &taken);
	if (!relate_equal(e, taken, unit->wanted, NULL, NULL))
		review->beyond = beyond_of(c, unit, taken);
}

bool review_make(struct compilation *c, const struct unit *unit, const struct literals *literals,
		 struct refusal *refusal, void **made, size_t *n)
{
	struct review *review = ARENA_NEW(c->arena, struct review);
	struct refusal not_exact = {0};
	void *filters;

	*made = review;
	*n = 1;
	if (inspector_make(c, unit, literals, &not_exact, &filters, n)) {
		review->criteria = *(const struct inspector_criteria *)filters;
		return true;
	}
	if (unit->view == VIEW_MANY) {
		*refusal = not_exact;
		return false;
	}
	*n = 1;
	if (not_exact.why == REFUSE_BUDGET)
		target_ask(c);
	make_hull(c, unit, literals, review);
	return true;
}

/* --- the request --- */

static void write_pair(struct json_writer *w, const char *key, struct str value)
{
	json_key(w, key);
	json_str(w, value);
}

static const struct config_bucket *bucket_of(struct compilation *c, const struct unit *unit)
{
	return unit->statement->n_to ? config_bucket(c->policy->config, unit->statement->to[0])
				     : NULL;
}

static void write_destination(struct compilation *c, struct json_writer *w, const struct unit *unit)
{
	const struct config_bucket *bucket = bucket_of(c, unit);
	bool has_key = bucket && bucket->kms_key_arn.len;

	json_key(w, "S3Destination");
	json_open_object(w);
	write_pair(w, "BucketName", bucket ? bucket->bucket : text_placeholder(c, "bucket"));
	if (bucket && bucket->prefix.len)
		write_pair(w, "KeyPrefix", bucket->prefix);
	write_pair(w, "KmsKeyArn",
		   has_key ? bucket->kms_key_arn : text_placeholder(c, "report_key"));
	if (bucket && bucket->owner.len)
		write_pair(w, "ExpectedBucketOwner", bucket->owner);
	json_close_object(w);
}

static struct str input_of(struct compilation *c, const struct unit *unit,
			   const struct inspector_criteria *criteria)
{
	bool json = str_is(unit->statement->export_format, "json");
	struct json_writer w;

	json_begin(&w, c->arena, 0);
	json_open_object(&w);
	write_pair(&w, "ReportFormat", json ? STR("JSON") : STR("CSV"));
	write_destination(c, &w, unit);
	if (criteria->n) {
		json_key(&w, "FilterCriteria");
		inspector_write(&w, c->arena, criteria, true);
	}
	json_close_object(&w);
	return json_end(&w);
}

/* Scheduler knows zones by IANA's names: those of whole hours are said with the other sign. */
static struct str zone_of(const struct compilation *c)
{
	int32_t offset = c->policy->offset, hours = offset / HOUR;

	if (offset % HOUR || hours < -12 || hours > 14)
		return c->policy->config->schedule_timezone;
	if (!hours)
		return STR("Etc/GMT");
	return str_printf(c->arena, "Etc/GMT%s%d", hours > 0 ? "-" : "+",
			  hours > 0 ? hours : -hours);
}

static struct str request(struct compilation *c, const struct unit *unit,
			  const struct inspector_criteria *criteria)
{
	struct json_writer w;

	json_begin(&w, c->arena, 2);
	json_open_object(&w);
	write_pair(&w, "Name", text_aws_name(c, unit, 1));
	write_pair(&w, "Description", text_description(c, unit, LIMIT_schedule_description));
	write_pair(&w, "ScheduleExpression", unit->statement->schedule);
	write_pair(&w, "ScheduleExpressionTimezone", zone_of(c));
	write_pair(&w, "State", STR("ENABLED"));
	json_key(&w, "FlexibleTimeWindow");
	json_open_object(&w);
	write_pair(&w, "Mode", STR("OFF"));
	json_close_object(&w);
	json_key(&w, "Target");
	json_open_object(&w);
	write_pair(&w, "Arn", STR("arn:aws:scheduler:::aws-sdk:inspector2:createFindingsReport"));
	write_pair(&w, "RoleArn", text_role(c, "scheduler"));
	write_pair(&w, "Input", input_of(c, unit, criteria));
	json_close_object(&w);
	json_close_object(&w);
	return json_end(&w);
}

static bool check_request(struct compilation *c, const struct unit *unit)
{
	struct span at = unit->statement->name_span;
	struct str name = text_aws_name(c, unit, 1);
	size_t most = (size_t)limits[LIMIT_schedule_name].value;

	if (name.len > most) {
		diag_error(c->diags, "VC604", at,
			   "`%s` is no name for a schedule: at most %zu characters",
			   diag_quote(c->diags, name), most);
		return false;
	}
	if (zone_of(c).len)
		return true;
	diag_help(diag_error(c->diags, "VC607", at,
			     "the schedule of `%s` needs a time zone: Scheduler has none by the "
			     "policy's offset",
			     diag_quote(c->diags, unit->statement->name)),
		  "write `schedule_timezone`, such as Asia/Kolkata, into vulnctl.yaml");
	return false;
}

void review_emit(struct compilation *c, const struct unit *unit, const void *made, size_t n)
{
	const struct review *review = made;
	struct artefact *a;

	(void)n;
	if (!check_request(c, unit))
		return;
	a = target_add(c, unit, TARGET_REVIEW, ARTEFACT_SCHEDULE, "scheduler/", 1, ".json",
		       request(c, unit, &review->criteria), review->criteria.assumptions);
	a->regions = review->criteria.regions;
	a->n_regions = review->criteria.n_regions;
	a->beyond = review->beyond;
}
