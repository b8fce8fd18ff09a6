/* SPDX-License-Identifier: Apache-2.0
 *
 * Programs and the plain evaluator, which share no code, must agree: on every condition of every
 * example, guards included, and on random policies; asked of fixtures, of the shared samples where
 * they are there, and of random findings, with many-valued fields and without. And decisions are
 * those of a plain reading of what a decision is. The trace of a condition has its verdict, and
 * each test that it shows is in favour of that: of what holds not, the tests shown are in the way.
 *
 * usage: test_program [SEED [COUNT]], or VULNCTL_SEED and VULNCTL_COUNT in the environment. Policy
 * i of a run has the seed SEED + i. */
#include "random_finding.h"
#include "random_statement.h"

#include <stdlib.h>

#include "base/file.h"
#include "eval/program.h"
#include "eval/trace.h"
#include "ir/check.h"
#include "record.h"
#include "eval/decide.h"
#include "target/compile.h"
#include "target/rules.h"

#define SEED 1
#if defined(__OPTIMIZE__) && !defined(__SANITIZE_ADDRESS__)
#define COUNT 10000
#else
#define COUNT 1000
#endif
#define FINDINGS 10
#define SHOWN 5

struct asked {
	const struct policy *policy;
	VEC(struct program_item) items;
	size_t compared, held, wrong;
};

static void add(struct asked *a, const struct cond *cond)
{
	for (int many = 0; cond && many < 2; many++)
		VEC_PUSH(arena, a->items, ((struct program_item){.cond = cond, .many = many != 0}));
}

static void add_policy(struct asked *a)
{
	const struct policy *policy = a->policy;

	for (size_t i = 0; i < policy->n_tiers; i++)
		add(a, policy->tiers[i]->condition);
	for (size_t i = 0; i < policy->n_statements; i++) {
		const struct statement *s = policy->statements[i];

		add(a, s->condition);
		add(a, s->scope);
		for (size_t k = 0; k < s->n_rows; k++)
			add(a, s->rows[k].condition);
	}
}

static void wrong(struct asked *a, const char *what, const struct element *finding,
		  unsigned long long seed)
{
	struct json_writer w;

	if (a->wrong++ >= SHOWN)
		return;
	json_begin(&w, arena, 0);
	finding_write_asff(&w, finding);
	printf("# seed %llu: %s\n# finding " STR_FMT "\n", seed, what, STR_ARG(json_end(&w)));
}

static struct arena *scratch; /* of one trace */

static void compare_trace(struct asked *a, const struct program_item *item, bool plain,
			  const struct element *finding, unsigned long long seed)
{
	const struct trace *trace = trace_cond(scratch, a->policy, item->cond, item->many, finding);
	struct trace_steps steps = trace_deciding(scratch, trace);

	if (trace->holds != plain)
		wrong(a, "a trace has another verdict", finding, seed);
	for (size_t i = 0; i < steps.n; i++)
		if (steps.items[i].test->holds != (steps.items[i].must == plain))
			wrong(a, "a trace shows a test that does not decide", finding, seed);
	arena_clear(scratch);
}

/* Every item one way, and the other way round. */
static void compare(struct asked *a, struct program *program, const struct element *finding,
		    unsigned long long seed)
{
	size_t n, at = 0;
	const uint32_t *held = program_run(program, finding, &n);

	for (size_t i = 0; i < a->items.n; i++) {
		const struct program_item *item = &a->items.items[i];
		bool plain = eval_cond(a->policy, item->cond, item->many, finding);
		bool listed = at < n && held[at] == i;

		at += listed;
		a->compared++;
		a->held += plain;
		if (plain != listed)
			wrong(a, "a condition is missed, or found", finding, seed);
		if (plain != program_ask(program, i))
			wrong(a, "a condition is answered otherwise", finding, seed);
		compare_trace(a, item, plain, finding, seed);
	}
	if (at != n)
		wrong(a, "what holds is out of order", finding, seed);
	if (program_tier(program) != eval_tier(a->policy, finding))
		wrong(a, "another tier", finding, seed);
}

/* --- random policies --- */

