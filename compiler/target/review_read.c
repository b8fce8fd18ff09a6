/* SPDX-License-Identifier: Apache-2.0
 *
 * The decompiler of reviews: a CreateSchedule request to the findings that its report holds. It
 * shares nothing with the writer. */
#include "target/review.h"

#include "model/limit.h"
#include "target/age.h"
#include "target/expect.h"
#include "target/inspector.h"

static bool fail(const char **why, const char *what)
{
	*why = what;
	return false;
}

static bool is_word(const struct json *json, struct str text)
{
	return json_is(json, JSON_STRING) && str_eq(json_text(json), text);
}

/* Every one of `keys` is there but those marked with '?', and no other. */
static bool has_keys(const struct json *json, const char *const *keys)
{
	size_t found = 0;

	if (!json_is(json, JSON_OBJECT))
		return false;
	for (; *keys; keys++) {
		bool optional = **keys == '?';

		if (json_get(json, *keys + optional))
			found++;
		else if (!optional)
			return false;
	}
	return found == json->n;
}

/* Where the wall clock of the policy is: POSIX counts hours west of Greenwich. */
static struct str expected_zone(struct compilation *c)
{
	int32_t minutes = c->policy->offset / 60, west = -minutes / 60;

	if (minutes % 60 || west > 12 || west < -14)
		return c->policy->config->schedule_timezone;
	return west ? str_printf(c->arena, "Etc/GMT%+d", west) : STR("Etc/GMT");
}

static bool check_when(struct compilation *c, const struct unit *unit, const struct json *request,
		       const char **why)
{
	static const char *const mode[] = {"Mode", NULL};
	const struct json *window = json_get(request, "FlexibleTimeWindow");

	if (!is_word(json_get(request, "ScheduleExpression"), unit->statement->schedule) ||
	    !is_word(json_get(request, "ScheduleExpressionTimezone"), expected_zone(c)))
		return fail(why, "runs at other times than its statement says");
	if (!is_word(json_get(request, "State"), STR("ENABLED")) || !has_keys(window, mode) ||
	    !is_word(json_get(window, "Mode"), STR("OFF")))
		return fail(why, "does not run, or not on time");
	return true;
}

/* What vulnctl.yaml does not say is a placeholder. */
static bool is_or(const struct json *json, struct str given, struct str otherwise)
{
	return is_word(json, given.len ? given : otherwise);
}

static bool is_optional(const struct json *json, struct str given)
{
	return given.len ? is_word(json, given) : !json;
}

static bool check_destination(struct compilation *c, const struct unit *unit,
			      const struct json *place, const char **why)
{
	static const char *const keys[] = {"BucketName", "?KeyPrefix", "KmsKeyArn",
					   "?ExpectedBucketOwner", NULL};
	struct config_bucket bucket = {.name = STR("")};
	const struct config_bucket *named = NULL;

	if (unit->statement->n_to)
		named = config_bucket(c->policy->config, unit->statement->to[0]);
	if (named)
		bucket = *named;
	if (!has_keys(place, keys) ||
	    !is_or(json_get(place, "BucketName"), bucket.bucket, STR("${bucket}")) ||
	    !is_or(json_get(place, "KmsKeyArn"), bucket.kms_key_arn, STR("${report_key}")) ||
	    !is_optional(json_get(place, "KeyPrefix"), bucket.prefix) ||
	    !is_optional(json_get(place, "ExpectedBucketOwner"), bucket.owner))
		return fail(why, "writes to another place than its statement says");
	return true;
}

/* A date that is tested by age would have to move with the day. */
static bool check_ages(struct compilation *c, const struct unit *unit, dd set, const char **why)
{
	var *vars;
	size_t n = dd_support(lower_engine(c->lower), c->arena, set, &vars);

	for (size_t i = 0; i < n; i++) {
		const struct place *place = lower_place(c->lower, vars[i]);

		if (!place->is_group &&
		    age_tested(c->arena, c->policy, unit->condition, place->field))
			return fail(why, "fixes a date that moves");
	}
	return true;
}

static bool read_input(struct compilation *c, const struct unit *unit,
		       const struct artefact *artefact, const struct json *input, dd *set,
		       const char **why)
{
	static const char *const keys[] = {"ReportFormat", "S3Destination", "?FilterCriteria",
					   NULL};
	static const struct json everything = {.type = JSON_OBJECT};
	const struct json *criteria = json_get(input, "FilterCriteria");
	bool json = str_is(unit->statement->export_format, "json");

	if (!has_keys(input, keys) ||
	    !is_word(json_get(input, "ReportFormat"), json ? STR("JSON") : STR("CSV")))
		return fail(why, "asks for a report of another format");
	if (criteria && !criteria->n)
		return fail(why, "has criteria that are none");
	return check_destination(c, unit, json_get(input, "S3Destination"), why) &&
	       inspector_read_criteria(c, criteria ? criteria : &everything, true,
				       artefact->regions, artefact->n_regions, set, why) &&
	       check_ages(c, unit, *set, why);
}

static const struct json *read_target(struct compilation *c, const struct json *target,
				      const char **why)
{
	static const char *const keys[] = {"Arn", "RoleArn", "Input", NULL};
	struct str call = STR("arn:aws:scheduler:::aws-sdk:inspector2:createFindingsReport");
	struct json_error error;
	const struct json *input;

	if (!has_keys(target, keys) || !is_word(json_get(target, "Arn"), call) ||
	    !is_word(json_get(target, "RoleArn"), expect_scheduler_role(c))) {
		fail(why, "does not have Inspector write a report");
		return NULL;
	}
	input = json_parse(c->arena, json_text(json_get(target, "Input")), &error);
	if (!input)
		fail(why, error.what);
	return input;
}

bool review_read(struct compilation *c, const struct unit *unit, const struct artefact *artefact,
		 dd *set, const char **why)
{
	static const char *const keys[] = {"Name",
					   "Description",
					   "ScheduleExpression",
					   "ScheduleExpressionTimezone",
					   "State",
					   "FlexibleTimeWindow",
					   "Target",
					   NULL};
	struct json_error error;
	const struct json *request = json_parse(c->arena, artefact->text, &error), *input;

	if (!request)
		return fail(why, error.what);
	if (!has_keys(request, keys) || !json_text(json_get(request, "Description")).len)
		return fail(why, "is no request for a schedule, or has keys that are not known");
	if (!is_word(json_get(request, "Name"), expect_aws_name(c, unit, 1)))
		return fail(why, "has another name");
	input = read_target(c, json_get(request, "Target"), why);
	return input && check_when(c, unit, request, why) &&
	       read_input(c, unit, artefact, input, set, why);
}
