/* SPDX-License-Identifier: Apache-2.0
 *
 * The events, each with its source. */
#include "model/event.h"

static const struct event events[MECHANISM_COUNT] = {
	/* Security Hub user guide, securityhub-cwe-event-formats: one finding per event */
	[MECHANISM_EVENT] = {"aws.securityhub", "Security Hub Findings - Imported",
			     "detail.findings[]"},
	/* Inspector user guide, eventbridge-integration: the finding is the detail */
	[MECHANISM_INSPECTOR_EVENT] = {"aws.inspector2", "Inspector2 Finding", "detail"},
	[MECHANISM_SCAN_EVENT] = {"aws.inspector2", "Inspector2 Scan", "detail"},
	/* Security Hub user guide, securityhub-v2-cwe-event-types: one OCSF finding per event */
	[MECHANISM_V2_EVENT] = {"aws.securityhub", "Findings Imported V2", "detail.findings[]"},
};

const struct event *event_of(enum mechanism m)
{
	return events[m].prefix ? &events[m] : NULL;
}

const char *event_place(enum mechanism m, enum field_id field)
{
	const struct field *f = &fields[field];
	const char *const places[MECHANISM_COUNT] = {
		[MECHANISM_EVENT] = f->asff,
		[MECHANISM_INSPECTOR_EVENT] = f->inspector_event,
		[MECHANISM_SCAN_EVENT] = f->scan_event,
		[MECHANISM_V2_EVENT] = f->ocsf,
	};

	return f->can[m] == CAN_NOT ? NULL : places[m];
}

const char *event_image_place(enum mechanism m, enum field_id field)
{
	return m == MECHANISM_INSPECTOR_EVENT ? fields[field].inspector_image : NULL;
}

bool event_is_of_ecr(enum mechanism m, enum field_id field)
{
	return m == MECHANISM_INSPECTOR_EVENT && fields[field].habitat == HABITAT_IMAGE;
}

struct str event_path(struct arena *arena, enum mechanism m, const char *place)
{
	if (!event_of(m) || !place)
		return STR("");
	if (*place == '/')
		return str_from(place + 1);
	return str_printf(arena, "%s.%s", event_of(m)->prefix, place);
}

struct spelling event_spelling(enum mechanism m, const struct vocabulary *v, unsigned word)
{
	struct spelling s = {.n = 1};
	bool ocsf = m == MECHANISM_V2_EVENT;

	/* A finding that is no longer active was closed or is hidden. */
	if (m == MECHANISM_INSPECTOR_EVENT && v == &vocabulary_record && word == RECORD_ARCHIVED)
		return (struct spelling){{"CLOSED", "SUPPRESSED"}, 2};
	if (ocsf && v == &vocabulary_record && word == RECORD_ACTIVE)
		return (struct spelling){{"Create", "Update"}, 2};
	if (ocsf && v == &vocabulary_record)
		s.texts[0] = "Close";
	else if (ocsf)
		s.texts[0] = v->ocsf ? v->ocsf[word] : NULL;
	else if (m == MECHANISM_EVENT)
		s.texts[0] = v->asff[word];
	else
		s.texts[0] = v->inspector ? v->inspector[word] : v->words[word];
	s.n = s.texts[0] != NULL;
	return s;
}

bool event_is_boolean(enum mechanism m, enum field_id field)
{
	return m == MECHANISM_V2_EVENT && field == FIELD_exploit;
}

int event_owner(enum mechanism m, enum field_id field)
{
	bool own = m == MECHANISM_INSPECTOR_EVENT, ocsf = m == MECHANISM_V2_EVENT;

	switch (field) {
	case FIELD_ec2_instance:
		return own || ocsf ? RESOURCE_EC2_INSTANCE : -1;
	case FIELD_lambda_name:
		return ocsf ? RESOURCE_LAMBDA_FUNCTION : -1;
	case FIELD_repository:
	case FIELD_image_digest:
		return ocsf ? RESOURCE_ECR_IMAGE : -1;
	default:
		return -1;
	}
}
