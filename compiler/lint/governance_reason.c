/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules about who decided something, and why. */
#include <regex.h>

#include "base/unicode.h"
#include "base/vec.h"
#include "lint/atoms.h"
#include "lint/edit.h"
#include "lint/governance_internal.h"
#include "lint/words.h"

/* --- the reason --- */

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* Without case, and with `-` for a blank: "No Fix Yet" says what `no-fix-yet` says. */
static bool same_words(struct str a, struct str b)
{
	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++) {
		char x = lower(a.ptr[i]), y = lower(b.ptr[i]);

		if ((x == ' ' ? '-' : x) != (y == ' ' ? '-' : y))
			return false;
	}
	return true;
}

/* How wide it is shown, so that ten letters or five kanji are as much. */
static size_t width_of(struct str text)
{
	size_t width = 0;

	for (size_t at = 0; at < text.len;)
		width += unicode_width(unicode_next(text, &at));
	return width;
}

static struct str trimmed(struct str text)
{
	while (text.len && (text.ptr[0] == ' ' || text.ptr[0] == '\n' || text.ptr[0] == '\t'))
		text = str_slice(text, 1, text.len);
	while (text.len && strchr(" \n\t.!", text.ptr[text.len - 1]))
		text.len--;
	return text;
}

static bool is_one_character(struct str text)
{
	size_t first = 0;

	if (text.len)
		(void)unicode_next(text, &first);
	for (size_t at = first; at < text.len; at += first)
		if (!str_starts(str_slice(text, at, text.len), str_slice(text, 0, first)))
			return false;
	return true;
}

/* What is written when there is nothing to say, and is long enough to look like something. */
static bool is_placeholder(struct str text)
{
	static const char *const wholes[] = {
		"to be determined", "to be decided",  "to be written",	 "placeholder",
		"not applicable",   "will fix later", "no reason given", "known issue",
		"対応不要です",	    "対応しません",   "問題ありません",
	};
	static const char *const begins[] = {"todo", "fixme", "tbd", "xxx"};

	for (size_t i = 0; i < ARRAY_LEN(wholes); i++)
		if (same_words(text, str_from(wholes[i])))
			return true;
	for (size_t i = 0; i < ARRAY_LEN(begins); i++) {
		struct str word = str_from(begins[i]);

		if (same_words(str_slice(text, 0, word.len), word) &&
		    (text.len == word.len || strchr(" :-", text.ptr[word.len])))
			return true;
	}
	return is_one_character(text);
}

/* What there is to say of it; NULL: it is a reason. */
static const char *what_is_wrong(const struct lint *l, struct str name, struct str reason)
{
	int64_t least = l->settings->thresholds[THRESHOLD_empty_or_placeholder_reason];

	if (!reason.len)
		return "the reason `%s` says nothing";
	if (same_words(reason, name))
		return "the reason `%s` only repeats the name";
	if (is_placeholder(reason))
		return "the reason `%s` is a placeholder";
	if (width_of(reason) < (size_t)least)
		return "the reason `%s` is too short to explain anything";
	return NULL;
}

static void check_reason(struct lint *l, struct str name, struct str reason, struct span at)
{
	const char *wrong = what_is_wrong(l, name, trimmed(reason));

	if (wrong)
		diag_help(lint_report(l, RULE_empty_or_placeholder_reason, at, wrong,
				      diag_quote(l->diags, reason)),
			  "write what somebody must know who decides on it again: why this is no "
			  "danger here, and what would change that");
}

static struct span property_span(struct lint *l, const struct statement *s, const char *name)
{
	const struct ast_property *p = edit_property(edit_statement(l, s), name);

	return p ? p->value.span : s->name_span;
}

static void check_reasons(struct lint *l, const struct statement *s)
{
	if (!lint_wants(l, RULE_empty_or_placeholder_reason))
		return;
	if (s->reason.len)
		check_reason(l, s->name, s->reason, property_span(l, s, "reason"));
	for (size_t r = 0; r < s->n_rows; r++)
		if (s->rows[r].reason.ptr != s->reason.ptr)
			check_reason(l, s->name, s->rows[r].reason, s->rows[r].span);
}

/* --- the ticket --- */

struct tickets {
	bool has_pattern;
	regex_t pattern;
};

/* The configuration has compiled the pattern once, so it is good. */
static struct tickets tickets_new(const struct lint *l)
{
	struct str pattern = l->policy->config->ticket_pattern;
	struct tickets tickets = {0};

	if (pattern.len)
		tickets.has_pattern =
			regcomp(&tickets.pattern, str_cstr(l->arena, pattern), REG_EXTENDED) == 0;
	return tickets;
}

/* The leftmost, longest match is the whole text if the whole text is one. */
static bool is_ticket(const struct lint *l, const struct tickets *tickets, struct str ticket)
{
	regmatch_t match;

	if (!tickets->has_pattern || !ticket.len)
		return ticket.len > 0;
	return regexec(&tickets->pattern, str_cstr(l->arena, ticket), 1, &match, 0) == 0 &&
	       match.rm_so == 0 && (size_t)match.rm_eo == ticket.len;
}

/* at: of the ticket, or of what has none. */
static void check_ticket(struct lint *l, const struct tickets *tickets, struct str ticket,
			 struct span at)
{
	struct diag *diag;

