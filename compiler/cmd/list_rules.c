/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of the linter's rules of the command `list`, as text and as JSON. */
#include "base/vec.h"
#include "cmd/list_internal.h"
#include "lint/rule.h"

static const char *id_of(const struct lint_rule *rule)
{
	return rule->id;
}

static const char *name_of(const struct lint_rule *rule)
{
	return rule->name;
}

static const char *level_of(const struct lint_rule *rule)
{
	return lint_level_name(rule->level);
}

static const char *evidence_of(const struct lint_rule *rule)
{
	return rule->evidence;
}

static const char *fix_of(const struct lint_rule *rule)
{
	return rule->fix;
}

static const char *standing_of(const struct lint_rule *rule)
{
	return lint_standing_name(rule->standing);
}

static const char *summary_of(const struct lint_rule *rule)
{
	return rule->summary;
}

#define COLUMNS 7

static const struct {
	const char *head, *key;
	const char *(*text)(const struct lint_rule *rule);
} columns[COLUMNS] = {
	{"RULE", "id", id_of},
	{"NAME", "name", name_of},
	{"LEVEL", "level", level_of},
	{"EVIDENCE", "evidence", evidence_of},
	{"FIX", "fix", fix_of},
	{"STANDING", "standing", standing_of},
	{"WHAT IT FINDS", "summary", summary_of},
};

void list_rules_text(struct arena *arena, struct strbuf *out)
{
	struct str cells[(RULE_COUNT + 1) * COLUMNS];
	size_t n = 0;

	for (size_t c = 0; c < COLUMNS; c++)
		cells[n++] = str_from(columns[c].head);
	for (size_t i = 0; i < RULE_COUNT; i++)
		for (size_t c = 0; c < COLUMNS; c++)
			cells[n++] = str_from(columns[c].text(&lint_rules[i]));
	strbuf_add(out, list_table(arena, cells, n, COLUMNS));
	strbuf_puts(out,
		    "\nEVIDENCE: what a run of `lint` must be given to look for it. FIX: what "
		    "`lint --fix` can do. STANDING:\nconfigurable in vulnctl.yaml; locked, so "
		    "that `@allow` alone lets single problems stand; or a mistake,\nwhich does "
		    "not compile. `vulnctl lint --explain RULE` shows the page of a rule.\n");
}

void list_rules_json(struct arena *arena, struct json_writer *w)
{
	(void)arena;
	json_open_object(w);
	json_key(w, "rules");
	json_open_array(w);
	for (size_t i = 0; i < RULE_COUNT; i++) {
		json_open_object(w);
		for (size_t c = 0; c < COLUMNS; c++) {
			json_key(w, columns[c].key);
			json_string(w, columns[c].text(&lint_rules[i]));
		}
		json_close_object(w);
	}
	json_close_array(w);
	json_close_object(w);
}
