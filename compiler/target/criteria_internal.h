/* SPDX-License-Identifier: Apache-2.0
 *
 * Between the parts that make criteria: criteria.c turns boxes into rules, criteria_field.c a term
 * into the criterion of its own field, criteria_title.c and criteria_arn.c make the criteria on the
 * title and the resource id, which stand for other fields. No reader includes this. */
#ifndef TARGET_CRITERIA_INTERNAL_H
#define TARGET_CRITERIA_INTERNAL_H

#include "target/cover.h"
#include "target/criteria.h"

struct criteria_filters {
	struct criteria_filter *items;
	size_t n, cap;
};

struct criteria_scope {
	struct compilation *c;
	const struct unit *unit;
	const struct literals *literals;
	const struct criteria_dialect *dialect;
	struct refusal *refusal;
	VEC(struct criteria_rule) rules;
	dd taken; /* by the rules so far */
};

/* A box on its way to a rule. */
struct criteria_draft {
	struct box box; /* the terms that no criterion says yet */
	dd also;	/* what the criteria that stand for several terms take */
	struct criterion criteria[FIELD_COUNT];
	size_t n;
	uint64_t assumptions;
};

/* --- criteria.c --- */
struct engine *criteria_engine(const struct criteria_scope *s);
/* What the draft takes: its terms and `also`. */
dd criteria_meaning(const struct criteria_scope *s, const struct criteria_draft *d);
/* The term on a field of the finding (or of its one resource or vulnerability), or NULL. */
const struct box_term *criteria_term(const struct criteria_scope *s, const struct criteria_draft *d,
				     enum field_id field);
void criteria_drop(const struct criteria_scope *s, struct criteria_draft *d, enum field_id field);
/* Drafts share nothing that is written to. */
struct criteria_draft criteria_fork(const struct criteria_scope *s, const struct criteria_draft *d);
/* A rule that takes `meaning` may stand for the draft: it takes all of `before` and nothing that
 * the unit does not want. */
bool criteria_fits(const struct criteria_scope *s, dd before, dd meaning);
/* The criterion of the field as the dialect calls it. */
bool criteria_has(const struct criteria_scope *s, const struct criteria_draft *d,
		  enum field_id field);
void criteria_add(const struct criteria_scope *s, struct criteria_draft *d, enum field_id field,
		  const struct criteria_filters *filters);
void criteria_filter(const struct criteria_scope *s, struct criteria_filters *filters,
		     enum criteria_comparison comparison, struct str value);
void criteria_refuse(struct criteria_scope *s, enum refusal_why why, enum field_id field);
/* The refusal with the set that the nearest rules would take. */
void criteria_refuse_nearest(struct criteria_scope *s, enum refusal_why why, enum field_id field,
			     dd nearest);
/* The language of a positive text test. */
lang criteria_lang(struct engine *e, enum test test, struct str text);
/* The draft's remaining terms become criteria, the criteria rules. */
bool criteria_finish(struct criteria_scope *s, struct criteria_draft *d);

/* --- criteria_field.c --- */
/* The values of a field as a criterion of its own; false after a refusal. */
bool criteria_field(struct criteria_scope *s, struct criteria_draft *d, const struct place *place,
		    vset set);

/* --- criteria_title.c --- */
/* A criterion on Title or ResourceId made of the very texts that the policy tests on this field,
 * in place of the terms on `dropped`; false if none takes what the draft takes. */
bool criteria_raw(struct criteria_scope *s, struct criteria_draft *d, enum field_id field,
		  const enum field_id *dropped, size_t n);
/* The terms on cve and title; false after a refusal. */
bool criteria_title(struct criteria_scope *s, struct criteria_draft *d);

/* --- criteria_arn.c --- */
/* The terms on repository, image.digest and resource.id, then everything else: ends in
 * criteria_finish, for each part of the box. */
bool criteria_arn(struct criteria_scope *s, struct criteria_draft *d);

#endif
