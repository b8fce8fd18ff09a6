/* SPDX-License-Identifier: Apache-2.0
 *
 * Between the parts of shapes: shape_text.c says which texts are free and makes markers,
 * shape_walk.c goes through a unit, for its key and its texts or for a copy with markers,
 * shape_template.c cuts texts at markers and fills them, shape.c keeps the shapes. */
#ifndef TARGET_SHAPE_INTERNAL_H
#define TARGET_SHAPE_INTERNAL_H

#include "target/shape.h"

/* --- shape_text.c --- */

/* What kind of text stands in a free place. */
enum shape_class {
	SHAPE_FIXED, /* none: the text is part of the key */
	SHAPE_CVE,
	SHAPE_GHSA,
	SHAPE_REPOSITORY,
	SHAPE_REPOSITORY_PREFIX,
	SHAPE_ACCOUNT,
	SHAPE_WORD,  /* a plain word in a field that means nothing to the engine */
	SHAPE_NAME,  /* a statement's name */
	SHAPE_FIRST, /* the name of its unit's first artefact: with "--2" for the second rows */
	SHAPE_PROSE, /* of a note or a description */
	SHAPE_CHANNEL,
	SHAPE_ARN, /* of a channel */
};

/* The class of a text that an atom tests; *tail: its last characters that the marker must have,
 * too, and that are part of the key. */
enum shape_class shape_class_of(struct lower *lower, const struct atom *atom, struct str text,
				struct str *tail);
/* Prose and values that stand in every artefact as they are: no character that JSON or JSONata
 * would escape, none that begins or ends an expression of Step Functions. */
bool shape_is_prose(struct str text);
bool shape_is_word(struct str text);
/* Markers of one class are in order of their numbers. `which`: 0 or 1. */
struct str shape_marker(struct arena *arena, enum shape_class class, struct str tail,
			unsigned which, size_t number);

/* --- shape_walk.c --- */

#define SHAPE_TEXTS_MAX 64
#define SHAPE_KEY_MAX 8192

/* A free text in its place. */
struct shape_text {
	enum shape_class class;
	struct str text, tail;
};

struct shape_walk {
	struct compilation *c;
	bool in_tiers[FIELD_ALL];	  /* fields that some tier tests: fixed beside a tier */
	unsigned char key[SHAPE_KEY_MAX]; /* all that is not free */
	size_t key_len;
	struct shape_text texts[SHAPE_TEXTS_MAX];
	size_t n;
	/* of the walk that is on */
	unsigned tests[FIELD_ALL]; /* atoms of the condition on each field */
	size_t nodes;
	bool has_tier, copy, failed;
	bool texts_only; /* the key is known */
	unsigned which;
	struct config_channel *channels; /* with markers: of the last copy */
};

void shape_walk_init(struct shape_walk *w, struct compilation *c);
/* The key and the texts of the unit; false if no shape can hold it. */
bool shape_walk_read(struct shape_walk *w, const struct unit *unit);
/* The texts alone, of a unit that has a shape. */
bool shape_walk_texts(struct shape_walk *w, const struct unit *unit);
/* A copy of the unit and its statement with markers in the places of its texts; *policy: the policy
 * to compile it for, in which the channels that it names are. */
struct unit *shape_walk_mark(struct shape_walk *w, const struct unit *unit, unsigned which,
			     const struct policy **policy);

/* --- shape_template.c --- */

struct shape_template;

/* The artefacts cut at the markers of the texts of `first`, which of 0, and `second`, which of 1;
 * NULL if they do not agree. */
struct shape_template *shape_template_new(struct arena *arena, const struct compilation *first,
					  const struct compilation *second,
					  const struct shape_text *texts, size_t n);
/* How many rules it makes. */
size_t shape_template_rules(const struct shape_template *t);
/* false: a length comes near a limit. */
bool shape_template_fill(struct compilation *c, const struct shape_template *t, struct unit *unit,
			 struct shape_text *texts);

#endif
