/* SPDX-License-Identifier: Apache-2.0
 *
 * A policy made ready to meet findings: compiled in memory, because only what compiles does
 * anything, and by the mechanism that the compiler chose. Nothing is written. */
#ifndef CMD_COMPILED_H
#define CMD_COMPILED_H

#include "cmd/run.h"
#include "target/compile.h"
#include "target/rules.h"

struct compiled {
	struct compilation c;
	struct plan *plan;
	struct decide_rule *rules; /* in policy order */
	size_t n;
};

/* The plan alone, from the run's policy, for lint, without rules or artefacts: false after
 * diagnostics, and what stands in *compiled serves questions all the same. */
bool compiled_plan(struct run *run, struct compiled *compiled);
/* From the run's policy; false after diagnostics. */
bool compiled_make(struct run *run, struct compiled *compiled) __attribute__((warn_unused_result));
/* The rules alone, in policy order: what else compiling takes is given back. NULL after
 * diagnostics. */
struct decide_rule *compiled_rules(struct run *run, size_t *n);

#endif
