/* SPDX-License-Identifier: Apache-2.0
 *
 * Random policies: the set engine and the plain evaluator, which share no code, must agree on
 * random findings; a witness must be what it is said to be; and what compiles must read back equal,
 * which the compiler's own proof says.
 *
 * usage: test_random [SEED [COUNT]], or VULNCTL_SEED and VULNCTL_COUNT in the environment. Policy i
 * of a run has the seed SEED + i, so `test_random SEED 1` repeats one. A failing policy is printed
 * without the statements and words it fails without. */
#include "random_finding.h"
#include "random_member.h"
#include "random_seen.h"
#include "random_statement.h"

#include <stdlib.h>

#include "eval/eval.h"
#include "ir/check.h"
#include "ir/witness.h"
#include "tap.h"
#include "target/compile.h"

#define SEED 1
/* Sanitizers and builds without optimisation take their time. */
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__)
#define COUNT 10000
#else
#define COUNT 1000
#endif
#define FINDINGS 30
#define SHOWN 5 /* failures that are printed */

enum problem {
	FINE,
	NOT_TYPED,     /* the checker refuses it: a bug of the generator or of the checker */
	TORN,	       /* a node without exactly one edge for a value */
	DISAGREE,      /* engine and evaluator */
	BAD_WITNESS,
	BAD_ARTEFACT,  /* a diagnostic of exit code 4 */
	PROBLEM_COUNT
};

struct tally {
	unsigned policies, findings, impossible, compared, held, exhausted;
	unsigned witnesses, statements, compiled, wanted, failed[PROBLEM_COUNT];
	struct seen seen;
};

/* One policy on trial. */
struct trial {
	struct arena *arena;
	struct sources *sources;
	struct diags *diags;
	const struct policy *policy;
	struct lower *lower;
	uint64_t seed;
	struct tally *tally;
	struct strbuf why; /* what is wrong, for people */
};

/* --- what is shown of a failure --- */

static void show_finding(struct trial *t, const struct element *finding)
{
	struct json_writer w;

	json_begin(&w, t->arena, 0);
	finding_write_asff(&w, finding);
	strbuf_printf(&t->why, "# finding " STR_FMT "\n", STR_ARG(json_end(&w)));
}

static bool engine_says(struct trial *t, const struct cond *cond, enum view view,
			const struct element *finding)
{
	bool torn = false;

	return member_of(t->lower, lower_cond(t->lower, cond, view), finding, view, &torn);
}

/* The smallest part of a condition on which they differ. */
static const struct cond *narrow(struct trial *t, const struct cond *cond, enum view view,
				 const struct element *finding)
{
	bool many = view == VIEW_MANY;

	for (size_t i = 0; i < cond->n && cond->kind != COND_ANY; i++)
		if (eval_cond(t->policy, cond->kids[i], many, finding) !=
		    engine_says(t, cond->kids[i], view, finding))
			return narrow(t, cond->kids[i], view, finding);
	return cond;
}

static void show_difference(struct trial *t, const char *what, const struct cond *cond,
			    enum view view, const struct element *finding, bool engine)
{
	const struct cond *part = narrow(t, cond, view, finding);

	strbuf_printf(&t->why, "# %s, view %s: the engine says %s, the evaluator %s\n", what,
		      view == VIEW_MANY ? "many" : "single", engine ? "yes" : "no",
		      engine ? "no" : "yes");
	if (part->span.end)
		strbuf_printf(&t->why, "# of `" STR_FMT "`\n",
			      STR_ARG(sources_text(t->sources, part->span)));
	show_finding(t, finding);
}

/* --- engine and evaluator --- */

static enum problem compare_one(struct trial *t, const char *what, const struct cond *cond, dd set,
				enum view view, const struct element *finding)
{
	bool torn = false, engine = member_of(t->lower, set, finding, view, &torn);

