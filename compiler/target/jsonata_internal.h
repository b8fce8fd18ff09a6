/* SPDX-License-Identifier: Apache-2.0
 *
 * What the two halves of the decompiler of JSONata share: jsonata_read.c takes a condition apart,
 * jsonata_value.c the tests on one value. */
#ifndef TARGET_JSONATA_INTERNAL_H
#define TARGET_JSONATA_INTERNAL_H

#include "target/jsonata.h"

enum jsonata_form {
	JSONATA_PLAIN,
	JSONATA_LOOKUP,	 /* $lookup(PATH, KEY) */
	JSONATA_INSTANT, /* $instant(PATH) */
	JSONATA_DECIMAL, /* $decimal(PATH) */
	JSONATA_KNOWN,	 /* $known(PATH) */
	JSONATA_COUNT
};

struct jsonata_reader {
	struct compilation *c;
	struct engine *e;
	enum view view;
	struct jsonata j;
	const char *why;
	unsigned depth;
	bool declared[JSONATA_COUNT], has_ago;
	enum group group; /* whose elements paths start at, and their list; empty: the finding */
	struct str base;
};

/* Something with a value: a field, and the text that says so. */
struct jsonata_subject {
	enum field_id field;
	struct str key, text;
	var v;
};

/* Always false. */
bool jsonata_fail(struct jsonata_reader *r, const char *why);
bool jsonata_need(struct jsonata_reader *r, const char *token);
bool jsonata_need_literal(struct jsonata_reader *r, struct str *text);
/* A path as the field table spells it: `[]` for the first of a list and for the element that paths
 * start at. *absolute: it starts at the finding. */
bool jsonata_path(struct jsonata_reader *r, struct str *path, bool *absolute);
/* The elements that have a field of the group, where several are possible. */
enum group jsonata_holder(enum group group, enum view view);
bool jsonata_subject(struct jsonata_reader *r, struct jsonata_subject *s);
/* The findings (or elements) that have the subject. */
dd jsonata_present(struct jsonata_reader *r, const struct jsonata_subject *s);
/* `= 'x'` or `in ['x', …]`, the subject being read. */
bool jsonata_equals(struct jsonata_reader *r, const struct jsonata_subject *s, dd *set);
/* `TESTS` or `$not(TESTS)` on a subject of which it is known that it is present. */
bool jsonata_tests(struct jsonata_reader *r, const struct jsonata_subject *s, dd *set);

#endif
