/* SPDX-License-Identifier: Apache-2.0
 *
 * Decisions, counted. Statements that took no finding are shown, too: that is worth knowing. */
#include "cmd/eval_internal.h"

#include "base/vec.h"

void eval_counts_begin(struct eval_counts *counts, struct arena *arena, const struct policy *policy,
		       const struct decide_rule *rules, size_t n)
{
	uint32_t at;

	*counts = (struct eval_counts){.policy = policy};
	counts->tiers = ARENA_ARRAY(arena, size_t, policy->n_tiers + 1);
	for (unsigned l = 0; l < DECIDE_LIST_COUNT; l++) {
		counts->listed[l] = ARENA_ARRAY(arena, size_t, policy->n_statements);
		counts->lists[l] = ARENA_ARRAY(arena, bool, policy->n_statements);
	}
	for (size_t i = 0; i < policy->n_statements; i++) {
		memo_put(&counts->position, arena, (uint64_t)(uintptr_t)policy->statements[i],
			 (uint32_t)(i + 1));
		counts->lists[DECIDE_PROTECT][i] = policy->statements[i]->kind == STATEMENT_PROTECT;
	}
	for (size_t i = 0; i < n; i++)
		if (memo_get(&counts->position, (uint64_t)(uintptr_t)rules[i].statement, &at))
			counts->lists[rules[i].list][at - 1] = true;
}

void eval_counts_add(struct eval_counts *counts, const struct decision *decision)
{
	const struct fval *workflow = &decision->workflow;
	size_t tier = decision->tier >= 0 ? (size_t)decision->tier : counts->policy->n_tiers;
	uint32_t at;

	counts->findings++;
	counts->tiers[tier]++;
	counts->workflow[workflow->kind == FVAL_WORD && workflow->word >= 0
				 ? workflow->word
				 : WORKFLOW_RESOLVED + 1]++;
	for (unsigned l = 0; l < DECIDE_LIST_COUNT; l++)
		for (size_t i = 0; i < decision->lists[l].n; i++) {
			uint64_t key = (uint64_t)(uintptr_t)decision->lists[l].items[i];

			if (memo_get(&counts->position, key, &at))
				counts->listed[l][at - 1]++;
		}
}

static void add_all(size_t *to, const size_t *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] += from[i];
}

void eval_counts_join(struct eval_counts *counts, const struct eval_counts *others)
{
	counts->findings += others->findings;
	add_all(counts->tiers, others->tiers, counts->policy->n_tiers + 1);
	add_all(counts->workflow, others->workflow, ARRAY_LEN(counts->workflow));
	for (unsigned l = 0; l < DECIDE_LIST_COUNT; l++)
		add_all(counts->listed[l], others->listed[l], counts->policy->n_statements);
}

/* --- what is counted, once for both shapes --- */

struct shape {
	void (*open)(void *to, const char *title);
	void (*count)(void *to, struct str name, size_t n);
	void (*close)(void *to);
	void *to;
};

static void each_word(const struct eval_counts *counts, const struct shape *shape)
{
	shape->open(shape->to, "workflow");
	for (unsigned word = 0; word < vocabulary_workflow.n; word++)
		shape->count(shape->to, str_from(vocabulary_workflow.words[word]),
			     counts->workflow[word]);
	if (counts->workflow[WORKFLOW_RESOLVED + 1])
		shape->count(shape->to, STR("other"), counts->workflow[WORKFLOW_RESOLVED + 1]);
	shape->close(shape->to);
}

static void each_count(const struct eval_counts *counts, const struct shape *shape)
{
	const struct policy *policy = counts->policy;

	shape->open(shape->to, "tier");
	for (size_t i = 0; i < policy->n_tiers; i++)
		shape->count(shape->to, policy->tiers[i]->name, counts->tiers[i]);
	shape->count(shape->to, STR("none"), counts->tiers[policy->n_tiers]);
	shape->close(shape->to);
	each_word(counts, shape);
	for (unsigned l = 0; l < DECIDE_LIST_COUNT; l++) {
		shape->open(shape->to, decide_list_name(l));
		for (size_t i = 0; i < policy->n_statements; i++)
			if (counts->lists[l][i])
				shape->count(shape->to, policy->statements[i]->name,
					     counts->listed[l][i]);
		shape->close(shape->to);
	}
}

static void text_open(void *to, const char *title)
{
	strbuf_printf(to, "%s\n", title);
}

static void text_count(void *to, struct str name, size_t n)
{
	strbuf_printf(to, "%10zu  " STR_FMT "\n", n, STR_ARG(name));
}

static void text_close(void *to)
{
	(void)to;
}

void eval_counts_text(const struct eval_counts *counts, struct strbuf *out)
{
	const struct shape shape = {text_open, text_count, text_close, out};

	strbuf_printf(out, "findings\n%10zu  in all\n", counts->findings);
	each_count(counts, &shape);
}

static void json_open(void *to, const char *title)
{
	json_key(to, title);
	json_open_object(to);
}

static void json_count(void *to, struct str name, size_t n)
{
	json_key_str(to, name);
	json_int(to, (int64_t)n);
}

static void json_close(void *to)
{
	json_close_object(to);
}

void eval_counts_json(const struct eval_counts *counts, struct json_writer *w)
{
	const struct shape shape = {json_open, json_count, json_close, w};

	json_open_object(w);
	json_key(w, "findings");
	json_int(w, (int64_t)counts->findings);
	each_count(counts, &shape);
	json_close_object(w);
}