	t->tally->compared++;
	t->tally->held += engine;
	if (torn) {
		strbuf_printf(&t->why, "# %s: no single edge for a value\n", what);
		show_finding(t, finding);
		return TORN;
	}
	if (engine == eval_cond(t->policy, cond, view == VIEW_MANY, finding))
		return FINE;
	show_difference(t, what, cond, view, finding, engine);
	return DISAGREE;
}

/* A finding of every product in the view of the statement; one of Inspector's in both, because
 * conflicts look at these in the single view whatever the statement says. */
static bool fits_view(const struct statement *s, enum view view, const struct element *finding)
{
	const struct fval *product = finding_value(finding, FIELD_product);

	return view == VIEW_MANY || !s->many || (product && str_is(product->str, "Inspector"));
}

struct records {
	struct element *items[FINDINGS];
	bool possible[FINDINGS][VIEW_COUNT];
};

static enum problem make_records(struct trial *t, struct records *records)
{
	struct nature nature = nature_of(t->arena, prng_of(~t->seed), t->lower);
	bool torn = false;

	for (size_t i = 0; i < FINDINGS; i++) {
		records->items[i] = random_finding(&nature);
		for (enum view v = 0; v < VIEW_COUNT; v++) {
			bool possible = member_possible(t->lower, records->items[i], v, &torn);

			records->possible[i][v] = possible;
			t->tally->findings++;
			t->tally->impossible += !possible;
		}
	}
	return torn ? TORN : FINE;
}

static enum problem compare_cond(struct trial *t, const struct statement *s,
				 const struct cond *cond, const struct records *records)
{
	struct engine *e = lower_engine(t->lower);
	enum problem problem = FINE;

	for (enum view v = 0; v < VIEW_COUNT && !problem; v++) {
		dd set;

		engine_start_question(e);
		set = lower_cond(t->lower, cond, v);
		if (engine_exhausted(e)) {
			engine_clear_exhausted(e);
			t->tally->exhausted++;
			continue;
		}
		for (size_t i = 0; i < FINDINGS && !problem; i++)
			if (records->possible[i][v] && fits_view(s, v, records->items[i]))
				problem = compare_one(t, "a condition", cond, set, v,
						      records->items[i]);
	}
	return problem;
}

/* --- witnesses --- */

static enum problem judge_witness(struct trial *t, const struct cond *cond, enum view view,
				  bool truth)
{
	struct engine *e = lower_engine(t->lower);
	const struct element *witness;
	bool torn = false, empty;
	dd set;

	engine_start_question(e);
	lower_use(t->lower, view);
	set = lower_cond(t->lower, cond, view);
	if (!truth)
		set = dd_not(e, set);
	/* Where the view cannot say what Inspector's findings are, there are others. */
	set = view == VIEW_SINGLE ? dd_and(e, set, lower_inspector(t->lower))
				  : dd_minus(e, set, lower_inspector(t->lower));
	empty = relate_empty(e, set);
	witness = witness_pick(t->lower, t->arena, set, view);
	if (engine_exhausted(e)) {
		engine_clear_exhausted(e);
		t->tally->exhausted++;
		return FINE;
	}
	t->tally->witnesses++;
	if (empty == !witness &&
	    (empty || (eval_cond(t->policy, cond, view == VIEW_MANY, witness) == truth &&
		       member_of(t->lower, set, witness, view, &torn) &&
		       member_possible(t->lower, witness, view, &torn) && !torn)))
		return FINE;
	strbuf_printf(&t->why, "# view %s: the witness of `" STR_FMT "`%s\n",
		      view == VIEW_MANY ? "many" : "single",
		      STR_ARG(sources_text(t->sources, cond->span)),
		      empty	 ? " stands in an empty set"
		      : !witness ? " is missing"
		      : truth	 ? " is not in it"
				 : " of the opposite is in it");
	if (witness)
		show_finding(t, witness);
	return BAD_WITNESS;
}

/* --- compiling --- */

static struct compilation compilation_of(struct trial *t, const struct policy *policy)
{
	return (struct compilation){.arena = t->arena,
				    .diags = diags_new(t->arena, t->sources),
				    .sources = t->sources,
				    .lower = t->lower,
				    .policy = policy,
				    .no_shapes = true}; /* each unit is looked at */
}

