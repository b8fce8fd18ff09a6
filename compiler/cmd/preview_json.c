/* SPDX-License-Identifier: Apache-2.0
 *
 * A preview for programs. */
#include "cmd/preview_internal.h"

static void write_severities(struct json_writer *w, const struct preview_group *group)
{
	json_key(w, "severity");
	json_open_object(w);
	for (size_t i = 0; i <= SEVERITY_UNTRIAGED + 1; i++)
		if (group->severity[i])
			json_member_size(
				w, i > SEVERITY_UNTRIAGED ? "other" : vocabulary_severity.words[i],
				group->severity[i]);
	json_close_object(w);
}

static void write_tiers(struct preview *p, struct json_writer *w, const struct preview_group *group)
{
	size_t n = p->policy->n_tiers;

	json_key(w, "tier");
	json_open_object(w);
	for (size_t i = 0; group->n && i <= n; i++)
		if (group->tiers[i]) {
			json_key_str(w, i == n ? STR("none") : p->policy->tiers[i]->name);
			json_int(w, (int64_t)group->tiers[i]);
		}
	json_close_object(w);
}

/* An object would have no key for what is absent. */
static void write_tally(struct preview *p, struct json_writer *w, const char *key,
			const struct tally *tally)
{
	const struct tally_entry *sorted = tally_sorted(tally, p->run.arena);

	json_key(w, key);
	json_open_array(w);
	for (size_t i = 0; i < tally->entries.n; i++) {
		json_open_object(w);
		json_member(w, "value", sorted[i].text);
		json_member_size(w, "findings", sorted[i].n);
		json_close_object(w);
	}
	json_close_array(w);
}

static void write_group(struct preview *p, struct json_writer *w, const struct preview_group *group)
{
	json_member_size(w, "findings", group->n);
	json_member_size(w, "stay_shown", group->shown);
	write_severities(w, group);
	write_tiers(p, w, group);
	write_tally(p, w, "account", &group->accounts);
	write_tally(p, w, "repository", &group->repositories);
	json_key(w, "examples");
	json_open_array(w);
	for (size_t i = 0; i < group->n && i < PREVIEW_EXAMPLES; i++) {
		json_open_object(w);
		json_member(w, "finding", group->examples[i].id);
		json_member(w, "summary", group->examples[i].summary);
		json_close_object(w);
	}
	json_close_array(w);
}

static void write_part(struct preview *p, struct json_writer *w, const char *key,
		       const struct preview_group *group)
{
	json_key(w, key);
	json_open_object(w);
	write_tally(p, w, "by", &group->by);
	write_group(p, w, group);
	json_close_object(w);
}

static void write_suppression(struct preview *p, struct json_writer *w, size_t i)
{
	const struct statement *s = p->policy->statements[i];

	json_open_object(w);
	json_member(w, "name", s->name);
	json_member(w, "file", s->file);
	json_member_size(w, "line", s->line);
	json_member(w, "until", s->until.text);
	json_member(w, "owner", s->owner);
	if (s->n_rows)
		write_tally(p, w, "rows", &p->suppressions[i].by);
	write_group(p, w, &p->suppressions[i]);
	json_close_object(w);
}

void preview_json(struct preview *p, struct json_writer *w)
{
	json_open_object(w);
	json_member_size(w, "findings", p->findings);
	json_member_size(w, "hidden", p->hidden);
	json_key(w, "suppressions");
	json_open_array(w);
	for (size_t i = 0; i < p->policy->n_statements; i++)
		if (p->policy->statements[i]->kind == STATEMENT_SUPPRESS)
			write_suppression(p, w, i);
	json_close_array(w);
	if (p->old) {
		write_part(p, w, "newly_hidden", &p->newly_hidden);
		write_part(p, w, "newly_shown", &p->newly_shown);
	}
	if (p->policy->asked)
		write_part(p, w, "must_not_be_hidden", &p->must_not);
	json_close_object(w);
}
