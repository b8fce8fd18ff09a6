/* SPDX-License-Identifier: Apache-2.0
 *
 * Programs and the plain evaluator, which share no code, must agree: on every condition of every
 * example, guards included, and on random policies; asked of fixtures and of random findings, with
 * many-valued fields and without.
 *
 * usage: test_program [SEED [COUNT]], or VULNCTL_SEED and VULNCTL_COUNT in the environment. Policy
 * i of a run has the seed SEED + i. */
#include "random_finding.h"
#include "random_statement.h"

#include <stdlib.h>

#include "base/file.h"
#include "eval/program.h"
#include "ir/check.h"
#include "record.h"
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

/* --- examples --- */

static const char *const fixtures[] = {
	"asff-control.json",  "asff-ec2.json",	  "asff-ecr-closed.json",
	"asff-ecr-full.json", "asff-lambda.json", "asff-guardduty.json",
};

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
	for (size_t i = 0; i < ARRAY_LEN(fixtures); i++) {
		const struct finding *f = fixture(fixtures[i]);

		compare(&a, asked, f->root, i);
		compare(&a, asked, f->original, i);
	}
	for (unsigned i = 0; i < 300; i++) {
		struct nature nature = nature_of(arena, prng_of(i), c.lower);

		compare(&a, asked, random_finding(&nature), i);
	}
	ok(!a.wrong && a.held, "examples/%s: %zu answers agree, of which %zu hold", folder,
	   a.compared, a.held);
}

static uint64_t setting(int argc, char **argv, int index, const char *name, uint64_t otherwise)
{
	const char *text = argc > index ? argv[index] : getenv(name);

	return text && *text ? strtoull(text, NULL, 10) : otherwise;
}

int main(int argc, char **argv)
{
	static const char *const folders[] = {"ecr-operations", "minimal", "multicloud",
					      "organisation"};
	uint64_t first = setting(argc, argv, 1, "VULNCTL_SEED", SEED);
	uint64_t count = setting(argc, argv, 2, "VULNCTL_COUNT", COUNT);
	struct asked total = {0};

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
	for (size_t i = 0; i < ARRAY_LEN(folders); i++)
		judge_example(folders[i]);
	arena_free(arena);
	return done();
}
