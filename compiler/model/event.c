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
};

const struct event *event_of(enum mechanism m)
{
	return events[m].prefix ? &events[m] : NULL;
}

const char *event_place(enum mechanism m, enum field_id field)
{
	const struct field *f = &fields[field];

	if (f->can[m] == CAN_NOT)
		return NULL;
	return m == MECHANISM_EVENT	   ? f->asff
	       : m == MECHANISM_SCAN_EVENT ? f->scan_event
					   : f->inspector_event;
}

struct str event_path(struct arena *arena, enum mechanism m, enum field_id field)
{
	const char *place = event_of(m) ? event_place(m, field) : NULL;

	if (!place)
		return STR("");
	if (*place == '/')
		return str_from(place + 1);
	return str_printf(arena, "%s.%s", event_of(m)->prefix, place);
}

struct spelling event_spelling(enum mechanism m, const struct vocabulary *v, unsigned word)
{
	struct spelling s = {.n = 1};

	/* A finding that is no longer active was closed or is hidden. */
	if (m == MECHANISM_INSPECTOR_EVENT && v == &vocabulary_record && word == RECORD_ARCHIVED)
		return (struct spelling){{"CLOSED", "SUPPRESSED"}, 2};
	if (m == MECHANISM_EVENT)
		s.texts[0] = v->asff[word];
	else
		s.texts[0] = v->inspector ? v->inspector[word] : v->words[word];
	s.n = s.texts[0] != NULL;
	return s;
}