/* What a unit must mean, guards and subtractions included, is judged as its statement was. */
static enum problem compare_units(struct trial *t, const struct plan *plan,
				  const struct records *records)
{
	enum problem problem = FINE;

	for (size_t u = 0; u < plan->units.n && !problem; u++) {
		const struct unit *unit = plan->units.items[u];

		if (!unit->wanted)
			continue;
		t->tally->wanted++;
		for (size_t i = 0; i < FINDINGS && !problem; i++)
			if (records->possible[i][unit->view])
				problem = compare_one(t, "a unit", unit_tree(unit), unit->wanted,
						      unit->view, records->items[i]);
	}
	return problem;
}

static enum problem compile(struct trial *t, const struct policy *policy,
			    const struct records *records, bool *compiled)
{
	struct compilation c = compilation_of(t, policy);
	struct plan *plan;

	engine_start_question(lower_engine(t->lower));
	plan = compile_policy(&c);
	engine_clear_exhausted(lower_engine(t->lower));
	*compiled = plan && c.artefacts.n > 0;
	if (diags_exit_code(c.diags) == 4) {
		strbuf_add(&t->why, diags_text(c.diags, t->arena, false));
		return BAD_ARTEFACT;
	}
	return plan ? compare_units(t, plan, records) : FINE;
}

static bool is_emitted(const struct statement *s)
{
	return s->kind == STATEMENT_NOTIFY || s->kind == STATEMENT_SUPPRESS ||
	       s->kind == STATEMENT_REOPEN || s->kind == STATEMENT_ASSIGN ||
	       s->kind == STATEMENT_INSIGHT || s->kind == STATEMENT_REVIEW;
}

/* The whole policy; and since one refusal leaves nothing of it, each statement alone, a reopen with
 * the suppression that it is of. */
static enum problem compile_all(struct trial *t, const struct records *records)
{
	bool whole, one;
	enum problem problem = compile(t, t->policy, records, &whole);

	for (size_t i = 0; i < t->policy->n_statements && !problem; i++) {
		struct statement *pair[2] = {t->policy->statements[i], NULL};
		struct policy alone = *t->policy;

		if (!is_emitted(pair[0]))
			continue;
		for (size_t k = 0; k < t->policy->n_statements; k++)
			if (t->policy->statements[k] == pair[0]->of)
				pair[1] = t->policy->statements[k];
		alone.statements = pair;
		alone.n_statements = pair[1] ? 2 : 1;
		t->tally->statements++;
		one = whole;
		if (!whole)
			problem = compile(t, &alone, records, &one);
		t->tally->compiled += one;
	}
	return problem;
}

/* --- one policy --- */

static struct str text_of(struct arena *arena, const struct random_policy *p)
{
	struct strbuf text;

	strbuf_init(&text, arena);
	for (size_t i = 0; i < p->items.n; i++)
		strbuf_add(&text, p->items.items[i]);
	return strbuf_str(&text);
}

static bool check(struct trial *t, const struct random_policy *p)
{
	static const char *const nows[] = {"2026-04-01", "2026-04-01T12:30:00+09:00", "2026-01-01"};
	struct check_options options = {.has_now = true, .now = str_from(nows[t->seed % 3])};
	struct ast_program *program = ARENA_NEW(t->arena, struct ast_program);
	const struct source *policy;
	const struct config *config;

	t->sources = sources_new(t->arena);
	t->diags = diags_new(t->arena, t->sources);
	config = config_read(t->arena, t->diags,
			     sources_add(t->sources, STR("vulnctl.yaml"), str_from(random_yaml)));
	policy = sources_add(t->sources, STR("policy.vpol"), text_of(t->arena, p));
	program->root = parse_source(t->arena, t->diags, t->sources, policy);
	program->root->path = STR("policy.vpol");
	program->files = &program->root;
	program->n = 1;
	t->policy = check_program(t->arena, t->diags, t->sources, program, config, &options);
	if (!diags_count(t->diags, DIAG_ERROR))
		return true;
	strbuf_add(&t->why, diags_text(t->diags, t->arena, false));
	return false;
}

