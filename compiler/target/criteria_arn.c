/* SPDX-License-Identifier: Apache-2.0
 *
 * The criterion on ResourceId: a repository and a digest are parts of an image's ARN,
 * arn:PARTITION:ecr:REGION:ACCOUNT:repository/NAME/sha256:HEX (A3). Candidates in this order:
 *   the texts that the policy itself tests on resource.id;
 *   CONTAINS: `:repository/NAME/sha256:` for a name, `:repository/PRE` for a beginning,
 *   `END/sha256:` for an end, the text itself for a part; NOT_CONTAINS for a complement;
 *   PREFIX of the whole ARN, where Region and account are finite lists, with PREFIX_NOT_EQUALS
 *   where the beginning ends so that `sha256:` could follow.
 * Whether one is exact depends on all the rest (a part may stand in a digest, too), so each is read
 * back over the ARN's grammar; the first that takes what is wanted wins. */
#include "target/criteria_internal.h"

#include "model/region.h"

#include <stdlib.h>

#define IMAGE "AwsEcrContainerImage"
#define MARK ":repository/"
#define DIGEST "sha256:"
#define MAX_PINNED 2000 /* values of the PREFIX form */
#define MAX_NEEDLES 10000

struct arn {
	struct criteria_scope *s;
	struct criteria_draft *d; /* tied to images; without terms on the parts of the name */
	dd before;		  /* what the draft took with them */
	dd rest;		  /* what it takes without */
	lang names, digests;	  /* the wanted ones */
	bool all_digests, all_names;
	bool negative;
	bool has_bad; /* the first candidate that took too much (or excluded too much) */
	dd bad;
	struct criteria_filters filters;
	VEC(lang) langs; /* of the filters that take */
};

static struct engine *engine_of(const struct arn *a)
{
	return criteria_engine(a->s);
}

static dd read_back(const struct arn *a, const lang *langs, size_t n, bool negative)
{
	return dd_and(engine_of(a), a->rest,
		      lower_derived(a->s->c->lower, FIELD_resource_id, langs, n, negative,
				    a->s->unit->view));
}

/* --- CONTAINS and NOT_CONTAINS --- */

/* A word of the policy on a part of the ARN, as a needle. */
struct needle {
	struct str text;
	bool ends; /* it reaches to the end of the part */
};

static struct needle name_needle(struct arena *arena, enum test test, struct str text)
{
	bool begins = test == TEST_IN || test == TEST_PREFIX;

	return (struct needle){begins ? str_printf(arena, MARK STR_FMT, STR_ARG(text)) : text,
			       test == TEST_IN || test == TEST_SUFFIX};
}

static void start(struct arn *a, bool negative)
{
	a->negative = negative;
	a->filters.n = 0;
	a->langs.n = 0;
}

static void add_needle(struct arn *a, struct str text)
{
	struct arena *arena = a->s->c->arena;

	criteria_filter(a->s, &a->filters, a->negative ? CRITERIA_NOT_CONTAINS : CRITERIA_CONTAINS,
			text);
	a->filters.items[a->filters.n - 1].glued = a->negative;
	VEC_PUSH(arena, a->langs, lang_contains(engine_of(a), text));
}

/* Does the needle take (or exclude) nothing that it must not? Remembers the first that does. */
static bool needle_holds(struct arn *a, struct str text)
{
	struct engine *e = engine_of(a);
	lang l = lang_contains(e, text);
	dd taken = read_back(a, &l, 1, false), outside;
	bool holds = a->negative ? !relate_overlap(e, taken, a->before, &outside)
				 : relate_inside(e, taken, a->s->unit->wanted, &outside);

	if (!holds && !a->has_bad) {
		a->has_bad = true;
		a->bad = a->negative ? dd_minus(e, a->s->unit->wanted, taken)
				     : dd_or(e, a->s->unit->wanted, taken);
	}
	return holds;
}

/* Does the needle say nothing but that the name is one of `names`? Then it needs no comparison with
 * all that is wanted. */
