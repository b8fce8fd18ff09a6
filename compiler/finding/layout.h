/* SPDX-License-Identifier: Apache-2.0
 *
 * The layouts of findings: where each shape keeps the fields of the record, and how it spells their
 * values. A path is a dotted list of members with `[]` behind an array, from the finding's object.
 * Most are columns of the field table; layout.c has the rest, each with its source. */
#ifndef FINDING_LAYOUT_H
#define FINDING_LAYOUT_H

#include "finding/finding.h"
#include "model/event.h"

/* How a value stands there. What does not is absent, but for a closed vocabulary, which keeps it
 * as another word. */
enum convert {
	CONVERT_TEXT,
	CONVERT_WORD,	 /* of a closed vocabulary, as the layout spells it */
	CONVERT_TYPE,	 /* of an open one: as the record spells it */
	CONVERT_BOOLEAN, /* JSON's true and false, for yes and no */
	CONVERT_NUMBER,
	CONVERT_NUMBER_TEXT, /* in quotes, where that is how the number stands there */
	CONVERT_NUMBER_ANY,  /* either */
	CONVERT_ISO,
	CONVERT_DATE, /* any form of civil_parse_any, or seconds since 1970 */
	CONVERT_MILLISECONDS,
	CONVERT_MAP,	    /* an object of texts */
	CONVERT_PAIRS,	    /* a list of {name, value} */
	CONVERT_RANGE,	    /* {begin, end}: each number of it is an element */
	CONVERT_NORMALIZED, /* ASFF's severity from 0 to 100 */
	CONVERT_NUMBERED,   /* OCSF's number of a word */
	CONVERT_PRODUCT,    /* OCSF's product ARN, as ASFF has it */
};

enum role {
	ROLE_MAIN,
	ROLE_ELSE,     /* for an element whose own place says nothing */
	ROLE_FIRST,    /* of the document, for its first resource */
	ROLE_EVERY,    /* of the document, for each resource that says nothing itself */
	ROLE_ORIGINAL, /* the provider's own, which customers can write over */
};

struct place {
	enum field_id field;
	enum role role;
	enum convert convert;
	const char *path;
};

/* The places of a field in a layout, best first; at most LAYOUT_PLACES. */
#define LAYOUT_PLACES 4
unsigned layout_places(enum layout_id layout, enum field_id field, struct place *places);
/* The list whose items are a group's elements (NULL: the layout has none of it) and one that is
 * read where the first is empty. */
const char *layout_list(enum layout_id layout, enum group group, unsigned rank);
/* Elements of this group stand for the document itself: there is one, when it has a value. */
bool layout_is_implicit(enum layout_id layout, enum group group);
/* The texts that say a word of the vocabulary there, at most LAYOUT_WORDS; of CONVERT_NUMBERED the
 * numbers. */
#define LAYOUT_WORDS 16
struct layout_word {
	struct str text;
	int word;
};
unsigned layout_words(enum layout_id layout, const struct vocabulary *v, enum convert convert,
		      struct layout_word *words);
/* Where the type of a resource says that its id is this field's value: the type as the record
 * spells it; else empty. */
struct str layout_owner(enum layout_id layout, enum field_id field);

#endif
