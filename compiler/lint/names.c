/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules about the names of statements that produce something: they become names on AWS. */
#include "base/vec.h"
#include "ir/memo.h"
#include "lint/atoms.h"
#include "lint/pass.h"
#include "lint/words.h"

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool produces(const struct statement *s)
{
	return s->kind != STATEMENT_PROTECT && s->kind != STATEMENT_STATUS &&
	       s->kind != STATEMENT_TIER;
}

/* --- how they are written --- */

/* Small letters, digits and single `-`; an id of a vulnerability stays as it is. */
static bool is_kebab(struct str name)
{
	for (size_t i = 0; i < name.len;) {
		struct str rest = str_slice(name, i, name.len);

		if (str_starts(rest, STR("CVE-")))
			i += 4;
		else if (str_starts(rest, STR("GHSA-")))
			i += 5;
		else if (is_lower(name.ptr[i]) || is_digit(name.ptr[i]) || name.ptr[i] == '-')
			i++;
		else
			return false;
	}
	return true;
}

/* `MyRule_2` is `my-rule-2`. */
static struct str kebab(struct arena *arena, struct str name)
{
	struct strbuf b;

	strbuf_init(&b, arena);
	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i], last = b.len ? b.ptr[b.len - 1] : '-';

		if (c == '_')
			c = '-';
		if (is_upper(c) && i && (is_lower(name.ptr[i - 1]) || is_digit(name.ptr[i - 1])))
			strbuf_addc(&b, '-');
		if (c != '-' || last != '-')
			strbuf_addc(&b, is_upper(c) ? (char)(c | 0x20) : c);
	}
	while (b.len && b.ptr[b.len - 1] == '-')
		b.len--;
	return strbuf_str(&b);
}

/* Words that say nothing, with or without a number behind them. */
static bool is_generic(struct str name)
{
	static const char *const generic[] = {
		"test", "tests",  "tmp",     "temp",	 "foo",	     "bar",	"baz",	     "rule",
		"misc", "sample", "example", "untitled", "new-rule", "my-rule", "test-rule", "todo",
	};

	while (name.len && (is_digit(name.ptr[name.len - 1]) || name.ptr[name.len - 1] == '-'))
		name.len--;
	for (size_t i = 0; i < ARRAY_LEN(generic); i++)
		if (str_is(name, generic[i]))
			return true;
	return false;
}

/* What must be known of all names before one becomes another; made when it is needed. */
struct names {
	struct lint *l;
	bool known;
	struct words kebab;
	struct memo reopened; /* statements that a `reopen` names */
};

static void know_names(struct names *names)
{
	const struct policy *policy = names->l->policy;
	struct arena *arena = names->l->arena;
	struct str *all;

	if (names->known)
		return;
	names->known = true;
	all = ARENA_ARRAY(arena, struct str, policy->n_statements);
	for (size_t i = 0; i < policy->n_statements; i++) {
		const struct statement *s = policy->statements[i];

		all[i] = kebab(arena, s->name);
		if (s->of)
			memo_put(&names->reopened, arena, (uint64_t)(uintptr_t)s->of, 1);
	}
	names->kebab = words_new(arena, all, policy->n_statements);
}

/* Only where nothing else names it, and to a name that no other has. One without a `-` could be a
 * word of the language. */
static void fix_name(struct names *names, struct diag *diag, const struct statement *s)
{
	const struct ast_statement *ast = places_find(names->l->places, s->name_span);
	struct arena *arena = names->l->arena;
	struct str name = kebab(arena, s->name);
	uint32_t start, reopened;

	know_names(names);
	if (words_count(&names->kebab, name) > 1 || !str_contains(name, STR("-")) || s->n_was ||
	    memo_get(&names->reopened, (uint64_t)(uintptr_t)s, &reopened))
		return;
	start = ast->n_annotations ? ast->annotations[0].span.start : ast->span.start;
	diag_fix(diag, (struct span){start, start},
		 str_printf(arena, "@was(\"" STR_FMT "\")\n", STR_ARG(s->name)));
	diag_fix(diag, s->name_span, name);
}

static void check_name(struct names *names, const struct statement *s)
{
	struct lint *l = names->l;
	size_t most = (size_t)l->settings->thresholds[THRESHOLD_naming];
	const char *name = diag_quote(l->diags, s->name);
	struct diag *diag;

	if (!is_kebab(s->name)) {
		diag = lint_report(l, RULE_naming, s->name_span,
				   "`%s` is not written in small letters, digits and `-`", name);
		fix_name(names, diag, s);
	} else if (is_generic(s->name)) {
		diag = lint_report(l, RULE_naming, s->name_span,
				   "the name `%s` does not tell what this is", name);
		diag_help(diag, "name what it is about: rules on AWS, notes on findings and "
				"reports bear this name");
	} else if (s->name.len > most) {
		diag = lint_report(l, RULE_naming, s->name_span,
				   "the name `%s` has %zu characters, more than %zu", name,
				   s->name.len, most);
		diag_help(diag, "say the rest in the reason or the title; with "
				"@was(\"…\") the old name still counts for marks");
	}
}

/* --- what they say --- */

struct subject { /* of a name */
	struct str name;
	bool any, named; /* some word is asked for; one of them is in the name */
};

static char fold(char c)
{
	return is_upper(c) ? (char)(c | 0x20) : c;
}

static bool is_in(struct str name, struct str word)
{
	for (size_t at = 0; at + word.len <= name.len; at++) {
		size_t same = 0;

		while (same < word.len && fold(name.ptr[at + same]) == fold(word.ptr[same]))
			same++;
		if (same == word.len)
			return true;
	}
	return false;
}

static bool is_of_word(char c)
{
	return is_lower(fold(c)) || is_digit(c);
}

/* Words of three letters or more: shorter ones are in most names. */
static void look_for_words(struct subject *subject, struct str text)
{
	for (size_t i = 0, end; i < text.len; i = end + 1) {
		for (end = i; end < text.len && is_of_word(text.ptr[end]);)
			end++;
		if (end - i < 3)
			continue;
		subject->any = true;
		subject->named |= is_in(subject->name, str_slice(text, i, end));
	}
}

static void add_atom(void *context, const struct cond *cond)
{
	struct subject *subject = context;

	if (cond->kind != COND_ATOM || fields[cond->atom->field].type == TYPE_ENUM ||
	    cond->atom->field == FIELD_product || cond->atom->field == FIELD_resource_type)
		return;
	for (size_t i = 0; i < cond->atom->n; i++)
		look_for_words(subject, cond->atom->values[i].str);
}

/* Of a table the rows are the subject, and none has the name. */
static void check_subject(struct lint *l, const struct lint_subject *of)
{
	const struct statement *s = of->statement;
	struct subject subject = {.name = s->name};

	if (of->row)
		return;
	atoms_each(l->arena, l->policy, of->cond, add_atom, &subject);
	if (subject.any && !subject.named)
		diag_help(lint_report(l, RULE_suppress_name_without_subject, s->name_span,
				      "the name `%s` names nothing that the condition asks for",
				      diag_quote(l->diags, s->name)),
			  "put the vulnerability, the package or the repository into the name");
}

void lint_names(struct lint *l)
{
	struct names names = {.l = l};

	for (size_t i = 0; i < l->policy->n_statements && lint_wants(l, RULE_naming); i++)
		if (produces(l->policy->statements[i]))
			check_name(&names, l->policy->statements[i]);
	for (size_t i = 0; i < l->n_subjects && lint_wants(l, RULE_suppress_name_without_subject);
	     i++)
		check_subject(l, &l->subjects[i]);
}