static bool only_names(struct arn *a, struct str text, lang names)
{
	struct engine *e = engine_of(a);
	lang l = lang_contains(e, text);
	dd named = lower_field_in(a->s->c->lower, FIELD_repository, STR(""),
				  set_strings(e, names, false), a->s->unit->view);

	return dd_minus(e, read_back(a, &l, 1, false), named) == DD_FALSE;
}

/* Single names that the needles so far do not take. Their own needle is exact by its shape: no
 * name holds `:`, so what stands between `:repository/` and `/sha256:` is the whole name. */
static bool add_names(struct arn *a, lang rest)
{
	const struct str *items;
	bool complement;
	size_t n;

	if (!lang_list(engine_of(a), rest, &complement, &items, &n) || complement ||
	    n > MAX_NEEDLES)
		return false;
	for (size_t i = 0; i < n; i++)
		add_needle(a,
			   str_printf(a->s->c->arena, MARK STR_FMT "/" DIGEST, STR_ARG(items[i])));
	return true;
}

static bool takes_all(const struct arn *a)
{
	struct engine *e = engine_of(a);
	dd outside;

	return a->langs.n && !a->negative &&
	       relate_inside(e, a->before, read_back(a, a->langs.items, a->langs.n, false),
			     &outside);
}

/* Needles for a set of names, whatever the digest. */
static bool name_needles(struct arn *a, lang target)
{
	static const enum test order[] = {TEST_CONTAINS, TEST_PREFIX, TEST_SUFFIX};
	struct engine *e = engine_of(a);
	lang care = lower_repositories(a->s->c->lower), found = LANG_NONE;
	const struct literal *l;
	size_t n;

	l = literals_of(a->s->literals, FIELD_repository, STR(""), &n);
	for (size_t k = 0; k < ARRAY_LEN(order) && !lang_inside(e, target, found); k++)
		for (size_t i = 0; i < n; i++) {
			struct needle needle;
			lang names;

			if (l[i].test != order[k])
				continue;
			needle = name_needle(a->s->c->arena, l[i].test, l[i].text);
			names = lang_and(e, criteria_lang(e, l[i].test, l[i].text), care);
			if (needle.ends)
				needle.text = str_printf(a->s->c->arena, STR_FMT "/" DIGEST,
							 STR_ARG(needle.text));
			if (names == LANG_NONE || !lang_inside(e, names, target) ||
			    lang_inside(e, names, found) ||
			    (!only_names(a, needle.text, names) && !needle_holds(a, needle.text)))
				continue;
			found = lang_or(e, found, names);
			add_needle(a, needle.text);
		}
	return takes_all(a) || add_names(a, lang_minus(e, target, found));
}

/* Needles for a set of digests; `names`: their beginnings, or NULL for any name. */
static bool digest_needles(struct arn *a, lang target, const struct needle *names, size_t n_names)
{
	static const struct needle any = {{"", 0}, true};
	struct engine *e = engine_of(a);
	struct arena *arena = a->s->c->arena;
	const struct literal *literals;
	struct cover cover;
	size_t n;

	literals = literals_of(a->s->literals, FIELD_image_digest, STR(""), &n);
	if (!cover_find(e, arena, target, lower_digests(a->s->c->lower), literals, n,
			COVER_PREFIX | (names ? 0 : COVER_CONTAINS | COVER_SUFFIX), &cover))
		return false;
	if (!names) {
		names = &any;
		n_names = 1;
	}
	if (cover.n * n_names > MAX_NEEDLES)
		return false;
	for (size_t i = 0; i < n_names; i++)
		for (size_t j = 0; j < cover.n; j++) {
			enum test test = cover.tests[j].test;
			struct str text = cover.tests[j].text;

			if (!names[i].ends)
				return false;
			if (test == TEST_IN || test == TEST_PREFIX)
				text = str_printf(arena, STR_FMT "/" STR_FMT,
						  STR_ARG(names[i].text), STR_ARG(text));
			if (test != TEST_IN && !needle_holds(a, text))
				return false;
			add_needle(a, text);
		}
	return true;
}

