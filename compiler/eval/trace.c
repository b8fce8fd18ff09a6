/* SPDX-License-Identifier: Apache-2.0
 *
 * Traces: one walk that judges every node, and one that follows what decides. */
#include "eval/trace.h"

#include "base/vec.h"
#include "ir/memo.h"

struct tracer {
	struct arena *arena;
	const struct policy *policy;
	bool many;
	unsigned depth;
};

static struct trace *trace_at(struct tracer t, const struct cond *cond, const struct element *at);

/* --- the judged tree --- */

static uint32_t add(uint32_t a, uint32_t b)
{
	return a > TRACE_NEVER - b ? TRACE_NEVER : a + b;
}

/* What n verdicts make together. all: they hold only together (AND); else one is enough. Where the
 * whole is as all must be for it (an AND that holds not, an OR that does), everything that is in
 * the way must turn; else any one of them is enough. */
static void combine(struct trace *trace, bool all)
{
	uint32_t sum = 0, least = TRACE_NEVER;

	trace->holds = all;
	for (size_t i = 0; i < trace->n; i++) {
		const struct trace *kid = trace->kids[i];

		if (kid->holds != all) {
			trace->holds = !all;
			sum = add(sum, kid->flips);
		}
		if (kid->flips < least)
			least = kid->flips;
	}
	trace->flips = trace->holds == all ? least : sum;
}

static void judge_kids(struct tracer t, struct trace *trace, const struct element *at)
{
	const struct cond *cond = trace->cond;

	trace->kids = ARENA_ARRAY(t.arena, const struct trace *, cond->n);
	for (; trace->n < cond->n; trace->n++)
		trace->kids[trace->n] = trace_at(t, cond->kids[trace->n], at);
	combine(trace, cond->kind == COND_AND);
}

struct elements {
	const struct element **items;
	size_t n, cap;
};

/* The recursion follows the nesting of groups. */
static void collect(struct tracer t, const struct element *at, enum group target,
		    struct elements *out)
{
	enum group next = eval_next_group(at->group, target);
	size_t n;

	if (at->group == target) {
		VEC_PUSH(t.arena, *out, at);
		return;
	}
	if (next == GROUP_FINDING)
		return;
	n = eval_elements(at, next, t.many);
	for (size_t i = 0; i < n; i++)
		collect(t, at->children[next][i], target, out);
}

/* Without elements one would have to be there: counted as one test. */
static void judge_any(struct tracer t, struct trace *trace, const struct element *at)
{
	struct elements elements = {0};

	collect(t, at, trace->cond->group, &elements);
	trace->kids = ARENA_ARRAY(t.arena, const struct trace *, elements.n);
	for (; trace->n < elements.n; trace->n++)
		trace->kids[trace->n] = trace_at(t, trace->cond->kids[0], elements.items[trace->n]);
	combine(trace, false);
	if (!trace->n)
		trace->flips = 1;
}

static void judge_atom(struct tracer t, struct trace *trace, const struct element *at)
{
	const struct atom *atom = trace->cond->atom;
	struct elements elements = {0};

	collect(t, at, fields[atom->field].group, &elements);
	trace->flips = 1;
	trace->n_places = elements.n;
	trace->found = ARENA_ARRAY(t.arena, struct fval, elements.n);
	for (size_t i = 0; i < elements.n; i++) {
		struct fval value = eval_found(atom, elements.items[i]);

		trace->holds = trace->holds || eval_value(t.policy, atom, &value);
		if (value.kind != FVAL_ABSENT)
			trace->found[trace->n_found++] = value;
	}
}

/* First match wins, so a tier is all before it not, and it. */
static void judge_tier(struct tracer t, struct trace *trace, const struct element *at)
{
	int wanted = trace->cond->tier;
	size_t n = wanted < 0 ? t.policy->n_tiers : (size_t)wanted + 1;
	uint32_t sum = 0, least = TRACE_NEVER;

	trace->kids = ARENA_ARRAY(t.arena, const struct trace *, n);
	trace->holds = true;
	for (; trace->n < n; trace->n++) {
		const struct statement *tier = t.policy->tiers[trace->n];
		const struct trace *kid;

		t.many = tier->many;
		kid = trace_at(t, tier->condition, at);
		trace->kids[trace->n] = kid;
		if (kid->holds != ((int)trace->n == wanted)) {
			trace->holds = false;
			sum = add(sum, kid->flips);
		}
		if (kid->flips < least)
			least = kid->flips;
	}
	trace->flips = trace->holds ? least : sum;
}

