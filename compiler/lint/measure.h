/* SPDX-License-Identifier: Apache-2.0
 *
 * What the policy does to real findings, counted for the rules that need them (lint/measured.c):
 * one pass over the files, each finding decided as `eval` decides it. Memory grows with distinct
 * CVEs, accounts and repositories of what is hidden, and up to MEASURE_TEXTS bytes of distinct
 * values for each field that the policy tests as text; not with the number of findings. */
#ifndef LINT_MEASURE_H
#define LINT_MEASURE_H

#include "eval/tally.h"
#include "finding/finding.h"
#include "lint/lint.h"

#define MEASURE_IDS 10
#define MEASURE_TEXTS (4u << 20)

/* Of a statement. cves … ids: of suppressions alone. */
struct measured {
	size_t n, active; /* findings that it takes; active ones of them */
	size_t fixed;	  /* with fix YES */
	struct tally cves, accounts, repositories;
	VEC(int64_t)
	first;		  /* by entry of cves: when it was first observed; INT64_MAX: never said */
	size_t dangerous; /* active, CRITICAL and exploited */
	struct str ids[MEASURE_IDS]; /* of the first of those */
};

/* Between values: in no text, which is UTF-8. */
#define MEASURE_MARK '\xff'

/* Distinct values of a field, each between marks; lower: the same with A to Z as a to z. */
struct measured_texts {
	struct tally seen;
	struct strbuf raw, lower;
	bool full; /* there were more than are kept */
};

struct measure {
	struct str files; /* for messages: `a.json`, or "3 files" */
	size_t findings, active;
	bool has_newest;
	int64_t newest; /* the last instant at which one of them was observed or updated */
	struct measured *statements; /* by position in policy->statements */
	size_t *unassigned;	     /* by tier: findings without the field `in-charge` */
	struct measured_texts texts[FIELD_COUNT];
};

/* Reads the files into l->measure. false after diagnostics. The policy must compile. */
bool measure_read(struct lint *l, struct plan *plan, const struct str *paths, size_t n_paths);
/* A to Z as a to z; nothing else changes, so places in both are the same. */
void measure_lower(struct strbuf *out, struct str text);
/* "2026-03-31", or "unknown date". */
struct str measure_newest(struct lint *l);

#endif
