/* SPDX-License-Identifier: Apache-2.0
 *
 * A preview for people. */
#include "cmd/preview_internal.h"

#define ENTRIES_SHOWN 5

#define Q(p, text) diag_quote((p)->run.diags, (text))

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static void add_severities(struct strbuf *out, const struct preview_group *group)
{
	/* The gravest first, what is not triaged behind them. */
	static const unsigned order[] = {
		SEVERITY_CRITICAL,	SEVERITY_HIGH,	    SEVERITY_MEDIUM,	   SEVERITY_LOW,
		SEVERITY_INFORMATIONAL, SEVERITY_UNTRIAGED, SEVERITY_UNTRIAGED + 1};
	const char *separator = "";

	strbuf_puts(out, "  severity    ");
	for (size_t i = 0; i < ARRAY_LEN(order); i++) {
		if (!group->severity[order[i]])
			continue;
		strbuf_printf(out, "%s%s %zu", separator,
			      order[i] > SEVERITY_UNTRIAGED ? "other"
							    : vocabulary_severity.words[order[i]],
			      group->severity[order[i]]);
		separator = ", ";
	}
	strbuf_addc(out, '\n');
}

static void add_tiers(struct preview *p, struct strbuf *out, const struct preview_group *group)
{
	const char *separator = "";

	if (!p->policy->n_tiers)
		return;
	strbuf_puts(out, "  tier        ");
	for (size_t i = 0; i <= p->policy->n_tiers; i++) {
		if (!group->tiers[i])
			continue;
		strbuf_printf(out, "%s%s %zu", separator,
			      i == p->policy->n_tiers ? "none" : Q(p, p->policy->tiers[i]->name),
			      group->tiers[i]);
		separator = ", ";
	}
	strbuf_addc(out, '\n');
}

static void add_tally(struct preview *p, struct strbuf *out, const char *title,
		      const struct tally *tally)
{
	const struct tally_entry *sorted = tally_sorted(tally, p->run.arena);
	size_t n = tally->entries.n;

	if (!n)
		return;
	strbuf_printf(out, "  %-12s", title);
	for (size_t i = 0; i < n && i < ENTRIES_SHOWN; i++)
		strbuf_printf(out, "%s%s %zu", i ? ", " : "",
			      sorted[i].text.ptr ? Q(p, sorted[i].text) : "none", sorted[i].n);
	if (n > ENTRIES_SHOWN)
		strbuf_printf(out, " and %zu more", n - ENTRIES_SHOWN);
	strbuf_addc(out, '\n');
}

/* by: what its tally of that name counts. */
static void add_group(struct preview *p, struct strbuf *out, const struct preview_group *group,
		      const char *by)
{
	if (!group->n)
		return;
	add_tally(p, out, by, &group->by);
	add_severities(out, group);
	add_tiers(p, out, group);
	add_tally(p, out, "account", &group->accounts);
	add_tally(p, out, "repository", &group->repositories);
	if (group->shown)
		strbuf_printf(out, "  %zu of them stay%s shown, because a person set %s back\n",
			      group->shown, group->shown == 1 ? "s" : "",
			      group->shown == 1 ? "it" : "them");
	strbuf_puts(out, "  for example\n");
	for (size_t i = 0; i < group->n && i < PREVIEW_EXAMPLES; i++)
		strbuf_printf(out, "    %s\n      %s\n", Q(p, group->examples[i].summary),
			      Q(p, group->examples[i].id));
}

static void add_suppression(struct preview *p, struct strbuf *out, size_t i)
{
	const struct statement *s = p->policy->statements[i];
	const struct preview_group *group = &p->suppressions[i];

	strbuf_printf(out, "\nsuppress %s", Q(p, s->name));
	if (s->until.text.len)
		strbuf_printf(out, " until %s", Q(p, s->until.text));
	if (s->until.has_date && s->until.end <= p->policy->now)
		strbuf_puts(out, ": it has ended, and hides nothing\n");
	else if (!group->n)
		strbuf_puts(out, ": nothing\n");
	else
		strbuf_printf(out, ": %zu finding%s\n", group->n, plural(group->n));
	add_group(p, out, group, "row");
}

static void add_part(struct preview *p, struct strbuf *out, const char *title,
		     const struct preview_group *group)
{
	strbuf_printf(out, "\n%s: ", title);
	if (group->n)
		strbuf_printf(out, "%zu finding%s\n", group->n, plural(group->n));
	else
		strbuf_puts(out, "nothing\n");
	add_group(p, out, group, "by");
}

void preview_text(struct preview *p, struct strbuf *out)
{
	strbuf_printf(out, "%zu of %zu finding%s would be hidden\n", p->hidden, p->findings,
		      plural(p->findings));
	for (size_t i = 0; i < p->policy->n_statements; i++)
		if (p->policy->statements[i]->kind == STATEMENT_SUPPRESS)
			add_suppression(p, out, i);
	if (p->old) {
		add_part(p, out, "newly hidden by the change", &p->newly_hidden);
		add_part(p, out, "newly shown by the change", &p->newly_shown);
	}
	if (p->policy->asked)
		add_part(p, out, "must not be hidden, and would be", &p->must_not);
}
