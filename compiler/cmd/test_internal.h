/* SPDX-License-Identifier: Apache-2.0
 *
 * What cmd/test*.c share. */
#ifndef CMD_TEST_INTERNAL_H
#define CMD_TEST_INTERNAL_H

#include "base/yaml.h"
#include "cmd/compiled.h"
#include "eval/coverage.h"

/* --- suites, as they are written --- */

struct test_names {
	bool given;
	struct span span;
	struct str *items; /* of one name: it, or nothing for none */
	struct span *spans;
	size_t n;
};

struct test_entries {
	bool given;
	struct span span;
	struct map_entry *items; /* by key; an empty value, of who decided: nobody */
	struct span *spans;	 /* of the values */
	size_t n;
};

/* What is not given is not compared. */
struct test_expect {
	struct test_names tier;
	struct test_names lists[DECIDE_LIST_COUNT];
	struct test_names workflow;
	struct test_entries fields; /* all that stand afterwards */
	struct test_names workflow_by;
	struct test_entries fields_by; /* of these keys */
};

/* One thing that came out otherwise. */
struct test_failure {
	struct str what; /* "tier", "decided_by.fields.owner" */
	struct str expected, got;
	struct str why; /* lines, without an end; may be empty */
};

struct test_case {
	struct str name;
	struct span span;
	const struct finding *finding;
	struct test_expect expect;
	VEC(struct test_failure) failures;
};

struct test_suite {
	struct str path;
	struct str policy; /* its path, from where the user stands */
	bool has_now;
	struct str now;
	VEC(struct test_case) cases;
	struct test_subject *subject; /* NULL: the policy does not compile */
};

/* A policy on one day. */
struct test_subject {
	struct str policy, now;
	struct run run; /* its front end; arena, sources and diagnostics are those of all */
	struct compiled compiled;
	struct decider *decider;
	struct test_coverage *coverage;
};

/* A policy on all days. */
struct test_coverage {
	struct str policy;
	struct coverage *coverage;
	struct run run;
	size_t held, both; /* statements */
	size_t outcomes;   /* of the tests, of two each */
};

struct testing {
	struct run run;
	VEC(struct test_suite) suites;
	VEC(struct test_subject *) subjects;
	VEC(struct test_coverage *) coverages;
	size_t passed, failed;
	bool short_of; /* less is covered than was asked for */
};

/* Reads a suite with its findings; false after diagnostics. */
bool test_suite_read(struct testing *t, struct str path, struct test_suite *suite)
	__attribute__((warn_unused_result));
/* A finding by its fields; NULL after diagnostics. */
const struct finding *test_record_read(struct testing *t, const struct yaml *record);
/* Compares; names that the policy does not have are diagnostics. */
void test_case_judge(struct testing *t, struct test_subject *subject, struct test_case *one);

/* --- what is shown --- */

void test_show_text(struct testing *t, struct strbuf *out);
void test_show_json(struct testing *t, struct json_writer *w);
void test_show_junit(struct testing *t, struct strbuf *out);
/* A test that is to be covered, in words. */
struct str test_wording(struct testing *t, const struct cond *cond);
/* Percent, rounded down, of parts of a whole; of nothing, 100. */
unsigned test_percent(size_t part, size_t whole);

#endif
