/* SPDX-License-Identifier: Apache-2.0
 *
 * The types of language.md §3. A closed vocabulary is a list of words; a word's index is its bit in
 * a bitset. Values are plain: numbers scaled by 10^9, instants and durations in ns. */
#ifndef MODEL_TYPE_H
#define MODEL_TYPE_H

#include "base/str.h"

enum type {
	TYPE_ENUM,     /* closed vocabulary: severity, exploit, fix, workflow, record, … */
	TYPE_WORD,     /* open vocabulary of constants and STRINGs: resource.type, finding.type */
	TYPE_VULNID,   /* vulnerability id, as a string */
	TYPE_STRING,
	TYPE_ACCOUNT,  /* 12 digits, as a string */
	TYPE_DECIMAL,  /* scaled by 10^9 */
	TYPE_INT,      /* scaled by 10^9, too: an INT literal is a decimal */
	TYPE_DATE,     /* instant in ns */
	TYPE_MAP,      /* tag["k"], field["k"]: a string per key */
	TYPE_COUNT
};

#define TYPE_SCALE INT64_C(1000000000)

struct vocabulary {
	const char *name;           /* "Severity" */
	const char *const *words;   /* the policy's spelling, n of them */
	const char *const *asff;    /* ASFF's, same order; a NULL entry: ASFF has no such word */
	const char *const *inspector; /* WORD only: Inspector's, same order; NULL for ENUM */
	const char *const *ocsf;    /* Security Hub V2's; NULL entries, or NULL: not known */
	unsigned n;
	bool ordered;               /* Severity: words[0] < … < words[n_ordered - 1] */
	unsigned n_ordered;         /* UNTRIAGED stands after them */
};

extern const struct vocabulary vocabulary_severity, vocabulary_exploit, vocabulary_fix,
	vocabulary_workflow, vocabulary_record, vocabulary_compliance, vocabulary_verification,
	vocabulary_resource_type, vocabulary_finding_type;

/* Indices of the words that code names. */
enum severity_word {
	SEVERITY_INFORMATIONAL, SEVERITY_LOW, SEVERITY_MEDIUM, SEVERITY_HIGH, SEVERITY_CRITICAL,
	SEVERITY_UNTRIAGED,
};
enum exploit_word { EXPLOIT_YES, EXPLOIT_NO };
enum fix_word { FIX_YES, FIX_NO, FIX_PARTIAL };
enum workflow_word { WORKFLOW_NEW, WORKFLOW_NOTIFIED, WORKFLOW_SUPPRESSED, WORKFLOW_RESOLVED };
enum record_word { RECORD_ACTIVE, RECORD_ARCHIVED };
enum compliance_word {
	COMPLIANCE_PASSED, COMPLIANCE_FAILED, COMPLIANCE_WARNING, COMPLIANCE_NOT_AVAILABLE,
};
enum resource_word {
	RESOURCE_ECR_IMAGE, RESOURCE_ECR_REPOSITORY, RESOURCE_EC2_INSTANCE,
	RESOURCE_LAMBDA_FUNCTION, RESOURCE_CODE_REPOSITORY, RESOURCE_MACHINE_IMAGE,
	RESOURCE_AZURE_VM, RESOURCE_AZURE_IMAGE, RESOURCE_AZURE_FUNCTION,
	RESOURCE_GCP_INSTANCE, RESOURCE_GCP_IMAGE, RESOURCE_GCP_FUNCTION,
};
enum finding_word { FINDING_PACKAGE, FINDING_NETWORK, FINDING_CODE };

/* -1 if it is no word of the vocabulary. */
int vocabulary_find(const struct vocabulary *v, struct str word);
int vocabulary_find_asff(const struct vocabulary *v, struct str word);
/* WORD values are kept as text: ASFF's spelling, or Inspector's where ASFF has none. A mechanism
 * over ASFF refuses a canonical text whose word has no ASFF spelling (asff[index] is NULL). */
const char *vocabulary_canonical(const struct vocabulary *v, unsigned index);
int vocabulary_find_canonical(const struct vocabulary *v, struct str text);
const char *type_name(enum type type); /* "string", "date", … for messages */

#endif
