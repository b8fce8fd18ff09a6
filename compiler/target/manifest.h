/* SPDX-License-Identifier: Apache-2.0
 *
 * manifest.json (commands.md): what was written, for which statements, on which assumptions; what
 * was left out; what of the quotas is used; and on which day the output will change by itself. By
 * it vulnctl knows a directory as its own. It holds no time of day, host or absolute path. */
#ifndef TARGET_MANIFEST_H
#define TARGET_MANIFEST_H

#include "target/plan.h"

/* Of the artefacts that are in the compilation now. Rows of an `each` are listed once, at the first
 * artefact that was emitted for them: every artefact would be rows times rules. */
struct str manifest_write(struct compilation *c, const struct plan *plan);
/* Is this text a manifest of ours, of any version? A directory with another one is somebody's. */
bool manifest_is_ours(struct arena *arena, struct str text);

#endif
