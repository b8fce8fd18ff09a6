/* SPDX-License-Identifier: Apache-2.0
 *
 * Counting what is hidden. */
#include <stdlib.h>
#include <string.h>

#include "cmd/preview_internal.h"

/* Texts of one hash stand behind each other in the keys that follow from it. */
void tally_add(struct tally *tally, struct arena *arena, struct str text)
{
	uint64_t key = memo_mix(str_hash(text) + !text.ptr);
	uint32_t at;

	for (;; key = memo_mix(key + 1)) {
		key += !key;
		if (!memo_get(&tally->index, key, &at))
			break;
		if (str_eq(tally->entries.items[at].text, text) &&
		    !tally->entries.items[at].text.ptr == !text.ptr) {
			tally->entries.items[at].n++;
			return;
		}
	}
	memo_put(&tally->index, arena, key, (uint32_t)tally->entries.n);
	VEC_PUSH(arena, tally->entries,
		 ((struct tally_entry){text.ptr ? str_copy(arena, text) : text, 1}));
}

static int by_count(const void *left, const void *right)
{
	const struct tally_entry *a = left, *b = right;

	if (a->n != b->n)
		return a->n < b->n ? 1 : -1;
	return str_cmp(a->text, b->text);
}

const struct tally_entry *tally_sorted(const struct tally *tally, struct arena *arena)
{
	size_t n = tally->entries.n;
	struct tally_entry *sorted = ARENA_ARRAY(arena, struct tally_entry, n);

	if (n)
		memcpy(sorted, tally->entries.items, n * sizeof *sorted);
	qsort(sorted, n, sizeof *sorted, by_count);
	return sorted;
}

static struct str text_of(const struct element *root, enum field_id field)
{
	const struct fval *value = finding_value(root, field);

	return value ? value->str : (struct str){0};
}

static size_t severity_of(const struct element *root)
{
	const struct fval *value = finding_value(root, FIELD_severity);

	return value && value->word >= 0 ? (size_t)value->word : SEVERITY_UNTRIAGED + 1;
}

static void keep_example(struct preview_group *group, struct arena *arena,
			 const struct element *root)
{
	if (group->n >= PREVIEW_EXAMPLES)
		return;
	group->examples[group->n].id = str_copy(arena, text_of(root, FIELD_finding_id));
	group->examples[group->n].summary = str_copy(arena, finding_summary(arena, root));
}

void preview_add(struct preview_group *group, struct arena *arena, const struct decision *decision,
		 size_t n_tiers)
{
	const struct element *root = decision->event;

	if (!group->tiers)
		group->tiers = ARENA_ARRAY(arena, size_t, n_tiers + 1);
	keep_example(group, arena, root);
	group->n++;
	group->severity[severity_of(root)]++;
	group->tiers[decision->tier < 0 ? n_tiers : (size_t)decision->tier]++;
	tally_add(&group->accounts, arena, text_of(root, FIELD_account));
	tally_add(&group->repositories, arena, text_of(root, FIELD_repository));
}
