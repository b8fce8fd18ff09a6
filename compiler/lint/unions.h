/* SPDX-License-Identifier: Apache-2.0
 *
 * The sets of many units, united in halves and each half made when it is asked for: so one question
 * about all of them is one question, and the first that answers it is found in log n. */
#ifndef LINT_UNIONS_H
#define LINT_UNIONS_H

#include "lint/sets.h"

struct unions;

/* The array must stay. */
struct unions *unions_new(struct lint *l, const struct unit *const *units, size_t n);
/* Those of them alone that may share a finding with the unit, by what both are pinned to
 * (target/pins.h): where pins tell them apart, n of these cost no more than one that is not pinned.
 * The first question makes an index. */
struct unions *unions_near(struct unions *u, const struct unit *unit);
size_t unions_count(const struct unions *u);
const struct unit *unions_unit(const struct unions *u, size_t i);
/* Of none: nothing. */
struct slices unions_of(struct unions *u, size_t from, size_t to);
/* The first from `from` on that shares a finding with `set`, and the part; the count, if none does.
 * `inspector`: among the findings that Inspector has itself. */
size_t unions_meet(struct unions *u, struct slices set, size_t from, bool inspector, dd *both,
		   enum view *view);

/* Two of different groups that share the findings `both`, of `view`. */
typedef void unions_pair_fn(void *context, const struct unit *a, const struct unit *b, dd both,
			    enum view view);
/* Pairs of groups that meet, as many as there are groups at most: starts[i] is the first of group
 * i, of n_groups; the last ends with the units. Nothing is told behind a VC399 of this rule. */
void unions_cross(struct unions *u, enum lint_id rule, const size_t *starts, size_t n_groups,
		  unions_pair_fn *pair, void *context);

#endif
