/* SPDX-License-Identifier: Apache-2.0
 *
 * Random policies, linted: no problem is told that the plain evaluator does not confirm, none that
 * random findings contradict, none is missed that they show; and with less of a budget fewer
 * problems are told, never others.
 *
 * usage: test_random_lint [SEED [COUNT]], as test_random. */
#include "random_finding.h"
#include "random_member.h"
#include "random_statement.h"

#include <limits.h>
#include <stdlib.h>

#include "eval/decide.h"
#include "ir/check.h"
#include "lint/lint.h"
#include "lint/settle.h"
#include "tap.h"
#include "target/compile.h"
#include "target/rules.h"

#define SEED 1
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__)
#define COUNT 80
#else
#define COUNT 10
#endif
#define FINDINGS 60
#define SHOWN 5

enum problem { FINE, NOT_TYPED, BUG, UNTRUE, MISSED, OTHER_WITH_LESS, PROBLEM_COUNT };

struct tally {
	unsigned policies, compiled, told, exhausted, findings, failed[PROBLEM_COUNT];
};

/* One run of the linter. */
struct linted {
	struct arena *arena;
	struct sources *sources;
	struct diags *diags;
	struct ast_program *program;
	const struct policy *policy;
	struct compilation c;
	struct lint l;
	struct plan *plan;
	uint64_t seed;
	struct tally *tally;
	struct strbuf why;
};

static struct str text_of(struct arena *arena, const struct random_policy *p)
{
	struct strbuf text;

	strbuf_init(&text, arena);
	for (size_t i = 0; i < p->items.n; i++)
		strbuf_add(&text, p->items.items[i]);
	return strbuf_str(&text);
}

static bool check(struct linted *t, const struct random_policy *p, enum lint_id only)
{
	struct check_options options = {.has_now = true, .now = STR("2026-04-01")};
	const struct config *config;
	struct lint_choice none = {0};
	struct lint_settings *settings;

	strbuf_init(&t->why, t->arena);
	t->sources = sources_new(t->arena);
	t->diags = diags_new(t->arena, t->sources);
	t->program = ARENA_NEW(t->arena, struct ast_program);
	config = config_read(t->arena, t->diags,
			     sources_add(t->sources, STR("vulnctl.yaml"), str_from(random_yaml)));
	t->program->root =
		parse_source(t->arena, t->diags, t->sources,
			     sources_add(t->sources, STR("policy.vpol"), text_of(t->arena, p)));
	t->program->root->path = STR("policy.vpol");
	t->program->files = &t->program->root;
	t->program->n = 1;
	t->policy = check_program(t->arena, t->diags, t->sources, t->program, config, &options);
	if (diags_count(t->diags, DIAG_ERROR))
		return false;
	settings = ARENA_NEW(t->arena, struct lint_settings);
	*settings = *lint_settings_read(t->arena, t->diags, config, &none);
	for (enum lint_id rule = 0; rule < RULE_COUNT; rule++)
		settings->levels[rule] = only < RULE_COUNT && rule != only ? LINT_OFF
					 : settings->levels[rule]	   ? settings->levels[rule]
									   : LINT_WARN;
	t->l.settings = settings;
	return true;
}

/* limit: nodes of the set engine, when the policy is compiled; 0: as always. only: one rule, or
 * RULE_COUNT. */
static bool lint(struct linted *t, const struct random_policy *p, size_t limit, enum lint_id only)
{
	if (!check(t, p, only)) {
		strbuf_add(&t->why, diags_text(t->diags, t->arena, false));
		return false;
	}
	t->c = (struct compilation){
		.arena = t->arena,
		.diags = t->diags,
		.sources = t->sources,
		.policy = t->policy,
		.unwanted = UINT_MAX,
		.for_lint = true,
		.lower = lower_new(t->arena, engine_new(t->arena), t->policy),
	};
	t->plan = compile_policy(&t->c);
	if (limit)
		engine_set_node_limit(lower_engine(t->c.lower), limit);
	t->l.arena = t->arena;
	t->l.diags = t->diags;
	t->l.sources = t->sources;
	t->l.program = t->program;
	t->l.policy = t->policy;
	t->l.c = &t->c;
	t->l.plan = t->plan;
	t->l.places = places_new(t->arena, t->program);
	lint_run(&t->l);
	settle_allowances(&t->l);
	settle_names(t->arena, t->diags, t->sources, t->l.places);
	return true;
}

