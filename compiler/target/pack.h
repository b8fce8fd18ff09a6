/* SPDX-License-Identifier: Apache-2.0
 *
 * Packing: automation rules are scarce (100 for an administrator in a Region), so where the quota
 * would be exceeded, statements that do the same share rules (language.md §7). The same is: status,
 * severity and fields; for an assign its note; for a suppress its end, for a rule ends as a whole.
 * A suppression's reason is lost to the finding: the note of a shared rule bears the rule's own
 * name, and that mark stands for all its members (guard.h); the manifest says who they are.
 *
 * What makes it right: rules are only ever united along one criterion, whose values are joined by
 * OR, where all their other criteria are the same; that is their union to the letter, and prove.h
 * compares it with the members' own sets.
 *
 * A statement shares all of its rules or none. Which rules are united is decided by their texts, so
 * the order of a policy does not matter but for the numbers of shared rules (NAME--2, …). Price:
 * n log n in the number of rules and values. */
#ifndef TARGET_PACK_H
#define TARGET_PACK_H

#include "target/plan.h"

struct packing;

/* What sharing comes to for the automation rules among `all`; nothing is changed. */
struct packing *pack_new(struct compilation *c, const struct lowered *all, size_t n);
/* The automation rules that are needed then. */
uint64_t pack_rules(const struct packing *packing);
/* Puts the units that share in the place of their members, and tells the plan; how many units are
 * left. */
size_t pack_apply(struct compilation *c, struct plan *plan, const struct packing *packing,
		  struct lowered *all, size_t n);

#endif
