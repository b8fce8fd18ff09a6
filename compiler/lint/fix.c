/* SPDX-License-Identifier: Apache-2.0
 *
 * Which edits are made, and the texts with them. */
#include "lint/fix.h"

#include <stdlib.h>

struct edit {
	struct diag_edit change;
	size_t problem;
};

struct problem {
	enum lint_id rule;
	bool dropped;
};

struct work {
	struct arena *arena;
	VEC(struct edit) edits;
	VEC(struct problem) problems;
	const struct fix_choice *choice;
	const struct source *const *files;
	size_t n_files;
};

static int by_place(const void *left, const void *right)
{
	const struct edit *a = left, *b = right;
	struct span x = a->change.at, y = b->change.at;
	int order = (x.start > y.start) - (x.start < y.start);

	if (!order)
		order = (x.end > y.end) - (x.end < y.end);
	if (!order)
		order = str_cmp(a->change.text, b->change.text);
	return order ? order : (a->problem > b->problem) - (a->problem < b->problem);
}

/* Files are few. NULL: it lies in none of those that may be changed. */
static const struct source *file_of(const struct work *w, struct span at)
{
	for (size_t i = 0; i < w->n_files; i++)
		if (at.start >= w->files[i]->base &&
		    at.end <= w->files[i]->base + w->files[i]->text.len)
			return w->files[i];
	return NULL;
}

static void collect(struct work *w, const struct diag *diag)
{
	enum lint_id rule = diag_id(diag) ? lint_rule_find(str_from(diag_id(diag))) : RULE_COUNT;
	struct diag_edit change;
	size_t n = 0;

	if (rule == RULE_COUNT || diag_is_allowed(diag) || diag_is_known(diag) ||
	    (w->choice->without && w->choice->without[rule]))
		return;
	for (; diag_edit_at(diag, n, &change); n++)
		if ((change.unsafe && !w->choice->unsafe) || !file_of(w, change.at))
			return;
	if (!n)
		return;
	for (size_t i = 0; diag_edit_at(diag, i, &change); i++)
		VEC_PUSH(w->arena, w->edits,
			 ((struct edit){.change = change, .problem = w->problems.n}));
	VEC_PUSH(w->arena, w->problems, ((struct problem){.rule = rule}));
}

static bool same(const struct edit *a, const struct edit *b)
{
	return a->change.at.start == b->change.at.start && a->change.at.end == b->change.at.end &&
	       str_eq(a->change.text, b->change.text);
}

/* Two texts at one place have no order; what is put in directly behind a change has one. */
static bool meets(struct span before, struct span at)
{
	return before.start && (at.start < before.end || at.start == before.start);
}

/* In the order of places: an edit that meets one of a problem that stands takes its own problem
 * away. What was taken away after it had its place keeps that place: it costs a round, no more. */
static void choose(struct work *w)
{
	struct span reach = {0};

	for (size_t i = 0; i < w->edits.n; i++) {
		struct edit *edit = &w->edits.items[i];
		struct problem *problem = &w->problems.items[edit->problem];
		struct span at = edit->change.at;

		if (problem->dropped)
			continue;
		if (i && same(edit - 1, edit) && !w->problems.items[edit[-1].problem].dropped)
			continue;
		problem->dropped = meets(reach, at);
		if (!problem->dropped)
			reach = (struct span){at.start, at.end > reach.end ? at.end : reach.end};
	}
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* Where nothing else stands on the lines of what goes, they go whole, and with them an empty line
 * before them if another one follows: [*from, *to) of the file's bytes. */
static void widen(struct str whole, size_t *from, size_t *to)
{
	size_t start = *from, end = *to;

	while (start && is_blank(whole.ptr[start - 1]))
		start--;
	while (end < whole.len && is_blank(whole.ptr[end]))
		end++;
	if ((start && whole.ptr[start - 1] != '\n') || (end < whole.len && whole.ptr[end] != '\n'))
		return;
	end += end < whole.len;
	if (start > 1 && whole.ptr[start - 2] == '\n' &&
	    (end == whole.len || whole.ptr[end] == '\n'))
		start--;
	*from = start;
	*to = end;
}

/* The file's edits from `first` on; behind them is what is returned. */
static size_t rewrite(struct work *w, const struct source *source, size_t first, struct fixes *out)
{
	size_t done = 0, before = (size_t)(source->text.ptr - source->whole.ptr), i = first;
	uint32_t end = source->base + (uint32_t)source->text.len;
	const struct edit *last = NULL;
	struct strbuf b;

	strbuf_init(&b, w->arena);
	for (; i < w->edits.n && w->edits.items[i].change.at.start <= end; i++) {
		const struct edit *edit = &w->edits.items[i];
		size_t from = before + edit->change.at.start - source->base, wide_from = from;
		size_t to = before + edit->change.at.end - source->base, wide_to = to;
		bool alone = i + 1 == w->edits.n;

		if (w->problems.items[edit->problem].dropped || (last && same(last, edit)))
			continue;
		last = edit;
		if (!edit->change.text.len)
			widen(source->whole, &wide_from, &wide_to);
		alone = alone || before + edit[1].change.at.start - source->base >= wide_to;
		if (alone && wide_from >= done) {
			from = wide_from;
			to = wide_to;
		}
		strbuf_add(&b, str_slice(source->whole, done, from));
		strbuf_add(&b, edit->change.text);
		done = to;
	}
	strbuf_add(&b, str_slice(source->whole, done, source->whole.len));
	if (last)
		VEC_PUSH(w->arena, out->files, ((struct fix_file){source, strbuf_str(&b)}));
	return i;
}

void fix_apply(struct arena *arena, const struct diags *d, const struct fix_choice *choice,
	       const struct source *const *files, size_t n_files, struct fixes *out)
{
	struct work w = {.arena = arena, .choice = choice, .files = files, .n_files = n_files};
	const struct diag *diag;

	*out = (struct fixes){0};
	for (size_t i = 0; (diag = diags_at(d, i)); i++)
		collect(&w, diag);
	if (!w.edits.n)
		return;
	qsort(w.edits.items, w.edits.n, sizeof *w.edits.items, by_place);
	choose(&w);
	for (size_t i = 0; i < w.edits.n;)
		i = rewrite(&w, file_of(&w, w.edits.items[i].change.at), i, out);
	for (size_t i = 0; i < w.problems.n; i++) {
		if (w.problems.items[i].dropped)
			continue;
		out->n++;
		out->of[w.problems.items[i].rule]++;
	}
}
