/* SPDX-License-Identifier: Apache-2.0
 *
 * "Did you mean": the nearest candidate becomes a fix when it is the only one that near, else a
 * question. Working one out costs a pass over all candidates, so a run stops offering after
 * CHECK_HINTS_MAX errors: no report shows more than 200. */
#include "ir/check_internal.h"
#include "model/alias.h"

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool same_but_case(struct str a, struct str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if (lower(a.ptr[i]) != lower(b.ptr[i]))
			return false;
	return true;
}

void check_hint_init(struct check *c, struct check_hint *hint, struct str word)
{
	*hint = (struct check_hint){.off = c->n_hints >= CHECK_HINTS_MAX};
	c->n_hints++;
	suggest_init(&hint->suggest, word);
}

void check_hint_offer(struct check_hint *hint, struct str candidate)
{
	struct suggest before = hint->suggest, alone;

	if (hint->off)
		return;
	if (same_but_case(hint->suggest.word, candidate))
		hint->same = candidate;
	suggest_offer(&hint->suggest, candidate);
	if (!suggest_found(&before) || str_eq(before.best, candidate))
		return;
	suggest_init(&alone, before.word);
	suggest_offer(&alone, candidate);
	if (!suggest_found(&alone) || alone.distance > before.distance)
		return;
	hint->tie = alone.distance == before.distance && alone.as_written == before.as_written;
	/* Between equals the alphabet decides, whatever the order of the offers. */
	if (hint->tie && str_cmp(candidate, before.best) < 0)
		hint->suggest.best = candidate;
}

void check_hint_words(struct check_hint *hint, const struct vocabulary *words)
{
	const char *alias = alias_find(hint->suggest.word);

	for (unsigned i = 0; i < words->n; i++)
		check_hint_offer(hint, str_from(words->words[i]));
	if (alias && vocabulary_find(words, str_from(alias)) >= 0)
		hint->same = str_from(alias);
}

void check_hint_fields(struct check_hint *hint)
{
	const char *alias = alias_find(hint->suggest.word);

	for (int i = 0; i < FIELD_COUNT; i++)
		check_hint_offer(hint, str_from(fields[i].name));
	check_hint_offer(hint, STR("tier"));
	if (alias && field_find(str_from(alias)) >= 0)
		hint->same = str_from(alias);
}

void check_hint_defs(struct check *c, struct check_hint *hint, bool defines)
{
	for (size_t i = 0; i < c->n_defs && !hint->off; i++)
		if (c->order[i]->is_define == defines)
			check_hint_offer(hint, c->order[i]->name);
}

/* A console's word for one of the words. */
void check_hint_alias(struct check_hint *hint, const char *const *words)
{
	const char *alias = alias_find(hint->suggest.word);

	for (size_t i = 0; alias && words[i]; i++)
		if (str_is(str_from(alias), words[i]))
			hint->same = str_from(words[i]);
}

void check_hint_table(struct check_hint *hint, const struct check_table *table)
{
	for (size_t i = 0; i < table->cap && !hint->off; i++)
		if (table->slots[i].value)
			check_hint_offer(hint, table->slots[i].key);
}

bool check_hint_apply(struct check *c, const struct check_hint *hint, struct diag *diag,
		      struct span at)
{
	bool found = suggest_found(&hint->suggest);

	if (hint->off || (!hint->same.len && !found))
		return false;
	if (hint->same.len)
		diag_fix(diag, at, hint->same);
	else if (hint->tie)
		diag_help(diag, "did you mean `%s`?", Q(c, hint->suggest.best));
	else
		diag_fix(diag, at, hint->suggest.best);
	return true;
}