/* Names and digests together: every name beside every digest. */
static bool both_needles(struct arn *a)
{
	struct engine *e = engine_of(a);
	lang care = lower_repositories(a->s->c->lower);
	const struct literal *literals;
	struct needle *names;
	struct cover cover;
	size_t n;

	literals = literals_of(a->s->literals, FIELD_repository, STR(""), &n);
	if (!cover_find(e, a->s->c->arena, a->names, care, literals, n, COVER_SUFFIX, &cover))
		return false;
	names = ARENA_ARRAY(a->s->c->arena, struct needle, cover.n);
	for (size_t i = 0; i < cover.n; i++)
		names[i] = name_needle(a->s->c->arena, cover.tests[i].test, cover.tests[i].text);
	return digest_needles(a, a->digests, names, cover.n);
}

static int by_value(const void *left, const void *right)
{
	const struct criteria_filter *a = left, *b = right;

	return str_cmp(a->value, b->value);
}

static bool commit(struct arn *a, dd meaning)
{
	a->d->also = dd_and(engine_of(a), a->d->also, meaning);
	a->d->assumptions |= BIT(ASSUMPTION_A1) | BIT(ASSUMPTION_A3);
	criteria_add(a->s, a->d, FIELD_resource_id, &a->filters);
	return true;
}

/* The filters become the criterion if, all together, they take what is wanted. */
static bool commit_read(struct arn *a)
{
	const lang *langs = a->langs.items;
	size_t n = a->langs.n;

	return a->filters.n &&
	       criteria_fits(a->s, a->before, read_back(a, langs, n, a->negative)) &&
	       commit(a, lower_derived(a->s->c->lower, FIELD_resource_id, langs, n, a->negative,
				       a->s->unit->view));
}

/* A list of names: known by its shape (see add_names), however long it is. */
static bool names_form(struct arn *a)
{
	vset names = set_strings(engine_of(a), a->names, false);

	start(a, false);
	return a->all_digests && add_names(a, a->names) && a->filters.n &&
	       commit(a, lower_field_in(a->s->c->lower, FIELD_repository, STR(""), names,
					a->s->unit->view));
}

static bool contains_form(struct arn *a, bool negative)
{
	struct engine *e = engine_of(a);
	lang names = lower_repositories(a->s->c->lower), digests = lower_digests(a->s->c->lower);
	bool found;

	start(a, negative);
	if (negative && !a->all_names && !a->all_digests)
		return false;
	names = negative ? lang_minus(e, names, a->names) : a->names;
	digests = negative ? lang_minus(e, digests, a->digests) : a->digests;
	found = a->all_digests ? name_needles(a, names)
		: a->all_names ? digest_needles(a, digests, NULL, 0)
			       : both_needles(a);
	if (!found)
		return false;
	if (a->filters.n)
		qsort(a->filters.items, a->filters.n, sizeof *a->filters.items, by_value);
	return commit_read(a);
}

/* --- PREFIX of the whole ARN --- */

/* A term's texts if they are a finite list. */
static bool listed(const struct arn *a, enum field_id field, const struct str **items, size_t *n)
{
	const struct box_term *term = criteria_term(a->s, a->d, field);
	bool complement;

	return term &&
	       lang_list(engine_of(a), set_lang(engine_of(a), term->set), &complement, items, n) &&
	       !complement && *n;
}

/* The shorter name that `beginning` also takes because `/sha256:` follows it: what stands before a
 * last `/` after which no more than `sha256` has begun. */
static bool shorter_name(struct str beginning, struct str *name)
{
	for (size_t i = beginning.len; i-- > 0;)
		if (beginning.ptr[i] == '/') {
			*name = str_slice(beginning, 0, i);
			return str_starts(STR(DIGEST), str_slice(beginning, i + 1, beginning.len));
		}
	return false;
}

