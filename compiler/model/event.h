/* SPDX-License-Identifier: Apache-2.0
 *
 * The events that a pattern can be on, by the mechanism that such a pattern is: how an event is
 * told from others, where a field stands in it, and how it spells the words of a vocabulary.
 *
 * A place is a path with `[]` behind each array, dotted, below the event's prefix; behind a '/' it
 * is counted from the event's root. Of a map it is that of the object that holds the keys. */
#ifndef MODEL_EVENT_H
#define MODEL_EVENT_H

#include "model/field.h"

struct event {
	const char *source, *detail_type;
	const char *prefix; /* "detail", "detail.findings[]" */
};

struct spelling { /* what may stand for one word; none: the event has no such word */
	const char *texts[2];
	unsigned n;
};

/* NULL if the mechanism is no pattern. */
const struct event *event_of(enum mechanism m);
/* NULL if the event does not carry the field, or not so that a pattern could test it. */
const char *event_place(enum mechanism m, enum field_id field);
/* Where the event has the field on images of any cloud, if event_place is where it has it on those
 * in ECR alone; NULL: it does not. */
const char *event_image_place(enum mechanism m, enum field_id field);
/* Is the place on images in ECR alone? */
bool event_is_of_ecr(enum mechanism m, enum field_id field);
/* Such a place from the event's root; empty for NULL. */
struct str event_path(struct arena *arena, enum mechanism m, const char *place);
struct spelling event_spelling(enum mechanism m, const struct vocabulary *v, unsigned word);
/* Are the field's words `true` and `false` of JSON? */
bool event_is_boolean(enum mechanism m, enum field_id field);
/* The type of resource (enum resource_word) that has the field where others have their id; -1: the
 * field has a place of its own. */
int event_owner(enum mechanism m, enum field_id field);

#endif
