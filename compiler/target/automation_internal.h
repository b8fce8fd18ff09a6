/* SPDX-License-Identifier: Apache-2.0
 *
 * Between the parts that make automation rules: automation.c turns boxes into rules,
 * automation_criterion.c a term into the criterion of its own field, automation_title.c and
 * automation_arn.c make the criteria on Title and ResourceId, which stand for other fields,
 * automation_write.c writes requests. automation_read.c includes none of this. */
#ifndef TARGET_AUTOMATION_INTERNAL_H
#define TARGET_AUTOMATION_INTERNAL_H

#include "target/automation.h"
#include "target/cover.h"

enum automation_comparison {
	AUTOMATION_EQUALS,
	AUTOMATION_PREFIX,
	AUTOMATION_CONTAINS,
	AUTOMATION_NOT_EQUALS,
	AUTOMATION_PREFIX_NOT_EQUALS,
	AUTOMATION_NOT_CONTAINS,
	AUTOMATION_BETWEEN, /* dates */
};

struct automation_filter {
	enum automation_comparison comparison;
	bool glued;	/* in one rule with the filter before it; the others may be parted */
	struct str key; /* of a map */
	struct str value;
	struct interval between;
};

struct automation_filters {
	struct automation_filter *items;
	size_t n, cap;
};

struct automation_criterion {
	const char *name;
	struct automation_filter *filters;
	size_t n;
};

struct automation_rule {
	struct automation_criterion *criteria; /* by name */
	size_t n;
	uint64_t assumptions;
};

struct automation_scope {
	struct compilation *c;
	const struct unit *unit;
	const struct literals *literals;
	struct refusal *refusal;
	VEC(struct automation_rule) rules;
	dd taken; /* by the rules so far */
};

/* A box on its way to a rule. */
struct automation_draft {
	struct box box; /* the terms that no criterion says yet */
	dd also;	/* what the criteria that stand for several terms take */
	struct automation_criterion criteria[FIELD_COUNT];
	size_t n;
	uint64_t assumptions;
};

/* --- automation.c --- */
struct engine *automation_engine(const struct automation_scope *s);
/* What the draft takes: its terms and `also`. */
dd automation_meaning(const struct automation_scope *s, const struct automation_draft *d);
/* The term on a field of the finding (or of its one resource or vulnerability), or NULL. */
const struct box_term *automation_term(const struct automation_scope *s,
				       const struct automation_draft *d, enum field_id field);
void automation_drop(const struct automation_scope *s, struct automation_draft *d,
		     enum field_id field);
/* Drafts share nothing that is written to. */
struct automation_draft automation_fork(const struct automation_scope *s,
					const struct automation_draft *d);
/* A rule that takes `meaning` may stand for the draft: it takes all of `before` and nothing that
 * the unit does not want. */
bool automation_fits(const struct automation_scope *s, dd before, dd meaning);
bool automation_has(const struct automation_draft *d, const char *name);
void automation_add(struct automation_draft *d, const char *name,
		    const struct automation_filters *filters);
void automation_filter(const struct automation_scope *s, struct automation_filters *filters,
		       enum automation_comparison comparison, struct str value);
void automation_refuse(struct automation_scope *s, enum refusal_why why, enum field_id field);
/* The refusal with the set that the nearest rules would take. */
void automation_refuse_nearest(struct automation_scope *s, enum refusal_why why,
			       enum field_id field, dd nearest);
/* The language of a positive text test. */
lang automation_lang(struct engine *e, enum test test, struct str text);
/* A value must hold a character that is not blank. */
bool automation_blank(struct str value);
/* The draft's remaining terms become criteria, the criteria rules. */
bool automation_finish(struct automation_scope *s, struct automation_draft *d);

/* --- automation_criterion.c --- */
/* The values of a field as a criterion of its own; false after a refusal. */
bool automation_criterion(struct automation_scope *s, struct automation_draft *d,
			  const struct place *place, vset set);

/* --- automation_title.c --- */
/* A criterion on Title or ResourceId made of the very texts that the policy tests on this field,
 * in place of the terms on `dropped`; false if none takes what the draft takes. */
bool automation_raw(struct automation_scope *s, struct automation_draft *d, enum field_id field,
		    const enum field_id *dropped, size_t n);
/* The terms on cve and title; false after a refusal. */
bool automation_title(struct automation_scope *s, struct automation_draft *d);

/* --- automation_arn.c --- */
/* The terms on repository, image.digest and resource.id, then everything else: ends in
 * automation_finish, for each part of the box. */
bool automation_arn(struct automation_scope *s, struct automation_draft *d);

#endif