static const struct policy *check(struct random_policy *p, uint64_t seed)
{
	static const char *const nows[] = {"2026-04-01", "2026-04-01T12:30:00+09:00", "2026-01-01"};
	struct check_options options = {.has_now = true, .now = str_from(nows[seed % 3])};
	struct ast_program *program = ARENA_NEW(arena, struct ast_program);
	struct sources *sources = sources_new(arena);
	struct diags *d = diags_new(arena, sources);
	const struct config *config;
	struct strbuf text;

	strbuf_init(&text, arena);
	for (size_t i = 0; i < p->items.n; i++)
		strbuf_add(&text, p->items.items[i]);
	config = config_read(arena, d,
			     sources_add(sources, STR("vulnctl.yaml"), str_from(random_yaml)));
	program->root = parse_source(arena, d, sources,
				     sources_add(sources, STR("policy.vpol"), strbuf_str(&text)));
	program->root->path = STR("policy.vpol");
	program->files = &program->root;
	program->n = 1;
	return check_program(arena, d, sources, program, config, &options);
}

static void judge(struct asked *total, uint64_t seed)
{
	struct random_policy p = random_policy(arena, prng_of(seed));
	struct asked a = {.policy = check(&p, seed)};
	struct lower *lower = lower_new(arena, engine_new(arena), a.policy);
	struct nature nature = nature_of(arena, prng_of(~seed), lower);
	struct program *program;

	add_policy(&a);
	program = program_new(arena, a.policy, a.items.items, a.items.n);
	for (size_t i = 0; i < FINDINGS; i++)
		compare(&a, program, random_finding(&nature), (unsigned long long)seed);
	total->compared += a.compared;
	total->held += a.held;
	total->wrong += a.wrong;
}

/* Of equal keys the first counts, whichever of them leads to a condition. */
static void test_repeated_key(void)
{
	struct random_policy p = {0};
	struct asked a = {0};
	struct element *root = element_new(arena, GROUP_FINDING);
	struct element *resource = element_add(arena, root, GROUP_RESOURCE);

	VEC_PUSH(arena, p.items,
		 STR("edition 1; policy \"p\" { owner \"o\"; timezone \"+09:00\"; }\n"
		     "tier one { when tag[\"env\"] == \"one\"; }\n"
		     "tier two { when tag[\"env\"] == \"two\"; }\n"));
	a.policy = check(&p, 0);
	element_map_add(arena, resource, (struct map_entry){STR("env"), STR("one")});
	element_map_add(arena, resource, (struct map_entry){STR("env"), STR("two")});
	finding_complete(arena, root, NULL);
	add_policy(&a);
	compare(&a, program_new(arena, a.policy, a.items.items, a.items.n), root, 0);
	ok(!a.wrong && a.held == 2, "of equal keys the first counts: %zu of %zu", a.held,
	   a.items.n);
}

/* --- examples --- */

static const char *const folders[] = {
	"tests/unit/fixtures",
	"../shared/samples/asff",
	"../shared/samples/asff-event",
	"../shared/samples/inspector2-api",
	"../shared/samples/inspector2-event",
	"../shared/samples/ocsf",
};

struct findings {
	VEC(const struct finding *) items;
};

/* What holds no finding is passed over: the reader has its own tests. */
static void read_folder(struct findings *all, const char *folder)
{
	struct diags *d = diags_new(arena, sources_new(arena));
	struct str dir = str_from(folder), *names;
	size_t n, n_found;

	if (!file_list(arena, d, dir, STR("json"), &names, &n))
		return;
	for (size_t i = 0; i < n; i++) {
		struct str path = path_join(arena, dir, names[i]);
		struct finding **found = findings_read(arena, d, str_cstr(arena, path),
						       read_file(str_cstr(arena, path)), &n_found);

		for (size_t k = 0; k < n_found; k++)
			VEC_PUSH(arena, all->items, found[k]);
	}
}

/* As Security Hub would first import it. */
static struct finding *imported(struct element *root)
{
	struct finding *finding = ARENA_NEW(arena, struct finding);
	struct element *original = element_new(arena, GROUP_FINDING);
	struct fval *values = original->values;

	*original = *root;
	original->values = values;
	for (unsigned i = 0; i < group_slots(GROUP_FINDING); i++)
		values[i] = root->values[i];
	original->map = NULL;
	original->n_map = 0;
	*element_value(original, FIELD_note) = (struct fval){.kind = FVAL_ABSENT};
	*element_value(original, FIELD_workflow) =
		(struct fval){.kind = FVAL_WORD, .word = WORKFLOW_NEW, .str = STR("NEW")};
	finding->root = root;
	finding->original = original;
	return finding;
}

static struct findings make_findings(struct lower *lower)
{
	struct findings all = {0};

	for (size_t i = 0; i < ARRAY_LEN(folders); i++)
		read_folder(&all, folders[i]);
	for (unsigned i = 0; i < 300; i++) {
		struct nature nature = nature_of(arena, prng_of(i), lower);

		VEC_PUSH(arena, all.items, imported(random_finding(&nature)));
	}
	return all;
}