static bool is_told(const struct linted *t, enum lint_id rule, struct span at)
{
	const struct diag *diag;

	for (size_t i = 0; (diag = diags_at(t->diags, i)); i++)
		if (diag_id(diag) && lint_rule_find(str_from(diag_id(diag))) == rule &&
		    diag_place(diag).start == at.start)
			return true;
	return false;
}

/* --- what findings show --- */

struct records {
	struct element *items[FINDINGS];
	bool possible[FINDINGS][VIEW_COUNT];
};

static bool is_inspector(const struct element *finding)
{
	const struct fval *product = finding_value(finding, FIELD_product);

	return product && product->kind == FVAL_STRING && str_is(product->str, "Inspector");
}

static void make_records(struct linted *t, struct records *records)
{
	struct nature nature = nature_of(t->arena, prng_of(~t->seed), t->c.lower);
	bool torn = false;

	for (size_t i = 0; i < FINDINGS; i++) {
		struct element *f = random_finding(&nature);

		records->items[i] = f;
		for (enum view v = 0; v < VIEW_COUNT; v++)
			records->possible[i][v] = (v == VIEW_SINGLE) == is_inspector(f) &&
						  member_possible(t->c.lower, f, v, &torn);
	}
}

static bool is_possible(const struct records *records, size_t i)
{
	return records->possible[i][VIEW_SINGLE] || records->possible[i][VIEW_MANY];
}

/* The condition, of a finding of which this field is that word. */
static bool holds_with(const struct linted *t, const struct cond *cond, bool many,
		       struct element *f, enum field_id field, int word)
{
	struct fval *value = element_value(f, field), before = *value;
	bool holds;

	*value = (struct fval){.kind = FVAL_WORD, .word = word};
	holds = eval_cond(t->policy, cond, many, f);
	*value = before;
	return holds;
}

static bool whichever(const struct linted *t, const struct statement *s, struct element *f,
		      enum field_id field, int words)
{
	for (int w = 0; w < words; w++)
		if (!holds_with(t, s->condition, s->many, f, field, w))
			return false;
	return true;
}

static enum problem wrong(struct linted *t, enum problem problem, enum lint_id rule,
			  const struct element *f, struct str name)
{
	struct json_writer w;

	json_begin(&w, t->arena, 0);
	finding_write_asff(&w, f);
	strbuf_printf(&t->why, "# %s (%s) of " STR_FMT ", finding " STR_FMT "\n",
		      lint_rules[rule].name, problem == MISSED ? "missing" : "untrue",
		      STR_ARG(name), STR_ARG(json_end(&w)));
	return problem;
}

/* VC405, VC406: of a message that a finding gets in whatever status it is. */
static enum problem check_statuses(struct linted *t, const struct statement *s, struct element *f)
{
	if (s->kind != STATEMENT_NOTIFY || s->source != SOURCE_SECURITYHUB)
		return FINE;
	if (whichever(t, s, f, FIELD_workflow, WORKFLOW_RESOLVED + 1) &&
	    !is_told(t, RULE_notify_without_workflow, s->name_span))
		return wrong(t, MISSED, RULE_notify_without_workflow, f, s->name);
	if (whichever(t, s, f, FIELD_record, RECORD_ARCHIVED + 1) &&
	    !is_told(t, RULE_notify_archived, s->name_span))
		return wrong(t, MISSED, RULE_notify_archived, f, s->name);
	return FINE;
}

static bool has_word(const struct element *f, enum field_id field, int word)
{
	const struct fval *value = finding_value(f, field);

	return value && value->kind == FVAL_WORD && value->word == word;
}

/* VC103: what takes everything takes this finding, if the defaults do. */
static enum problem check_everything(struct linted *t, const struct statement *s,
				     const struct element *f)
{
	bool many = s->many;

	if (s->kind != STATEMENT_SUPPRESS || !s->condition ||
	    !is_told(t, RULE_matches_everything, s->name_span) || (!many && !is_inspector(f)))
		return FINE;
	if ((!s->given || eval_cond(t->policy, s->given, many, f)) &&
	    !eval_cond(t->policy, s->condition, many, f))
		return wrong(t, UNTRUE, RULE_matches_everything, f, s->name);
	return FINE;
}

