/* SPDX-License-Identifier: Apache-2.0
 *
 * One filter that takes at least a set: criteria hold together, so it is made of what the set says
 * of each field by itself, as far as a criterion can say that; what it cannot say is left out, and
 * bounds are rounded outwards. */
#include "target/inspector_internal.h"

#include "model/limit.h"

struct hull {
	struct inspector_scope scope; /* loose; its refusals say what is left out */
	struct inspector_draft draft; /* the criteria so far */
	dd set;			      /* inside Inspector's universe */
};

/* The values of v in the set, whatever the other variables are. */
static vset values_of(struct hull *h, var v)
{
	struct engine *e = inspector_engine(&h->scope);
	const struct dd_edge *edges;
	vset all = set_none(e, v);
	dd set = h->set;
	var *vars;
	size_t n = dd_support(e, h->scope.c->arena, set, &vars);

	for (size_t i = 0; i < n; i++)
		if (vars[i] != v)
			set = dd_forget(e, set, vars[i]);
	if (set <= DD_TRUE)
		return set_full(e, v);
	n = dd_edges(e, set, &edges);
	for (size_t i = 0; i < n; i++)
		if (edges[i].child == DD_TRUE)
			all = set_or(e, all, edges[i].label);
	return all;
}

/* Of images in ECR, in other clouds, or (the criteria differ) neither. */
static enum inspector_images images_of(struct hull *h)
{
	static const enum resource_word ecr[] = {RESOURCE_ECR_IMAGE},
					cloud[] = {RESOURCE_AZURE_IMAGE, RESOURCE_GCP_IMAGE};
	struct engine *e = inspector_engine(&h->scope);
	lang types = set_lang(e, values_of(h, lower_var(h->scope.c->lower, FIELD_resource_type,
							STR(""), VIEW_SINGLE)));

	if (lang_inside(e, types, inspector_types(&h->scope, ecr, 1)))
		return INSPECTOR_IMAGES_ECR;
	return lang_inside(e, types, inspector_types(&h->scope, cloud, 2)) ? INSPECTOR_IMAGES_CLOUD
									   : INSPECTOR_IMAGES_NONE;
}

/* Is the title, or the id of a resource, which stand for several fields? */
static bool is_compound(const struct place *place)
{
	return !place->is_group &&
	       (place->field == FIELD_title || place->field == FIELD_resource_id ||
		place->field == FIELD_ec2_instance);
}

/* The term as a criterion beside those before it; false, and nothing is added, if it is none that
 * one filter can hold. */
static bool add_term(struct hull *h, struct box_term term)
{
	struct inspector_draft d = h->draft;
	struct refusal refusal = {0};
	const struct place *place = lower_place(h->scope.c->lower, term.v);
	bool fits;

	h->scope.refusal = &refusal;
	d.box = (struct box){.terms = &term, .n = 1};
	d = inspector_fork(&h->scope, &d);
	if (!place->is_group && place->field == FIELD_region) {
		inspector_place(&h->scope, &d);
		h->draft = d;
		return true;
	}
	if (place->is_group ? place->group == GROUP_IMAGE_TAG
			    : fields[place->field].habitat == HABITAT_IMAGE)
		fits = d.images != INSPECTOR_IMAGES_NONE;
	else
		fits = !is_compound(place);
	fits = fits && (place->is_group ? inspector_group(&h->scope, &d, term.v, term.set)
					: inspector_field(&h->scope, &d, term.v, term.set));
	/* A term that was tied to it would say more than the set does. */
	fits = fits && !d.box.n &&
	       (d.n == h->draft.n ||
		d.criteria[d.n - 1].n <= (size_t)limits[LIMIT_inspector_values].value);
	if (fits)
		h->draft = d;
	return fits;
}

/* What excludes may rest on a criterion that comes after it: twice. */
static void add_terms(struct hull *h, const var *vars, size_t n)
{
	struct engine *e = inspector_engine(&h->scope);
	bool *done = ARENA_ARRAY(h->scope.c->arena, bool, n + 1);

	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < n && !engine_exhausted(e); i++) {
			struct box_term term = {vars[i], 0};
			dd all = lower_universe_of_inspector(h->scope.c->lower);

			if (done[i])
				continue;
			term.set = values_of(h, vars[i]);
			done[i] = dd_minus(e, all, dd_in(e, term.v, term.set)) == DD_FALSE ||
				  add_term(h, term);
		}
}

/* The variables of the condition, and the type of the resource, on which criteria of images hang.
 */
static size_t variables(struct hull *h, dd set, var **out)
{
	struct arena *arena = h->scope.c->arena;
	var type = lower_var(h->scope.c->lower, FIELD_resource_type, STR(""), VIEW_SINGLE), *vars;
	size_t n = dd_support(inspector_engine(&h->scope), arena, set, &vars), used = 1;

	*out = ARENA_ARRAY(arena, var, n + 1);
	(*out)[0] = type;
	for (size_t i = 0; i < n; i++)
		if (vars[i] != type)
			(*out)[used++] = vars[i];
	return used;
}

struct inspector_criteria inspector_hull(struct compilation *c, const struct unit *unit,
					 const struct literals *literals, const struct cond *cond,
					 dd set, dd *taken)
{
	struct engine *e = lower_engine(c->lower);
	dd all = lower_universe_of_inspector(c->lower);
	struct hull h = {
		.scope = {.c = c, .unit = unit, .literals = literals, .cond = cond, .loose = true},
		.draft = {.also = DD_TRUE},
		.set = dd_and(e, set, all),
	};
	var *vars;
	size_t n = variables(&h, set, &vars);

	h.draft.images = images_of(&h);
	add_terms(&h, vars, n);
	*taken = dd_and(e, h.draft.also, all);
	return inspector_finish(&h.scope, &h.draft);
}
