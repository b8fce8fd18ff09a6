/* SPDX-License-Identifier: Apache-2.0
 *
 * The types of language.md §3. A closed vocabulary is a list of words; a word's index is its bit in
 * a bitset. Values are plain: numbers scaled by 10^9, instants and durations in ns. */
#ifndef MODEL_TYPE_H
#define MODEL_TYPE_H

#include "base/str.h"

enum type {
	TYPE_ENUM,     /* closed vocabulary: severity, exploit, fix, workflow, record, compliance, verification */
	TYPE_WORD,     /* open vocabulary of constants and STRINGs: resource.type, finding.type */
	TYPE_VULNID,   /* vulnerability id, as a string */
	TYPE_STRING,
	TYPE_ACCOUNT,  /* 12 digits, as a string */
	TYPE_DECIMAL,  /* scaled by 10^9 */
	TYPE_INT,      /* scaled by 10^9, too: an INT literal is a decimal */
	TYPE_DATE,     /* instant in ns */
	TYPE_MAP,      /* tag["k"], field["k"]: a string per key */
};

struct vocabulary {
	const char *name;           /* "Severity" */
	const char *const *words;   /* the policy's spelling, n of them */
	const char *const *asff;    /* ASFF's spelling, same order; NULL entries: ASFF has no such word */
	unsigned n;
	bool ordered;               /* Severity: words[0] < … < words[n_ordered - 1] */
	unsigned n_ordered;         /* UNTRIAGED stands after them */
};

/* -1 if it is no word of the vocabulary. */
int vocabulary_find(const struct vocabulary *v, struct str word);
int vocabulary_find_asff(const struct vocabulary *v, struct str word);
const char *type_name(enum type type); /* "string", "date", … for messages */

#endif