/* VC402, VC403: what is new, open and of the policy is in a tier, if nothing is told. */
static enum problem check_gaps(struct linted *t, const struct element *f)
{
	const struct policy *p = t->policy;
	bool critical = has_word(f, FIELD_severity, SEVERITY_CRITICAL);
	bool exploited = has_word(f, FIELD_exploit, EXPLOIT_YES) && is_inspector(f);
	enum lint_id rule = critical ? RULE_critical_gap : RULE_exploited_gap;
	struct str name;

	if (!p->n_tiers || (!critical && !exploited) || (!p->shared_many && !is_inspector(f)))
		return FINE;
	name = p->tiers[p->n_tiers - 1]->name;
	if (!has_word(f, FIELD_record, RECORD_ACTIVE) ||
	    !has_word(f, FIELD_workflow, WORKFLOW_NEW) ||
	    (p->shared && !eval_cond(p, p->shared, p->shared_many, f)) || eval_tier(p, f) >= 0)
		return FINE;
	return is_told(t, rule, p->tiers[p->n_tiers - 1]->name_span)
		       ? FINE
		       : wrong(t, MISSED, rule, f, name);
}

static enum problem check_finding(struct linted *t, struct element *f)
{
	enum problem problem = check_gaps(t, f);

	for (size_t i = 0; i < t->policy->n_statements && !problem; i++) {
		const struct statement *s = t->policy->statements[i];

		if (!s->condition || (!s->many && !is_inspector(f)))
			continue;
		problem = check_statuses(t, s, f);
		if (!problem)
			problem = check_everything(t, s, f);
	}
	return problem;
}

/* --- what the rules do --- */

static bool lists(const struct decision *d, enum decide_list list, const struct statement *s)
{
	for (size_t i = 0; i < d->lists[list].n; i++)
		if (d->lists[list].items[i] == s)
			return true;
	return false;
}

/* VC401: what never tells of anything does not tell of this. */
static enum problem check_messages(struct linted *t, struct decider *decider, struct element *f)
{
	struct finding finding = {.root = f, .original = f};
	const struct decision *decision = decide_finding(decider, &finding, 0);

	for (size_t i = 0; i < t->policy->n_statements; i++) {
		const struct statement *s = t->policy->statements[i];

		if (s->kind != STATEMENT_NOTIFY ||
		    !is_told(t, RULE_notification_never_fires, s->name_span))
			continue;
		if (lists(decision, DECIDE_NOTIFY, s))
			return wrong(t, UNTRUE, RULE_notification_never_fires, f, s->name);
	}
	return FINE;
}

static enum problem check_findings(struct linted *t)
{
	struct decider *decider = NULL;
	enum problem problem = FINE;
	struct records records;
	size_t n;

	engine_start_question(lower_engine(t->c.lower));
	make_records(t, &records);
	if (t->plan) {
		struct decide_rule *rules = rules_of_plan(&t->c, t->plan, &n);

		decider = decide_new(t->arena, t->policy, rules, n);
	}
	for (size_t i = 0; i < FINDINGS && !problem; i++) {
		if (!is_possible(&records, i))
			continue;
		t->tally->findings++;
		problem = check_finding(t, records.items[i]);
		if (!problem && decider)
			problem = check_messages(t, decider, records.items[i]);
	}
	return problem;
}

/* --- with less of a budget --- */

/* With the rule alone, which the more special ones do not silence then. */
static bool is_told_alone(const struct linted *t, const struct random_policy *p, enum lint_id rule,
			  struct span at)
{
	struct linted alone = {.arena = arena_new(), .tally = t->tally, .seed = t->seed};
	bool told;

	lint(&alone, p, 0, rule);
	told = is_told(&alone, rule, at);
	arena_free(alone.arena);
	return told;
}

/* Told of less, and of what was not checked. */
static enum problem check_less(struct linted *t, const struct random_policy *p, size_t limit)
{
	struct linted less = {.arena = arena_new(), .tally = t->tally, .seed = t->seed};
	enum problem problem = FINE;
	const struct diag *diag;

