/* SPDX-License-Identifier: Apache-2.0
 *
 * The machine that ends suppressions, `expire` (semantics.md §5), one for all of them. Started by a
 * schedule (end.h) it
 *
 *   disables   the rules of the suppression, which would silence again until the next deployment,
 *   ends       if findings are gathered in a home Region and this is another: the machine there
 *              gives back those of all,
 *   waits      for what was on its way,
 *   reads      findings with the suppression's marks and status, ACTIVE and ARCHIVED, page by page,
 *   asks       each of its lines whether that suppression holds them, now that this one is gone,
 *   writes     to those that one holds its note, to the others NEW; what was refused or missed is
 *              met again in the next round, until a round finds nothing to do.
 *
 * All of it ends: rounds are bounded, and a run that has made many calls goes on in a new one,
 * because the history of a run is bounded, too. What could not be done is a failed run.
 *
 * Lines that are more than one definition holds stand in further machines, `expire--2` and so on,
 * each of which gives notes alone and starts the next; the last one gives back what is left. */
#ifndef TARGET_EXPIRE_H
#define TARGET_EXPIRE_H

#include "target/plan.h"

/* By whose name the machine is found, and where: it is in the Regions of the rules of `backend`
 * that it disables. */
struct unit expire_unit(enum backend backend);
/* Takes the lines (ARTEFACT_HOLDER) out of the artefacts of all units, and adds and proves the
 * machines if any of them has a schedule. Where the machines begin among the artefacts. */
size_t expire_emit(struct compilation *c, const struct plan *plan);

/* A line that a machine needs; each was proved with its unit. */
struct expire_line {
	const struct unit *unit;
	struct str text;
};

/* Read back: the known form, with the lines from *n on, which it advances, and the next machine;
 * false with *why. */
bool expire_check(struct compilation *c, const struct expire_line *lines, size_t n_lines,
		  const struct artefact *a, size_t *n, const char **why);

#endif
