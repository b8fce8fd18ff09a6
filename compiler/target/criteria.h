/* SPDX-License-Identifier: Apache-2.0
 *
 * Sets of findings as rules of criteria, which Security Hub has in three dialects: automation rules
 * V1 and V2, and insights. A rule is a list of criteria joined by AND; a criterion is a list of
 * comparisons on one field, joined by OR (positive) or AND (negative). A CVE may be reached through
 * the title (A2), a repository and a digest through the resource id, decided over the ARN's grammar
 * (A3). What a dialect cannot say exactly is refused. Facts: targets.md, semantics.md §3. */
#ifndef TARGET_CRITERIA_H
#define TARGET_CRITERIA_H

#include "target/literal.h"
#include "target/refuse.h"
#include "target/target.h"

enum criteria_comparison {
	CRITERIA_EQUALS,
	CRITERIA_PREFIX,
	CRITERIA_CONTAINS,
	CRITERIA_NOT_EQUALS,
	CRITERIA_PREFIX_NOT_EQUALS,
	CRITERIA_NOT_CONTAINS,
	CRITERIA_BETWEEN, /* dates and numbers */
};

struct criteria_filter {
	enum criteria_comparison comparison;
	bool glued;	/* in one rule with the filter before it; the others may be parted */
	struct str key; /* of a map */
	struct str value;
	struct interval between; /* instants, or the engine's points of a number */
};

struct criterion {
	const char *name;    /* of the field, as the dialect calls it */
	enum field_id field; /* one that has this name */
	struct criteria_filter *filters;
	size_t n;
};

struct criteria_rule {
	struct criterion *criteria; /* by name */
	size_t n;
	uint64_t assumptions;
};

/* What one of the three takes. */
struct criteria_dialect {
	enum mechanism mechanism;
	bool contains, not_contains; /* CONTAINS, NOT_CONTAINS on texts */
	bool map_contains;	     /* CONTAINS on maps */
	/* Over OCSF: types are a list, and of the types that ASFF spells only those of vocabularies
	 * are known; the id of a resource that is no image is another text than in ASFF. */
	bool ocsf;
	uint64_t joined; /* assumptions on how criteria are joined */
	size_t most_rules;
	size_t (*most_values)(const char *name); /* of a criterion */
	/* May these criteria stand in one rule, as far as their number goes? */
	bool (*fits)(struct arena *arena, const struct criterion *criteria, size_t n);
	/* The word as the dialect spells it, in the n-th way if there are several; NULL: no finding
	 * there has it. */
	const char *(*word)(const struct vocabulary *words, unsigned index, unsigned n);
	/* What a criterion rests on beside AWS's documents. */
	uint64_t (*rests_on)(const struct criterion *criterion);
};

/* The rules whose union is unit->wanted exactly, a `struct criteria_rule` each (they may overlap);
 * false after a refusal. Nothing is added to the compilation. */
bool criteria_make(struct compilation *c, const struct unit *unit, const struct literals *literals,
		   const struct criteria_dialect *dialect, struct refusal *refusal, void **rules,
		   size_t *n);
/* An object of lists of filters, as a request of V1 or an insight holds them; one filter. */
void criteria_write(struct json_writer *w, struct arena *arena, const struct criteria_rule *rule);
void criteria_write_filter(struct json_writer *w, struct arena *arena, enum field_id field,
			   const struct criteria_filter *filter);

/* The findings that an object of lists of filters takes, as a request holds them (V1, insights);
 * false with *why. criteria_read.c: the decompiler, which calls none of the above. */
bool criteria_read(struct compilation *c, const struct unit *unit, enum mechanism mechanism,
		   const struct json *criteria, dd *set, const char **why);
/* A value must hold a character that is not blank. */
bool criteria_blank(struct str value);

#endif