static struct trace *trace_at(struct tracer t, const struct cond *cond, const struct element *at)
{
	struct trace *trace = ARENA_NEW(t.arena, struct trace);

	trace->cond = cond;
	trace->flips = TRACE_NEVER;
	if (++t.depth > EVAL_DEPTH_MAX)
		return trace;
	switch (cond->kind) {
	case COND_CONST:
		trace->holds = cond->truth;
		break;
	case COND_AND:
	case COND_OR:
		judge_kids(t, trace, at);
		break;
	case COND_NOT:
		judge_kids(t, trace, at);
		trace->holds = !trace->kids[0]->holds;
		trace->flips = trace->kids[0]->flips;
		break;
	case COND_ANY:
		judge_any(t, trace, at);
		break;
	case COND_ATOM:
		judge_atom(t, trace, at);
		break;
	case COND_TIER:
		judge_tier(t, trace, at);
		break;
	}
	return trace;
}

const struct trace *trace_cond(struct arena *arena, const struct policy *policy,
			       const struct cond *cond, bool many, const struct element *finding)
{
	struct tracer t = {.arena = arena, .policy = policy, .many = many};

	return trace_at(t, cond, finding);
}

/* --- what decides --- */

struct walk {
	struct arena *arena;
	struct trace_steps *out;
	struct memo *seen; /* atoms outside of elements: defines are used again and again */
	bool turn;	   /* look for what must turn, else for what makes it so */
	unsigned depth;
	struct trace_step at; /* what is known of the place */
};

static void put(struct walk w, const struct trace *test)
{
	uint64_t key = (uint64_t)(uintptr_t)test->cond->atom;
	uint32_t before;

	if (key && !w.at.within) {
		if (memo_get(w.seen, key, &before))
			return;
		memo_put(w.seen, w.arena, key, 1);
	}
	w.at.test = test;
	VEC_PUSH(w.arena, *w.out, w.at);
}

static bool is_leaf(const struct trace *trace)
{
	return trace->cond->kind == COND_ATOM || trace->cond->kind == COND_CONST;
}

/* Is the kid as it must be for the whole to hold? */
static bool is_good(const struct trace *trace, size_t which)
{
	bool wish = trace->cond->kind != COND_TIER || (int)which == trace->cond->tier;

	return trace->kids[which]->holds == (wish != (trace->cond->kind == COND_NOT));
}

static struct walk enter(struct walk w, const struct trace *trace, size_t which)
{
	switch (trace->cond->kind) {
	case COND_ANY:
		w.at.within = trace;
		w.at.element = which;
		break;
	case COND_TIER:
		w.at.tier = (int)which;
		w.at.define = STR("");
		w.at.must = w.at.must == ((int)which == trace->cond->tier);
		break;
	case COND_NOT:
		w.at.must = !w.at.must;
		break;
	default:
		break;
	}
	w.depth++;
	return w;
}

/* What makes the verdict are the kids that are good if it holds, and those that are not if it does
 * not. Is every one of them needed, or does one do? Where the whole is only as all of its kids let
 * it be, all of them support it and any one turns it; else any one supports it, and all of them
 * must turn. */
static bool needs_every(const struct walk *w, const struct trace *trace)
{
	enum cond_kind kind = trace->cond->kind;
	bool all = kind == COND_AND || kind == COND_TIER;

	return w->turn == (all != trace->holds);
}

static void follow(struct walk w, const struct trace *trace)
{
	bool every = needs_every(&w, trace), found = false;
	size_t one = 0;

	if (trace->cond->define.len)
		w.at.define = trace->cond->define;
	if (is_leaf(trace) || w.depth > EVAL_DEPTH_MAX ||
	    (trace->cond->kind == COND_ANY && !trace->holds && (!w.turn || !trace->n))) {
		put(w, trace);
		return;
	}
	for (size_t i = 0; i < trace->n; i++) {
		if (is_good(trace, i) != trace->holds)
			continue;
		if (every)
			follow(enter(w, trace, i), trace->kids[i]);
		else if (!found || (w.turn && trace->kids[i]->flips < trace->kids[one]->flips))
			one = i;
		found = true;
	}
	if (found && !every)
		follow(enter(w, trace, one), trace->kids[one]);
}

struct trace_steps trace_deciding(struct arena *arena, const struct trace *trace)
{
	struct trace_steps steps = {0};
	struct memo seen = {0};
	struct walk w = {
		.arena = arena,
		.out = &steps,
		.seen = &seen,
		.turn = !trace->holds,
		.at = {.must = true, .tier = -1},
	};

	follow(w, trace);
	return steps;
}
