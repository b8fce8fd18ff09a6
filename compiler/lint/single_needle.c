/* SPDX-License-Identifier: Apache-2.0
 *
 * Tests on a part of a text: what else has it in it? Each is compared with the same condition where
 * the part must stand as a word by itself, or as a whole vulnerability id; the difference is what
 * it takes by accident. */
#include "base/unicode.h"
#include "lint/single_internal.h"

static const char separators[] = "-_/.: ";

enum { N_SEPARATORS = sizeof separators - 1, SHORT_NEEDLE = 3, SHORT_PREFIX = 2 };

static bool is_plain(char c)
{
	return (unsigned char)c >= 0x80 || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z');
}

static bool begins_word(struct str s)
{
	return s.len && is_plain(s.ptr[0]);
}

static bool ends_word(struct str s)
{
	return s.len && is_plain(s.ptr[s.len - 1]);
}

static size_t characters(struct str s)
{
	size_t n = 0;

	for (size_t at = 0; at < s.len; n++)
		unicode_next(s, &at);
	return n;
}

/* --- a needle as a word --- */

struct values {
	struct value *items;
	size_t n;
};

static void add_value(struct values *all, struct str text)
{
	all->items[all->n++] = (struct value){.str = text};
}

static struct str with(struct single *w, const char *before, struct str s, const char *after)
{
	return str_printf(w->l->arena, "%.1s" STR_FMT "%.1s", before, STR_ARG(s), after);
}

/* The test where this one of its values stands as a word: at the ends of the text, or between
 * separators. */
static const struct cond *as_word(struct single *w, const struct atom *atom, struct str s)
{
	static const char none[] = "";
	bool front = begins_word(s) && atom->test != TEST_PREFIX;
	bool back = ends_word(s) && atom->test != TEST_SUFFIX;
	size_t n_front = front ? N_SEPARATORS : 1, n_back = back ? N_SEPARATORS : 1;
	struct value *room = ARENA_ARRAY(w->l->arena, struct value,
					 N_SEPARATORS * N_SEPARATORS + 2 * N_SEPARATORS + 3);
	struct values within = {room, 0}, first = {room + N_SEPARATORS * N_SEPARATORS, 0};
	struct values last = {first.items + N_SEPARATORS, 0};
	struct value whole = {.str = s};
	const struct cond *word = single_leaf(w, atom, TEST_IN, &whole, 1);

	for (size_t i = 0; i < n_back && atom->test != TEST_SUFFIX; i++)
		add_value(&first, with(w, none, s, back ? separators + i : none));
	for (size_t i = 0; i < n_front && atom->test != TEST_PREFIX; i++)
		add_value(&last, with(w, front ? separators + i : none, s, none));
	for (size_t i = 0; i < n_front * n_back && atom->test == TEST_CONTAINS; i++)
		add_value(&within, with(w, front ? separators + i / n_back : none, s,
					back ? separators + i % n_back : none));
	if (first.n)
		word = single_join(w, COND_OR, word,
				   single_leaf(w, atom, TEST_PREFIX, first.items, first.n));
	if (last.n)
		word = single_join(w, COND_OR, word,
				   single_leaf(w, atom, TEST_SUFFIX, last.items, last.n));
	if (within.n)
		word = single_join(w, COND_OR, word,
				   single_leaf(w, atom, TEST_CONTAINS, within.items, within.n));
	return word;
}

/* The condition where the value counts as a word alone, the others of the test as they are. */
static const struct cond *narrowed(struct single *w, const struct atom *atom, size_t index)
{
	const struct cond *word = as_word(w, atom, atom->values[index].str), *others;
	struct value *rest = ARENA_ARRAY(w->l->arena, struct value, atom->n);
	size_t n = 0;

	for (size_t i = 0; i < atom->n; i++)
		if (i != index)
			rest[n++] = atom->values[i];
	if (n) {
		others = single_leaf(w, atom, atom->test, rest, n);
		word = single_join(w, COND_OR, word, others);
	}
	return single_instead(w, word);
}

/* How many characters a needle has that can stand inside a word by accident; 0: it cannot. */
static size_t exposed(const struct atom *atom, struct str s)
{
	bool inside = atom->test == TEST_CONTAINS ? begins_word(s) || ends_word(s)
		      : atom->test == TEST_PREFIX ? ends_word(s)
						  : begins_word(s);
	size_t most = atom->test == TEST_PREFIX ? SHORT_PREFIX : SHORT_NEEDLE;
	size_t n = inside && s.len <= 4 * SHORT_NEEDLE ? characters(s) : 0;

	return n <= most ? n : 0;
}

static bool is_needle(const struct single *w, const struct atom *atom)
{
	return !w->negative && !atom->negated &&
	       (atom->test == TEST_PREFIX || atom->test == TEST_SUFFIX ||
		atom->test == TEST_CONTAINS);
}

