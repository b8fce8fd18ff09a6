/* SPDX-License-Identifier: Apache-2.0
 *
 * Counting what is hidden. */
#include "cmd/preview_internal.h"

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
