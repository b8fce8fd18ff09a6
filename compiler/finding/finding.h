/* SPDX-License-Identifier: Apache-2.0
 *
 * A finding: one record for all shapes. ASFF's arrays are groups of elements; a field's value lives
 * in an element of its group. The document itself is the root element of GROUP_FINDING, with
 * children VULNERABILITY and RESOURCE (for an Inspector finding one each), and so on as
 * group_parent says. Absence: a missing key, null, [] and "N/A" are absent; "" is present. */
#ifndef FINDING_FINDING_H
#define FINDING_FINDING_H

#include "base/diag.h"
#include "base/json.h"
#include "model/field.h"

enum fval_kind { FVAL_ABSENT, FVAL_WORD, FVAL_NUMBER, FVAL_STRING };

struct fval {
	enum fval_kind kind;
	int word;	/* WORD (closed vocabularies): index, or -1: another word (in str) */
	int64_t number; /* NUMBER: dates in ns; decimals, ints: 2 * scaled + (more digits follow) */
	struct str str; /* STRING, WORD: the text; TYPE_WORD is a STRING in ASFF's spelling */
};

struct map_entry {
	struct str key, value;
};

struct element {
	enum group group;
	struct fval *values;   /* of the fields of this group, by field_slot(field) */
	struct map_entry *map; /* RESOURCE: tags; FINDING: user-defined fields */
	size_t n_map;
	struct element **children[GROUP_COUNT];
	size_t n_children[GROUP_COUNT];
	struct element *alone; /* its parent's list, as long as nothing else is in it */
};

/* Whose document it was. */
enum layout_id {
	LAYOUT_ASFF,	  /* Security Hub's, of GetFindings and of its events */
	LAYOUT_INSPECTOR, /* Inspector's, of ListFindings, of its reports and of its event; read as
			   * Security Hub would first import it */
	LAYOUT_OCSF,	  /* Security Hub V2's */
	LAYOUT_COUNT
};

/* What a reader may leave out: flags of the fields, and of the provider's original. */
enum { WANTED_ORIGINAL = FIELD_COUNT, WANTED_COUNT };

struct finding {
	struct element *root;
	enum layout_id layout;
	struct str text; /* what it was read from: JSON, but for a report in CSV */
	/* The provider's original as V1 rules see it (semantics.md §1): workflow NEW, no fields,
	 * note or verification; severity, types and criticality as FindingProviderFields has them.
	 * Shares everything else. The root itself where nobody wants it (WANTED_ORIGINAL). */
	struct element *original;
};

unsigned field_slot(enum field_id field); /* position among the fields of its group */
unsigned group_slots(enum group group);	  /* fields of a group */
struct element *element_new(struct arena *arena, enum group group);
struct element *element_add(struct arena *arena, struct element *parent, enum group group);
void element_append(struct arena *arena, struct element *parent, struct element *child);
void element_map_add(struct arena *arena, struct element *element, struct map_entry entry);
struct fval *element_value(struct element *element, enum field_id field);
/* The value of a single field: that of the first element of its group; NULL if absent. */
const struct fval *finding_value(const struct element *root, enum field_id field);

/* A whole document of any shape: one finding, an array, {"Findings": […]}, {"findings": […]}, an
 * event, or NDJSON of those (finding/reader.h has one at a time). *n findings; errors are world
 * diagnostics that name `shown_name` and the position; no finding at all is an error. */
struct finding **findings_read(struct arena *arena, struct diags *d, const char *shown_name,
			       struct str text, size_t *n);

/* Makes a record that was built from a few chosen values (a witness) one that can exist: fills what
 * every finding of its kind has and the record lacks (ids, product, account, region, title, dates,
 * an image's repository, digest and ARN, …), consistently and always in the same way. What stands
 * in the record is never changed, and a field with fixed[field_id] set is left as it is even if
 * absent: the caller sets it for every field whose value was chosen, and for all fields of a group
 * whose elements were chosen as a whole. fixed: FIELD_COUNT flags, or NULL (nothing was chosen to
 * be absent). No vulnerability or package is added; a resource only if none of its fields is
 * fixed. */
void finding_complete(struct arena *arena, struct element *root, const bool *fixed);

/* The record as ASFF JSON, the least that reads back equal: for witnesses. Field order is fixed.
 * Lost are only values that ASFF has no way to say (fields it does not carry, UNTRIAGED). */
void finding_write_asff(struct json_writer *w, const struct element *root);
/* One line for a message: `cve CVE-2024-6119, severity HIGH, repository app/web` (values raw). */
struct str finding_summary(struct arena *arena, const struct element *root);
void finding_summary_wanted(bool *wanted); /* sets its fields, of WANTED_COUNT flags */

#endif
