/* SPDX-License-Identifier: Apache-2.0
 *
 * The checked policy: names resolved, values typed, defaults in place. Built by ir/check from the
 * syntax tree, immutable afterwards; everything later (diagrams, evaluation, targets, lints) reads
 * this and never the syntax tree. Conditions are still trees as written, so the plain evaluator can
 * judge the set engine; each atom keeps the span it came from. */
#ifndef IR_POLICY_H
#define IR_POLICY_H

#include "base/diag.h"
#include "base/vec.h"
#include "model/config.h"
#include "model/field.h"

/* One typed literal. */
struct value {
	struct span span;
	int word;	/* ENUM: index in the vocabulary */
	int64_t number; /* DECIMAL, INT: scaled; DATE: instant in ns; age: duration in ns */
	struct str str; /* STRING, ACCOUNT, VULNID, MAP; WORD: ASFF's spelling (canonical) */
};

enum test {
	TEST_IN,     /* equals one of values (== has one); ENUM orders are expanded to this */
	TEST_RANGE,  /* lo..hi; numbers and dates; see below */
	TEST_PREFIX, /* starts with one of values */
	TEST_SUFFIX,
	TEST_CONTAINS,
	TEST_EXISTS,
};

struct atom {
	struct span span;
	enum field_id field;
	struct str key; /* MAP */
	enum test test;
	bool negated; /* "present and not": !=, not in, not startswith … ; `not exists` is a
			 COND_NOT */
	bool age;     /* `<date>.age`: lo/hi are durations in ns, counted from policy->now */
	struct value *values;
	size_t n;
	/* TEST_RANGE: bounds inclusive unless open; a missing bound is INT64_MIN / INT64_MAX.
	 * Strict comparisons keep their strictness (a finding may carry more digits than ours). */
	int64_t lo, hi;
	bool lo_open, hi_open;
};

enum cond_kind { COND_CONST, COND_AND, COND_OR, COND_NOT, COND_ANY, COND_ATOM, COND_TIER };

struct cond {
	enum cond_kind kind;
	struct span span;
	bool truth;		  /* CONST */
	const struct cond **kids; /* AND, OR (n >= 0), NOT, ANY (1) */
	size_t n;
	enum group group; /* ANY: PACKAGE, CVSS or RESOURCE; atoms inside are of its fields */
	const struct atom *atom; /* ATOM */
	int tier;		 /* TIER: index in policy->tiers; -1: in no tier (`none`) */
	struct str define; /* name of the define this subtree came from, else empty (messages) */
};

enum statement_kind {
	STATEMENT_TIER,
	STATEMENT_NOTIFY,
	STATEMENT_SUPPRESS,
	STATEMENT_REOPEN,
	STATEMENT_ASSIGN,
	STATEMENT_PROTECT,
	STATEMENT_INSIGHT,
	STATEMENT_ACTION,
	STATEMENT_REVIEW,
	STATEMENT_LIFECYCLE,
	STATEMENT_STATUS,
};

enum via { VIA_NONE, VIA_AUTOMATION, VIA_EVENT, VIA_AUTOMATION_V2, VIA_INSPECTOR };

enum notify_source {
	SOURCE_SECURITYHUB = 1,
	SOURCE_INSPECTOR = 2,
	SOURCE_SECURITYHUB_V2 = 4,
	SOURCE_INSPECTOR_SCAN = 8
};

/* The end of a suppression. */
struct until {
	struct span span;
	bool has_date;
	bool is_datetime;
	int64_t end;	 /* the first instant at which it no longer holds, ns: the next day's start,
			  * or a second after the instant that is written */
	struct str text; /* as written: "2026-12-31" */
	bool fixed;	 /* until fixed: `and fix in [NO, PARTIAL]` is in the condition already */
	struct span fixed_span;
};

struct set_field { /* set KEY = STRING */
	struct str key, value;
	struct span span;
};

struct row { /* of each: a suppression of its own */
	struct span span;
	const struct cond
		*condition;	/* complete: when and operand == value and not unless, defaults */
	const struct cond *own; /* operand == value alone: whose row a finding is */
	struct until until;
	struct str reason, ticket;
	struct str value; /* text of the row's value */
};

