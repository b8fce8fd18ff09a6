/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules about the text of a policy: its form, what stands in its strings, lists that repeat. */
#include <stdlib.h>

#include "base/vec.h"
#include "lint/confusable.h"
#include "lint/pass.h"
#include "lint/visit.h"
#include "syntax/print.h"

/* --- the canonical form --- */

/* Where two texts differ, in whole lines: from `begin` on, but for what stands behind. */
struct difference {
	size_t begin, behind;
};

static struct difference differ(struct str a, struct str b)
{
	struct difference d = {0};
	size_t least = a.len < b.len ? a.len : b.len, same = 0;

	for (; same < least && a.ptr[same] == b.ptr[same]; same++)
		if (a.ptr[same] == '\n')
			d.begin = same + 1;
	for (same = 0; same < least - d.begin && a.ptr[a.len - same - 1] == b.ptr[b.len - same - 1];
	     same++)
		if (a.ptr[a.len - same - 1] == '\n')
			d.behind = same;
	return d;
}

/* Behind the last statement nothing can be allowed, so that is where it ends. */
static struct span place_of(const struct ast_file *file, struct difference d)
{
	uint32_t at = file->source->base + (uint32_t)d.begin;
	struct str line;

	if (file->n_statements && at >= file->statements[file->n_statements - 1]->span.end)
		at = file->statements[file->n_statements - 1]->span.end - 1;
	line = str_slice(file->source->text, at - file->source->base, file->source->text.len);
	while (line.len && (line.ptr[0] == ' ' || line.ptr[0] == '\n' || line.ptr[0] == '\t')) {
		line = str_slice(line, 1, line.len);
		at++;
	}
	return (struct span){at, at + (line.len > 0)};
}

static void check_form(struct lint *l, const struct ast_file *file)
{
	const struct source *source = file->source;
	struct str old = source->text;
	struct str new = print_file(l->arena, file, comment_read(l->arena, source));
	struct difference d;
	struct diag *diag;

	if (str_eq(old, new))
		return;
	d = differ(old, new);
	diag = lint_report(l, RULE_not_formatted, place_of(file, d),
			   "from here on the file is not as `vulnctl fmt` writes it");
	diag_fix(diag,
		 (struct span){source->base + (uint32_t)d.begin,
			       source->base + (uint32_t)(old.len - d.behind)},
		 str_slice(new, d.begin, new.len - d.behind));
}

/* --- strings --- */

/* What nobody reads for its meaning: a text that is matched is not one. */
static bool is_prose(const struct visited *at)
{
	return at->property && (at->property->kind == AST_PLAIN || at->property->kind == AST_SET);
}

static void check_confusable(void *context, const struct visited *at,
			     const struct ast_scalar *scalar)
{
	static const char *const messages[] = {
		[CONFUSABLE_CYRILLIC] = "the Cyrillic letter `%s` stands among Latin letters",
		[CONFUSABLE_GREEK] = "the Greek letter `%s` stands among Latin letters",
		[CONFUSABLE_FULLWIDTH] = "the full-width letter `%s` stands among Latin letters",
		[CONFUSABLE_KATAKANA] = "the katakana `%s` stands among kanji",
		[CONFUSABLE_KANJI] = "the kanji `%s` stands among katakana",
	};
	struct lint *l = context;
	struct confusable found;
	struct str token, composed;
	struct diag *diag;

	if (scalar->kind != AST_STRING)
		return;
	token = sources_text(l->sources, scalar->span);
	found = confusable_find(scalar->text);
	if (found.kind != CONFUSABLE_NONE) {
		diag_help(lint_report(l, RULE_confusable_text, scalar->span, messages[found.kind],
				      diag_quote(l->diags, found.letter)),
			  "write the letter that it looks like");
	} else if (confusable_compose(l->arena, token, &composed)) {
		diag = lint_report(l, RULE_confusable_text, scalar->span,
				   "letters with marks are written in two parts (not NFC)");
		if (is_prose(at))
			diag_fix(diag, scalar->span, composed);
		else
			diag_fix_unsafe(diag, scalar->span, composed);
	}
}

static void check_template(void *context, const struct visited *at, const struct ast_scalar *scalar)
{
	struct lint *l = context;

	(void)at;
	if (scalar->kind != AST_STRING)
		return;
	for (size_t i = 0; i + 1 < scalar->text.len; i++) {
		if ((scalar->text.ptr[i] != '$' && scalar->text.ptr[i] != '%') ||
		    scalar->text.ptr[i + 1] != '{')
			continue;
		diag_help(lint_report(l, RULE_template_sequence_in_text, scalar->span,
				      "`%s` is plain text here: nothing takes its place",
				      diag_quote(l->diags, str_slice(scalar->text, i, i + 2))),
			  "write what is meant; in Terraform's inputs it is escaped");
		return;
	}
}

/* --- lists --- */

#define SAME_LISTS 3 /* of which on a name says it better */

struct list {
	struct str text; /* the values as written, in their order */
	struct span at;
};

struct lists {
	struct lint *l;
	VEC(struct list) all;
};

static void add_list(void *context, const struct visited *at, const struct ast_value *set)
{
	struct lists *lists = context;
	struct strbuf b;

	if (set->n < 2 || (at->property && at->property->kind == AST_PLAIN))
		return;
	strbuf_init(&b, lists->l->arena);
	for (size_t i = 0; i < set->n; i++) {
		strbuf_add(&b, sources_text(lists->l->sources, set->items[i].span));
		strbuf_addc(&b, ',');
	}
	VEC_PUSH(lists->l->arena, lists->all, ((struct list){strbuf_str(&b), set->span}));
}

static int by_text(const void *left, const void *right)
{
	const struct list *a = left, *b = right;
	int order = str_cmp(a->text, b->text);

	return order ? order : (a->at.start > b->at.start) - (a->at.start < b->at.start);
}

static void check_lists(struct lint *l)
{
	struct lists lists = {.l = l};
	struct visitor visitor = {.context = &lists, .set = add_list};

	visit_program(l->program, &visitor);
	if (lists.all.n)
		qsort(lists.all.items, lists.all.n, sizeof *lists.all.items, by_text);
	for (size_t first = 0, end; first < lists.all.n; first = end) {
		const struct list *items = lists.all.items;
		struct diag *diag;

		for (end = first + 1;
		     end < lists.all.n && str_eq(items[end].text, items[first].text);)
			end++;
		if (end - first < SAME_LISTS)
			continue;
		diag = lint_report(l, RULE_long_or_list_should_be_let, items[first].at,
				   "this list stands in %zu places", end - first);
		for (size_t i = first + 1; i < end; i++)
			diag_label(diag, items[i].at, "here");
		diag_help(diag, "give it a name with `let`, and change it in one place");
	}
}

void lint_text(struct lint *l)
{
	struct visitor confusable = {.context = l, .scalar = check_confusable};
	struct visitor template = {.context = l, .scalar = check_template};

	if (lint_wants(l, RULE_confusable_text))
		visit_program(l->program, &confusable);
	if (lint_wants(l, RULE_template_sequence_in_text))
		visit_program(l->program, &template);
	if (lint_wants(l, RULE_long_or_list_should_be_let))
		check_lists(l);
	for (size_t i = 0; i < l->program->n && lint_wants(l, RULE_not_formatted); i++)
		if (l->program->files[i]->complete)
			check_form(l, l->program->files[i]);
}
