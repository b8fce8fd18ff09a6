/* SPDX-License-Identifier: Apache-2.0
 *
 * The events that a pattern can be on, by the mechanism that such a pattern is: where a field
 * stands in the event. A path is dotted, from the event's root, with `[]` behind each array. */
#ifndef MODEL_EVENT_H
#define MODEL_EVENT_H

#include "model/field.h"

struct event {
	const char *prefix; /* of the finding, if not of all its fields */
};

/* NULL if the mechanism is no pattern. */
const struct event *event_of(enum mechanism m);
/* Of a map, the object that holds its keys. Empty if the event does not carry the field. */
struct str event_path(struct arena *arena, enum mechanism m, enum field_id field);

#endif