bool single_short_needle(struct single *w, const struct atom *atom)
{
	struct lint *l = w->l;
	size_t at = atom->n, least = SIZE_MAX;
	const struct cond *less;
	struct diag *diag;
	dd gain;

	for (size_t i = 0; i < atom->n && is_needle(w, atom); i++) {
		size_t n = exposed(atom, atom->values[i].str);

		if (n && n < least) {
			least = n;
			at = i;
		}
	}
	if (at == atom->n)
		return false;
	less = narrowed(w, atom, at);
	if (!single_between(w, RULE_short_needle, less, w->cond, &gain))
		return false;
	diag = lint_report_at(
		l, RULE_short_needle,
		least < SHORT_NEEDLE && single_is_suppress(w) ? LINT_ERROR : LINT_WARN, atom->span,
		"`%s` is in many texts by accident", diag_quote(l->diags, atom->values[at].str));
	lint_witness(l, diag, "taken, too", gain, w->view, w->cond, NULL, less);
	single_used_by(w, diag, atom);
	diag_help(diag, "write the whole name, or more of it");
	return true;
}

bool single_bare_prefix(struct single *w, const struct atom *atom)
{
	struct lint *l = w->l;
	const struct cond *less;
	struct str s, better;
	struct diag *diag;
	size_t at = 0;
	dd gain;

	if (!is_needle(w, atom) || atom->test != TEST_PREFIX)
		return false;
	while (at < atom->n && !ends_word(atom->values[at].str))
		at++;
	if (at == atom->n)
		return false;
	less = narrowed(w, atom, at);
	if (!single_between(w, RULE_prefix_without_separator, less, w->cond, &gain))
		return false;
	s = atom->values[at].str;
	diag = lint_report(l, RULE_prefix_without_separator, atom->values[at].span,
			   "names that go on behind `%s` are taken, too", diag_quote(l->diags, s));
	lint_witness(l, diag, "taken, too", gain, w->view, w->cond, NULL, less);
	single_used_by(w, diag, atom);
	better = str_printf(l->arena, "\"" STR_FMT "-\"", STR_ARG(s));
	if (!memchr(s.ptr, '"', s.len) && !memchr(s.ptr, '\\', s.len))
		diag_fix_unsafe(diag, atom->values[at].span, better);
	diag_help(diag, "end it with the character that ends the name, such as `-` or `/`");
	return true;
}

/* --- vulnerability ids in titles --- */

enum id_form { ID_NONE, ID_BEGUN, ID_BARE, ID_FOLLOWED };

static size_t digits(struct str s, size_t from)
{
	size_t n = 0;

	while (from + n < s.len && s.ptr[from + n] >= '0' && s.ptr[from + n] <= '9')
		n++;
	return n;
}

/* How a text begins with a CVE id; `length`: of the id. */
static enum id_form id_form(struct str s, size_t *length)
{
	size_t year, number;

	if (!str_starts(s, STR("CVE-")))
		return ID_NONE;
	year = digits(s, 4);
	if (4 + year == s.len)
		return ID_BEGUN;
	if (year != 4 || s.ptr[8] != '-')
		return ID_NONE;
	number = digits(s, 9);
	*length = 9 + number;
	if (*length < s.len)
		return number >= 4 ? ID_FOLLOWED : ID_NONE;
	return number >= 4 ? ID_BARE : ID_BEGUN;
}

/* cve in [the ids of the values]; NULL if there are none. */
static const struct cond *cves_of(struct single *w, const struct atom *atom)
{
	struct value *ids = ARENA_ARRAY(w->l->arena, struct value, atom->n);
	struct atom like = {.span = atom->span, .field = FIELD_cve};
	size_t n = 0, length;

	for (size_t i = 0; i < atom->n; i++)
		if (id_form(atom->values[i].str, &length) >= ID_BARE)
			ids[n++] = (struct value){.str = str_slice(atom->values[i].str, 0, length)};
	return n ? single_leaf(w, &like, TEST_IN, ids, n) : NULL;
}

static const struct cond *never(struct single *w)
{
	struct cond *cond = ARENA_NEW(w->l->arena, struct cond);

	*cond = (struct cond){.kind = COND_CONST, .span = w->leaf->span, .tier = -1};
	return cond;
}

/* `cve == X` or `cve in [X, Y]`. */
static struct str cve_text(struct single *w, const struct atom *cve)
{
	struct strbuf b;

	strbuf_init(&b, w->l->arena);
	strbuf_puts(&b, cve->n == 1 ? "cve == " : "cve in [");
	for (size_t i = 0; i < cve->n; i++)
		strbuf_printf(&b, "%s" STR_FMT, i ? ", " : "", STR_ARG(cve->values[i].str));
	if (cve->n > 1)
		strbuf_addc(&b, ']');
	return strbuf_str(&b);
}

/* The condition on an id that begins like this one and goes on as ids do: most telling, if it can
 * be had. */
