/* SPDX-License-Identifier: Apache-2.0
 *
 * Criteria on texts that stand for several fields. The title of a package finding begins with its
 * vulnerability id (A2); of a title only what follows is a term, so the criterion is made of the
 * very texts of the policy, and used only if it takes what is wanted. The resource id of an image
 * is no criterion, its parts are; that of an EC2 instance is its instance id in Inspector and
 * another text in Security Hub, so a test on it is said by `ec2.instance`. */
#include "target/inspector_internal.h"

struct titles {
	const struct inspector_scope *s;
	dd before; /* what the draft takes */
	dd rest;   /* the same without the terms that the criterion stands for */
	bool exclude;
	struct inspector_values values;
	lang *langs;
};

static dd read_titles(const struct titles *t, const lang *langs, size_t n)
{
	return lower_derived(t->s->c->lower, FIELD_title, langs, n, t->exclude, VIEW_SINGLE);
}

/* A text is of use if with it nothing unwanted is taken, or nothing wanted excluded. */
static bool helps(const struct titles *t, lang one)
{
	struct engine *e = inspector_engine(t->s);
	dd taken = dd_and(e, t->rest,
			  lower_derived(t->s->c->lower, FIELD_title, &one, 1, false, VIEW_SINGLE));
	dd outside;

	if (t->exclude)
		return !relate_overlap(e, taken, t->before, &outside);
	return relate_inside(e, taken, t->s->unit->wanted, &outside);
}

static void collect(struct titles *t)
{
	struct engine *e = inspector_engine(t->s);
	size_t n;
	const struct literal *literals = literals_of(t->s->literals, FIELD_title, STR(""), &n);

	t->values = (struct inspector_values){.exclude = t->exclude};
	t->langs = ARENA_ARRAY(t->s->c->arena, lang, n + 1);
	for (size_t i = 0; i < n; i++) {
		bool prefix = literals[i].test == TEST_PREFIX;
		struct str text = literals[i].text;
		lang one = prefix ? lang_prefix(e, text) : lang_string(e, text);

		if ((literals[i].test != TEST_IN && (!prefix || t->exclude)) || !helps(t, one))
			continue;
		t->langs[t->values.n] = one;
		VEC_PUSH(t->s->c->arena, t->values,
			 ((struct inspector_value){.kind = INSPECTOR_TEXT,
						   .comparison = t->exclude ? INSPECTOR_NOT_EQUALS
								 : prefix   ? INSPECTOR_PREFIX
									    : INSPECTOR_EQUALS,
						   .text = text}));
	}
}

bool inspector_title(const struct inspector_scope *s, struct inspector_draft *d)
{
	struct engine *e = inspector_engine(s);
	struct inspector_draft rest = inspector_fork(s, d);
	struct titles t = {.s = s, .before = inspector_meaning(s, d)};
	dd read, meaning, outside;

	if (!inspector_term_of(s, d, FIELD_title))
		return true;
	inspector_drop(s, &rest, lower_var(s->c->lower, FIELD_title, STR(""), VIEW_SINGLE));
	inspector_drop(s, &rest, lower_var(s->c->lower, FIELD_cve, STR(""), VIEW_SINGLE));
	t.rest = inspector_meaning(s, &rest);
	for (int i = 0; i < 2; i++) {
		t.exclude = i;
		collect(&t);
		if (!t.values.n)
			continue;
		read = read_titles(&t, t.langs, t.values.n);
		meaning = dd_and(e, t.rest, read);
		if (!relate_inside(e, t.before, meaning, &outside) ||
		    !relate_inside(e, meaning, s->unit->wanted, &outside))
			continue;
		*d = rest;
		d->also = dd_and(e, d->also, read);
		d->assumptions |= BIT(ASSUMPTION_A1) | BIT(ASSUMPTION_A2);
		inspector_add(d, fields[FIELD_title].inspector_filter, &t.values);
		return true;
	}
	inspector_refuse(s, REFUSE_TEXT, FIELD_title);
	return false;
}

/* --- the resource id --- */

static bool id_criterion(const struct inspector_scope *s, struct inspector_draft *d,
			 enum field_id field)
{
	struct engine *e = inspector_engine(s);
	var v = lower_var(s->c->lower, field, STR(""), VIEW_SINGLE);
	vset set = box_term(&d->box, v)->set;
	struct inspector_values values = {0};

	if (set_has_absent(e, set) && !inspector_always(s, d, v)) {
		inspector_refuse(s, REFUSE_NEGATIVE, field);
		return false;
	}
	if (!inspector_texts(s, lower_place(s->c->lower, v), set_lang(e, set), LANG_ALL,
			     inspector_always(s, d, v), &values))
		return false;
	inspector_add(d, fields[field].inspector_filter, &values);
	d->assumptions |= BIT(ASSUMPTION_A1);
	d->also = dd_and(e, d->also, dd_in(e, v, set));
	inspector_drop(s, d, v);
	return true;
}

/* The type must be told beside it, for the reader to know what the id is. */
bool inspector_resource(const struct inspector_scope *s, struct inspector_draft *d)
{
	static const enum resource_word instance[] = {RESOURCE_EC2_INSTANCE},
					apart[] = {RESOURCE_EC2_INSTANCE, RESOURCE_ECR_IMAGE};
	struct engine *e = inspector_engine(s);
	bool ec2 = inspector_term_of(s, d, FIELD_ec2_instance);
	bool id = inspector_term_of(s, d, FIELD_resource_id);
	var type = lower_var(s->c->lower, FIELD_resource_type, STR(""), VIEW_SINGLE);
	lang instances = inspector_types(s, instance, 1);
	dd outside;

	if (ec2 && id) {
		inspector_refuse(s, REFUSE_ONE_CRITERION, FIELD_ec2_instance);
		return false;
	}
	if (!ec2 && !id)
		return true;
	if (id && relate_overlap(e, inspector_meaning(s, d),
				 dd_in(e, type, set_strings(e, instances, false)), &outside)) {
		inspector_refuse(s, REFUSE_INSTANCE, FIELD_resource_id);
		return false;
	}
	*d = inspector_fork(s, d);
	inspector_narrow(s, d, ec2 ? instances : lang_not(e, inspector_types(s, apart, 2)));
	return id_criterion(s, d, ec2 ? FIELD_ec2_instance : FIELD_resource_id);
}