	if (is_ticket(l, tickets, ticket))
		return;
	if (!ticket.len)
		diag = lint_report(l, RULE_no_ticket, at, "no ticket is named");
	else
		diag = lint_report(l, RULE_no_ticket, at,
				   "`%s` is no ticket as vulnctl.yaml has them",
				   diag_quote(l->diags, ticket));
	if (tickets->has_pattern)
		diag_note(diag, "its `ticket_pattern` is `%s`",
			  diag_quote(l->diags, l->policy->config->ticket_pattern));
	diag_help(diag, "write `ticket \"…\";`: where the decision was discussed");
}

static void check_tickets(struct lint *l, const struct tickets *tickets, const struct statement *s)
{
	if (s->ticket.len || !s->n_rows)
		check_ticket(l, tickets, s->ticket, property_span(l, s, "ticket"));
	for (size_t r = 0; r < s->n_rows; r++)
		if (!s->rows[r].ticket.len || s->rows[r].ticket.ptr != s->ticket.ptr)
			check_ticket(l, tickets, s->rows[r].ticket, s->rows[r].span);
}

/* --- the owner --- */

static void tell_owner(struct lint *l, const struct words *owners, struct str owner, struct span at)
{
	struct diag *diag;
	struct str near;

	if (words_have(owners, owner))
		return;
	diag = lint_report(l, RULE_unknown_owner, at, "`%s` is none of the owners in vulnctl.yaml",
			   diag_quote(l->diags, owner));
	near = words_near(owners, owner);
	if (near.len)
		diag_fix_unsafe(diag, at, str_printf(l->arena, "\"" STR_FMT "\"", STR_ARG(near)));
	else
		diag_help(diag, "name one of them, or add it to `owners` there");
}

static void check_owners(struct lint *l)
{
	const struct config *config = l->policy->config;
	struct words owners;

	if (!config->has_owners || !lint_wants(l, RULE_unknown_owner))
		return;
	owners = words_new(l->arena, config->owners.items, config->owners.n);
	for (size_t f = 0; f < l->program->n; f++) {
		const struct ast_file *file = l->program->files[f];

		for (size_t i = 0; i < file->n_statements; i++) {
			const struct ast_property *p = NULL;

			if (file->statements[i]->kind == AST_POLICY ||
			    file->statements[i]->kind == AST_SUPPRESS)
				p = edit_property(file->statements[i], "owner");
			if (p && p->value.kind == AST_VALUE_TEXT)
				tell_owner(l, &owners, p->value.text, p->value.span);
		}
	}
}

/* --- the justification --- */

struct packages { /* what a condition asks of packages */
	struct lint *l;
	enum view view;
	dd any; /* one of these tests holds */
	bool found;
};

static void add_package(void *context, const struct cond *cond)
{
	struct packages *p = context;

	if ((cond->kind == COND_ANY ? cond->group : fields[cond->atom->field].group) !=
	    GROUP_PACKAGE)
		return;
	p->found = true;
	p->any = dd_or(lower_engine(p->l->c->lower), p->any,
		       lower_cond(p->l->c->lower, cond, p->view));
}

/* Does it hide only findings that name a package it asks for? Then that is present. */
static bool asks_for_package(struct lint *l, const struct lint_subject *subject)
{
	struct packages p = {.l = l, .view = subject->view, .any = DD_FALSE};
	dd set, outside;
	bool inside;

	lint_ask(l);
	lower_use(l->c->lower, subject->view);
	set = lint_set(l, subject);
	atoms_each(l->arena, l->policy, subject->cond, add_package, &p);
	inside = p.found && !relate_empty(lower_engine(l->c->lower), set) &&
		 relate_inside(lower_engine(l->c->lower), set, p.any, &outside);
	return lint_answered(l, RULE_justification_contradiction, subject->at) && inside;
}

/* Of a table the first row tells it: the justification is that of all. */
static bool check_justification(struct lint *l, const struct lint_subject *subject)
{
	const struct statement *s = subject->statement;
	struct diag *diag;

	if (!str_is(s->justification, "component_not_present") || !asks_for_package(l, subject))
		return false;
	diag = lint_report(l, RULE_justification_contradiction,
			   subject->row ? subject->at : property_span(l, s, "justification"),
			   "`component_not_present`, but all that `%s` hides is about a package "
			   "that was found",
			   diag_quote(l->diags, s->name));
	lint_witness(l, diag, "it hides", lint_set(l, subject), subject->view, subject->cond, NULL,
		     NULL);
	diag_help(diag, "if the package is there and its code is not, or is never run, write "
			"`vulnerable_code_not_present` or `vulnerable_code_not_in_execute_path`");
	return true;
}

static void check_justifications(struct lint *l)
{
	const struct statement *told = NULL;

	for (size_t i = 0; i < l->n_subjects; i++) {
		const struct lint_subject *subject = &l->subjects[i];

		if (subject->statement->justification.len && subject->statement != told &&
		    check_justification(l, subject))
			told = subject->statement;
	}
}

void governance_reasons(struct lint *l)
{
	bool wants_ticket = lint_wants(l, RULE_no_ticket);
	struct tickets tickets = {0};

	if (wants_ticket)
		tickets = tickets_new(l);
	for (size_t i = 0; i < l->policy->n_statements; i++) {
		const struct statement *s = l->policy->statements[i];

		if (s->kind != STATEMENT_SUPPRESS)
			continue;
		check_reasons(l, s);
		if (wants_ticket)
			check_tickets(l, &tickets, s);
	}
	if (tickets.has_pattern)
		regfree(&tickets.pattern);
	check_owners(l);
	if (lint_wants(l, RULE_justification_contradiction))
		check_justifications(l);
}
