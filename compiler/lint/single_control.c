/* SPDX-License-Identifier: Apache-2.0
 *
 * Controls of Security Hub: how they are named, and how their product was. */
#include "lint/single_internal.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Where the control id begins that the text ends with, as "EC2.1" or "PCI.Config.1"; its length if
 * there is none. */
static size_t control_at(struct str s)
{
	size_t at = s.len, word;

	while (at && is_digit(s.ptr[at - 1]))
		at--;
	if (at == s.len || !at || s.ptr[at - 1] != '.')
		return s.len;
	word = --at;
	while (at && (is_letter(s.ptr[at - 1]) || is_digit(s.ptr[at - 1]) || s.ptr[at - 1] == '.'))
		at--;
	return at < word && s.ptr[at] >= 'A' && s.ptr[at] <= 'Z' ? at : s.len;
}

/* `control == "X"` or `control in ["X", "Y"]` of the ids that the values end with. */
static struct str control_text(struct single *w, const struct atom *atom)
{
	struct strbuf b;

	strbuf_init(&b, w->l->arena);
	strbuf_puts(&b, atom->n == 1 ? "control == " : "control in [");
	for (size_t i = 0; i < atom->n; i++) {
		struct str s = atom->values[i].str;

		strbuf_printf(&b, "%s\"" STR_FMT "\"", i ? ", " : "",
			      STR_ARG(str_slice(s, control_at(s), s.len)));
	}
	if (atom->n > 1)
		strbuf_addc(&b, ']');
	return strbuf_str(&b);
}

/* The condition where no digit may follow any of the values. */
static const struct cond *without_more_digits(struct single *w, const struct atom *atom)
{
	struct value *longer = ARENA_ARRAY(w->l->arena, struct value, 10 * atom->n);
	const struct cond *leaf;

	for (size_t i = 0; i < 10 * atom->n; i++)
		longer[i] = (struct value){.str = str_printf(w->l->arena, STR_FMT "%zu",
							     STR_ARG(atom->values[i / 10].str),
							     i % 10)};
	leaf = single_leaf(w, atom, atom->test, longer, 10 * atom->n);
	leaf = single_join(w, COND_NOT, leaf, NULL);
	return single_instead(w, single_join(w, COND_AND, w->leaf, leaf));
}

bool single_numeric_tail(struct single *w, const struct atom *atom)
{
	struct lint *l = w->l;
	const struct cond *less;
	struct diag *diag;
	dd gain;

	if (w->negative || atom->negated || !atom->n ||
	    (atom->test != TEST_PREFIX && atom->test != TEST_CONTAINS))
		return false;
	for (size_t i = 0; i < atom->n; i++)
		if (control_at(atom->values[i].str) == atom->values[i].str.len)
			return false;
	less = without_more_digits(w, atom);
	if (!single_between(w, RULE_numeric_tail, less, w->cond, &gain))
		return false;
	diag = lint_report(l, RULE_numeric_tail, atom->span,
			   "the number of the control may go on: `%s0` is taken, too",
			   diag_quote(l->diags, atom->values[0].str));
	lint_witness(l, diag, "taken, too", gain, w->view, w->cond, NULL, less);
	single_used_by(w, diag, atom);
	diag_fix(diag, atom->span, control_text(w, atom));
	return true;
}

static bool is_hub(struct str product)
{
	return str_is(product, "Security Hub") || str_is(product, "Security Hub CSPM");
}

/* Does the condition ask for findings of controls alone? */
static bool asks_controls(const struct cond *cond)
{
	const struct atom *atom = cond->atom;
	bool all = true;

	if (cond->kind == COND_AND) {
		for (size_t i = 0; i < cond->n; i++)
			if (asks_controls(cond->kids[i]))
				return true;
		return false;
	}
	if (cond->kind != COND_ATOM || atom->negated || atom->test == TEST_EXISTS)
		return false;
	for (size_t i = 0; i < atom->n; i++)
		all &= is_hub(atom->values[i].str);
	return atom->field == FIELD_compliance || (atom->field == FIELD_product && atom->n && all);
}

bool single_control_title(struct single *w, const struct atom *atom)
{
	static const enum field_id better[] = {FIELD_control, FIELD_generator};
	struct diag *diag;

	if (w->negative || atom->negated || atom->test == TEST_EXISTS || !asks_controls(w->cond) ||
	    !single_question(w, RULE_title_instead_of_control) ||
	    single_asks(w, better, ARRAY_LEN(better)))
		return false;
	diag = lint_report(w->l, RULE_title_instead_of_control, atom->span,
			   "AWS rewords the titles of controls: this test may stop to hold");
	diag_help(diag, "test `control`, as in `control == \"EC2.1\"`");
	single_used_by(w, diag, atom);
	return true;
}

/* --- names that were --- */

/* Is it written in a list, be it the only one there? */
static bool is_item(struct single *w, const struct value *value)
{
	const struct source *source = sources_locate(w->l->sources, value->span.start).source;
	const char *at = source->text.ptr + (value->span.start - source->base);

	while (at > source->text.ptr && strchr(" \t\r\n", at[-1]))
		at--;
	return at > source->text.ptr && (at[-1] == '[' || at[-1] == ',');
}

static bool stale_product(struct single *w, const struct atom *atom)
{
	static const char now[] = "\"Security Hub\", \"Security Hub CSPM\"";
	const struct value *old = NULL;
	struct diag *diag;
	bool new = false;

	for (size_t i = 0; i < atom->n && atom->test == TEST_IN; i++) {
		if (str_is(atom->values[i].str, "Security Hub"))
			old = &atom->values[i];
		new |= str_is(atom->values[i].str, "Security Hub CSPM");
	}
	if (!old || new)
		return false;
	diag = lint_report(w->l, RULE_stale_product_name, old->span,
			   "the product of controls is called `Security Hub CSPM` now");
	if (atom->n > 1 || is_item(w, old))
		diag_fix(diag, old->span, str_from(now));
	else if (atom->span.start == old->span.start)
		diag_fix(diag, old->span, str_printf(w->l->arena, "[%s]", now));
	else
		diag_fix(diag, atom->span,
			 str_printf(w->l->arena, "product %s [%s]", atom->negated ? "not in" : "in",
				    now));
	single_used_by(w, diag, atom);
	return true;
}

static bool stale_generator(struct single *w, const struct atom *atom)
{
	static const char *const old[] = {
		"aws-foundational-security-best-practices/v/",
		"cis-aws-foundations-benchmark/v/",
		"pci-dss/v/",
		"arn:aws:securityhub:::ruleset/",
	};
	const struct value *found = NULL;
	struct diag *diag;

	for (size_t i = 0; i < atom->n && atom->test == TEST_IN; i++)
		for (size_t k = 0; k < ARRAY_LEN(old); k++)
			if (str_starts(atom->values[i].str, str_from(old[k])))
				found = &atom->values[i];
	if (!found)
		return false;
	diag = lint_report(w->l, RULE_stale_product_name, found->span,
			   "with consolidated control findings no finding has this generator");
	diag_help(diag, "test `control`, which is the same for every standard");
	single_used_by(w, diag, atom);
	return true;
}

bool single_stale_name(struct single *w, const struct atom *atom)
{
	return atom->field == FIELD_product ? stale_product(w, atom) : stale_generator(w, atom);
}