/* One rule of a lifecycle: which images of a repository, and what ends them. */
enum image_tags { IMAGES_ANY, IMAGES_UNTAGGED, IMAGES_TAGGED };
enum image_end {
	IMAGES_KEEP,	    /* all but the newest `number` expire */
	IMAGES_EXPIRE,	    /* `number` days after the push */
	IMAGES_EXPIRE_IDLE, /* `number` days after the last pull */
	IMAGES_ARCHIVE,	    /* moved to the archive `number` days after the last pull */
};

struct image_rule {
	struct span span;
	enum image_tags tags;
	struct value *patterns; /* TAGGED: an image has a tag for every one of them */
	size_t n_patterns;
	enum image_end end;
	int64_t number;
};

struct allowance { /* @allow(rule, reason:, until:) */
	struct span span, rule_span;
	struct span covers; /* the statement that it stands before */
	struct str rule, reason;
	int32_t until_days;
};

struct unused {		/* a definition that nobody mentions, or the alias of a use */
	struct span at; /* its name */
	struct str name;
};

struct statement {
	enum statement_kind kind;
	struct str name;
	struct span span, name_span;
	struct str file; /* path relative to the project root */
	uint32_t line;	 /* of the name */
	/* when and not unless, with the defaults of the policy ANDed; NULL for kinds without one,
	 * and for a suppress with `each` (see rows) */
	const struct cond *condition;
	const struct cond *given; /* of a condition, what the defaults of the policy put into it */
	const struct cond *when, *unless; /* as written alone; NULL: not written */
	const struct cond *scope;	  /* the file's scope, NULL if none */
	/* Inspector only (fields below Vulnerabilities[] and Resources[] are single), or other
	 * products too (they are many-valued)? */
	bool many;
	enum via via;
	struct span via_span;
	struct until until; /* suppress */
	struct str reason, owner, ticket, note, label, title, message, description, justification;
	int status;   /* suppress: SUPPRESSED unless written; assign: Workflow word or -1 */
	int severity; /* assign: Severity word or -1 */
	struct span status_span, severity_span, note_span;
	struct set_field *sets; /* assign, action; in policy order */
	size_t n_sets;
	struct str *to; /* notify, action, review: names of vulnctl.yaml */
	struct span *to_spans;
	size_t n_to;
	unsigned source; /* notify: enum notify_source bits */
	bool mark;	 /* notify: mark NOTIFIED */
	struct span mark_span, message_span, source_span;
	const struct statement *of; /* reopen: the suppression, or NULL */
	struct row *rows;	    /* suppress with each */
	size_t n_rows;
	struct str operand;  /* text of each's operand */
	int64_t sla, review; /* ns, 0: none */
	struct str *was;     /* @was: old names */
	size_t n_was;
	int group_by;			    /* insight: field_id or -1 */
	struct str schedule, export_format; /* review */
	struct image_rule *images;	    /* lifecycle: in the order of their priority */
	size_t n_images;
};

struct policy {
	struct str name, description, owner;
	int64_t edition;
	int32_t offset; /* timezone, seconds east of UTC */
	bool has_timezone;
	int64_t now; /* the instant of --now (start of that day in the timezone, or instant) */
	struct str now_text; /* as given, or the day: for the manifest's compiled_for */
	bool has_accounts, has_regions, has_resources;
	struct str *accounts, *regions,
		*resources; /* policy defaults; resources in ASFF's spelling */
	size_t n_accounts, n_regions, n_resources;
	/* What accounts, regions, resources and product ask of every statement that asks nothing
	 * else; NULL: nothing. shared_many: other products' findings, too. */
	const struct cond *shared;
	bool shared_many;
	struct statement **tiers;
	size_t n_tiers;
	struct statement **statements; /* all but tiers, in policy order (files in order of use) */
	size_t n_statements;
	struct allowance *allows; /* of all statements, in the order in which they were read */
	size_t n_allows;
	struct unused *unused; /* lets and defines, then aliases */
	size_t n_unused;
	const struct config *config;
	size_t n_files;
	/* A condition that was asked beside the policy, without its defaults; NULL: none was. */
	const struct cond *asked;
};

const char *policy_kind(enum statement_kind kind); /* "suppress": the word that begins it */

#endif