static const struct cond *on_longer_id(struct single *w, const struct atom *atom, struct str id)
{
	static const struct str usual = {"CVE-2024-10000", 14};
	struct str rest = id.len < usual.len ? str_slice(usual, id.len, usual.len) : STR("0");
	struct value longer = {
		.str = str_printf(w->l->arena, STR_FMT STR_FMT, STR_ARG(id), STR_ARG(rest))};
	struct atom like = {.span = atom->span, .field = FIELD_cve};

	return single_join(w, COND_AND, w->cond, single_leaf(w, &like, TEST_IN, &longer, 1));
}

bool single_cve_prefix(struct single *w, const struct atom *atom)
{
	static const enum field_id named[] = {FIELD_cve};
	struct lint *l = w->l;
	const struct cond *cves, *less;
	struct diag *diag;
	size_t at = 0, length;
	dd gain;

	if (!is_needle(w, atom) || atom->test == TEST_SUFFIX)
		return false;
	for (; at < atom->n; at++) {
		enum id_form form = id_form(atom->values[at].str, &length);

		if (form == ID_BEGUN || form == ID_BARE)
			break;
	}
	if (at == atom->n || !single_question(w, RULE_cve_prefix) || single_asks(w, named, 1))
		return false;
	cves = cves_of(w, atom);
	less = single_instead(w, cves ? cves : never(w));
	if (!single_between(w, RULE_cve_prefix, less, on_longer_id(w, atom, atom->values[at].str),
			    &gain) &&
	    !single_between(w, RULE_cve_prefix, less, w->cond, &gain))
		return false;
	diag = lint_report_at(l, RULE_cve_prefix, single_is_suppress(w) ? LINT_ERROR : LINT_WARN,
			      atom->values[at].span, "other vulnerabilities begin with `%s`, too",
			      diag_quote(l->diags, atom->values[at].str));
	lint_witness(l, diag, "taken, too", gain, w->view, w->cond, NULL, less);
	single_used_by(w, diag, atom);
	diag_help(diag, "name what is meant: `%s`",
		  cves ? diag_quote(l->diags, cve_text(w, cves->atom)) : "cve in [CVE-…]");
	return true;
}

/* Does an automation rule say exactly this, whatever else the condition is about? */
static bool is_carried(const struct cond *cond)
{
	for (size_t i = 0; i < cond->n && cond->kind == COND_AND; i++)
		if (!is_carried(cond->kids[i]))
			return false;
	if (cond->kind != COND_ATOM)
		return cond->kind == COND_AND;
	switch (cond->atom->field) {
	case FIELD_title:
	case FIELD_product:
	case FIELD_record:
	case FIELD_account:
	case FIELD_resource_type:
	case FIELD_severity:
	case FIELD_region:
		return true;
	case FIELD_repository:
		return cond->atom->test == TEST_IN && !cond->atom->negated;
	default:
		return false;
	}
}

/* Another spelling of the vulnerability compiles to the same where an automation rule carries the
 * condition. */
static bool stays_automation(const struct single *w)
{
	return w->statement->via == VIA_AUTOMATION ||
	       (w->statement->via == VIA_NONE && single_is_suppress(w) && is_carried(w->cond));
}

bool single_cve_title(struct single *w, const struct atom *atom)
{
	struct lint *l = w->l;
	const struct cond *cves, *other;
	enum id_form form = ID_NONE;
	size_t length;
	struct diag *diag;
	bool same;
	dd gain;

	if (w->negative || atom->negated || !atom->n || atom->test == TEST_SUFFIX ||
	    atom->test == TEST_EXISTS)
		return false;
	for (size_t i = 0; i < atom->n; i++) {
		form = id_form(atom->values[i].str, &length);
		if (form != ID_FOLLOWED && !(form == ID_BARE && atom->test == TEST_IN))
			return false;
	}
	cves = cves_of(w, atom);
	other = single_instead(w, cves);
	if (form == ID_BARE) {
		diag = lint_report(l, RULE_title_instead_of_cve, atom->span,
				   "no title is a vulnerability id alone");
		diag_fix_unsafe(diag, atom->span, cve_text(w, cves->atom));
		single_used_by(w, diag, atom);
		return true;
	}
	same = !single_between(w, RULE_title_instead_of_cve, w->cond, other, &gain) &&
	       !single_between(w, RULE_title_instead_of_cve, other, w->cond, &gain);
	diag = lint_report(
		l, RULE_title_instead_of_cve, atom->span,
		"this title says which vulnerability is meant, and `cve` says it better");
	if (!same)
		diag_help(diag, "test `%s`, and the package if it matters",
			  diag_quote(l->diags, cve_text(w, cves->atom)));
	else if (stays_automation(w))
		diag_fix(diag, atom->span, cve_text(w, cves->atom));
	else
		diag_fix_unsafe(diag, atom->span, cve_text(w, cves->atom));
	single_used_by(w, diag, atom);
	return true;
}
