/* SPDX-License-Identifier: Apache-2.0
 *
 * ECR lifecycle documents: a statement's rules on images, for the repositories that its condition
 * selects. A repository has one document, so no two statements may select the same one; which ones
 * a document is for stands in the manifest, because the document does not say it. Facts:
 * facts/targets.md F, facts/changes.md, facts/schemas/ecr_lifecycle_policy_document.json. */
#ifndef TARGET_LIFECYCLE_H
#define TARGET_LIFECYCLE_H

#include "target/target.h"

/* Reports what ECR does not take. */
void lifecycle_check_rules(struct compilation *c, const struct statement *s);
/* Sets repositories of every lifecycle among the units; one that selects nothing, or what another
 * selects too, is reported, and so are rules that ECR does not take. Costs n log n in names, but
 * for conditions that only exclude. */
void lifecycle_select(struct compilation *c, struct unit *const *units, size_t n);
void lifecycle_emit(struct compilation *c, const struct unit *unit, const void *made, size_t n);
/* Does the text say exactly the statement's rules, in their order? false with *why if not. */
bool lifecycle_check(struct compilation *c, const struct unit *unit, struct str text,
		     const char **why);

#endif
