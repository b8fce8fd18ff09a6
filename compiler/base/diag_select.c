/* SPDX-License-Identifier: Apache-2.0
 *
 * Which diagnostics are shown, and in which order; and how it is said what is not. */
#include "base/diag.h"

#include <stdlib.h>
#include <string.h>

#include "base/diag_internal.h"
#include "base/unicode.h"

#define SHOWN_PER_FILE 20
#define SHOWN_IN_ALL 200

static int compare_sizes(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

static int compare_spans(struct span a, struct span b)
{
	int order = compare_sizes(a.start, b.start);

	return order ? order : compare_sizes(a.end, b.end);
}

static int compare_parts(const struct diag_part *a, const struct diag_part *b)
{
	int order = compare_sizes(a->kind, b->kind);

	if (!order)
		order = compare_sizes(a->unsafe, b->unsafe);
	if (!order)
		order = compare_spans(a->at, b->at);
	return order ? order : str_cmp(a->text, b->text);
}

/* 0 for diagnostics that would look the same. */
static int compare_content(const struct diag *a, const struct diag *b)
{
	int order = compare_spans(a->at, b->at);

	if (!order)
		order = compare_sizes(a->level, b->level);
	if (!order)
		order = strcmp(a->id ? a->id : "", b->id ? b->id : "");
	if (!order)
		order = str_cmp(a->message, b->message);
	if (!order)
		order = compare_sizes(a->parts.n, b->parts.n);
	for (size_t i = 0; !order && i < a->parts.n; i++)
		order = compare_parts(&a->parts.items[i], &b->parts.items[i]);
	return order ? order : compare_sizes(a->cut, b->cut);
}

static int by_content(const void *left, const void *right)
{
	const struct diag *a = *(struct diag *const *)left, *b = *(struct diag *const *)right;
	int order = compare_content(a, b);

	return order ? order : compare_sizes(a->seq, b->seq);
}

/* Without a place (start 0) come first, in order of arrival. */
static int by_place(const void *left, const void *right)
{
	const struct diag *a = *(struct diag *const *)left, *b = *(struct diag *const *)right;
	int order = compare_sizes(a->at.start, b->at.start);

	if (!order && a->at.start)
		order = compare_sizes(b->level, a->level);
	if (!order && a->at.start)
		order = compare_sizes(a->at.end, b->at.end);
	return order ? order : compare_sizes(a->seq, b->seq);
}

/* All of them, those that say the same behind each other. */
static struct diag **by_what_they_say(const struct diags *d, struct arena *arena)
{
	struct diag **all = ARENA_ARRAY(arena, struct diag *, d->all.n);

	for (size_t i = 0; i < d->all.n; i++)
		all[i] = d->all.items[i];
	if (d->all.n)
		qsort(all, d->all.n, sizeof *all, by_content);
	return all;
}

static int by_arrival(const void *left, const void *right)
{
	const struct diag *a = *(struct diag *const *)left, *b = *(struct diag *const *)right;

	return compare_sizes(a->seq, b->seq);
}

void diags_drop_repeats(struct diags *d)
{
	struct diag **all = by_what_they_say(d, d->arena);
	size_t n = 0;

	for (size_t i = 0; i < d->all.n; i++)
		if (!i || compare_content(all[i - 1], all[i]) != 0)
			d->all.items[n++] = all[i];
	d->all.n = n;
	if (n)
		qsort(d->all.items, n, sizeof *d->all.items, by_arrival);
}

/* What is left of them: not those that say the same, and not those that nobody wants. */
static void sort_unique(const struct diags *d, struct arena *arena, bool known,
			struct diag_selection *s)
{
	struct diag **all = by_what_they_say(d, arena);

	s->items = ARENA_ARRAY(arena, struct diag *, d->all.n);
	for (size_t i = 0; i < d->all.n; i++) {
		if (i && compare_content(all[i - 1], all[i]) == 0)
			continue;
		if (known || !all[i]->known)
			s->items[s->n++] = all[i];
		else
			s->known++;
	}
	qsort(s->items, s->n, sizeof *s->items, by_place);
}

/* Errors take the places first, then warnings: twenty warnings must not hide the error behind
 * them. */
static void show_level(struct diag_selection *s, enum diag_level level, size_t per_source,
		       size_t most, size_t *shown)
{
	for (size_t g = 0; g < s->groups.n; g++) {
		struct diag_group *group = &s->groups.items[g];

		for (size_t i = group->first; i < group->first + group->n; i++) {
			if (group->shown == per_source || *shown == most)
				break;
			if (s->items[i]->level != level)
				continue;
			s->items[i]->shown = true;
			group->shown++;
			(*shown)++;
		}
	}
}

static void add_unkept(struct diag_selection *s, const struct diag_unkept *unkept)
{
	for (size_t g = 0; g < s->groups.n; g++) {
		if (s->groups.items[g].source == unkept->source) {
			s->groups.items[g].unkept = unkept->n;
			return;
		}
	}
	s->rest += unkept->n;
	s->rest_groups++;
}

static void count_rest(const struct diags *d, struct diag_selection *s)
{
	for (size_t i = 0; i < d->unkept.n; i++)
		add_unkept(s, &d->unkept.items[i]);
	for (size_t g = 0; g < s->groups.n; g++) {
		const struct diag_group *group = &s->groups.items[g];

		if (group->shown)
			continue;
		s->rest += group->n + group->unkept;
		s->rest_groups++;
	}
}

static void select_some(struct diags *d, struct arena *arena, size_t per_source, size_t most,
			bool known, struct diag_selection *s)
{
	size_t shown = 0;

	*s = (struct diag_selection){0};
	if (!d->all.n)
		return;
	sort_unique(d, arena, known, s);
	for (size_t i = 0; i < s->n; i++) {
		const struct source *source =
			sources_locate(d->sources, s->items[i]->at.start).source;

		s->items[i]->shown = false;
		if (!i || source != s->groups.items[s->groups.n - 1].source) {
			struct diag_group group = {.source = source, .first = i};

			VEC_PUSH(arena, s->groups, group);
		}
		s->groups.items[s->groups.n - 1].n++;
	}
	for (int level = DIAG_ERROR; level >= DIAG_INFO; level--)
		show_level(s, (enum diag_level)level, per_source, most, &shown);
	count_rest(d, s);
}

void diags_select(struct diags *d, struct arena *arena, struct diag_selection *s)
{
	if (d->show_all)
		select_some(d, arena, SIZE_MAX, SIZE_MAX, false, s);
	else
		select_some(d, arena, SHOWN_PER_FILE, SHOWN_IN_ALL, false, s);
}

void diags_select_all(struct diags *d, struct arena *arena, size_t most, struct diag_selection *s)
{
	select_some(d, arena, SIZE_MAX, most, true, s);
}

struct str diag_group_cut(const struct diags *d, const struct diag_group *group)
{
	size_t cut = group->n - group->shown + group->unkept;
	struct strbuf path;

	if (!group->shown || !cut)
		return STR("");
	if (!group->source)
		return diag_piece(d, "... and %zu more", cut);
	strbuf_init(&path, d->arena);
	unicode_escape(&path, group->source->path);
	return diag_piece(d, "... and %zu more in " STR_FMT, cut, STR_ARG(strbuf_str(&path)));
}

struct str diag_rest_cut(const struct diags *d, const struct diag_selection *s)
{
	if (!s->rest)
		return STR("");
	return diag_piece(d,
			  s->rest_groups == 1 ? "... and %zu more in %zu other file"
					      : "... and %zu more in %zu other files",
			  s->rest, s->rest_groups);
}

struct str diag_known_cut(const struct diags *d, const struct diag_selection *s)
{
	if (!s->known)
		return STR("");
	return diag_piece(d, "... and %zu more, known before", s->known);
}

struct str diag_bytes_cut(const struct diag *diag)
{
	if (!diag->cut)
		return STR("");
	return diag_piece(diag->owner, "... and %zu bytes more", diag->cut);
}
