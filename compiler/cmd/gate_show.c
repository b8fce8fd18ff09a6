/* SPDX-License-Identifier: Apache-2.0
 *
 * What a gate says, for people and for programs. */
#include "cmd/gate_internal.h"

#define PACKAGES_SHOWN 3

#define Q(g, text) diag_quote((g)->run.diags, (text))

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

static struct str text_of(const struct element *e, enum field_id field)
{
	const struct fval *value = &e->values[field_slot(field)];

	return value->kind == FVAL_STRING ? value->str : (struct str){0};
}

static const struct element *vulnerability_of(const struct element *root)
{
	return root->n_children[GROUP_VULNERABILITY] ? root->children[GROUP_VULNERABILITY][0]
						     : NULL;
}

/* --- text --- */

static void add_packages(struct gate *g, struct strbuf *out, const struct element *root)
{
	const struct element *v = vulnerability_of(root);
	size_t n = v ? v->n_children[GROUP_PACKAGE] : 0;

	for (size_t i = 0; i < n && i < PACKAGES_SHOWN; i++) {
		const struct element *p = v->children[GROUP_PACKAGE][i];
		struct str fixed = text_of(p, FIELD_package_fixed_in);

		strbuf_printf(out, "      %s %s", Q(g, text_of(p, FIELD_package_name)),
			      Q(g, text_of(p, FIELD_package_version)));
		if (fixed.len)
			strbuf_printf(out, ", fixed in %s", Q(g, fixed));
		strbuf_addc(out, '\n');
	}
	if (n > PACKAGES_SHOWN)
		strbuf_printf(out, "      and %zu more packages\n", n - PACKAGES_SHOWN);
}

static void add_holder(struct gate *g, struct strbuf *out, const struct gated *gated)
{
	if (!gated->by) {
		strbuf_printf(out, "      held by a person: workflow is %s\n",
			      vocabulary_workflow.words[gated->workflow]);
		return;
	}
	strbuf_printf(out, "      held by %s", Q(g, gated->by->name));
	if (gated->until.len)
		strbuf_printf(out, " until %s", Q(g, gated->until));
	else if (gated->by->kind == STATEMENT_SUPPRESS)
		strbuf_puts(out, " until it is fixed");
	if (gated->by->owner.len)
		strbuf_printf(out, ", owner %s", Q(g, gated->by->owner));
	if (gated->reason.len)
		strbuf_printf(out, ": %s", Q(g, gated->reason));
	strbuf_addc(out, '\n');
}

static void add_list(struct gate *g, struct strbuf *out, bool held)
{
	for (size_t i = 0; i < g->gated.n; i++) {
		const struct gated *gated = &g->gated.items[i];

		if (gated->held != held)
			continue;
		strbuf_printf(out, "  tier %s: %s\n", Q(g, g->run.policy->tiers[gated->tier]->name),
			      Q(g, finding_summary(g->run.arena, gated->root)));
		if (held)
			add_holder(g, out, gated);
		else
			add_packages(g, out, gated->root);
	}
}

void gate_text(struct gate *g, struct strbuf *out)
{
	size_t held = g->gated.n - g->n_blocks;

	strbuf_printf(out, "gate %s: %zu of %zu active finding%s block%s, %zu %s held back\n",
		      g->n_blocks ? "closed" : "open", g->n_blocks, g->findings,
		      plural(g->findings), g->n_blocks == 1 ? "s" : "", held,
		      held == 1 ? "is" : "are");
	if (g->n_blocks)
		strbuf_puts(out, "\nblock\n");
	add_list(g, out, false);
	if (held)
		strbuf_puts(out, "\nheld back\n");
	add_list(g, out, true);
	if (g->elsewhere || g->inactive || g->checks)
		strbuf_puts(out, "\nnot asked\n");
	if (g->elsewhere)
		strbuf_printf(out, "  %zu in other tiers or in none\n", g->elsewhere);
	if (g->inactive)
		strbuf_printf(out, "  %zu that %s not active\n", g->inactive,
			      g->inactive == 1 ? "is" : "are");
	if (g->checks)
		strbuf_printf(out, "  %zu check%s of a Dockerfile, which %s no vulnerabilit%s\n",
			      g->checks, plural(g->checks), g->checks == 1 ? "is" : "are",
			      g->checks == 1 ? "y" : "ies");
}

/* --- JSON --- */

static void write_packages(struct json_writer *w, const struct element *v)
{
	json_key(w, "packages");
	json_open_array(w);
	for (size_t i = 0; v && i < v->n_children[GROUP_PACKAGE]; i++) {
		const struct element *p = v->children[GROUP_PACKAGE][i];

		json_open_object(w);
		json_member(w, "name", text_of(p, FIELD_package_name));
		json_member(w, "version", text_of(p, FIELD_package_version));
		json_member(w, "fixed_in", text_of(p, FIELD_package_fixed_in));
		json_close_object(w);
	}
	json_close_array(w);
}

static void write_gated(struct gate *g, struct json_writer *w, const struct gated *gated)
{
	const struct element *v = vulnerability_of(gated->root);
	const struct fval *severity = finding_value(gated->root, FIELD_severity);

	json_open_object(w);
	json_member(w, "finding", text_of(gated->root, FIELD_finding_id));
	json_member(w, "cve", v ? text_of(v, FIELD_cve) : (struct str){0});
	json_member(w, "severity", severity ? severity->str : (struct str){0});
	json_member(w, "tier", g->run.policy->tiers[gated->tier]->name);
	write_packages(w, v);
	if (gated->held) {
		json_member(w, "by", gated->by ? gated->by->name : (struct str){0});
		json_member(w, "until", gated->until);
		json_member(w, "owner", gated->by ? gated->by->owner : (struct str){0});
		json_member(w, "reason", gated->reason);
	}
	json_close_object(w);
}

static void write_list(struct gate *g, struct json_writer *w, const char *key, bool held)
{
	json_key(w, key);
	json_open_array(w);
	for (size_t i = 0; i < g->gated.n; i++)
		if (g->gated.items[i].held == held)
			write_gated(g, w, &g->gated.items[i]);
	json_close_array(w);
}

void gate_json(struct gate *g, struct json_writer *w)
{
	json_open_object(w);
	json_key(w, "open");
	json_bool(w, !g->n_blocks);
	json_key(w, "fail_on");
	json_open_array(w);
	for (int i = 0; i <= g->last; i++)
		json_str(w, g->run.policy->tiers[i]->name);
	json_close_array(w);
	json_member_size(w, "findings", g->findings);
	json_member_size(w, "in_other_tiers", g->elsewhere);
	json_member_size(w, "inactive", g->inactive);
	json_member_size(w, "dockerfile_checks", g->checks);
	write_list(g, w, "blocks", false);
	write_list(g, w, "held", true);
	json_close_object(w);
}
