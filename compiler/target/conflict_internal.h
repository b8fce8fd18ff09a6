/* SPDX-License-Identifier: Apache-2.0
 *
 * Between conflict.c (scope, protect) and conflict_write.c (writes to one place, reopens): sets of
 * findings of any product, and witnesses. */
#ifndef TARGET_CONFLICT_INTERNAL_H
#define TARGET_CONFLICT_INTERNAL_H

#include "target/conflict.h"

/* A finding as a note, after the evaluator has judged it as the set engine did; a condition of NULL
 * is not judged. */
void conflict_note_witness(struct compilation *c, struct diag *d, const char *what, dd set,
			   enum view view, bool inspector, const struct cond *a,
			   const struct cond *b, bool b_holds);

#endif