/* --- decisions, read plainly --- */

static struct element *copy_root(const struct element *root)
{
	struct element *copy = element_new(arena, GROUP_FINDING);
	struct fval *values = copy->values;

	*copy = *root;
	copy->values = values;
	for (unsigned i = 0; i < group_slots(GROUP_FINDING); i++)
		values[i] = root->values[i];
	copy->map = NULL;
	copy->n_map = 0;
	for (size_t i = 0; i < root->n_map; i++)
		element_map_add(arena, copy, root->map[i]);
	return copy;
}

static void set_word(struct element *root, enum field_id field, int word)
{
	const char *text = vocabulary_canonical(fields[field].words, (unsigned)word);

	*element_value(root, field) =
		(struct fval){.kind = FVAL_WORD, .word = word, .str = str_from(text)};
}

static void write_on(struct element *root, const struct decide_rule *rule)
{
	if (rule->status >= 0)
		set_word(root, FIELD_workflow, rule->status);
	if (rule->severity >= 0)
		set_word(root, FIELD_severity, rule->severity);
	if (rule->note.len)
		*element_value(root, FIELD_note) =
			(struct fval){.kind = FVAL_STRING, .str = rule->note};
	for (size_t i = 0; i < rule->n_sets; i++) {
		size_t at = 0;

		while (at < root->n_map && !str_eq(root->map[at].key, rule->sets[i].key))
			at++;
		if (at == root->n_map)
			element_map_add(arena, root,
					(struct map_entry){rule->sets[i].key, STR("")});
		root->map[at].value = rule->sets[i].value;
	}
}

struct plain {
	bool *holds; /* by rule */
	struct element *original, *event, *after;
};

static struct plain decide_plainly(const struct policy *policy, const struct decide_rule *rules,
				   size_t n, const struct finding *finding)
{
	struct plain p = {ARENA_ARRAY(arena, bool, n), copy_root(finding->original),
			  copy_root(finding->root), NULL};

	for (unsigned round = 0; round < DECIDE_ROUND_COUNT; round++) {
		struct element *seen = copy_root(round == DECIDE_EVENT ? p.event : p.original);

		if (round == DECIDE_EVENT)
			p.after = copy_root(p.event);
		for (size_t i = 0; i < n; i++) {
			const struct decide_rule *rule = &rules[i];

			if (rule->round != round)
				continue;
			p.holds[i] = eval_cond(policy, rule->condition, rule->many, seen);
			if (round == DECIDE_INSPECTOR && p.holds[i]) {
				set_word(p.original, FIELD_record, RECORD_ARCHIVED);
				set_word(p.event, FIELD_record, RECORD_ARCHIVED);
			}
			if (round == DECIDE_ORIGINAL && p.holds[i])
				write_on(p.event, rule);
			if (round == DECIDE_EVENT &&
			    eval_cond(policy, rule->guarded, rule->many, seen))
				write_on(p.after, rule);
		}
	}
	return p;
}

static bool is_listed(const struct decision *d, const struct decide_rule *rule)
{
	for (size_t i = 0; i < d->lists[rule->list].n; i++)
		if (d->lists[rule->list].items[i] == rule->statement)
			return true;
	return false;
}

static bool has_entry(const struct decision *d, const struct map_entry *entry)
{
	for (size_t i = 0; i < d->n_fields; i++)
		if (str_eq(d->fields[i].key, entry->key))
			return str_eq(d->fields[i].value, entry->value);
	return false;
}

/* Each once, as in the policy. */
static bool in_order(const struct policy *policy, const struct decision *d)
{
	for (unsigned l = 0; l < DECIDE_LIST_COUNT; l++) {
		size_t at = 0;

		for (size_t i = 0; i < policy->n_statements && at < d->lists[l].n; i++)
			at += policy->statements[i] == d->lists[l].items[at];
		if (at < d->lists[l].n)
			return false;
	}
	return true;
}

