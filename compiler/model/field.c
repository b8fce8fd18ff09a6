/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of field.def and the look-ups in it. 63 rows: a linear search beats any index. */
#include "model/field.h"

#include "base/diag.h"

#include "base/vec.h"

#define ENUM(v) .type = TYPE_ENUM, .words = &vocabulary_##v
#define WORD(v) .type = TYPE_WORD, .words = &vocabulary_##v
#define PLAIN(t) .type = TYPE_##t
#define NUMBER(t, from, to) .type = TYPE_##t, .lo = (from)*TYPE_SCALE, .hi = (to)*TYPE_SCALE

#define EVENT(c, path) .event = (path), .can[MECHANISM_EVENT] = CAN_##c
#define V1(c, criterion) .v1 = (criterion), .can[MECHANISM_AUTOMATION] = CAN_##c
#define V2(c, text) .v2 = (text), .can[MECHANISM_AUTOMATION_V2] = CAN_##c
#define INSPECTOR(c, text) .inspector_filter = (text), .can[MECHANISM_INSPECTOR] = CAN_##c
#define INSPECTOR_CLOUD(text) .inspector_cloud = (text)
#define INSIGHT(c, text) .insight = (text), .can[MECHANISM_INSIGHT] = CAN_##c
#define INSPECTOR_EVENT(c, path)                                                                   \
	.inspector_event = (path), .can[MECHANISM_INSPECTOR_EVENT] = CAN_##c
#define INSPECTOR_IMAGE(path) .inspector_image = (path)
#define SCAN_EVENT(c, path) .scan_event = (path), .can[MECHANISM_SCAN_EVENT] = CAN_##c
#define OCSF(c, text) .ocsf = (text), .can[MECHANISM_V2_EVENT] = CAN_##c
#define EXAMPLES(...)                                                                              \
	.examples = (const char *const[])                                                          \
	{                                                                                          \
		__VA_ARGS__, NULL                                                                  \
	}

const struct field fields[FIELD_ALL] = {
#define FIELD(id, ...) [FIELD_##id] = {__VA_ARGS__},
#include "model/field.def"
#include "model/field_scan.def"
#undef FIELD
};

static const struct {
	const char *name;
	enum group parent;
	bool named; /* `any NAME { … }` is in the language */
} groups[GROUP_COUNT] = {
	[GROUP_FINDING] = {"finding", GROUP_FINDING, false},
	[GROUP_VULNERABILITY] = {"vulnerability", GROUP_FINDING, false},
	[GROUP_RESOURCE] = {"resource", GROUP_FINDING, true},
	[GROUP_PACKAGE] = {"package", GROUP_VULNERABILITY, true},
	[GROUP_CVSS] = {"cvss", GROUP_VULNERABILITY, true},
	[GROUP_RELATED] = {"related", GROUP_VULNERABILITY, false},
	[GROUP_IMAGE_TAG] = {"image.tag", GROUP_RESOURCE, false},
	[GROUP_LAMBDA_LAYER] = {"lambda.layer", GROUP_RESOURCE, false},
	[GROUP_PORT] = {"port", GROUP_FINDING, false},
	[GROUP_CODE_PATH] = {"code.path", GROUP_VULNERABILITY, false},
};

enum group group_parent(enum group group)
{
	return groups[group].parent;
}

const char *group_name(enum group group)
{
	return groups[group].name;
}

int group_find(struct str path)
{
	for (int i = 0; i < GROUP_COUNT; i++)
		if (groups[i].named && str_is(path, groups[i].name))
			return i;
	return -1;
}

int field_find(struct str name)
{
	for (int i = 0; i < FIELD_COUNT; i++)
		if (str_is(name, fields[i].name))
			return i;
	return -1;
}

int field_find_scan(struct str name)
{
	for (int i = FIELD_COUNT; i < FIELD_ALL; i++)
		if (str_is(name, fields[i].name))
			return i;
	return -1;
}

int field_find_inner(enum group group, struct str name)
{
	for (int i = 0; i < FIELD_COUNT; i++) {
		const struct field *field = &fields[i];

		if (field->inner && str_is(name, field->inner) &&
		    (field->group == group ||
		     (!groups[field->group].named && groups[field->group].parent == group)))
			return i;
	}
	return -1;
}

const char *field_called(enum field_id field, enum mechanism m)
{
	const struct field *f = &fields[field];
	const char *const names[MECHANISM_COUNT] = {
		[MECHANISM_EVENT] = f->event,	   [MECHANISM_AUTOMATION] = f->v1,
		[MECHANISM_AUTOMATION_V2] = f->v2, [MECHANISM_INSPECTOR] = f->inspector_filter,
		[MECHANISM_INSIGHT] = f->insight,  [MECHANISM_INSPECTOR_EVENT] = f->inspector_event,
		[MECHANISM_V2_EVENT] = f->ocsf,	   [MECHANISM_SCAN_EVENT] = f->scan_event,
	};

	return names[m];
}

struct str field_map_key(enum field_id field, enum mechanism m)
{
	const char *name = field_called(field, m), *asff = fields[field].asff;
	struct str map = str_from(name ? name : ""), path = str_from(asff ? asff : "");

	if (!map.len || !str_starts(path, map) || path.len == map.len || path.ptr[map.len] != '.')
		return STR("");
	return str_slice(path, map.len + 1, path.len);
}

static const struct {
	const char *name, *title;
} mechanisms[MECHANISM_COUNT] = {
	[MECHANISM_EVENT] = {"event", DIAG_TEXT("an EventBridge pattern")},
	[MECHANISM_AUTOMATION] = {"automation", DIAG_TEXT("a Security Hub automation rule")},
	[MECHANISM_AUTOMATION_V2] = {"automation-v2",
				     DIAG_TEXT("a Security Hub V2 automation rule")},
	[MECHANISM_INSPECTOR] = {"inspector", DIAG_TEXT("an Inspector filter")},
	[MECHANISM_INSIGHT] = {"insight", DIAG_TEXT("a Security Hub insight")},
	[MECHANISM_INSPECTOR_EVENT] = {"inspector-event",
				       DIAG_TEXT("a pattern over Inspector's own event")},
	[MECHANISM_V2_EVENT] = {"v2-event", DIAG_TEXT("a pattern over the Security Hub V2 event")},
	[MECHANISM_SCAN_EVENT] = {"scan-event",
				  DIAG_TEXT("a pattern over Inspector's event per scan")},
};

const char *mechanism_name(enum mechanism m)
{
	return mechanisms[m].name;
}

const char *mechanism_title(enum mechanism m)
{
	return mechanisms[m].title;
}

const char *capability_name(enum capability can)
{
	static const char *const names[] = {
		[CAN_NOT] = "no",	 [CAN_DIRECTLY] = "yes",    [CAN_BY_TITLE] = "by title",
		[CAN_BY_ARN] = "by ARN", [CAN_AS_TEXT] = "as text",
	};

	return names[can];
}

const char *cardinality_name(enum cardinality cardinality)
{
	static const char *const names[] = {
		[CARD_ONE] = "one", [CARD_OPTIONAL] = "optional", [CARD_MANY] = "many"};

	return names[cardinality];
}
