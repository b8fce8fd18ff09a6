/* SPDX-License-Identifier: Apache-2.0
 *
 * What rules ask of sets of findings of any product: of Inspector's in the single view, of all
 * others in the other, as conflicts do (target/conflict.h). The caller begins and ends a question
 * with lint_ask() and lint_answered(). */
#ifndef LINT_SETS_H
#define LINT_SETS_H

#include "lint/lint.h"
#include "target/conflict.h"

struct slices sets_of_unit(struct lint *l, const struct unit *unit);
struct slices sets_and(struct lint *l, struct slices a, struct slices b);
struct slices sets_or(struct lint *l, struct slices a, struct slices b);
struct slices sets_minus(struct lint *l, struct slices a, struct slices b);
/* Those of which the set holds once the field has that word, or that text. */
struct slices sets_once(struct lint *l, struct slices a, enum field_id field, int word);
struct slices sets_once_text(struct lint *l, struct slices a, enum field_id field, struct str key,
			     struct str text);
/* Those of which it holds whichever of these words (bits) the field has. */
struct slices sets_whichever(struct lint *l, struct slices a, enum field_id field, uint64_t words);
/* Is there such a finding? *set, of *view, is a part that is not empty. `inspector`: among those
 * that Inspector has itself. */
bool sets_find(struct lint *l, struct slices a, bool inspector, dd *set, enum view *view);

#endif
