/* SPDX-License-Identifier: Apache-2.0
 *
 * `.inspector-ignore`, the file by which Inspector's own scan action for GitHub leaves out what is
 * on hold: an id on each line, `#` for comments, and nothing else. Of the findings that a scan can
 * have (Inspector's, of packages, on an image, active and as new as the day) it takes those with
 * one of its ids. So the suppressions of the policy, all together, must take just these: else it is
 * refused, with a finding, and `vulnctl gate` is the way out.
 *
 * Facts: aws-actions/vulnerability-scan-github-action-for-amazon-inspector, release 1.5.0 and pull
 * request 154 (one id a line, comments, malformed ids are rejected with a warning), issue 207 (an
 * id holds for all that the scan finds; lines with blanks, commas or colons are malformed). Dates
 * in the file (pull request 204, issue 207) are in flux: an end is a compilation without the line.
 */
#ifndef TARGET_IGNORE_H
#define TARGET_IGNORE_H

#include "target/plan.h"

/* Adds and proves the file. Of a plan whose units are compiled. */
void ignore_emit(struct compilation *c, const struct plan *plan);
/* The ids of a file, as the action reads them, in their order; false with *why if it would pass
 * over a line that is no comment. */
bool ignore_read(struct arena *arena, struct str text, struct str **ids, size_t *n,
		 const char **why);

#endif
