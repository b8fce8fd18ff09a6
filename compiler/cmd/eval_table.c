/* SPDX-License-Identifier: Apache-2.0
 *
 * Decisions as rows for people. Rows are written as findings come, so columns have the widths of
 * what is usual, and what is longer moves the rest of its row. */
#include "cmd/eval_internal.h"

#include "base/unicode.h"

#define WORKFLOW_WIDTH 10
#define FINDING_WIDTH 62

static size_t tier_width(const struct policy *policy)
{
	size_t width = sizeof "tier" - 1;

	for (size_t i = 0; i < policy->n_tiers; i++)
		if (policy->tiers[i]->name.len > width)
			width = policy->tiers[i]->name.len;
	return width;
}

static void cell(struct strbuf *out, struct str text, size_t width)
{
	size_t at = 0, shown = 0;

	while (at < text.len)
		shown += unicode_escape_next(out, text, &at);
	for (; shown < width; shown++)
		strbuf_addc(out, ' ');
	strbuf_puts(out, "  ");
}

void eval_table_head(struct strbuf *out, const struct policy *policy)
{
	cell(out, STR("TIER"), tier_width(policy));
	cell(out, STR("WORKFLOW"), WORKFLOW_WIDTH);
	cell(out, STR("FINDING"), FINDING_WIDTH);
	strbuf_puts(out, "DECISION\n");
}

static void add_names(struct strbuf *out, const struct decision *decision, const char **between)
{
	for (unsigned l = 0; l < DECIDE_LIST_COUNT; l++)
		for (size_t i = 0; i < decision->lists[l].n; i++) {
			strbuf_printf(out, "%s%s " STR_FMT, *between, decide_list_name(l),
				      STR_ARG(decision->lists[l].items[i]->name));
			*between = ", ";
		}
}

static void add_fields(struct strbuf *out, const struct decision *decision, const char **between)
{
	for (size_t i = 0; i < decision->n_fields; i++) {
		strbuf_puts(out, *between);
		unicode_escape(out, decision->fields[i].key);
		strbuf_addc(out, '=');
		unicode_escape(out, decision->fields[i].value);
		*between = ", ";
	}
}

void eval_table_row(struct strbuf *out, const struct policy *policy,
		    const struct decision *decision)
{
	const char *between = "";
	struct str tier = decision->tier >= 0 ? policy->tiers[decision->tier]->name : STR("-");
	bool known = decision->workflow.kind == FVAL_WORD;

	cell(out, tier, tier_width(policy));
	cell(out, known ? decision->workflow.str : STR("-"), WORKFLOW_WIDTH);
	cell(out, finding_summary(out->arena, decision->finding->root), FINDING_WIDTH);
	add_names(out, decision, &between);
	between = *between ? "; " : "";
	add_fields(out, decision, &between);
	if (!*between)
		strbuf_addc(out, '-');
	strbuf_addc(out, '\n');
}
