/* SPDX-License-Identifier: Apache-2.0
 *
 * The events. */
#include "model/event.h"

static const struct event events[MECHANISM_COUNT] = {
	[MECHANISM_EVENT] = {"detail.findings[]"},
};

const struct event *event_of(enum mechanism m)
{
	return events[m].prefix ? &events[m] : NULL;
}

struct str event_path(struct arena *arena, enum mechanism m, enum field_id field)
{
	const struct event *event = event_of(m);
	const char *path = fields[field].asff;

	if (!event || !path || fields[field].can[m] == CAN_NOT)
		return STR("");
	return str_printf(arena, "%s.%s", event->prefix, path);
}
