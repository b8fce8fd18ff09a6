/* SPDX-License-Identifier: Apache-2.0
 *
 * What AWS does not document and we rely on, numbered for ever (assumption.def), and the invariants
 * of the universe of findings (universe.def is ir's reading of them). Each artefact records the
 * assumptions its exactness rests on; the manifest prints their sentences. */
#ifndef MODEL_ASSUMPTION_H
#define MODEL_ASSUMPTION_H

enum assumption_id {
#define ASSUMPTION(id, ...) ASSUMPTION_##id,
#include "model/assumption.def"
#undef ASSUMPTION
	ASSUMPTION_COUNT
};

struct assumption {
	const char *name;     /* "A3" */
	const char *sentence; /* one sentence, English */
	const char *source;   /* where the gap or the evidence is */
};

extern const struct assumption assumptions[ASSUMPTION_COUNT];

#endif
