/* SPDX-License-Identifier: Apache-2.0
 *
 * Where the words of a statement and what it tests part ways. */
#include "lint/single_internal.h"

bool single_untriaged(struct single *w, const struct atom *atom)
{
	const struct value *found = NULL;
	struct diag *diag;

	for (size_t i = 0; i < atom->n && atom->test == TEST_IN; i++)
		if (atom->values[i].word == SEVERITY_UNTRIAGED)
			found = &atom->values[i];
	if (!found)
		return false;
	diag = lint_report(
		w->l, RULE_untriaged, found->span,
		"UNTRIAGED is a severity of Inspector alone: Security Hub cannot tell it");
	single_used_by(w, diag, atom);
	diag_help(diag, "name it in the statements `via inspector` or of Inspector's events that "
			"are for it");
	return true;
}

/* --- ages --- */

/* What says how old a finding is, and nothing of how soon it must be fixed. */
static const char *const old_words[] = {"older", "stale", "outdated", "経過", "古い", "以上前"};
static const char *const new_words[] = {"newer",	   "younger", "recent", "in the last",
					"within the last", "最近",    "新しい"};

static char lower_case(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
}

static bool has_word(struct str text, const char *word)
{
	size_t n = strlen(word);

	for (size_t at = 0; at + n <= text.len; at++) {
		size_t i = 0;

		while (i < n && lower_case(text.ptr[at + i]) == word[i])
			i++;
		if (i == n)
			return true;
	}
	return false;
}

static bool has_one(const struct str *texts, size_t n, const char *const *words, size_t n_words)
{
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n_words; k++)
			if (has_word(texts[i], words[k]))
				return true;
	return false;
}

bool single_reversed_age(struct single *w, const struct atom *atom)
{
	const struct statement *s = w->statement;
	const struct str texts[] = {s->name, s->label, s->title, s->message, s->note};
	bool upper = atom->lo == INT64_MIN, lower = atom->hi == INT64_MAX, says_old, says_new;
	const char *field = fields[atom->field].name;
	struct diag *diag;

	if (!atom->age || atom->test != TEST_RANGE || upper == lower)
		return false;
	says_old = has_one(texts, ARRAY_LEN(texts), old_words, ARRAY_LEN(old_words));
	says_new = has_one(texts, ARRAY_LEN(texts), new_words, ARRAY_LEN(new_words));
	/* `not` and `not in` turn it round. */
	upper ^= w->negative ^ atom->negated;
	if (says_old == says_new || says_old != upper)
		return false;
	diag = lint_report(w->l, RULE_reversed_age, atom->span,
			   says_old ? "this holds for what is younger, and the text says older"
				    : "this holds for what is older, and the text says newer");
	single_used_by(w, diag, atom);
	diag_help(diag,
		  says_old ? "`%s.age > 30d` means more than 30 days ago"
			   : "`%s.age < 30d` means less than 30 days ago",
		  field);
	return true;
}

/* --- names --- */

static bool is_place_word(struct str word)
{
	static const char *const words[] = {"dev", "develop", "development", "stage", "staging",
					    "stg", "sandbox", "sbx",	     "test",  "qa",
					    "uat", "nonprod", "preprod",     "demo"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_is(word, words[i]))
			return true;
	return false;
}

/* The first word of the name that says where; empty: none does. */
static struct str place_word(struct str name)
{
	for (size_t from = 0, to; from < name.len; from = to + 1) {
		for (to = from; to < name.len && name.ptr[to] != '-' && name.ptr[to] != '_'; to++)
			;
		if (is_place_word(str_slice(name, from, to)))
			return str_slice(name, from, to);
	}
	return STR("");
}

/* Is anything tested that tells one place from another? */
static bool tests_place(const struct cond *cond)
{
	static const enum field_id list[] = {
		FIELD_account,	      FIELD_account_name, FIELD_region,		 FIELD_tag,
		FIELD_field,	      FIELD_repository,	  FIELD_image_tag,	 FIELD_image_digest,
		FIELD_image_registry, FIELD_resource_id,  FIELD_ec2_instance,	 FIELD_ec2_vpc,
		FIELD_ec2_subnet,     FIELD_lambda_name,  FIELD_code_repository,
	};

	for (size_t i = 0; i < ARRAY_LEN(list) && cond->kind == COND_ATOM; i++)
		if (cond->atom->field == list[i])
			return true;
	for (size_t i = 0; i < cond->n; i++)
		if (tests_place(cond->kids[i]))
			return true;
	return false;
}

void single_name(struct single *w)
{
	const struct statement *s = w->statement;
	struct str word = lint_wants(w->l, RULE_name_says_more) ? place_word(s->name) : STR("");
	const char *shown;
	struct diag *diag;

	if (!word.len || tests_place(w->cond))
		return;
	shown = diag_quote(w->l->diags, word);
	diag = lint_report(w->l, RULE_name_says_more, s->name_span,
			   "the name says `%s`, and nothing of the condition does", shown);
	diag_help(diag,
		  "test the account, a tag or the repository of `%s`, or name it otherwise: "
		  "production is hidden as well",
		  shown);
}