static enum problem judge_statement(struct trial *t, const struct statement *s,
				    const struct cond *cond, const struct records *records)
{
	enum problem problem;

	if (!cond)
		return FINE;
	problem = compare_cond(t, s, cond, records);
	for (enum view view = 0; view <= (s->many ? VIEW_MANY : VIEW_SINGLE); view++)
		for (int truth = 0; truth < 2 && !problem; truth++)
			problem = judge_witness(t, cond, view, truth);
	return problem;
}

static enum problem judge_all(struct trial *t, const struct records *records)
{
	const struct policy *policy = t->policy;
	enum problem problem = FINE;

	for (size_t i = 0; i < policy->n_tiers && !problem; i++) {
		const struct statement *tier = policy->tiers[i];

		problem = judge_statement(t, tier, tier->condition, records);
	}
	for (size_t i = 0; i < policy->n_statements && !problem; i++) {
		const struct statement *s = policy->statements[i];

		problem = judge_statement(t, s, s->condition, records);
		for (size_t k = 0; k < s->n_rows && !problem; k++)
			problem = judge_statement(t, s, s->rows[k].condition, records);
	}
	return problem;
}

/* why: what is wrong, on the arena. */
static enum problem judge(struct arena *arena, const struct random_policy *p, uint64_t seed,
			  struct tally *tally, struct str *why)
{
	struct trial t = {.arena = arena, .seed = seed, .tally = tally};
	struct records records;
	enum problem problem = NOT_TYPED;

	strbuf_init(&t.why, arena);
	if (check(&t, p)) {
		see_policy(&tally->seen, t.policy);
		t.lower = lower_new(arena, engine_new(arena), t.policy);
		problem = make_records(&t, &records);
		if (!problem)
			problem = judge_all(&t, &records);
		if (!problem)
			problem = compile_all(&t, &records);
	}
	*why = strbuf_str(&t.why);
	return problem;
}

/* --- making a failure small --- */

static enum problem judge_again(const struct random_policy *p, uint64_t seed)
{
	struct arena *arena = arena_new();
	struct tally ignored = {0};
	struct str why;
	enum problem problem = judge(arena, p, seed, &ignored, &why);

	arena_free(arena);
	return problem;
}

/* Leaves out statements as long as the same goes wrong. */
static void drop_items(struct random_policy *p, uint64_t seed, enum problem problem)
{
	for (size_t i = p->items.n; i-- > 1;) {
		struct str item = p->items.items[i];

		p->items.items[i] = STR("");
		if (judge_again(p, seed) != problem)
			p->items.items[i] = item;
	}
}

/* The end of the word, string or sign at `at`, with the blanks behind it. */
static size_t token_end(struct str s, size_t at)
{
	bool string = s.ptr[at] == '"';
	bool word = !string && !strchr("()[]{};, \n", s.ptr[at]);

	for (at++; at < s.len && string && s.ptr[at] != '"'; at++)
		at += s.ptr[at] == '\\';
	at += string;
	while (at < s.len && word && !strchr("()[]{};, \n\"", s.ptr[at]))
		at++;
	while (at < s.len && (s.ptr[at] == ' ' || s.ptr[at] == '\n'))
		at++;
	return at < s.len ? at : s.len;
}

static struct str without(struct arena *arena, struct str s, size_t from, size_t to)
{
	return str_printf(arena, STR_FMT STR_FMT, STR_ARG(str_slice(s, 0, from)),
			  STR_ARG(str_slice(s, to, s.len)));
}

/* Then runs of words of those that are left, the long ones first. What does not parse without them
 * is found out at once, so trying them all is cheap. */
static void drop_words(struct arena *arena, struct random_policy *p, uint64_t seed,
		       enum problem problem, struct str *item)
{
	VEC(size_t) starts = {0};

