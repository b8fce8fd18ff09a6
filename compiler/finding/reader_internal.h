/* SPDX-License-Identifier: Apache-2.0
 *
 * The reader's tree of members, and the parts of the walk over it. */
#ifndef FINDING_READER_INTERNAL_H
#define FINDING_READER_INTERNAL_H

#include "base/vec.h"
#include "finding/layout.h"
#include "finding/reader.h"

/* An event in an array of events holds a list of findings: no wrapping goes deeper. */
#define READER_DEPTH 4

/* What a document's own members tell: a bit each. */
enum mark {
	MARK_ASFF,	/* SchemaVersion or ProductArn: a text */
	MARK_INSPECTOR, /* findingArn: a text */
	MARK_OCSF,	/* class_uid: a number; finding_info: an object */
	MARK_LAKE,	/* unmapped: what Security Lake did not find a place for */
	MARK_FINDINGS,	/* findings, Findings: a list */
	MARK_DETAIL,	/* detail: an object */
	MARK_TYPE,	/* detail-type: a text */
	MARK_REGION,	/* region: a text */
	MARK_INSIGHT,	/* insightResults */
	MARK_NONE
};

struct target {
	enum field_id field;
	enum group group;
	unsigned slot; /* in the element; those behind group_slots are the walk's own */
	enum convert convert;
	const struct vocabulary *v;
	struct layout_word *words;
	unsigned n_words;
};

struct node;

struct node {
	struct json_scan_names names; /* of nodes */
	struct str name;	      /* its own */
	struct node *items;	      /* of the array that stands here */
	struct target *targets;
	unsigned n_targets;
	enum mark mark;
	/* The items of this node's array are elements of `group`, unless GROUP_FINDING; `rank`: of
	 * two lists of one group. */
	enum group group;
	unsigned rank;
	/* While the tree is made. */
	VEC(struct node *) members;
	VEC(struct target) values;
};

/* Where a value waits, and for what. */
struct late {
	enum field_id field;
	enum role role;
	enum group group; /* whose elements keep it */
	unsigned slot, to;
};

struct tree {
	enum layout_id layout;
	struct node *root;
	unsigned slots[GROUP_COUNT]; /* values of an element, waiting ones included */
	struct late *late;	     /* ROLE_ELSE first, by group */
	unsigned n_late;
	enum group parent[GROUP_COUNT];
	bool implicit[GROUP_COUNT];
	bool waits[GROUP_COUNT]; /* are there values of ROLE_ELSE? */
	bool original;
	bool wanted[FIELD_COUNT];
};

struct reader {
	struct arena *arena;
	struct tree trees[LAYOUT_COUNT];
	struct node *wrapping; /* tells what is around findings */
	unsigned slot[FIELD_COUNT];
	struct str owners[LAYOUT_COUNT][FIELD_COUNT];
	struct str image_type;
	/* Per depth of wrapping what the document before was; LAYOUT_COUNT: no finding. */
	enum layout_id guess[READER_DEPTH + 1];
	VEC(struct reading) readings;
};

/* Where a value of the field is kept, if it stands at this place. */
struct target reader_target(struct arena *arena, const struct reader *r, enum layout_id layout,
			    enum field_id field, enum convert convert);
void reader_tree(struct arena *arena, struct reader *r, enum layout_id layout, const bool *wanted);
struct node *reader_wrapping(struct arena *arena);

/* Without a value, and in no list. */
struct element *reader_element(struct arena *arena, const struct tree *tree, enum group group);

/* Takes the value of this kind that stands at s; the text of a scalar. false at an error. */
bool reader_take(struct json_scan *s, enum json_kind kind, struct str *text);
/* What it says to a target; absent: nothing. */
void reader_value(struct arena *arena, const struct target *target, enum json_kind kind,
		  struct str text, struct fval *out);
/* Is this the value to keep of several? */
bool reader_is_known(const struct target *target, const struct fval *value);

/* Takes the object at s as if it were a finding of the tree's layout; its marks (a bit each) say
 * whether it is. */
struct finding *reader_walk(const struct reader *r, const struct tree *tree, struct json_scan *s,
			    unsigned *marks);
/* Does a value of this kind make the mark? */
bool reader_is_mark(enum mark mark, enum json_kind kind);

/* What the values of a finished resource say about others; of a finished document. */
void reader_end_element(const struct reader *r, const struct tree *tree, struct element *element);
void reader_end_document(const struct reader *r, struct arena *arena, const struct tree *tree,
			 struct finding *finding);

#endif
