/* SPDX-License-Identifier: Apache-2.0
 *
 * Amazon Inspector's FilterCriteria: what a filter hides or shows (one CreateFilter request each),
 * and what a report of findings holds (review.h). Values of one criterion are joined by OR, those
 * that exclude by AND, criteria by AND (A32); texts compare with case (A33). All findings that it
 * sees are Inspector's own, so the product is no criterion; nor is the Region, in which the filter
 * stands instead (A34). Images in ECR have criteria of their own, those of other clouds others.
 * Facts: targets.md part C, changes.md, semantics.md §3. */
#ifndef TARGET_INSPECTOR_H
#define TARGET_INSPECTOR_H

#include "target/literal.h"
#include "target/refuse.h"
#include "target/target.h"

enum inspector_comparison { INSPECTOR_EQUALS, INSPECTOR_PREFIX, INSPECTOR_NOT_EQUALS };

/* A test on one member of a package filter. */
struct inspector_part {
	const char *name;
	enum inspector_comparison comparison;
	struct str text;
};

enum inspector_kind {
	INSPECTOR_TEXT,
	INSPECTOR_TAG,	  /* key and text, EQUALS */
	INSPECTOR_NUMBER, /* between two points of the engine */
	INSPECTOR_DATE,	  /* between two instants, INT64_MIN and INT64_MAX being open ends */
	INSPECTOR_PORT,	  /* as NUMBER */
	INSPECTOR_PACKAGE /* all parts hold of one package */
};

struct inspector_value {
	enum inspector_kind kind;
	enum inspector_comparison comparison;
	struct str key, text;
	struct interval between;
	const struct inspector_part *parts;
	size_t n_parts;
};

struct inspector_criterion {
	const char *name;
	struct inspector_value *values;
	size_t n;
	bool glued; /* its values exclude: they stay together, the others may be parted */
};

struct inspector_criteria {
	struct inspector_criterion *items; /* by name */
	size_t n;
	const struct str *regions; /* where it is to stand; none: wherever the policy is */
	size_t n_regions;
	uint64_t assumptions;
};

/* The filters whose union is unit->wanted exactly, `struct inspector_criteria` each (they may
 * overlap); false after a refusal. Nothing is added to the compilation. */
bool inspector_make(struct compilation *c, const struct unit *unit, const struct literals *literals,
		    struct refusal *refusal, void **filters, size_t *n);
void inspector_emit(struct compilation *c, const struct unit *unit, const void *filters, size_t n);

/* One that takes all of `set`, which `cond` is, and as little beyond it as one can; dates that it
 * tests by age are left out, because they move. *taken: what it takes. */
struct inspector_criteria inspector_hull(struct compilation *c, const struct unit *unit,
					 const struct literals *literals, const struct cond *cond,
					 dd set, dd *taken);

/* FilterCriteria; `pascal`: names as Scheduler's universal targets spell them. */
void inspector_write(struct json_writer *w, struct arena *arena,
		     const struct inspector_criteria *criteria, bool pascal);

/* Read back from the text alone. Ask inside the unit's universe (target_use). */
bool inspector_read_criteria(struct compilation *c, const struct json *criteria, bool pascal,
			     const struct str *regions, size_t n_regions, dd *set,
			     const char **why);
/* A CreateFilter request: what it takes; name, action and texts are as the unit needs them. */
bool inspector_read(struct compilation *c, const struct unit *unit, const struct artefact *artefact,
		    dd *set, const char **why);

#endif
