/* SPDX-License-Identifier: Apache-2.0
 *
 * Tests and values as the policy language writes them, for people: raw texts, which what prints
 * them must escape. */
#ifndef EVAL_WORDING_H
#define EVAL_WORDING_H

#include "finding/finding.h"
#include "ir/policy.h"

/* `severity`, `field["in-charge"]`, `created.age`. */
struct str wording_field(struct arena *arena, const struct atom *atom);
/* The test as it was written, if it stands in the text on one line; else (a default, a row of an
 * `each`, what a property adds) as it could be. */
struct str wording_test(struct arena *arena, struct sources *sources, const struct atom *atom);
/* `HIGH`, `"libssl3"`, `0.94`, `2026-04-01T00:00:00Z`. */
struct str wording_value(struct arena *arena, enum field_id field, const struct fval *value);

#endif
