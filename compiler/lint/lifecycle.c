/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules about lifecycles of images. */
#include "lint/pass.h"

/* AWS: an image matches when it has a tag for every entry. */
static void check_tags(struct lint *l, const struct image_rule *rule)
{
	struct diag *diag;

	if (rule->tags != IMAGES_TAGGED || rule->n_patterns < 2)
		return;
	diag = lint_report(l, RULE_lifecycle_and_tags, rule->span,
			   "this takes images that have a tag for each of these %zu patterns, not "
			   "for one of them",
			   rule->n_patterns);
	diag_help(diag, "write `images tagged [\"…\"] { … }` once for each pattern");
}

/* ECR counts from the push or the last pull; what runs was pulled once. */
static void check_running(struct lint *l, const struct image_rule *rule)
{
	bool idle = rule->end == IMAGES_EXPIRE_IDLE;
	struct diag *diag;

	if (rule->tags == IMAGES_UNTAGGED || (!idle && rule->end != IMAGES_EXPIRE))
		return;
	diag = lint_report_at(l, RULE_lifecycle_and_tags, LINT_INFO, rule->span,
			      idle ? "this can delete an image that runs and was not pulled again"
				   : "this can delete an image that still runs");
	diag_note(diag, "ECR does not know what runs, only when an image was pushed and pulled");
	diag_help(diag, "`keep N` keeps the newest whatever their age");
}

void lint_lifecycle(struct lint *l)
{
	for (size_t i = 0; i < l->policy->n_statements; i++) {
		const struct statement *s = l->policy->statements[i];

		for (size_t r = 0; r < s->n_images; r++) {
			check_tags(l, &s->images[r]);
			check_running(l, &s->images[r]);
		}
	}
}
