/* SPDX-License-Identifier: Apache-2.0
 *
 * The command `test`. Suites are read first, all of them, then each policy is compiled once for
 * each day, and its cases are judged. */
#include "cmd/test.h"

#include <unistd.h>

#include "base/file.h"
#include "cmd/test_internal.h"

static const struct run_command command = {
	.usage = "vulnctl test [options] [DIR|FILE...]",
	.summary =
		"Judges the cases of policy tests: findings, and what is expected of the policy\n"
		"for each. Of a directory, the *.yaml in its folder `tests`, or in itself; the\n"
		"current one if none is named. Exit 1 when a case fails.",
	.options = OPTIONS_POLICY | OPTION_BIT(OUTPUT) | OPTION_BIT(COVERAGE_MIN) |
		   OPTION_BIT(REQUIRE_BOTH) | OPTIONS_JUNIT,
	.operand = DIAG_TEXT("suite"),
	.several = true,
	.none = true,
};

/* --- suites --- */

static bool add_suite(struct testing *t, struct str path)
{
	struct test_suite suite;
	bool good = test_suite_read(t, path, &suite);

	VEC_PUSH(t->run.arena, t->suites, suite);
	return good;
}

static bool add_directory(struct testing *t, struct str dir)
{
	struct arena *arena = t->run.arena;
	struct str tests = path_join(arena, dir, STR("tests")), *names;
	bool good = true, some = false;
	size_t n;

	if (file_is_directory(arena, tests))
		dir = tests;
	if (!file_list(arena, t->run.diags, dir, STR(".yaml"), &names, &n))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (str_is(names[i], "vulnctl.yaml"))
			continue;
		some = true;
		good = add_suite(t, path_join(arena, dir, names[i])) && good;
	}
	if (!some)
		diag_help(diag_world(t->run.diags, "`%s` holds no policy tests",
				     diag_quote(t->run.diags, dir)),
			  "they are files that end with .yaml, in a folder `tests`");
	return good && some;
}

static bool read_suites(struct testing *t)
{
	const struct options *o = &t->run.options;
	bool good = true;

	for (size_t i = 0; i < o->n_operands; i++)
		good = (file_is_directory(t->run.arena, o->operands[i])
				? add_directory(t, o->operands[i])
				: add_suite(t, o->operands[i])) &&
		       good;
	return o->n_operands ? good : add_directory(t, STR("."));
}

/* --- policies --- */

static struct test_coverage *coverage_of(struct testing *t, struct str policy)
{
	struct test_coverage *coverage;

	for (size_t i = 0; i < t->coverages.n; i++)
		if (str_eq(t->coverages.items[i]->policy, policy))
			return t->coverages.items[i];
	coverage = ARENA_NEW(t->run.arena, struct test_coverage);
	coverage->policy = policy;
	coverage->coverage = coverage_new(t->run.arena);
	coverage->run = t->run;
	coverage->run.options.operands = &coverage->policy;
	coverage->run.options.n_operands = 1;
	VEC_PUSH(t->run.arena, t->coverages, coverage);
	return coverage;
}

/* The text of a policy is read once; what is checked and compiled depends on the day. */
static bool prepare(struct test_subject *s)
{
	struct run *run = &s->run;

	if (s->now.len) {
		run->options.has_now = true;
		run->options.now = s->now;
	}
	if (!(run->program ? cmd_check_again(run) : cmd_front_end(run)) ||
	    !compiled_make(run, &s->compiled))
		return false;
	s->coverage->run.config = run->config;
	s->coverage->run.program = run->program;
	s->decider = decide_new(run->arena, run->policy, s->compiled.rules, s->compiled.n);
	coverage_want(s->coverage->coverage, run->policy, s->compiled.rules, s->compiled.n);
	return true;
}

static struct test_subject *subject_of(struct testing *t, const struct test_suite *suite)
{
	struct str now = t->run.options.has_now ? t->run.options.now : suite->now;
	struct test_subject *subject;

	for (size_t i = 0; i < t->subjects.n; i++)
		if (str_eq(t->subjects.items[i]->policy, suite->policy) &&
		    str_eq(t->subjects.items[i]->now, now))
			return t->subjects.items[i];
	subject = ARENA_NEW(t->run.arena, struct test_subject);
	subject->policy = suite->policy;
	subject->now = now;
	subject->coverage = coverage_of(t, suite->policy);
	subject->run = subject->coverage->run;
	if (!prepare(subject))
		return NULL;
	VEC_PUSH(t->run.arena, t->subjects, subject);
	return subject;
}

/* --- judging --- */

static bool judge_all(struct testing *t)
{
	bool good = true;

	for (size_t i = 0; i < t->suites.n; i++) {
		struct test_suite *suite = &t->suites.items[i];

		suite->subject = subject_of(t, suite);
		good = good && suite->subject;
		for (size_t k = 0; suite->subject && k < suite->cases.n; k++) {
			struct test_case *one = &suite->cases.items[k];

			test_case_judge(t, suite->subject, one);
			*(one->failures.n ? &t->failed : &t->passed) += 1;
		}
	}
	return good && !diags_count(t->run.diags, DIAG_ERROR);
}

unsigned test_percent(size_t part, size_t whole)
{
	return whole ? (unsigned)(100 * part / whole) : 100;
}

static void sum_up(struct testing *t)
{
	const struct options *o = &t->run.options;

	for (size_t i = 0; i < t->coverages.n; i++) {
		struct test_coverage *c = t->coverages.items[i];
		const struct coverage *all = c->coverage;

		for (size_t k = 0; k < all->statements.n; k++) {
			c->held += all->statements.items[k].held;
			c->both += all->statements.items[k].held && all->statements.items[k].failed;
		}
		for (size_t k = 0; k < all->tests.n; k++)
			c->outcomes +=
				(size_t)all->tests.items[k].held + all->tests.items[k].failed;
		if (test_percent(c->held, all->statements.n) < o->coverage_min ||
		    test_percent(c->outcomes, 2 * all->tests.n) < o->coverage_min ||
		    (o->require_both && c->both < all->statements.n))
			t->short_of = true;
	}
}

static bool show(struct testing *t)
{
	const struct options *o = &t->run.options;
	struct file_output *out = file_output_open(t->run.arena, t->run.diags, o->output);
	struct json_writer w;

	if (!out)
		return false;
	json_begin(&w, t->run.arena, 2);
	if (o->format == FORMAT_JSON)
		test_show_json(t, &w);
	else if (o->format == FORMAT_JUNIT)
		test_show_junit(t, &w.out);
	else
		test_show_text(t, &w.out);
	return file_output_close(out, t->run.diags,
				 file_output_write(out, t->run.diags, strbuf_str(&w.out)));
}

int cmd_test(struct arena *arena, int argc, char **argv)
{
	struct testing t = {0};
	int code;

	if (run_begin(&t.run, arena, argc, argv, &command) == RUN_GO && read_suites(&t) &&
	    judge_all(&t)) {
		sum_up(&t);
		(void)!show(&t);
	}
	code = run_finish(&t.run);
	return !code && (t.failed || t.short_of) ? 1 : code;
}
