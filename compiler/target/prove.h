/* SPDX-License-Identifier: Apache-2.0
 *
 * The compiler proves its own output (semantics.md §4): every artefact of a unit is read back from
 * its text by the decompiler of its format; together they must take exactly the findings of
 * unit->wanted and do exactly unit->effect. Anything else is a bug of ours: exit 4, nothing
 * written. */
#ifndef TARGET_PROVE_H
#define TARGET_PROVE_H

#include "target/target.h"

/* `artefacts`: all that were emitted for the unit. false after a diagnostic. */
bool prove_unit(struct compilation *c, const struct unit *unit, const struct artefact *artefacts,
		size_t n);
/* Of what packing (pack.h) has made of the units `before`: each is there still or a member of one
 * unit; whose condition is that of its members, and whose effect is theirs, with a note that bears
 * its own name. false after a diagnostic. */
bool prove_packing(struct compilation *c, const struct lowered *before, size_t n_before,
		   const struct lowered *after, size_t n_after);
/* `artefacts`: the end of a member of shared rules. */
bool prove_shared_end(struct compilation *c, const struct unit *member,
		      const struct lowered *shared, const struct artefact *artefacts, size_t n);

#endif