static void add_prefix(struct arn *a, struct str base, const struct cover_test *t)
{
	struct arena *arena = a->s->c->arena;
	struct engine *e = engine_of(a);
	struct str text = str_printf(arena, STR_FMT STR_FMT "%s", STR_ARG(base), STR_ARG(t->text),
				     t->test == TEST_IN ? "/" DIGEST : "");
	lang l = lang_prefix(e, text);
	struct str name;

	criteria_filter(a->s, &a->filters, CRITERIA_PREFIX, text);
	if (t->test == TEST_PREFIX && shorter_name(t->text, &name) &&
	    !lang_accepts(e, a->names, name)) {
		text = str_printf(arena, STR_FMT STR_FMT "/" DIGEST, STR_ARG(base), STR_ARG(name));
		criteria_filter(a->s, &a->filters, CRITERIA_PREFIX_NOT_EQUALS, text);
		a->filters.items[a->filters.n - 1].glued = true;
		l = lang_minus(e, l, lang_prefix(e, text));
	}
	VEC_PUSH(arena, a->langs, l);
}

static bool pinned_form(struct arn *a)
{
	struct engine *e = engine_of(a);
	struct arena *arena = a->s->c->arena;
	const struct str *places, *accounts;
	const struct literal *literals;
	size_t n_places, n_accounts, n;
	struct cover cover;

	start(a, false);
	if (!a->all_digests || !listed(a, FIELD_region, &places, &n_places) ||
	    !listed(a, FIELD_account, &accounts, &n_accounts))
		return false;
	literals = literals_of(a->s->literals, FIELD_repository, STR(""), &n);
	if (!cover_find(e, arena, a->names, lower_repositories(a->s->c->lower), literals, n,
			COVER_PREFIX, &cover) ||
	    n_places > MAX_PINNED || n_accounts > MAX_PINNED || cover.n > MAX_PINNED ||
	    n_places * n_accounts * cover.n > MAX_PINNED)
		return false;
	for (size_t i = 0; i < n_places; i++) {
		int region = region_find(places[i]);

		for (size_t j = 0; j < n_accounts && region >= 0; j++) {
			struct str base = str_printf(arena, "arn:%s:ecr:%s:" STR_FMT MARK,
						     regions[region].partition,
						     regions[region].name, STR_ARG(accounts[j]));

			for (size_t k = 0; k < cover.n; k++)
				add_prefix(a, base, &cover.tests[k]);
		}
	}
	return commit_read(a);
}

/* --- a box --- */

static lang term_lang(const struct arn *a, enum field_id field, lang care, bool *all)
{
	const struct box_term *term = criteria_term(a->s, a->d, field);
	lang l = term ? lang_and(engine_of(a), set_lang(engine_of(a), term->set), care) : care;

	*all = l == care;
	return l;
}

/* The policy's own texts on resource.id, if they are all that is needed. The fewer terms stay
 * beside them, the more findings one rule takes. */
static bool raw_rules(struct criteria_scope *s, struct criteria_draft *d)
{
	static const enum field_id dropped[] = {FIELD_repository,  FIELD_image_digest,
						FIELD_resource_id, FIELD_account,
						FIELD_region,	   FIELD_resource_type};
	static const size_t n_dropped[] = {6, 5, 3};

	/* The type stays where ids of other resources are other texts. */
	for (size_t i = s->dialect->ocsf; i < ARRAY_LEN(n_dropped); i++)
		if (criteria_raw(s, d, FIELD_resource_id, dropped, n_dropped[i])) {
			d->assumptions |= BIT(ASSUMPTION_A1) | BIT(ASSUMPTION_A3);
			return true;
		}
	return false;
}

