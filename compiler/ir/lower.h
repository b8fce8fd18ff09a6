/* SPDX-License-Identifier: Apache-2.0
 *
 * From conditions to sets: a checked condition becomes a decision diagram over the fields, inside
 * the universe of findings that can exist.
 *
 * Two views of a finding. SINGLE: an Inspector finding, which has one vulnerability and one
 * resource (assumption A1), so their fields are variables of the finding itself. MANY: any
 * product's, where they are elements of two groups. What lies deeper (packages, tags of an image,
 * …) is a group in both. A statement that pins the product Inspector is lowered in the first view,
 * every other in the second; the fields of the finding itself are the same variables in both.
 *
 * Derived fields are no variables in the single view, their parts are: a test on the resource id of
 * an image becomes one on region, account, repository and digest; a test on the title of a finding
 * that has an id becomes one on `cve` and on what follows it, for which the variable `title` stands
 * there (elsewhere it is the whole title). */
#ifndef IR_LOWER_H
#define IR_LOWER_H

#include "ir/policy.h"
#include "ir/relate.h"

enum view { VIEW_SINGLE, VIEW_MANY, VIEW_COUNT };

/* What a variable stands for: a field (with the key of a map), or a group of elements. */
struct place {
	bool is_group;
	enum group group; /* of elements; for a field, the group it lives in */
	enum field_id field;
	struct str key;
};

struct lower;

struct lower *lower_new(struct arena *arena, struct engine *engine, const struct policy *policy);
struct engine *lower_engine(const struct lower *lower);
const struct policy *lower_policy(const struct lower *lower);

/* Everything asked until the next call is asked inside this view's universe. */
void lower_use(struct lower *lower, enum view view);
dd lower_universe(struct lower *lower, enum view view);
/* The same of Inspector's events per scan, in VIEW_SINGLE: there are no findings. */
void lower_use_scan(struct lower *lower);
/* The same of the findings that Inspector has, in VIEW_SINGLE, for mechanisms that see no other:
 * all of them have its product, images of any cloud have a repository, and there are fields that
 * Security Hub does not get. */
void lower_use_inspector(struct lower *lower);
dd lower_universe_of_inspector(struct lower *lower);
/* The product is Inspector: where the two views meet. */
dd lower_inspector(struct lower *lower);

dd lower_cond(struct lower *lower, const struct cond *cond, enum view view);
/* The same with derived fields as variables of their own, as they were written: for mechanisms that
 * carry these texts. It is no set to ask questions about, only to make tests from. */
dd lower_written(struct lower *lower, const struct cond *cond, enum view view);
/* The variable of a field, in the innermost element that has it. */
var lower_var(struct lower *lower, enum field_id field, struct str key, enum view view);
var lower_group(struct lower *lower, enum group group, enum view view);
/* Is the group a variable in this view, or one element that is the finding itself? */
bool lower_is_group(enum group group, enum view view);
/* `some element of the field's group has a value in s` (or the value of the finding is). */
dd lower_field_in(struct lower *lower, enum field_id field, struct str key, vset s, enum view view);
const struct place *lower_place(const struct lower *lower, var v);

/* Tests on derived fields, rewritten to their parts (VIEW_SINGLE; elsewhere as they stand). */
dd lower_resource_id(struct lower *lower, lang ids, enum view view);
dd lower_title(struct lower *lower, lang titles, enum view view);
/* One of the two for a text that is in one of `langs`, or (negative) in none of them. Each is cut
 * by itself: a list of needles costs as much as its needles, where their common automaton would
 * have a state for each set of beginnings. */
dd lower_derived(struct lower *lower, enum field_id field, const lang *langs, size_t n,
		 bool negative, enum view view);
/* The texts that a field can have at all: what a cover of its language may take for granted. */
lang lower_texts(struct lower *lower, enum field_id field, enum view view);
/* The vulnerability ids that a title begins with, and what stands between such an id and the value
 * of the variable `title`. */
lang lower_ids(struct lower *lower);
#define LOWER_TITLE_GAP " - "
/* `arn:PARTITION:ecr:REGION:ACCOUNT:repository/`: what stands before a repository's name. */
lang lower_repository_heads(struct lower *lower);
/* The languages of the parts of an image's ARN. */
lang lower_repositories(struct lower *lower);
lang lower_digests(struct lower *lower);

#endif
