/* SPDX-License-Identifier: Apache-2.0
 *
 * From a picked point (relate_pick: variables and their values) to a finding record. */
#include "ir/witness.h"

#include "ir/box.h"

#include "base/civil.h"

struct witness {
	struct lower *lower;
	struct arena *arena;
	enum view view;
	bool control;	  /* the set speaks of controls, which are Security Hub's own */
	const var *asked; /* what the set speaks of, before the universe adds what is its own */
	size_t n_asked;
	bool fixed[FIELD_COUNT];
};

/* --- what good values are --- */

/* An example of the field table, which speaks the policy's language, as relate_pick wants it. */
static const char *example_value(const struct witness *w, const struct field *field,
				 const char *example)
{
	struct str text = str_from(example);
	int32_t days = 0;
	int64_t scaled = 0;
	bool sticky;
	int word;

	switch (field->type) {
	case TYPE_ENUM:
		word = vocabulary_find(field->words, text);
		return str_cstr(w->arena, str_printf(w->arena, "%d", word));
	case TYPE_WORD:
		word = vocabulary_find(field->words, text);
		return word < 0 ? example : vocabulary_canonical(field->words, (unsigned)word);
	case TYPE_DECIMAL:
	case TYPE_INT:
		json_decimal(text, &scaled, &sticky);
		return str_cstr(w->arena, str_printf(w->arena, "%lld", (long long)(2 * scaled)));
	case TYPE_DATE:
		civil_parse_date(text, &days);
		scaled = civil_day_start(days, lower_policy(w->lower)->offset);
		return str_cstr(w->arena, str_printf(w->arena, "%lld", (long long)scaled));
	default:
		return example;
	}
}

static const char *const *examples(void *context, var v, const char *const *none)
{
	static const char *const control_products[] = {"Security Hub", NULL};
	const struct witness *w = context;
	const struct place *place = lower_place(w->lower, v);
	const struct field *field = &fields[place->field];
	const char **list;
	size_t n = 0;

	if (place->is_group || !field->examples)
		return none;
	if (place->field == FIELD_product && w->control)
		return control_products;
	while (field->examples[n])
		n++;
	list = ARENA_ARRAY(w->arena, const char *, n + 1);
	for (size_t i = 0; i < n; i++)
		list[i] = example_value(w, field, field->examples[i]);
	return list;
}

/* Does the set say anything of the variable, before the universe does? */
static bool asks(const struct witness *w, var v)
{
	for (size_t i = 0; i < w->n_asked; i++)
		if (w->asked[i] == v)
			return true;
	return false;
}

/* Does the set depend on the field by more than what the universe asks of every finding? */
static bool depends(const struct witness *w, dd set, var v)
{
	struct engine *e = lower_engine(w->lower);

	return asks(w, v) && !relate_inside(e, dd_forget(e, set, v), set, NULL);
}

static vset only_value(struct engine *e, const struct picked *pick)
{
	struct interval point = {pick->number, pick->number};

	if (pick->absent)
		return set_absent(e, pick->v);
	if (pick->kind == VAR_BITS)
		return set_bits(e, pick->v, BIT(pick->bit));
	if (pick->kind == VAR_NUMBER)
		return set_numbers(e, &point, 1, false);
	return set_strings(e, lang_string(e, pick->string), false);
}

/* Fields that every finding has and that completion writes from the others: an id or a title that
 * the set does not ask for is better made to fit than picked. */
static bool is_derived(enum field_id field)
{
	switch (field) {
	case FIELD_title:
	case FIELD_finding_id:
	case FIELD_product_arn:
	case FIELD_generator:
	case FIELD_created:
	case FIELD_updated:
	case FIELD_resource_id:
		return true;
	default:
		return false;
	}
}

/* The findings of the set that agree with the picks, derived fields and lists apart: those that
 * tell whether the set depends on what is derived, so it is the set itself if it asks for none. */
static dd agreeing(const struct witness *w, dd set, const struct picked *picks, size_t n)
{
	struct engine *e = lower_engine(w->lower);
	struct box box = {.terms = ARENA_ARRAY(w->arena, struct box_term, n + 1)};
	bool matters = false;

	/* All at once: one path is followed then, where each alone would walk all that is left. */
	for (size_t i = 0; i < n; i++) {
		const struct place *place = lower_place(w->lower, picks[i].v);

		if (place->is_group)
			continue;
		if (is_derived(place->field))
			matters |= asks(w, picks[i].v);
		else
			box.terms[box.n++] =
				(struct box_term){picks[i].v, only_value(e, &picks[i])};
	}
	return matters ? dd_and(e, set, box_diagram(e, &box)) : set;
}

/* --- the record --- */

/* The element of `group` below `at`: itself, or the only one (VIEW_SINGLE). */
static struct element *element_of(const struct witness *w, struct element *at, enum group group)
{
	if (at->group == group)
		return at;
	if (!at->n_children[group])
		element_add(w->arena, at, group);
	return at->children[group][0];
}

static struct fval picked_value(const struct field *field, const struct picked *pick)
{
	switch (pick->kind) {
	case VAR_NUMBER:
		return (struct fval){.kind = FVAL_NUMBER, .number = pick->number};
	case VAR_STRING:
		return (struct fval){.kind = FVAL_STRING, .str = pick->string};
	default:
		break;
	}
	if (pick->bit >= field->words->n)
		return (struct fval){.kind = FVAL_WORD, .word = -1, .str = STR("ANOTHER_WORD")};
	return (struct fval){
		.kind = FVAL_WORD,
		.word = (int)pick->bit,
		.str = str_from(vocabulary_canonical(field->words, pick->bit)),
	};
}

static void put_map_entry(const struct witness *w, struct element *element, struct str key,
			  struct str value)
{
	size_t n = element->n_map;