/* The box is tied to images. */
static bool image_rules(struct criteria_scope *s, struct criteria_draft *d)
{
	const struct criteria_dialect *known = s->dialect;
	struct arn a = {.s = s, .d = d, .before = criteria_meaning(s, d)};
	enum field_id field =
		criteria_term(s, d, FIELD_repository) ? FIELD_repository : FIELD_image_digest;

	if (raw_rules(s, d))
		return criteria_finish(s, d);
	a.names = term_lang(&a, FIELD_repository, lower_repositories(s->c->lower), &a.all_names);
	a.digests = term_lang(&a, FIELD_image_digest, lower_digests(s->c->lower), &a.all_digests);
	criteria_drop(s, d, FIELD_repository);
	criteria_drop(s, d, FIELD_image_digest);
	criteria_drop(s, d, FIELD_resource_id); /* says nothing of an image: see ir/lower.h */
	a.rest = criteria_meaning(s, d);
	if ((a.all_names && a.all_digests && criteria_fits(s, a.before, a.rest)) ||
	    (known->contains && (names_form(&a) || contains_form(&a, false))) ||
	    (known->not_contains && contains_form(&a, true)) || pinned_form(&a))
		return criteria_finish(s, d);
	if (a.has_bad)
		criteria_refuse_nearest(s, REFUSE_ARN, field, a.bad);
	else
		criteria_refuse(s, REFUSE_ARN, field);
	return false;
}

static bool may_lack(const struct criteria_scope *s, const struct criteria_draft *d,
		     enum field_id field)
{
	const struct box_term *term = criteria_term(s, d, field);

	return !term || set_has_absent(criteria_engine(s), term->set);
}

/* The draft for resources of the types in `set` only; false if it takes nothing then. */
static bool tie_type(struct criteria_scope *s, struct criteria_draft *d, vset set)
{
	struct engine *e = criteria_engine(s);
	var v = lower_var(s->c->lower, FIELD_resource_type, STR(""), s->unit->view);
	const struct box_term *had = criteria_term(s, d, FIELD_resource_type);

	if (had)
		set = set_and(e, set, had->set);
	if (set_is_none(e, set))
		return false;
	criteria_drop(s, d, FIELD_resource_type);
	d->box.terms[d->box.n++] = (struct box_term){v, set};
	for (size_t i = d->box.n; i-- > 1;) { /* in variable order again */
		struct box_term t = d->box.terms[i];

		if (var_rank(e, d->box.terms[i - 1].v) < var_rank(e, v))
			break;
		d->box.terms[i] = d->box.terms[i - 1];
		d->box.terms[i - 1] = t;
	}
	return !relate_empty(e, criteria_meaning(s, d));
}

/* Images on one side, the resources that have no repository on the other. */
static bool parts_rules(struct criteria_scope *s, struct criteria_draft *d)
{
	struct engine *e = criteria_engine(s);
	var v = lower_var(s->c->lower, FIELD_resource_type, STR(""), s->unit->view);
	vset image = set_strings(e, lang_string(e, STR(IMAGE)), false);
	struct criteria_draft images = criteria_fork(s, d), others = criteria_fork(s, d);

	if (tie_type(s, &images, image) && !image_rules(s, &images))
		return false;
	if (!may_lack(s, d, FIELD_repository) || !may_lack(s, d, FIELD_image_digest))
		return true;
	criteria_drop(s, &others, FIELD_repository);
	criteria_drop(s, &others, FIELD_image_digest);
	return !tie_type(s, &others, set_not(e, v, image)) || criteria_arn(s, &others);
}

bool criteria_arn(struct criteria_scope *s, struct criteria_draft *d)
{
	if (!s->dialect->ocsf && raw_rules(s, d))
		return criteria_finish(s, d);
	if (criteria_term(s, d, FIELD_repository) || criteria_term(s, d, FIELD_image_digest))
		return parts_rules(s, d);
	if (criteria_term(s, d, FIELD_resource_id)) {
		criteria_refuse(s, s->dialect->ocsf ? REFUSE_OTHER_ID : REFUSE_TEXT,
				FIELD_resource_id);
		return false;
	}
	return criteria_finish(s, d);
}
