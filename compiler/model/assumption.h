/* SPDX-License-Identifier: Apache-2.0
 *
 * What AWS does not document and we rely on, numbered for ever (assumption.def), and the invariants
 * of the universe of findings (universe.def; ir/universe is their reading as sets). Each artefact
 * records the assumptions its exactness rests on; the manifest prints their sentences. */
#ifndef MODEL_ASSUMPTION_H
#define MODEL_ASSUMPTION_H

#include <stdbool.h>

enum assumption_id {
#define ASSUMPTION(id, ...) ASSUMPTION_##id,
#define EXPERIMENTAL ASSUMPTION
#include "model/assumption.def"
#undef EXPERIMENTAL
#undef ASSUMPTION
	ASSUMPTION_COUNT
};

struct assumption {
	const char *name;     /* "A3" */
	const char *sentence; /* one sentence, English */
	const char *source;   /* where the gap or the evidence is */
	bool experimental;    /* there is no evidence */
};

extern const struct assumption assumptions[ASSUMPTION_COUNT];

enum invariant_id {
#define INVARIANT(id, ...) INVARIANT_##id,
#include "model/universe.def"
#undef INVARIANT
	INVARIANT_COUNT
};

struct invariant {
	const char *name;     /* "U2" */
	const char *sentence;
	const char *source;
};

extern const struct invariant invariants[INVARIANT_COUNT];

#endif