	if ((n & (n - 1)) == 0) /* room is a function of the count: 1, 2, 4, … */
		element->map = arena_regrow(w->arena, element->map, n * sizeof *element->map,
					    n ? 2 * n : 1, sizeof *element->map);
	element->map[element->n_map++] = (struct map_entry){key, value};
}

static void put_field(struct witness *w, struct element *at, const struct place *place,
		      const struct picked *pick)
{
	const struct field *field = &fields[place->field];
	struct element *element;

	if (field->type != TYPE_MAP)
		w->fixed[place->field] = true;
	if (pick->absent)
		return;
	element = element_of(w, at, place->group);
	if (field->type == TYPE_MAP)
		put_map_entry(w, element, place->key, pick->string);
	else
		*element_value(element, place->field) = picked_value(field, pick);
}

static void put_elements(struct witness *w, struct element *at, enum group group,
			 const struct picked *pick);

static void put(struct witness *w, struct element *at, const struct picked *pick)
{
	const struct place *place = lower_place(w->lower, pick->v);

	if (place->is_group)
		put_elements(w, at, place->group, pick);
	else
		put_field(w, at, place, pick);
}

/* Groups nest three deep at most: put and put_elements end with them. */
static void put_elements(struct witness *w, struct element *at, enum group group,
			 const struct picked *pick)
{
	struct element *parent;

	if (!pick->n_elements) {
		for (size_t i = 0; i < FIELD_COUNT; i++)
			w->fixed[i] = w->fixed[i] || fields[i].group == group;
		return;
	}
	parent = element_of(w, at, group_parent(group));
	for (size_t i = 0; i < pick->n_elements; i++) {
		struct element *element = element_add(w->arena, parent, group);

		for (size_t k = 0; k < pick->n_picks[i]; k++)
			put(w, element, &pick->elements[i][k]);
	}
}

/* People know a finding by its CVE. When nothing was asked of it, and the finding is a package
 * finding, any will do. */
static void add_cve(struct witness *w, struct element *root)
{
	const struct fval *type = finding_value(root, FIELD_finding_type);
	const char *package = vocabulary_canonical(&vocabulary_finding_type, FINDING_PACKAGE);
	struct element *vulnerability;

	if (w->view != VIEW_SINGLE || w->fixed[FIELD_cve] || w->fixed[FIELD_title] ||
	    (type && !str_is(type->str, package)))
		return;
	vulnerability = element_of(w, root, GROUP_VULNERABILITY);
	*element_value(vulnerability, FIELD_cve) =
		(struct fval){.kind = FVAL_STRING, .str = str_from(fields[FIELD_cve].examples[0])};
}

static bool speaks_of_controls(const struct witness *w, dd set)
{
	return w->view == VIEW_MANY &&
	       (depends(w, set, lower_var(w->lower, FIELD_control, STR(""), w->view)) ||
		depends(w, set, lower_var(w->lower, FIELD_compliance, STR(""), w->view)));
}

static struct picked *pick_of(const struct witness *w, enum field_id field, struct picked *picks,
			      size_t n)
{
	var v = lower_var(w->lower, field, STR(""), w->view);

	for (size_t i = 0; i < n; i++)
		if (picks[i].v == v && !picks[i].absent)
			return &picks[i];
	return NULL;
}

/* Where a finding has an id, the variable `title` is what follows it: the whole title. */
static void complete_title(const struct witness *w, struct picked *picks, size_t n)
{
	struct engine *e = lower_engine(w->lower);
	struct picked *cve = pick_of(w, FIELD_cve, picks, n);
	struct picked *title = pick_of(w, FIELD_title, picks, n);

	if (w->view == VIEW_SINGLE && cve && title &&
	    lang_accepts(e, lower_ids(w->lower), cve->string))
		title->string = str_printf(w->arena, STR_FMT LOWER_TITLE_GAP STR_FMT,
					   STR_ARG(cve->string), STR_ARG(title->string));
}

/* Inside the universe that is in use. */
static struct element *pick(struct lower *lower, struct arena *arena, dd set, enum view view)
{
	struct witness w = {.lower = lower, .arena = arena, .view = view};
	struct engine *e = lower_engine(lower);
	struct element *root = element_new(arena, GROUP_FINDING);
	struct picked *picks;
	var *asked;
	size_t n;

	w.n_asked = dd_support(e, arena, set, &asked);
	w.asked = asked;
	/* The view of any product does not know that Inspector's findings have one resource. */
	if (view == VIEW_MANY)
		set = dd_minus(e, set, lower_inspector(lower));
	set = relate_within(e, set);
	w.control = speaks_of_controls(&w, set);
	if (!relate_pick(e, arena, set, examples, &w, &picks, &n))
		return NULL;
	set = agreeing(&w, set, picks, n);
	complete_title(&w, picks, n);
	if (view == VIEW_SINGLE)
		element_add(arena, root, GROUP_RESOURCE);
	for (size_t i = 0; i < n; i++) {
		const struct place *place = lower_place(lower, picks[i].v);

		if (!place->is_group && place->field == FIELD_resource_id && picks[i].absent)
			continue; /* an image's is made of its parts */
		if (place->is_group || !is_derived(place->field) || depends(&w, set, picks[i].v))
			put(&w, root, &picks[i]);
	}
	add_cve(&w, root);
	finding_complete(arena, root, w.fixed);
	return root;
}

struct element *witness_pick(struct lower *lower, struct arena *arena, dd set, enum view view)
{
	lower_use(lower, view);
	return pick(lower, arena, set, view);
}

struct element *witness_pick_inspector(struct lower *lower, struct arena *arena, dd set)
{
	lower_use_inspector(lower);
	return pick(lower, arena, set, VIEW_SINGLE);
}