	for (size_t at = 0; at < item->len; at = token_end(*item, at))
		VEC_PUSH(arena, starts, at);
	VEC_PUSH(arena, starts, item->len);
	for (size_t n = starts.n - 1; n > 0; n--) {
		for (size_t i = 0; i + n < starts.n; i++) {
			struct str whole = *item;

			*item = without(arena, whole, starts.items[i], starts.items[i + n]);
			if (judge_again(p, seed) == problem) {
				drop_words(arena, p, seed, problem, item);
				return;
			}
			*item = whole;
		}
	}
}

static void show_failure(struct random_policy *p, uint64_t seed, enum problem problem)
{
	static const char *const names[PROBLEM_COUNT] = {
		"", "not typed", "torn", "disagreement", "bad witness", "bad artefact"};
	struct arena *arena = arena_new();
	struct tally ignored = {0};
	struct str why, text;

	if (problem != NOT_TYPED) {
		drop_items(p, seed, problem);
		for (size_t i = 1; i < p->items.n; i++)
			drop_words(arena, p, seed, problem, &p->items.items[i]);
		drop_items(p, seed, problem); /* what only the dropped words named */
	}
	judge(arena, p, seed, &ignored, &why);
	text = text_of(arena, p);
	printf("# seed %llu: %s\n", (unsigned long long)seed, names[problem]);
	for (size_t at = 0; at < text.len;) {
		size_t end = at;

		while (end < text.len && text.ptr[end] != '\n')
			end++;
		printf("# | " STR_FMT "\n", STR_ARG(str_slice(text, at, end)));
		at = end + 1;
	}
	printf(STR_FMT, STR_ARG(why));
	fflush(stdout);
	arena_free(arena);
}

/* --- the run --- */

static void run(uint64_t first, uint64_t count, struct tally *tally)
{
	unsigned shown = 0;

	for (uint64_t i = 0; i < count; i++) {
		struct arena *arena = arena_new();
		struct random_policy p = random_policy(arena, prng_of(first + i));
		struct str why;
		enum problem problem = judge(arena, &p, first + i, tally, &why);

		tally->policies++;
		tally->failed[problem]++;
		if (problem && shown++ < SHOWN)
			show_failure(&p, first + i, problem);
		arena_free(arena);
	}
}

static uint64_t setting(int argc, char **argv, int index, const char *name, uint64_t otherwise)
{
	const char *text = argc > index ? argv[index] : getenv(name);

	return text && *text ? strtoull(text, NULL, 10) : otherwise;
}

int main(int argc, char **argv)
{
	uint64_t first = setting(argc, argv, 1, "VULNCTL_SEED", SEED);
	uint64_t count = setting(argc, argv, 2, "VULNCTL_COUNT", COUNT);
	bool few = count < 100; /* too few for shares to mean anything */
	struct tally t = {0};

	run(first, count, &t);
	ok(t.failed[NOT_TYPED] == 0, "%u random policies from seed %llu on are well typed",
	   t.policies, (unsigned long long)first);
	ok(few || seen_everything(&t.seen), "every field, operator and kind of statement occurs");
	ok(t.failed[TORN] == 0, "every value has one edge at every node");
	ok(t.failed[DISAGREE] == 0,
	   "engine and evaluator agree in %u comparisons, of which %u hold", t.compared, t.held);
	ok(t.failed[BAD_WITNESS] == 0, "%u witnesses are what they are said to be", t.witnesses);
	ok(t.failed[BAD_ARTEFACT] == 0,
	   "what compiles of %u statements reads back equal: %u, in %u units", t.statements,
	   t.compiled, t.wanted);
	ok(few || t.compiled * 100 >= t.statements * 40, "at least 40%% of them compile");
	ok(few || t.impossible * 100 <= t.findings * 40,
	   "of %u findings %u cannot exist: at most 40%%", t.findings, t.impossible);
	ok(few || (t.held * 100 >= t.compared * 5 && t.held * 100 <= t.compared * 80),
	   "the comparisons are neither nearly all yes nor nearly all no");
	ok(few || t.exhausted * 100 <= t.policies, "%u questions were beyond the budget",
	   t.exhausted);
	return done();
}