	lint(&less, p, limit, RULE_COUNT);
	if (diags_exit_code(less.diags) == 4) {
		strbuf_printf(&t->why, "# with %zu nodes: " STR_FMT "\n", limit,
			      STR_ARG(diags_text(less.diags, t->arena, false)));
		problem = BUG;
	}
	for (size_t i = 0; (diag = diags_at(less.diags, i)) && !problem; i++) {
		enum lint_id rule =
			diag_id(diag) ? lint_rule_find(str_from(diag_id(diag))) : RULE_COUNT;

		t->tally->exhausted += rule == RULE_analysis_incomplete;
		/* A contradiction may be shown at its tests or at the statement. */
		if (rule == RULE_COUNT || rule == RULE_analysis_incomplete ||
		    rule == RULE_contradiction || is_told(t, rule, diag_place(diag)) ||
		    is_told_alone(t, p, rule, diag_place(diag)))
			continue;
		strbuf_printf(&t->why, "# with %zu nodes alone: %s: " STR_FMT "\n", limit,
			      lint_rules[rule].id, STR_ARG(diag_message(diag)));
		problem = OTHER_WITH_LESS;
	}
	arena_free(less.arena);
	return problem;
}

/* --- one policy --- */

static enum problem judge(struct linted *t, const struct random_policy *p)
{
	static const size_t limits[] = {1, 30, 300, 3000};
	enum problem problem;

	if (!lint(t, p, 0, RULE_COUNT))
		return NOT_TYPED;
	if (diags_exit_code(t->diags) == 4) {
		strbuf_add(&t->why, diags_text(t->diags, t->arena, false));
		return BUG;
	}
	t->tally->compiled += t->plan != NULL;
	problem = check_findings(t);
	for (size_t i = 0; i < ARRAY_LEN(limits) && !problem; i++)
		problem = check_less(t, p, limits[i]);
	return problem;
}

static enum problem judge_again(const struct random_policy *p, uint64_t seed)
{
	struct tally ignored = {0};
	struct linted t = {.arena = arena_new(), .tally = &ignored, .seed = seed};
	enum problem problem = judge(&t, p);

	arena_free(t.arena);
	return problem;
}

static void show(struct random_policy *p, uint64_t seed, enum problem problem)
{
	static const char *const names[PROBLEM_COUNT] = {
		"",	  "not typed", "a bug is told",
		"untrue", "missed",    "more is told with less of a budget"};
	struct tally ignored = {0};
	struct linted t = {.arena = arena_new(), .tally = &ignored, .seed = seed};

	for (size_t i = p->items.n; i-- > 1 && problem != NOT_TYPED;) {
		struct str item = p->items.items[i];

		p->items.items[i] = STR("");
		if (judge_again(p, seed) != problem)
			p->items.items[i] = item;
	}
	judge(&t, p);
	printf("# seed %llu: %s\n", (unsigned long long)seed, names[problem]);
	for (size_t i = 0; i < p->items.n; i++)
		printf("# | " STR_FMT "\n", STR_ARG(p->items.items[i]));
	printf(STR_FMT, STR_ARG(strbuf_str(&t.why)));
	arena_free(t.arena);
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
	struct tally tally = {0};
	unsigned shown = 0;

	for (uint64_t i = 0; i < count; i++) {
		struct linted t = {.arena = arena_new(), .tally = &tally, .seed = first + i};
		struct random_policy p = random_policy(t.arena, prng_of(first + i));
		enum problem problem = judge(&t, &p);

		tally.policies++;
		tally.failed[problem]++;
		if (problem && shown++ < SHOWN)
			show(&p, first + i, problem);
		arena_free(t.arena);
	}
	ok(tally.failed[NOT_TYPED] == 0, "%u random policies from seed %llu on are well typed",
	   tally.policies, (unsigned long long)first);
	ok(tally.failed[BUG] == 0, "no bug is told of %u that compile", tally.compiled);
	ok(tally.failed[UNTRUE] == 0, "%u findings contradict nothing that is told",
	   tally.findings);
	ok(tally.failed[MISSED] == 0, "they show nothing that is not told");
	ok(tally.failed[OTHER_WITH_LESS] == 0,
	   "with less of a budget nothing else is told: %u times it ran out", tally.exhausted);
	return done();
}
