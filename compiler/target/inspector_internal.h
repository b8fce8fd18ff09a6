/* SPDX-License-Identifier: Apache-2.0
 *
 * Between the parts that make FilterCriteria: inspector.c turns boxes into filters,
 * inspector_term.c a term into the criterion of its field, inspector_group.c one on the elements of
 * a list, inspector_title.c makes the criteria on texts that stand for several fields,
 * inspector_hull.c one filter that takes at least a set. inspector_read.c includes none of this. */
#ifndef TARGET_INSPECTOR_INTERNAL_H
#define TARGET_INSPECTOR_INTERNAL_H

#include "target/cover.h"
#include "target/inspector.h"

struct inspector_values {
	struct inspector_value *items;
	size_t n, cap;
	bool exclude;
};

struct inspector_scope {
	struct compilation *c;
	const struct unit *unit;
	const struct literals *literals;
	const struct cond *cond; /* whose ages are looked for */
	struct refusal *refusal;
	bool loose; /* bounds may be widened to what a criterion can hold */
	size_t most;
	VEC(struct inspector_criteria) filters;
	dd taken; /* by the filters so far */
};

/* Which images a draft is about: their criteria have other names in other clouds. */
enum inspector_images { INSPECTOR_IMAGES_NONE, INSPECTOR_IMAGES_ECR, INSPECTOR_IMAGES_CLOUD };

/* A box on its way to a filter. */
struct inspector_draft {
	struct box box; /* the terms that no criterion says yet */
	dd also;	/* what the criteria so far take */
	enum inspector_images images;
	struct inspector_criterion criteria[FIELD_COUNT];
	size_t n;
	const struct str *regions;
	size_t n_regions;
	uint64_t assumptions;
};

/* --- inspector.c --- */
struct engine *inspector_engine(const struct inspector_scope *s);
dd inspector_meaning(const struct inspector_scope *s, const struct inspector_draft *d);
const struct box_term *inspector_term_of(const struct inspector_scope *s,
					 const struct inspector_draft *d, enum field_id field);
void inspector_drop(const struct inspector_scope *s, struct inspector_draft *d, var v);
struct inspector_draft inspector_fork(const struct inspector_scope *s,
				      const struct inspector_draft *d);
/* Values of a plain field are narrowed to `set`; the draft is a fork of its own. */
void inspector_tie(const struct inspector_scope *s, struct inspector_draft *d, var v, vset set);
/* Of the types of resources that the draft takes, those in `types`. */
void inspector_narrow(const struct inspector_scope *s, struct inspector_draft *d, lang types);
/* The lang of the canonical texts of n words of resource.type. */
lang inspector_types(const struct inspector_scope *s, const enum resource_word *types, size_t n);
/* Is the value of v there in all that the draft takes, leaving its own term aside? */
bool inspector_always(const struct inspector_scope *s, const struct inspector_draft *d, var v);
/* The Regions of the term on `region`, if there is one, become where the filter stands. */
void inspector_place(const struct inspector_scope *s, struct inspector_draft *d);
void inspector_refuse(const struct inspector_scope *s, enum refusal_why why, enum field_id field);
void inspector_add(struct inspector_draft *d, const char *name,
		   const struct inspector_values *values);
/* The criteria in order of their names, and what their join rests on. */
struct inspector_criteria inspector_finish(const struct inspector_scope *s,
					   const struct inspector_draft *d);

/* --- inspector_term.c --- */
/* The name of the field's criterion in the draft; NULL after a refusal. */
const char *inspector_name(const struct inspector_scope *s, const struct inspector_draft *d,
			   const struct place *place);
/* A term on a field becomes a criterion; false after a refusal. */
bool inspector_field(const struct inspector_scope *s, struct inspector_draft *d, var v, vset set);
/* Texts of a field as EQUALS and PREFIX, or as NOT_EQUALS where it is always there. */
bool inspector_texts(const struct inspector_scope *s, const struct place *place, lang l, lang care,
		     bool always, struct inspector_values *out);
bool inspector_numbers(const struct inspector_scope *s, const struct place *place, vset set,
		       enum inspector_kind kind, struct inspector_values *out);
/* What a criterion on the field rests on beside the logic of all of them. */
uint64_t inspector_rests_on(enum field_id field);

/* --- inspector_group.c --- */
bool inspector_group(const struct inspector_scope *s, struct inspector_draft *d, var v, vset set);

/* --- inspector_title.c --- */
/* The terms on title and cve, and on resource.id and ec2.instance. */
bool inspector_title(const struct inspector_scope *s, struct inspector_draft *d);
bool inspector_resource(const struct inspector_scope *s, struct inspector_draft *d);

#endif