/* The rows of a table are rules of one statement. */
static bool same_decision(const struct policy *policy, const struct decide_rule *rules, size_t n,
			  const struct decision *d, const struct plain *p)
{
	const struct fval *workflow = element_value(p->after, FIELD_workflow);

	for (size_t i = 0; i < n; i++) {
		bool some = false;

		for (size_t k = 0; k < n; k++)
			some = some || (p->holds[k] && rules[k].list == rules[i].list &&
					rules[k].statement == rules[i].statement);
		if (some != is_listed(d, &rules[i]))
			return false;
	}
	for (size_t i = 0; i < p->after->n_map; i++)
		if (!has_entry(d, &p->after->map[i]))
			return false;
	return in_order(policy, d) && d->n_fields == p->after->n_map &&
	       d->tier == eval_tier(policy, p->event) && workflow->kind == d->workflow.kind &&
	       workflow->word == d->workflow.word;
}

static void judge_decisions(const char *folder, const struct policy *policy,
			    const struct decide_rule *rules, size_t n, const struct findings *all)
{
	struct decider *decider = decide_new(arena, policy, rules, n);
	size_t wrong_ones = 0, listed = 0;

	for (size_t i = 0; i < all->items.n; i++) {
		const struct finding *finding = all->items.items[i];
		const struct decision *d = decide_finding(decider, finding, i);
		struct plain p = decide_plainly(policy, rules, n, finding);

		if (!same_decision(policy, rules, n, d, &p) && wrong_ones++ < SHOWN)
			printf("# finding %zu is decided otherwise\n", i);
		for (unsigned l = 0; l < DECIDE_LIST_COUNT; l++)
			listed += d->lists[l].n;
	}
	ok(!wrong_ones && listed, "examples/%s: %zu decisions are plain ones, %zu names in them",
	   folder, all->items.n, listed);
}

static void judge_example(const char *folder)
{
	struct str path = str_printf(arena, "examples/%s/policy.vpol", folder);
	struct sources *sources = sources_new(arena);
	struct compilation c = {
		.arena = arena, .sources = sources, .diags = diags_new(arena, sources)};
	struct check_options options = {.has_now = true, .now = STR("2026-04-01")};
	struct str yaml = read_file(str_cstr(arena, config_find(arena, path)));
	const struct config *config =
		config_read(arena, c.diags, sources_add(sources, STR("vulnctl.yaml"), yaml));
	const struct ast_program *program =
		load_program(arena, c.diags, sources, path, path_dir(path));
	struct asked a = {0};
	struct decide_rule *rules;
	struct program *asked;
	struct findings all;
	struct plan *plan;
	size_t n;

	c.policy = a.policy = check_program(arena, c.diags, sources, program, config, &options);
	c.lower = lower_new(arena, engine_new(arena), c.policy);
	plan = compile_policy(&c);
	if (!ok(plan != NULL, "examples/%s compiles", folder))
		return;
	rules = rules_of_plan(&c, plan, &n);
	add_policy(&a);
	for (size_t i = 0; i < n; i++) {
		add(&a, rules[i].condition);
		add(&a, rules[i].guarded);
	}
	asked = program_new(arena, a.policy, a.items.items, a.items.n);
	all = make_findings(c.lower);
	for (size_t i = 0; i < all.items.n; i++) {
		compare(&a, asked, all.items.items[i]->root, i);
		compare(&a, asked, all.items.items[i]->original, i);
	}
	ok(!a.wrong && a.held, "examples/%s: %zu answers agree, of which %zu hold", folder,
	   a.compared, a.held);
	judge_decisions(folder, a.policy, rules, n, &all);
}

static uint64_t setting(int argc, char **argv, int index, const char *name, uint64_t otherwise)
{
	const char *text = argc > index ? argv[index] : getenv(name);

	return text && *text ? strtoull(text, NULL, 10) : otherwise;
}

int main(int argc, char **argv)
{
	static const char *const examples[] = {"ecr-operations", "minimal", "multicloud",
					       "organisation"};
	uint64_t first = setting(argc, argv, 1, "VULNCTL_SEED", SEED);
	uint64_t count = setting(argc, argv, 2, "VULNCTL_COUNT", COUNT);
	struct asked total = {0};

	scratch = arena_new();
	for (uint64_t i = 0; i < count; i++) {
		arena = arena_new();
		judge(&total, first + i);
		arena_free(arena);
	}
	ok(!total.wrong, "%llu random policies from seed %llu on: %zu answers agree",
	   (unsigned long long)count, (unsigned long long)first, total.compared);
	ok(total.held * 100 >= total.compared * 5 && total.held * 100 <= total.compared * 80,
	   "neither nearly all nor nearly none hold: %zu", total.held);
	arena = arena_new();
	test_repeated_key();
	for (size_t i = 0; i < ARRAY_LEN(examples); i++)
		judge_example(examples[i]);
	arena_free(scratch);
	arena_free(arena);
	return done();
}
