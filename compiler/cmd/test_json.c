/* SPDX-License-Identifier: Apache-2.0
 *
 * What policy tests came to, as JSON. */
#include "cmd/test_internal.h"

static void write_text(struct json_writer *w, const char *key, struct str text)
{
	json_key(w, key);
	json_str(w, text);
}

static void write_number(struct json_writer *w, const char *key, size_t number)
{
	json_key(w, key);
	json_int(w, (int64_t)number);
}

static void write_place(struct testing *t, struct json_writer *w, struct span span)
{
	struct position at = sources_locate(t->run.sources, span.start);

	write_text(w, "file", at.source ? at.source->path : STR(""));
	write_number(w, "line", at.line);
	write_number(w, "col", at.col);
}

static void write_case(struct testing *t, struct json_writer *w, const struct test_case *one)
{
	json_open_object(w);
	write_text(w, "name", one->name);
	write_place(t, w, one->span);
	write_text(w, "result", one->failures.n ? STR("failed") : STR("passed"));
	json_key(w, "failures");
	json_open_array(w);
	for (size_t i = 0; i < one->failures.n; i++) {
		const struct test_failure *f = &one->failures.items[i];

		json_open_object(w);
		write_text(w, "what", f->what);
		write_text(w, "expected", f->expected);
		write_text(w, "got", f->got);
		write_text(w, "why", f->why);
		json_close_object(w);
	}
	json_close_array(w);
	json_close_object(w);
}

static void write_suite(struct testing *t, struct json_writer *w, const struct test_suite *suite)
{
	json_open_object(w);
	write_text(w, "file", suite->path);
	write_text(w, "policy", suite->policy);
	json_key(w, "cases");
	json_open_array(w);
	for (size_t k = 0; k < suite->cases.n; k++)
		write_case(t, w, &suite->cases.items[k]);
	json_close_array(w);
	json_close_object(w);
}

static void write_outcomes(struct json_writer *w, bool held, bool failed)
{
	json_key(w, "held");
	json_bool(w, held);
	json_key(w, "failed");
	json_bool(w, failed);
}

static void write_share(struct json_writer *w, const char *key, size_t part, size_t whole)
{
	json_key(w, key);
	json_open_object(w);
	write_number(w, "covered", part);
	write_number(w, "of", whole);
	write_number(w, "percent", test_percent(part, whole));
	json_close_object(w);
}

static void write_coverage(struct testing *t, struct json_writer *w, const struct test_coverage *c)
{
	const struct coverage *all = c->coverage;

	json_open_object(w);
	write_text(w, "policy", c->policy);
	write_share(w, "statements", c->held, all->statements.n);
	write_share(w, "branches", c->outcomes, 2 * all->tests.n);
	json_key(w, "by_statement");
	json_open_array(w);
	for (size_t i = 0; i < all->statements.n; i++) {
		const struct coverage_statement *at = &all->statements.items[i];

		json_open_object(w);
		write_text(w, "name", at->statement->name);
		write_place(t, w, at->statement->name_span);
		write_outcomes(w, at->held, at->failed);
		json_close_object(w);
	}
	json_close_array(w);
	json_key(w, "by_test");
	json_open_array(w);
	for (size_t i = 0; i < all->tests.n; i++) {
		const struct coverage_test *at = &all->tests.items[i];

		json_open_object(w);
		write_text(w, "test", test_wording(t, at->cond));
		write_place(t, w, at->cond->span);
		write_outcomes(w, at->held, at->failed);
		json_close_object(w);
	}
	json_close_array(w);
	json_close_object(w);
}

void test_show_json(struct testing *t, struct json_writer *w)
{
	json_open_object(w);
	write_number(w, "passed", t->passed);
	write_number(w, "failed", t->failed);
	json_key(w, "suites");
	json_open_array(w);
	for (size_t i = 0; i < t->suites.n; i++)
		write_suite(t, w, &t->suites.items[i]);
	json_close_array(w);
	json_key(w, "coverage");
	json_open_array(w);
	for (size_t i = 0; i < t->coverages.n; i++)
		write_coverage(t, w, t->coverages.items[i]);
	json_close_array(w);
	json_close_object(w);
	strbuf_addc(&w->out, '\n');
}
