/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements by their place. Places of all files are one line of numbers (base/source.h). */
#include "lint/place.h"

#include <stdlib.h>

#include "base/vec.h"

struct places {
	VEC(const struct ast_statement *) all;
};

static int by_place(const void *left, const void *right)
{
	const struct ast_statement *a = *(const struct ast_statement *const *)left;
	const struct ast_statement *b = *(const struct ast_statement *const *)right;

	return (a->span.start > b->span.start) - (a->span.start < b->span.start);
}

struct places *places_new(struct arena *arena, const struct ast_program *program)
{
	struct places *places = ARENA_NEW(arena, struct places);

	*places = (struct places){0};
	for (size_t f = 0; f < program->n; f++)
		for (size_t i = 0; i < program->files[f]->n_statements; i++)
			VEC_PUSH(arena, places->all, program->files[f]->statements[i]);
	if (places->all.n)
		qsort(places->all.items, places->all.n, sizeof *places->all.items, by_place);
	return places;
}

const struct ast_statement *places_find(const struct places *places, struct span at)
{
	size_t low = 0, high = places->all.n;
	const struct ast_statement *found;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (places->all.items[middle]->span.end < at.end)
			low = middle + 1;
		else
			high = middle;
	}
	found = low < places->all.n ? places->all.items[low] : NULL;
	return found && at.start >= found->file->source->base ? found : NULL;
}

struct span place_policy(const struct ast_program *program)
{
	const struct ast_file *root = program->root;

	for (size_t i = 0; i < root->n_statements; i++)
		if (root->statements[i]->kind == AST_POLICY)
			return root->statements[i]->text_span;
	return root->n_statements ? root->statements[0]->kind_span : (struct span){0};
}

struct str place_name(const struct ast_statement *statement)
{
	if (statement->kind == AST_POLICY)
		return STR("");
	return statement->kind == AST_USE ? statement->text : statement->name;
}
