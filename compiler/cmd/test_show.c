/* SPDX-License-Identifier: Apache-2.0
 *
 * What policy tests came to, as text and as JUnit's XML. */
#include "base/unicode.h"
#include "base/xml.h"
#include "cmd/test_internal.h"

#define MISSING_SHOWN 20

static uint32_t line_of(struct testing *t, struct span span)
{
	return sources_locate(t->run.sources, span.start).line;
}

/* Of a tier its name alone has a place. */
struct str test_wording(struct testing *t, const struct cond *cond)
{
	struct str text = sources_text(t->run.sources, cond->span);

	if (cond->kind != COND_TIER)
		return text;
	return str_printf(t->run.arena, "tier == " STR_FMT, STR_ARG(text));
}

/* --- text --- */

/* Lines of a text, escaped, each behind some blanks. */
static void add_lines(struct strbuf *out, struct str text, const char *indent)
{
	while (text.len) {
		size_t end = 0;

		while (end < text.len && text.ptr[end] != '\n')
			end++;
		strbuf_puts(out, indent);
		unicode_escape(out, str_slice(text, 0, end));
		strbuf_addc(out, '\n');
		text = str_slice(text, end + 1, text.len);
	}
}

static void add_failure(struct strbuf *out, const struct test_failure *failure)
{
	strbuf_puts(out, "    ");
	unicode_escape(out, failure->what);
	strbuf_puts(out, ": expected ");
	unicode_escape(out, failure->expected);
	strbuf_puts(out, ", got ");
	unicode_escape(out, failure->got);
	strbuf_addc(out, '\n');
	add_lines(out, failure->why, "      ");
}

static void add_case(struct testing *t, struct strbuf *out, const struct test_suite *suite,
		     const struct test_case *one)
{
	bool failed = one->failures.n > 0;

	if (!failed && !t->run.options.verbose)
		return;
	strbuf_puts(out, failed ? "FAIL  " : "ok    ");
	unicode_escape(out, one->name);
	strbuf_puts(out, " (");
	unicode_escape(out, suite->path);
	strbuf_printf(out, ":%u)\n", line_of(t, one->span));
	for (size_t i = 0; i < one->failures.n; i++)
		add_failure(out, &one->failures.items[i]);
}

static void add_place(struct testing *t, struct strbuf *out, struct span span)
{
	struct position at = sources_locate(t->run.sources, span.start);

	unicode_escape(out, at.source ? at.source->path : STR(""));
	strbuf_printf(out, ":%u:%u", at.line, at.col);
}

static const char *lacks(bool held, bool failed)
{
	if (held)
		return "never false";
	return failed ? "never true" : "never met";
}

/* What is not covered, the first of it. */
static void add_missing(struct testing *t, struct strbuf *out, const struct coverage *c)
{
	size_t shown = 0;

	for (size_t i = 0; i < c->statements.n; i++) {
		const struct coverage_statement *at = &c->statements.items[i];

		if (at->held && (at->failed || !t->run.options.require_both))
			continue;
		if (shown++ >= MISSING_SHOWN)
			continue;
		strbuf_puts(out, "  ");
		add_place(t, out, at->statement->name_span);
		strbuf_printf(out, ": `" STR_FMT "` %s\n", STR_ARG(at->statement->name),
			      at->held ? "takes every finding of the cases"
				       : "takes no finding of the cases");
	}
	for (size_t i = 0; i < c->tests.n; i++) {
		const struct coverage_test *at = &c->tests.items[i];

		if ((at->held && at->failed) || shown++ >= MISSING_SHOWN)
			continue;
		strbuf_puts(out, "  ");
		add_place(t, out, at->cond->span);
		strbuf_puts(out, ": `");
		unicode_escape(out, test_wording(t, at->cond));
		strbuf_printf(out, "` is %s\n", lacks(at->held, at->failed));
	}
	if (shown > MISSING_SHOWN)
		strbuf_printf(out, "  and %zu more\n", shown - MISSING_SHOWN);
}

static void add_coverage(struct testing *t, struct strbuf *out, const struct test_coverage *c)
{
	const struct coverage *all = c->coverage;

	unicode_escape(out, c->policy);
	strbuf_printf(out, ": %zu of %zu statements (%u %%), %zu of %zu branches (%u %%)\n",
		      c->held, all->statements.n, test_percent(c->held, all->statements.n),
		      c->outcomes, 2 * all->tests.n, test_percent(c->outcomes, 2 * all->tests.n));
	add_missing(t, out, all);
}

void test_show_text(struct testing *t, struct strbuf *out)
{
	if (t->run.options.quiet && !t->failed && !t->short_of)
		return;
	for (size_t i = 0; i < t->suites.n; i++)
		for (size_t k = 0; k < t->suites.items[i].cases.n; k++)
			add_case(t, out, &t->suites.items[i], &t->suites.items[i].cases.items[k]);
	for (size_t i = 0; i < t->coverages.n; i++)
		add_coverage(t, out, t->coverages.items[i]);
	strbuf_printf(out, "%zu passed, %zu failed\n", t->passed, t->failed);
}

/* --- JUnit --- */

/* Without the end of its last line. */
static struct str chomp(struct str lines)
{
	return str_ends(lines, STR("\n")) ? str_slice(lines, 0, lines.len - 1) : lines;
}

static void add_junit_case(struct testing *t, struct strbuf *out, const struct test_suite *suite,
			   const struct test_case *one)
{
	strbuf_puts(out, "    <testcase classname=\"");
	xml_attribute(out, suite->path);
	strbuf_puts(out, "\" name=\"");
	xml_attribute(out, one->name);
	strbuf_printf(out, "\" line=\"%u\"", line_of(t, one->span));
	strbuf_puts(out, one->failures.n ? ">\n" : "/>\n");
	for (size_t i = 0; i < one->failures.n; i++) {
		const struct test_failure *f = &one->failures.items[i];

		strbuf_puts(out, "      <failure message=\"");
		xml_attribute(out, f->what);
		strbuf_puts(out, ": expected ");
		xml_attribute(out, f->expected);
		strbuf_puts(out, ", got ");
		xml_attribute(out, f->got);
		strbuf_puts(out, "\">");
		xml_text(out, chomp(f->why));
		strbuf_puts(out, "</failure>\n");
	}
	if (one->failures.n)
		strbuf_puts(out, "    </testcase>\n");
}

void test_show_junit(struct testing *t, struct strbuf *out)
{
	strbuf_printf(out,
		      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"%zu\" "
		      "failures=\"%zu\">\n",
		      t->passed + t->failed, t->failed);
	for (size_t i = 0; i < t->suites.n; i++) {
		const struct test_suite *suite = &t->suites.items[i];
		size_t failed = 0;

		for (size_t k = 0; k < suite->cases.n; k++)
			failed += suite->cases.items[k].failures.n > 0;
		strbuf_puts(out, "  <testsuite name=\"");
		xml_attribute(out, suite->path);
		strbuf_printf(out, "\" tests=\"%zu\" failures=\"%zu\">\n", suite->cases.n, failed);
		for (size_t k = 0; k < suite->cases.n; k++)
			add_junit_case(t, out, suite, &suite->cases.items[k]);
		strbuf_puts(out, "  </testsuite>\n");
	}
	strbuf_puts(out, "</testsuites>\n");
}
